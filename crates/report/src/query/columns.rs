//! Cells that the answers of many queries have in common. It knows no query.

use compare::Subject;
use model::Digest;

use super::Question;
use crate::rows::{Answer, Cell, Identity, Rows};
pub(crate) use crate::rows::{bytes as text, path};

/// Digits of an ID that a person needs to tell images apart.
const SHORT: usize = 12;

/// The beginning of an image's ID.
pub(crate) fn short_id(subject: &Subject) -> Cell {
    subject.id.as_ref().or(subject.side.image.digest.as_ref()).map_or_else(
        // What has no documents at all has no ID.
        || "unknown".into(),
        short,
    )
}

/// The beginning of a digest's digits.
pub(crate) fn short(digest: &Digest) -> Cell {
    digest.hex().chars().take(SHORT).collect()
}

/// What an image is called: of the names that mean it now the one that it was seen under last. Where all of them mean
/// others by now it is called by its ID, and where it never had one as it was asked for.
pub(crate) fn name(subject: &Subject) -> Cell {
    let reference = Some(&subject.side.image.reference);
    let reference = reference.filter(|reference| {
        subject.names.is_empty() && !reference.is_empty() && !is_identity(reference, subject)
    });
    // A digest is no tag: what it means never changes, so it tells nothing of an image that has a name, too.
    let tag = subject.current.iter().rfind(|name| !name.contains('@'));
    called(tag.or(subject.current.last()).or(reference), &short_id(subject))
}

/// Whether an image was asked for by its ID, also of an engine (`docker:0584b3d2cf6d`): that is no name.
fn is_identity(reference: &str, subject: &Subject) -> bool {
    let engines = ["docker:", "podman:"];
    let bare =
        engines.iter().find_map(|engine| reference.strip_prefix(engine)).unwrap_or(reference);
    let bare = bare.strip_prefix("sha256:").unwrap_or(bare);
    let is_of = |digest: &Digest| bare.len() >= 4 && digest.hex().starts_with(bare);
    subject.id.iter().chain(&subject.side.image.digest).any(is_of)
}

/// A name as people write it, or what stands for it where there is none.
pub(crate) fn called(name: Option<&String>, id: &str) -> Cell {
    name.map_or_else(|| id.into(), |name| familiar(name))
}

/// A name without the `library/` that Docker Hub's official repositories stand in.
pub(crate) fn familiar(name: &str) -> Cell {
    let official = name.strip_prefix("docker.io/library/");
    official.map_or_else(|| name.into(), |rest| format!("docker.io/{rest}"))
}

/// A row of an image: its ID, its name, and what is told of it.
pub(crate) fn row<const N: usize>(subject: &Subject, cells: [Cell; N]) -> Vec<Cell> {
    [short_id(subject), name(subject)].into_iter().chain(cells).collect()
}

/// An answer of the one image that is asked, which JSON says more of.
pub(crate) fn answer(
    question: &Question<'_>,
    header: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
) -> Answer {
    let image = question.subjects.first().map(|subject| Identity::of(subject));
    Answer { rows: Rows { header, rows }, image, ..Answer::default() }
}
