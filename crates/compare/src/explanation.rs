//! Everything about one path of a comparison: what stood there layer by layer, whose it is, what was recorded of it, and
//! why its cause is the one that it has.

use std::sync::Arc;

use model::{File, FileEntry, ImageFacts, InstalledPackage, Owner, Path};

use crate::integrity::{self, Digests, Verdict};
use crate::{Cause, Comparison, Direction, FileChange, Side, TABLE, Which, history};

/// What stood at a path once a layer had been stacked, where that layer changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The layer, counted from 0 at the bottom.
    pub layer: u32,
    /// What stood there then; none where the layer took it away.
    pub file: Option<Arc<FileEntry>>,
}

/// What was found out of a path in one image, beside the image's facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// What its layers did to it, the lowest first.
    pub stages: Vec<Stage>,
    /// Digests of its content, where that was read again.
    pub digests: Option<Digests>,
    /// Why it was not, where it had to be.
    pub unread: Option<String>,
}

/// Everything about one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation<'a> {
    /// The path: as it was asked for, or where links in it lead.
    pub path: Path,
    /// Its change, where it changed.
    pub change: Option<&'a FileChange<'a>>,
    /// The old image's and the new one's.
    pub sides: [Told<'a>; 2],
    /// The causes that come before its own, each with what is missing for it.
    pub passed: Vec<(&'static str, String)>,
}

/// What is known of the path in one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<'a> {
    /// The image.
    pub side: &'a Side,
    /// What stands there.
    pub file: Option<&'a File>,
    /// Where it leads, if it is a link.
    pub leads_to: Option<Path>,
    /// What its layers did to it.
    pub past: Past,
    /// Who claims it.
    pub owners: Vec<Claimed<'a>>,
}

/// A package's claim on the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed<'a> {
    /// The package.
    pub installed: &'a InstalledPackage,
    /// How it changed; none where it did not, or that cannot be told.
    pub direction: Option<Direction>,
    /// The claim, with what was recorded.
    pub owner: &'a Owner,
    /// Whether the content is the one that was recorded.
    pub content: Verdict,
    /// Whether the permission bits are.
    pub mode: Verdict,
}

/// The path that somebody means who says `path`: itself where either image has it, else where its links lead in the
/// newer image that has something there. None where neither has.
pub fn meant(path: &Path, [old, new]: [&ImageFacts; 2]) -> Option<Path> {
    if old.file(path).is_some() || new.file(path).is_some() {
        return Some(path.clone());
    }
    new.resolve(path).or_else(|| old.resolve(path)).filter(|reached| reached.parent().is_some())
}

impl<'a> Comparison<'a> {
    /// Explains a path that [`meant`] gave.
    pub fn explain(&'a self, path: &Path, [old, new]: [Past; 2]) -> Explanation<'a> {
        let change = self.files.binary_search_by(|change| change.path().cmp(path));
        let change = change.ok().map(|place| &self.files[place]);
        let sides = [self.told(Which::Old, path, old), self.told(Which::New, path, new)];
        let passed = change.map(|change| Self::passed(change, &sides)).unwrap_or_default();
        Explanation { path: path.clone(), change, sides, passed }
    }

    fn told(&'a self, which: Which, path: &Path, past: Past) -> Told<'a> {
        let side = if which == Which::New { self.new } else { self.old };
        let file = side.facts.file(path);
        let leads_to = side.facts.resolve(path).filter(|reached| reached != path);
        let owners = file.iter().flat_map(|file| &file.owners).map(|owner| {
            let installed = &side.facts.packages[owner.package as usize];
            let entry = file.map(|file| &file.entry);
            let judged = |judge: &dyn Fn(&FileEntry) -> Verdict| {
                entry.map_or(Verdict::Unrecorded, |entry| judge(entry))
            };
            Claimed {
                installed,
                direction: self.direction(which, installed),
                owner,
                content: judged(&|entry| {
                    integrity::content(&owner.recorded, entry, past.digests.as_ref())
                }),
                mode: judged(&|entry| integrity::mode(&owner.recorded, entry)),
            }
        });
        Told {
            side,
            file,
            leads_to: leads_to.filter(|_| file.is_some()),
            owners: owners.collect(),
            past,
        }
    }

    fn direction(&self, which: Which, installed: &InstalledPackage) -> Option<Direction> {
        let changes = self.packages.iter().filter(|change| change.is_of_content());
        let change = changes.into_iter().find(|change| {
            let packages = if which == Which::New { &change.new } else { &change.old };
            packages.iter().any(|one| std::ptr::eq(*one, installed))
        });
        change.map(|change| change.direction)
    }

    /// The causes before a change's own, and why each is not it.
    fn passed(change: &FileChange<'_>, sides: &[Told<'_>; 2]) -> Vec<(&'static str, String)> {
        let has_owner = sides.iter().any(|side| !side.owners.is_empty());
        let own = Cause::NAMES.iter().position(|name| *name == change.cause.name());
        let before = &Cause::NAMES[..own.unwrap_or(0)];
        let reason = |name: &str| match name {
            "package" if has_owner => "no package that owns it came, went or changed".to_owned(),
            "altered" if has_owner => match change.cause {
                Cause::Generated(_) | Cause::Instruction => {
                    "its package ships it for others to write, or only claims it".to_owned()
                }
                Cause::Database => "it is a record, which changes whenever packages do".to_owned(),
                _ => "its package claims it, but did not ship it".to_owned(),
            },
            "package" | "altered" => "no package owns it".to_owned(),
            "unknown-package" => {
                "no package that owns it may have changed without being told".to_owned()
            }
            "database" => "it lies in no package manager's folder of records".to_owned(),
            "generated" => Self::not_generated(change),
            _ => Self::not_named(sides),
        };
        before.iter().map(|name| (*name, reason(name))).collect()
    }

    fn not_generated(change: &FileChange<'_>) -> String {
        let rows: Vec<&str> = crate::generated::about(change).map(|row| TABLE[row].name).collect();
        match &rows[..] {
            [] => "no rule of generated paths means it".to_owned(),
            rows => format!(
                "the rule {} means it, and what it asks for did not change",
                rows.join(", ")
            ),
        }
    }

    fn not_named(sides: &[Told<'_>; 2]) -> String {
        let lines = |side: &Told<'_>| history::lines(side.side).is_some();
        if sides.iter().filter(|side| side.file.is_some()).all(lines) {
            return "the line of history of its layer does not name it".to_owned();
        }
        "history and layers do not fit together: which line made its layer is not known".to_owned()
    }
}

impl Told<'_> {
    /// The instruction that made a layer, where history and layers fit together.
    pub fn instruction(&self, layer: u32) -> Option<String> {
        let lines = history::lines(self.side)?;
        history::instruction(self.side.settings.history.get(*lines.get(layer as usize)?)?)
    }
}
