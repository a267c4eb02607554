//! Images as they are kept, and what names meant: the documents of `pentimento images`, `show` and `history`.

use engine::{Sighting, Subject, Texts, Thing};
use model::{Digest, Uidp};
use report::kept;

use super::images::platform;
use super::lists::repo;
use super::page::limit;
use super::written::{format, view};
use super::{Answer, Asked};
use crate::capability::Capabilities;
use crate::library::Shelf;
use crate::services::repos;
use crate::sight::{Seen, Sight};
use crate::state::State;
use crate::status::Status;

/// What has to be allowed to know an image.
pub(super) const NEEDED: &[&str] = &["repo.list", "sboms.list"];

/// What the caller sees.
pub(super) fn sight<'a>(asked: &Asked<'a>) -> Result<Sight<'a>, Status> {
    let needed = Capabilities::named(NEEDED.iter().copied());
    Sight::of(asked.state, asked.whoever()?, needed)
}

/// Every kept image that the caller may see.
pub(super) fn images(asked: &Asked<'_>) -> Result<Answer, Status> {
    let ((format, kind), view) = (format(asked)?, view(asked)?);
    let place = asked.said("place").map(|_| asked.read::<Uidp>("place")).transpose()?;
    let sight = sight(asked)?;
    let mut images = Vec::new();
    for (_, image) in sight.all(place.as_ref())? {
        let subject = sight.outlined(&image)?;
        images.push(kept::Image { subject, imported: image.imported });
    }
    // As `pentimento images` has them: the one that was analyzed last first.
    images.sort_by(|one, other| {
        let key = |image: &kept::Image| (image.subject.analyzed, image.subject.id.clone());
        key(other).cmp(&key(one))
    });
    let mut bytes = Vec::new();
    kept::images(&images, format, view, &mut bytes).map_err(|_| Status::internal())?;
    Ok(Answer::text(kind, bytes).tagged())
}

/// What is known of an image beside its facts.
pub(super) fn image(asked: &Asked<'_>) -> Result<Answer, Status> {
    let ((format, kind), view) = (format(asked)?, view(asked)?);
    let (repo, digest) = (repo(asked)?, asked.read::<Digest>("digest")?);
    let sight = sight(asked)?;
    let seen = Seen { repo: &repo, digest };
    let subject = sight.subject(&seen, platform(asked)?.as_ref(), Texts::Unwanted)?;
    let kept = subject.id.as_ref().and_then(|id| asked.state.library.outline(id));
    let image = kept::Image { subject, imported: kept.is_some_and(|image| image.imported) };
    let mut bytes = Vec::new();
    kept::image(&image, format, view, &mut bytes).map_err(|_| Status::internal())?;
    Ok(Answer::text(kind, bytes).tagged())
}

/// What a tag meant, the latest first, and what changed from one to the next.
pub(super) fn history(asked: &Asked<'_>) -> Result<Answer, Status> {
    let ((format, kind), view) = (format(asked)?, view(asked)?);
    let (repo, tag, state) = (repo(asked)?, asked.needed("tag")?, asked.state);
    let most = limit(asked)?;
    // What comes before the last that is told is what that is compared with.
    let moves = state.ledger.moves_before(&repo.id, tag, None, most + 1)?;
    if moves.is_empty() {
        return Err(Status::not_found(format!("{} has no tag {tag}", repo.name)));
    }
    let mut seen = Vec::new();
    for one in moves {
        let Ok(digest) = one.digest.parse::<Digest>() else { continue };
        let kept = state.library.outline(&digest);
        let id = kept.as_ref().map_or_else(|| digest.clone(), |image| image.id.clone());
        let own = kept.as_ref().and_then(|image| image.description.digest.clone());
        let (first, last, kept) = (one.time, one.time, kept.is_some());
        let digest = own.or(Some(digest));
        seen.push(Sighting { id, digest, first, last, imported: false, kept });
    }
    let mut told = Vec::new();
    let mut after: Option<(Digest, Subject)> = None;
    for (place, sighting) in seen.iter().enumerate().take(most) {
        let since = match seen.get(place + 1) {
            None => kept::Since::First,
            Some(before) => difference(state, &repo, [before, sighting], &mut after)?,
        };
        let Sighting { id, digest, first, last, .. } = sighting.clone();
        told.push(kept::Sighting { id, digest, first, last, imported: false, since });
    }
    let title = sight(asked)?.title(&repo)?;
    let history = kept::History { name: format!("{title}:{tag}"), sightings: told };
    let mut bytes = Vec::new();
    kept::history(&history, format, view, &mut bytes).map_err(|_| Status::internal())?;
    Ok(Answer::text(kind, bytes).tagged())
}

/// How two images differ, where both are kept. It is remembered: whoever is told that it takes too long asks again, and does not
/// begin anew. The older image is kept at hand for the next comparison, in which it is the newer one.
fn difference(
    state: &State,
    repo: &Thing,
    sightings: [&Sighting; 2],
    newer: &mut Option<(Digest, Subject)>,
) -> Result<kept::Since, Status> {
    let [Some(old), Some(new)] = sightings.map(|one| one.digest.clone().filter(|_| one.kept))
    else {
        *newer = None;
        return Ok(kept::Since::Unknown);
    };
    let key = [old.to_string(), new.to_string()];
    if let Some(since) = state.sinces.of(&key) {
        *newer = None;
        return Ok(since);
    }
    let shelf = Shelf { id: &repo.id, upstream: repos::upstream(repo), ledger: &state.ledger };
    let at_hand = |digest: &Digest| state.library.kept_already(&shelf, digest);
    let of_new = match newer.take().filter(|(digest, _)| *digest == new) {
        Some((_, subject)) => Some(subject),
        None => at_hand(&new)?,
    };
    let (Some(of_old), Some(of_new)) = (at_hand(&old)?, of_new) else {
        return Ok(kept::Since::Unknown);
    };
    let are_older = [&of_old.side, &of_new.side].map(engine::is_older);
    // What two versions of the program read may differ although the images do not.
    let since = if are_older[0] == are_older[1] {
        kept::Since::of(&engine::compare(&of_old, &of_new))
    } else {
        kept::Since::Unknown
    };
    if are_older == [false, false] {
        state.sinces.note(key, since);
    }
    *newer = Some((old, of_old));
    Ok(since)
}
