//! One image: what is in it, and which one a caller means.

use engine::{DeviationKind, Subject, Thing, ThingKind, Wanted};
use model::{Digest, Gap, Platform, Time};
use report::{Format, Scan};

use super::lists::repo;
use super::written::{More, format, more, view};
use super::{Answer, Asked};
use crate::library::Shelf;
use crate::services::repos;
use crate::state::State;
use crate::status::Status;

/// What is in an image, as the program's own document tells it.
pub(super) fn analysis(asked: &Asked<'_>) -> Result<Answer, Status> {
    let digest: Digest = asked.read("digest")?;
    let mut subject = image(asked.state, &repo(asked)?, &digest, platform(asked)?.as_ref())?;
    let ((format, kind), view) = (format(asked)?, view(asked)?);
    if asked.is("layers") {
        subject.side.tallies = asked.state.library.tallies(&subject)?;
    }
    let mut bytes = Vec::new();
    let written = report::analysis(&subject.side, format, view, &mut bytes);
    written.map_err(|_| Status::internal())?;
    Ok(Answer::text(kind, bytes).tagged())
}

/// What is wrong with the packages of an image, as the program's own document tells it.
pub(super) fn scan(asked: &Asked<'_>) -> Result<Answer, Status> {
    let digest: Digest = asked.read("digest")?;
    let state = asked.state;
    let more = more(asked);
    let (format, kind) = match more {
        Some((_, kind)) => (Format::Json, kind),
        None => format(asked)?,
    };
    let view = view(asked)?;
    if state.advisories.name().is_empty() {
        return Err(Status::not_found("the service has no vulnerability data"));
    }
    let subject = image(state, &repo(asked)?, &digest, platform(asked)?.as_ref())?;
    let found = state
        .advisories
        .ask(|data| engine::findings(&subject, data, Some(state.now()), &engine::unwatched));
    let none = || Status::not_found("the service has no vulnerability data");
    let (_, found) = found.ok_or_else(none)?;
    let mut findings = found.map_err(|_| Status::internal())?;
    let left_out = if asked.is("only_fixed") { findings.leave_out_unfixed() } else { 0 };
    let scan = Scan { side: &subject.side, findings: &findings, left_out };
    let mut bytes = Vec::new();
    let written = match more {
        Some((More::Markdown, _)) => report::scan_markdown(&scan, &mut bytes),
        Some((More::Sarif, _)) => report::scan_sarif(&scan, &mut bytes),
        None => report::scan(&scan, format, view, &mut bytes),
    };
    written.map_err(|_| Status::internal())?;
    let counts = findings.findings.iter().filter(|finding| finding.suppressed.is_none());
    let worst = counts.map(|finding| finding.severity).max();
    let outcome = match worst {
        _ if findings.gaps.iter().any(Gap::may_hide) => "untold",
        None => "none",
        Some(severity) => severity.name(),
    };
    Ok(Answer::text(kind, bytes).tagged().coming_to(outcome))
}

/// Which secrets and weak settings an image has.
pub(super) fn risks(asked: &Asked<'_>) -> Result<Answer, Status> {
    let ((format, kind), view) = (format(asked)?, view(asked)?);
    let digest: Digest = asked.read("digest")?;
    let subject = image(asked.state, &repo(asked)?, &digest, platform(asked)?.as_ref())?;
    let mut bytes = Vec::new();
    report::risks(&subject.side, format, view, &mut bytes).map_err(|_| Status::internal())?;
    let outcome = if report::has_secrets(&subject.side) { "found" } else { "none" };
    Ok(Answer::text(kind, bytes).tagged().coming_to(outcome))
}

/// Which files of packages are not as they were installed.
pub(super) fn verification(asked: &Asked<'_>) -> Result<Answer, Status> {
    let ((format, kind), view) = (format(asked)?, view(asked)?);
    let digest: Digest = asked.read("digest")?;
    let state = asked.state;
    let subject = image(state, &repo(asked)?, &digest, platform(asked)?.as_ref())?;
    let to_verify = state.library.verified(&subject)?;
    let verification = to_verify.verify();
    let mut bytes = Vec::new();
    report::verification(&verification, format, view, &mut bytes)
        .map_err(|_| Status::internal())?;
    let has = |kind| verification.count(kind) > 0;
    let outcome = match () {
        () if !verification.is_whole() => "untold",
        () if has(DeviationKind::Altered) || has(DeviationKind::Missing) => "altered",
        () => "whole",
    };
    Ok(Answer::text(kind, bytes).tagged().coming_to(outcome))
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
pub(crate) fn meant(state: &State, repo: &Thing, text: &str) -> Result<Digest, Status> {
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

/// The digest that a tag meant before what it means now.
pub(super) fn meant_before(state: &State, repo: &Thing, tag: &str) -> Result<Digest, Status> {
    let moves = state.ledger.moves_before(&repo.id, tag, None, 2)?;
    let before = moves.get(1).and_then(|moved| moved.digest.parse().ok());
    before.ok_or_else(|| {
        Status::not_found(format!("{} has no tag {tag} that meant another image before", repo.name))
    })
}

fn no_tag(repo: &Thing, tag: &str) -> Status {
    Status::not_found(format!("{} has no tag {tag}", repo.name))
}
