//! Compares what two files say: texts line by line, structures part by part. It reads no byte of them: whoever asks has
//! taken them apart.

mod structure;
mod text;

use model::{Body, Content, File, FileKind, Lines, Path, Structure};

use crate::{Comparison, FileChange, Mask};

pub use structure::{FactChange, PartsChange, StructureChange};
pub use text::{Hunk, Mark, TextChange};

/// One path that somebody looks into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentChange<'a> {
    /// Where it was looked for.
    pub path: Path,
    /// What stands there in the old image.
    pub old: Option<&'a File>,
    /// What stands there in the new image.
    pub new: Option<&'a File>,
    /// What differs where both have it.
    pub mask: Mask,
    /// What differs inside.
    pub inside: Inside<'a>,
    /// What of either side could not be read, with the name of the side.
    pub notices: Vec<(&'static str, String)>,
}

/// What differs inside a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inside<'a> {
    /// Nothing, or nothing that was read: what differs stands outside, in modes, owners or links.
    Nothing,
    /// Bytes of which nothing is known.
    Bytes,
    /// Lines of text.
    Text(TextChange),
    /// Facts and parts.
    Structure(StructureChange),
    /// The two are of different kinds: what each of them is.
    Kinds([&'static str; 2]),
    /// What changed below a directory.
    Directory(Vec<&'a FileChange<'a>>),
}

impl ContentChange<'_> {
    /// How it changed, in the words of documents.
    pub fn name(&self) -> &'static str {
        let is_same = match &self.inside {
            Inside::Directory(entries) => self.mask.is_empty() && entries.is_empty(),
            _ => self.mask.is_empty(),
        };
        match (self.old, self.new) {
            (None, _) => "added",
            (_, None) => "removed",
            _ if is_same => "same",
            _ => "changed",
        }
    }
}

/// Looks into a path of which each side was read, where it has to be.
pub fn content<'a>(
    comparison: &'a Comparison<'a>,
    path: Path,
    [old, new]: [Option<&'a File>; 2],
    [was, is]: [Option<&Content>; 2],
) -> ContentChange<'a> {
    let mask = match (old, new) {
        (Some(old), Some(new)) => Mask::between(&old.entry, &new.entry),
        _ => Mask::default(),
    };
    let sides = [("old", was), ("new", is)].into_iter();
    let notices = sides.flat_map(|(side, content)| {
        content.into_iter().flat_map(move |content| {
            content.notices.iter().map(move |notice| (side, notice.clone()))
        })
    });
    let is_directory =
        [old, new].into_iter().flatten().any(|file| matches!(file.entry.kind, FileKind::Directory));
    let inside = if is_directory { directory(comparison, &path) } else { inside([was, is]) };
    ContentChange { path, old, new, mask, inside, notices: notices.collect() }
}

/// Whether a side has to be read to tell what differs inside.
pub fn is_to_be_read(old: Option<&File>, new: Option<&File>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => old.entry.kind != new.entry.kind,
        _ => true,
    }
}

fn directory<'a>(comparison: &'a Comparison<'a>, path: &Path) -> Inside<'a> {
    let below = comparison
        .files
        .iter()
        .filter(|change| change.path() != path && change.path().is_under(path));
    Inside::Directory(below.collect())
}

fn inside<'a>(sides: [Option<&Content>; 2]) -> Inside<'a> {
    let missing = sides.iter().flatten().next().map(|content| nothing_like(content));
    let Some(missing) = missing else { return Inside::Nothing };
    let [was, is] = sides.map(|side| side.unwrap_or(&missing));
    let packed = [was.packed, is.packed];
    match (&was.body, &is.body) {
        (Body::Text(old), Body::Text(new)) => Inside::Text(text::compare(packed, old, new)),
        (Body::Structure(old), Body::Structure(new)) => {
            Inside::Structure(structure::compare(packed, old, new))
        }
        (Body::Bytes, Body::Bytes) => Inside::Bytes,
        (old, new) => Inside::Kinds([kind(old), kind(new)]),
    }
}

/// What a side that is missing has: nothing, of the kind that the other side is of.
fn nothing_like(content: &Content) -> Content {
    let body = match content.body {
        Body::Text(_) => Body::Text(Lines::default()),
        Body::Structure(_) => Body::Structure(Structure::default()),
        Body::Bytes => Body::Bytes,
    };
    Content { body, ..Content::default() }
}

fn kind(body: &Body) -> &'static str {
    match body {
        Body::Bytes => "bytes",
        Body::Text(_) => "text",
        Body::Structure(structure) => structure.format,
    }
}
