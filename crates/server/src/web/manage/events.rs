//! What happened.

use std::collections::BTreeMap;

use engine::ThingKind;
use model::{Digest, Time, Uidp};
use pages::{DeedRow, EventsPage, MovedRow, Of};

use crate::status::Status;
use crate::web::places::Found;
use crate::web::{Told, Visit};

/// Moves and deeds that a page shows.
const MOST: usize = 50;

/// Moves of a repository that are looked through.
const LOOKED: usize = 2_000;

/// What happened everywhere, or at a place and below it.
pub(in crate::web) fn events(visit: &Visit<'_>) -> Result<Told, Status> {
    let wrong = |name: &str| Status::invalid_argument(format!("{name} cannot be read"));
    let place = visit.here.get("place").map(str::parse::<Uidp>);
    let place = place.transpose().map_err(|_| wrong("place"))?;
    let before = visit.here.get("before").map(|text| Time::of_rfc3339(text).ok_or(wrong("before")));
    let before = before.transpose()?;
    let after = visit.here.get("after").map(str::parse::<i64>).transpose();
    let after = after.map_err(|_| wrong("after"))?;
    let about = place.as_ref().map(|place| name(visit, place)).transpose()?;
    let (moved, earlier_moved) = moved(visit, place.as_ref(), before)?;
    let (deeds, earlier_deeds) = match deeds(visit, place.as_ref(), after)? {
        Some((deeds, earlier)) => (Some(deeds), earlier),
        None => (None, None),
    };
    let page = EventsPage { about, moved, earlier_moved, deeds, earlier_deeds, now: visit.now };
    Ok(Told::Page(page.document(&visit.here)))
}

/// What a group or a repository is called, with its ID.
fn name(visit: &Visit<'_>, place: &Uidp) -> Result<(String, String), Status> {
    let nothing = || Status::not_found("there is no such group or repository");
    for (kind, needed) in [(ThingKind::Group, "groups.list"), (ThingKind::Repo, "repo.list")] {
        let thing = visit.state.ledger.thing(kind, place)?;
        if let Some(thing) = thing.filter(|_| visit.may(&[needed], place)) {
            return Ok((thing.name, place.to_string()));
        }
    }
    Err(nothing())
}

/// Tags that moved, the latest first, and where there are more of these.
fn moved(
    visit: &Visit<'_>,
    place: Option<&Uidp>,
    before: Option<Time>,
) -> Result<(Vec<MovedRow>, Option<Time>), Status> {
    let mut repositories = visit.repositories()?;
    repositories.retain(|found| {
        place.is_none_or(|place| found.thing.id.is_within(place))
            && visit.may(&["tag.list"], &found.thing.id)
    });
    let is_before = |time: Time| before.is_none_or(|before| time < before);
    let mut all: Vec<(&Found, String, Time, Digest)> = Vec::new();
    for found in &repositories {
        let most = if before.is_some() { LOOKED } else { MOST + 1 };
        let moves = visit.state.ledger.latest_moves(&found.thing.id, most)?;
        let moves = moves.into_iter().filter(|(_, one)| is_before(one.time)).take(MOST + 1);
        all.extend(
            moves.filter_map(|(tag, one)| Some((found, tag, one.time, one.digest.parse().ok()?))),
        );
    }
    all.sort_by_key(|(_, _, time, _)| std::cmp::Reverse(*time));
    let is_more = all.len() > MOST;
    all.truncate(MOST);
    let mut rows = Vec::new();
    for (found, tag, time, digest) in all {
        let before = visit.state.ledger.moves_before(&found.thing.id, &tag, Some(time), 1)?;
        let older: Option<Digest> = before.first().and_then(|one| one.digest.parse().ok());
        rows.push(MovedRow {
            change: visit.change(found, older.as_ref(), &digest),
            place: found.place.with(Of::Tag(tag)),
            time,
            digest,
        });
    }
    let earlier = rows.last().map(|row| row.time).filter(|_| is_more);
    Ok((rows, earlier))
}

type Trail = (Vec<DeedRow>, Option<i64>);

/// The audit trail of a place, or of all groups whose trail the visitor may see; none where there is none of these.
fn deeds(
    visit: &Visit<'_>,
    place: Option<&Uidp>,
    before: Option<i64>,
) -> Result<Option<Trail>, Status> {
    let may = |place: &&Uidp| visit.may(&["groups.update"], place);
    let granted: Vec<&Uidp> = visit.caller.grants.iter().map(|grant| &grant.group).collect();
    let mut places: Vec<&Uidp> = match place {
        Some(place) => vec![place],
        None => granted,
    };
    places.retain(may);
    if places.is_empty() {
        return Ok(None);
    }
    // What is done below a place is done at it, too: each deed once.
    let mut all = BTreeMap::new();
    for place in places {
        all.extend(visit.state.ledger.deeds(place, before, MOST + 1)?);
    }
    let names = visit.names()?;
    let is_more = all.len() > MOST;
    let shown: Vec<_> = all.into_iter().rev().take(MOST).collect();
    let earlier = shown.last().map(|(number, _)| *number).filter(|_| is_more);
    let row = |deed: engine::Deed| DeedRow {
        time: deed.time,
        name: names.get(&deed.identity).cloned().unwrap_or_default(),
        who: deed.identity,
        what: deed.what,
        place: deed.place,
        outcome: deed.outcome,
    };
    Ok(Some((shown.into_iter().map(|(_, deed)| row(deed)).collect(), earlier)))
}
