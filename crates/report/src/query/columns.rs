//! Cells that the answers of many queries have in common. It knows no query.

use compare::Subject;
use model::{Digest, Path};

use crate::rows::Cell;

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

/// What an image is called: the name that it was seen under last, else how it was asked for, else its ID.
pub(crate) fn name(subject: &Subject) -> Cell {
    let reference = Some(&subject.side.image.reference).filter(|reference| !reference.is_empty());
    subject.names.last().or(reference).cloned().unwrap_or_else(|| short_id(subject))
}

/// A row of an image: its ID, its name, and what is told of it.
pub(crate) fn row<const N: usize>(subject: &Subject, cells: [Cell; N]) -> Vec<Cell> {
    [short_id(subject), name(subject)].into_iter().chain(cells).collect()
}

/// Bytes of an image as text; what is not UTF-8 is written as [`model::visible`] does.
pub(crate) fn text(bytes: &[u8]) -> Cell {
    std::str::from_utf8(bytes).map_or_else(|_| model::visible(bytes), ToOwned::to_owned)
}

/// A path as text.
pub(crate) fn path(path: &Path) -> Cell {
    text(path.as_bytes())
}
