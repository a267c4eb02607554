//! What follows a registry, and what was read of late.

use engine::WorkKind;
use pages::{Reading, Watch, WatchesPage};

use crate::services::repos;
use crate::status::Status;
use crate::web::places::{Found, upstream};
use crate::web::{Told, Visit};

/// Readings that a page shows.
const MOST: usize = 50;

/// Repositories that follow a registry, and images that were read of late.
pub(in crate::web) fn watches(visit: &Visit<'_>) -> Result<Told, Status> {
    let repositories = visit.repositories()?;
    let mut watches = Vec::new();
    let mut readings = Vec::new();
    for found in &repositories {
        if visit.may(&["repo.list", "sboms.list"], &found.thing.id) {
            readings.extend(read(visit, found)?);
        }
        let Some(source) = upstream(&found.thing) else { continue };
        let tags = visit.tags(found)?;
        watches.push(Watch {
            place: found.place.clone(),
            may_be_asked: visit.state.library.host(&source).is_some(),
            pattern: repos::discovered(&found.thing).unwrap_or_default(),
            tags: tags.len(),
            moved: tags.iter().map(|tag| tag.updated).max(),
            source,
        });
    }
    readings.sort_by_key(|one| std::cmp::Reverse(one.number));
    readings.truncate(MOST);
    let groups = visit.all_groups()?;
    let makes = |id: &str| !visit.has(&["repo.create"], id).is_empty();
    let groups = groups.values().filter(|group| makes(&group.id));
    let page = WatchesPage {
        watches,
        readings,
        groups: groups.map(|group| (group.id.clone(), group.title())).collect(),
        hand: visit.hand("/watches"),
        now: visit.now,
    };
    Ok(Told::Page(page.document()))
}

fn read(visit: &Visit<'_>, found: &Found) -> Result<Vec<Reading>, Status> {
    let jobs = visit.state.ledger.jobs(&found.thing.id, WorkKind::Read, None, MOST)?;
    let shown = |job: engine::Job| Reading {
        number: job.number,
        place: found.place.clone(),
        repo: found.thing.id.to_string(),
        digest: job.work.what,
        state: job.state.name(),
        told: job.told,
        tries: job.tries,
        updated: job.updated,
    };
    Ok(jobs.into_iter().map(shown).collect())
}
