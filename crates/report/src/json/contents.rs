//! The document of paths that were looked into.

use compare::{Aspect, ContentChange, Hunk, Inside, PartsChange, StructureChange, TextChange};
use serde::Serialize;

use super::comparison::{change_name, notices};
use super::image::{FileShape, ImageShape};
use super::{NoticeShape, PathShape};
use crate::VERSION;

/// What differs inside files.
#[derive(Serialize)]
pub(crate) struct Contents {
    version: u32,
    kind: &'static str,
    old: ImageShape,
    new: ImageShape,
    #[serde(rename = "contents")]
    paths: Vec<ContentShape>,
    notices: Vec<NoticeShape>,
}

#[derive(Serialize)]
struct ContentShape {
    #[serde(flatten)]
    path: PathShape,
    /// `same`, `added`, `removed` or `changed`.
    change: &'static str,
    what: Vec<&'static str>,
    old: Option<FileShape>,
    new: Option<FileShape>,
    inside: InsideShape,
    notices: Vec<SideNotice>,
}

#[derive(Serialize)]
struct SideNotice {
    side: &'static str,
    text: String,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum InsideShape {
    Nothing,
    Bytes,
    Text {
        encodings: [&'static str; 2],
        packed: [Option<&'static str>; 2],
        /// None where the lines of a text end differently.
        line_ends: [Option<&'static str>; 2],
        added: usize,
        removed: usize,
        /// How many of the lines below have something hidden in them.
        hidden: usize,
        hunks: Vec<HunkShape>,
    },
    Structure {
        /// None where that side is missing.
        formats: [Option<&'static str>; 2],
        packed: [Option<&'static str>; 2],
        facts: Vec<FactShape>,
        parts: Vec<PartsShape>,
    },
    Kinds {
        kinds: [&'static str; 2],
    },
    Directory {
        entries: Vec<EntryShape>,
    },
}

/// Lines are counted from 1, as in a unified diff; where there are none, the number is that of the line before.
#[derive(Serialize)]
struct HunkShape {
    old_start: usize,
    old_lines: usize,
    new_start: usize,
    new_lines: usize,
    lines: Vec<LineShape>,
}

#[derive(Serialize)]
struct LineShape {
    /// A blank, `-` or `+`.
    sign: &'static str,
    text: String,
    end: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hidden: bool,
}

#[derive(Serialize)]
struct FactShape {
    name: &'static str,
    old: Option<String>,
    new: Option<String>,
}

#[derive(Serialize)]
struct PartsShape {
    name: &'static str,
    added: usize,
    removed: usize,
    changed: usize,
    /// Whether there are more, which were not read.
    cut: bool,
    parts: Vec<PartShape>,
}

#[derive(Serialize)]
struct PartShape {
    name: String,
    old: Option<String>,
    new: Option<String>,
}

#[derive(Serialize)]
struct EntryShape {
    #[serde(flatten)]
    path: PathShape,
    change: &'static str,
    what: Vec<&'static str>,
}

impl Contents {
    pub(crate) fn of(
        comparison: &compare::Comparison<'_>,
        contents: &[ContentChange<'_>],
    ) -> Contents {
        Contents {
            version: VERSION,
            kind: "contents",
            old: ImageShape::of(comparison.old),
            new: ImageShape::of(comparison.new),
            paths: contents.iter().map(ContentShape::of).collect(),
            notices: notices(comparison),
        }
    }
}

impl ContentShape {
    fn of(change: &ContentChange<'_>) -> ContentShape {
        let notice =
            |(side, text): &(&'static str, String)| SideNotice { side, text: text.clone() };
        ContentShape {
            path: PathShape::of(&change.path),
            change: change.name(),
            what: change.mask.aspects().map(Aspect::name).collect(),
            old: change.old.map(FileShape::of),
            new: change.new.map(FileShape::of),
            inside: InsideShape::of(&change.inside),
            notices: change.notices.iter().map(notice).collect(),
        }
    }
}

impl InsideShape {
    fn of(inside: &Inside<'_>) -> InsideShape {
        match inside {
            Inside::Nothing => InsideShape::Nothing,
            Inside::Bytes => InsideShape::Bytes,
            Inside::Text(change) => text(change),
            Inside::Structure(change) => structure(change),
            Inside::Kinds(kinds) => InsideShape::Kinds { kinds: *kinds },
            Inside::Directory(entries) => {
                let entry = |entry: &&compare::FileChange<'_>| EntryShape {
                    path: PathShape::of(entry.path()),
                    change: change_name(entry),
                    what: entry.mask.aspects().map(Aspect::name).collect(),
                };
                InsideShape::Directory { entries: entries.iter().map(entry).collect() }
            }
        }
    }
}

fn text(change: &TextChange) -> InsideShape {
    InsideShape::Text {
        encodings: change.encodings.map(model::Encoding::name),
        packed: change.packed,
        line_ends: change.ends.map(|end| end.map(model::LineEnd::name)),
        added: change.added,
        removed: change.removed,
        hidden: change.hidden,
        hunks: change.hunks.iter().map(HunkShape::of).collect(),
    }
}

impl HunkShape {
    fn of(hunk: &Hunk) -> HunkShape {
        let [old_start, new_start] = hunk.starts();
        let lines = hunk.lines.iter().map(|(mark, line)| LineShape {
            sign: mark.sign(),
            text: line.text.clone(),
            end: line.end.name(),
            hidden: line.hidden.is_some(),
        });
        HunkShape {
            old_start,
            old_lines: hunk.old.len(),
            new_start,
            new_lines: hunk.new.len(),
            lines: lines.collect(),
        }
    }
}

fn structure(change: &StructureChange) -> InsideShape {
    let fact = |fact: &compare::FactChange| FactShape {
        name: fact.name,
        old: fact.old.clone(),
        new: fact.new.clone(),
    };
    InsideShape::Structure {
        formats: change.formats.map(|format| Some(format).filter(|format| !format.is_empty())),
        packed: change.packed,
        facts: change.facts.iter().map(fact).collect(),
        parts: change.parts.iter().map(PartsShape::of).collect(),
    }
}

impl PartsShape {
    fn of(change: &PartsChange) -> PartsShape {
        let [added, removed, changed] = change.counts();
        let part = |(name, [old, new]): (&String, &[Option<String>; 2])| PartShape {
            name: name.clone(),
            old: old.clone(),
            new: new.clone(),
        };
        PartsShape {
            name: change.name,
            added,
            removed,
            changed,
            cut: change.is_cut,
            parts: change.parts.iter().map(part).collect(),
        }
    }
}
