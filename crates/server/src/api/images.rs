//! One image: what is in it, and which one a caller means.

use engine::{Subject, Thing, ThingKind, Wanted};
use model::{Digest, Platform, Time};
use report::{Format, View};

use super::lists::repo;
use super::{Answer, Asked};
use crate::library::Shelf;
use crate::services::repos;
use crate::state::State;
use crate::status::Status;

/// What is in an image, as the program's own document tells it.
pub(super) fn analysis(asked: &Asked<'_>) -> Result<Answer, Status> {
    let digest: Digest = asked.read("digest")?;
    let subject = image(asked.state, &repo(asked)?, &digest, platform(asked)?.as_ref())?;
    let mut bytes = Vec::new();
    let written = report::analysis(&subject.side, Format::Json, View::default(), &mut bytes);
    written.map_err(|_| Status::internal())?;
    Ok(Answer::text("application/json", bytes).tagged())
}

/// An image of a repository; it is read where that is still to be done.
pub(super) fn image(
    state: &State,
    repo: &Thing,
    digest: &Digest,
    platform: Option<&Platform>,
) -> Result<Subject, Status> {
    let shelf = Shelf { id: &repo.id, upstream: repos::upstream(repo), ledger: &state.ledger };
    state.library.image(&shelf, digest, platform)
}

/// The platform that is asked for.
pub(super) fn platform(asked: &Asked<'_>) -> Result<Option<Platform>, Status> {
    asked.said("platform").map(|_| asked.read("platform")).transpose()
}

/// The digest that a text means in a repository: a digest means itself, and a tag what it means now.
pub(super) fn meant(state: &State, repo: &Thing, text: &str) -> Result<Digest, Status> {
    if let Ok(digest) = text.parse::<Digest>() {
        return Ok(digest);
    }
    let wanted =
        Wanted { children_of: Some(repo.id.clone()), name: Some(text.into()), ..Wanted::default() };
    let tag = state.ledger.things(ThingKind::Tag, &wanted)?.pop();
    let tag = tag.ok_or_else(|| no_tag(repo, text))?;
    tag.key.parse().map_err(|_| no_tag(repo, text))
}

/// The digest that a tag meant at that moment; where nothing is known of so early a time, the first that it meant.
pub(super) fn meant_then(
    state: &State,
    repo: &Thing,
    tag: &str,
    moment: Time,
) -> Result<Digest, Status> {
    let moved = state.ledger.meant(&repo.id, tag, moment)?;
    let moved = moved.ok_or_else(|| no_tag(repo, tag))?;
    moved.digest.parse().map_err(|_| no_tag(repo, tag))
}

fn no_tag(repo: &Thing, tag: &str) -> Status {
    Status::not_found(format!("{} has no tag {tag}", repo.name))
}
