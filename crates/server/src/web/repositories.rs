//! Repositories, one repository, one tag.

use engine::Thing;
use model::{Digest, Time};
use pages::{Knot, Of, Place, Repository, RepositoryPage, Tag, TagPage};

use super::places::{Found, meant, said, standing, upstream};
use super::{Told, Visit, image, manage};
use crate::status::Status;

/// Moves of a repository that are looked at to say how often it changes.
const MOVES: usize = 10_000;

/// Moves of a tag that a page shows.
const KNOTS: usize = 20;

/// All repositories.
pub(super) fn all(visit: &Visit<'_>) -> Result<Told, Status> {
    let rows = visit.repositories()?.into_iter().map(|found| row(visit, &found));
    let rows = rows.collect::<Result<Vec<_>, Status>>()?;
    Ok(Told::Page(pages::repositories(&rows, visit.now)))
}

fn row(visit: &Visit<'_>, found: &Found) -> Result<Repository, Status> {
    let tags = visit.tags(found)?;
    let current = standing(&tags).map(|tag| visit.current(found, tag));
    Ok(Repository {
        place: found.place.clone(),
        tags: tags.len(),
        updated: tags.iter().map(|tag| tag.updated).max(),
        moves: moves(visit, found, &tags)?.into_iter().map(|(_, time)| time).collect(),
        current,
    })
}

/// When the tags that somebody may see moved, the oldest first.
fn moves(visit: &Visit<'_>, found: &Found, tags: &[Thing]) -> Result<Vec<(String, Time)>, Status> {
    let moves = visit.state.ledger.latest_moves(&found.thing.id, MOVES)?;
    let is_seen = |name: &str| tags.iter().any(|tag| tag.name == name);
    let mut moves: Vec<(String, Time)> = moves
        .into_iter()
        .filter(|(tag, _)| is_seen(tag))
        .map(|(tag, one)| (tag, one.time))
        .collect();
    moves.reverse();
    Ok(moves)
}

/// What an address below `/repositories/` names.
pub(super) fn place(visit: &Visit<'_>) -> Result<Told, Status> {
    let rest = visit.here.path.strip_prefix("/repositories/").unwrap_or_default();
    let nothing = || Status::not_found("the address names no repository");
    let (place, behind) = Place::parse(rest).ok_or_else(nothing)?;
    let found = visit.repository(&place)?;
    match (&place.of, &behind[..]) {
        (Of::Everything, []) => repository(visit, &found),
        (Of::Tag(name), []) => tag(visit, &found, name),
        (Of::Digest(digest), behind) => image::image(visit, &found, digest, behind),
        _ => Err(nothing()),
    }
}

fn repository(visit: &Visit<'_>, found: &Found) -> Result<Told, Status> {
    let tags = visit.tags(found)?;
    let moves = moves(visit, found, &tags)?;
    let mut shown = Vec::new();
    for tag in &tags {
        let Some(digest) = meant(tag) else { continue };
        shown.push(Tag {
            name: tag.name.clone(),
            digest,
            updated: tag.updated,
            moves: moves.iter().filter(|(name, _)| *name == tag.name).count(),
            current: visit.current(found, tag),
        });
    }
    let to = found.place.address();
    let page = RepositoryPage {
        managed: manage::managed(visit, found, &to)?,
        place: found.place.clone(),
        readme: said(&found.thing).readme,
        upstream: upstream(&found.thing),
        tags: visit.may(&["tag.list"], &found.thing.id).then_some(shown),
        moves: moves.into_iter().map(|(_, time)| time).collect(),
    };
    Ok(Told::Page(pages::repository(&page, visit.now)))
}

fn tag(visit: &Visit<'_>, found: &Found, name: &str) -> Result<Told, Status> {
    visit.tag(found, name)?;
    let before = visit.here.get("before").map(|text| {
        Time::of_rfc3339(text).ok_or_else(|| Status::invalid_argument("before is no moment"))
    });
    let before = before.transpose()?;
    // One more, so that the last of them has something to be compared with.
    let moves = visit.state.ledger.moves_before(&found.thing.id, name, before, KNOTS + 1)?;
    let digests: Vec<Option<Digest>> = moves.iter().map(|one| one.digest.parse().ok()).collect();
    let mut knots = Vec::new();
    for (place, one) in moves.iter().enumerate().take(KNOTS) {
        let Some(digest) = &digests[place] else { continue };
        let older = digests.get(place + 1).and_then(Option::as_ref);
        knots.push(Knot {
            time: one.time,
            digest: digest.clone(),
            size: visit.size(found, digest),
            change: visit.change(found, older, digest),
        });
    }
    let earlier = (moves.len() > KNOTS).then(|| knots.last().map(|knot| knot.time)).flatten();
    let place = found.place.with(Of::Tag(name.to_owned()));
    Ok(Told::Page(pages::tag(&TagPage { place, knots, earlier }, visit.now)))
}
