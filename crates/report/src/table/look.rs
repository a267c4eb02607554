//! What somebody should look at: paths that no package explains.

use compare::{Aspect, Cause, Comparison, FileChange, Mask, Privilege};
use model::{FileEntry, FileKind, Package};

use super::page::{Cell, Meaning, Page, plain};
use crate::View;
use crate::text::{bytes, counted, inert, shorten};

/// Rows that are shown before the rest is folded.
const SHOWN: usize = 15;

/// Columns that an instruction may take.
const INSTRUCTION: usize = 80;

pub(super) fn section(comparison: &Comparison<'_>, view: View, page: &mut Page) {
    let changes: Vec<&FileChange<'_>> =
        comparison.files.iter().filter(|change| change.needs_look()).collect();
    let risks = super::risks::look(comparison);
    if changes.is_empty() && risks.is_empty() {
        return;
    }
    page.section("Look first");
    let items = ranked(&changes, view);
    let folds = !view.all && !view.files && items.len() > SHOWN + 1;
    let shown = if folds { SHOWN } else { items.len() };
    let paths = items[..shown].iter().map(|item| row(item, comparison));
    let rows: Vec<Vec<Cell>> = risks.into_iter().chain(paths).collect();
    page.rows("  ", &rows, 1);
    if folds {
        let more: usize = items[shown..].iter().map(|item| 1 + item.below).sum();
        page.line(&format!("  {} more        (--files)", counted(more, "path")));
    }
}

/// A path to look at.
#[derive(Clone, Copy, Debug)]
pub struct Item<'c, 'a> {
    /// What happened to it.
    pub change: &'c FileChange<'a>,
    /// How many paths below it go the same way, where it is a directory that stands for them.
    pub below: usize,
}

/// What to look at, what matters most first.
fn ranked<'c, 'a>(changes: &[&'c FileChange<'a>], view: View) -> Vec<Item<'c, 'a>> {
    let mut items = roll_up(changes, view);
    // Sorting is stable: paths stay in order among their like.
    items.sort_by_key(|item| (rank(item.change), item.change.cause));
    items
}

/// The paths of a comparison to look at, what matters most first.
pub(crate) fn items<'c, 'a>(comparison: &'c Comparison<'a>) -> Vec<Item<'c, 'a>> {
    let changes = comparison.files.iter().filter(|change| change.needs_look());
    ranked(&changes.collect::<Vec<_>>(), View::default())
}

/// A directory that came or went whole stands for all that came or went with it, but for what is privileged.
fn roll_up<'c, 'a>(changes: &[&'c FileChange<'a>], view: View) -> Vec<Item<'c, 'a>> {
    let mut items: Vec<Item<'c, 'a>> = Vec::new();
    let mut whole: Option<usize> = None;
    for &change in changes {
        let over = whole.filter(|&place| {
            let directory = items[place].change;
            change.path().is_under(directory.path())
                && change.cause == directory.cause
                && (change.old.is_none(), change.new.is_none())
                    == (directory.old.is_none(), directory.new.is_none())
        });
        match over {
            Some(place) if privilege(change).is_none() => items[place].below += 1,
            _ => {
                let came_or_went = change.old.is_none() || change.new.is_none();
                let is_directory = change.file().entry.kind == FileKind::Directory;
                if over.is_none() && !view.files && !view.all {
                    whole = (is_directory && came_or_went).then_some(items.len());
                }
                items.push(Item { change, below: 0 });
            }
        }
    }
    items
}

/// Privileges first, then what was altered, then the rest.
fn rank(change: &FileChange<'_>) -> u8 {
    match (privilege(change), change.cause) {
        (Some(_), _) => 0,
        (None, Cause::Altered) => 1,
        (None, Cause::UnknownPackage) => 3,
        _ => 2,
    }
}

/// The privilege that came with a change, in words.
pub(crate) fn privilege(change: &FileChange<'_>) -> Option<String> {
    let name = |number: u32| if number == 0 { "root".into() } else { number.to_string() };
    Some(match change.new_privilege()? {
        Privilege::SetUid(user) => format!("+ setuid {}", name(user)),
        Privilege::SetGid(group) => format!("+ setgid {}", name(group)),
        Privilege::Capability => "+ capability".into(),
    })
}

fn row(item: &Item<'_, '_>, comparison: &Comparison<'_>) -> Vec<Cell> {
    let change = item.change;
    let is_directory = change.file().entry.kind == FileKind::Directory;
    let slash = if is_directory { "/" } else { "" };
    vec![
        (change.cause.name().to_owned(), Meaning::Look),
        plain(format!("{}{slash}", change.path())),
        what(change),
        (why(item, comparison), Meaning::Aside),
    ]
}

fn what(change: &FileChange<'_>) -> Cell {
    if let Some(privilege) = privilege(change) {
        return (privilege, Meaning::Look);
    }
    match (change.old, change.new) {
        (None, _) => ("+".into(), Meaning::Added),
        (_, None) => ("−".into(), Meaning::Removed),
        _ => plain(aspects(change)),
    }
}

/// `content, mode 0644 → 0755`
pub(crate) fn aspects(change: &FileChange<'_>) -> String {
    let (Some(old), Some(new)) = (change.old, change.new) else { return String::new() };
    entries(change.mask, &old.entry, &new.entry)
}

/// The same of two entries.
pub(super) fn entries(mask: Mask, old: &FileEntry, new: &FileEntry) -> String {
    let text = |aspect| match aspect {
        Aspect::Type => format!("{} → {}", old.kind.name(), new.kind.name()),
        Aspect::Mode => format!("mode {:04o} → {:04o}", old.mode, new.mode),
        Aspect::Owner => format!("owner {}:{} → {}:{}", old.uid, old.gid, new.uid, new.gid),
        Aspect::Link => match (&old.kind, &new.kind) {
            (FileKind::Symlink { target: old }, FileKind::Symlink { target: new }) => {
                format!("link {} → {}", model::visible(old), model::visible(new))
            }
            _ => "link".into(),
        },
        other => other.name().into(),
    };
    // That the size changed says nothing where the content did.
    let aspects = mask.aspects().filter(|aspect| *aspect != Aspect::Size);
    aspects.map(text).collect::<Vec<_>>().join(", ")
}

/// What explains a change that no package does: what a row of the table says, or an instruction.
pub(crate) fn reason(change: &FileChange<'_>, comparison: &Comparison<'_>) -> Option<String> {
    match change.cause {
        Cause::Generated(row) => compare::TABLE.get(row).map(|row| row.why.into()),
        Cause::Instruction => {
            let instruction = comparison.instruction(change)?;
            Some(shorten(&inert(&instruction), INSTRUCTION))
        }
        _ => None,
    }
}

pub(crate) fn why(item: &Item<'_, '_>, comparison: &Comparison<'_>) -> String {
    let change = item.change;
    let file = change.file();
    let mut parts = Vec::new();
    if let FileKind::Regular { size, .. } = file.entry.kind {
        parts.push(bytes(size));
    }
    if item.below > 0 {
        parts.push(format!("{} below it", counted(item.below, "path")));
    }
    parts.push(format!("layer {}", file.layer.saturating_add(1)));
    let owner =
        |package: &Package| format!("{} {}", inert(&package.name), inert(package.version.as_str()));
    let reason = match (change.cause, change.owner) {
        (Cause::Altered, Some(package)) => format!("{} did not change", owner(package)),
        (Cause::UnknownPackage, Some(package)) => {
            format!("whether {} changed cannot be told", owner(package))
        }
        (Cause::Package(_), Some(package)) => format!("{} brought it", owner(package)),
        (Cause::Database, _) => "it lies among a package manager's records".into(),
        (Cause::Generated(_) | Cause::Instruction, _) => {
            reason(change, comparison).unwrap_or_default()
        }
        (_, Some(package)) => format!("{} claims it, but did not ship it", owner(package)),
        (_, None) => "no package owns it, no instruction names it".into(),
    };
    format!("{}; {reason}", parts.join(", "))
}
