//! The files: their count by cause, and every one of them where it is asked for.

use std::collections::{BTreeMap, BTreeSet};

use compare::{Cause, Comparison, FileChange, Move};
use model::{FileKind, Path};

use super::look::{aspects, reason};
use super::page::{Cell, Meaning, Page, plain};
use crate::View;
use crate::text::{counted, inert, number};
use crate::words::cause_figure;

pub(super) fn section(comparison: &Comparison<'_>, view: View, page: &mut Page) {
    let total = comparison.files.len();
    if total == 0 && comparison.times_only == 0 {
        return;
    }
    page.titled("Files", &counts(comparison, view));
    if view.files {
        page.rows("  ", &rows(comparison, view), 1);
    }
}

/// Every changed path; a directory that was moved as a whole is one row.
fn rows(comparison: &Comparison<'_>, view: View) -> Vec<Vec<Cell>> {
    let whole = comparison.moves.iter().filter(|one| one.below.is_some() && !view.all);
    let whole: Vec<&Move> = whole.collect();
    let from: BTreeMap<&Path, &Move> = whole.iter().map(|one| (&one.from, *one)).collect();
    let to: BTreeSet<&Path> = whole.iter().map(|one| &one.to).collect();
    let mut rows = Vec::new();
    for change in &comparison.files {
        // What was removed below it, or came to where it stands now, went with the directory.
        let above = |known: &dyn Fn(&Path) -> bool| {
            std::iter::successors(Some(change.path().clone()), Path::parent).any(|one| known(&one))
        };
        let is_directory = change.file().entry.kind == FileKind::Directory;
        let is_told = match (change.old, change.new) {
            (Some(_), None) => above(&|path| from.contains_key(path)),
            (None, Some(_)) => {
                (is_directory || change.moved.is_some()) && above(&|path| to.contains(path))
            }
            _ => false,
        };
        match from.get(change.path()) {
            Some(one) if change.new.is_none() => rows.push(moved_row(change, one)),
            _ if is_told => {}
            _ => rows.push(change_row(change, comparison)),
        }
    }
    rows
}

/// The row of a directory that was moved as a whole.
fn moved_row(change: &FileChange<'_>, one: &Move) -> Vec<Cell> {
    let below = one.below.unwrap_or_default();
    vec![
        ("→".to_owned(), Meaning::Plain),
        plain(format!("{}/", one.from)),
        plain(change.cause.name()),
        plain(""),
        plain(""),
        plain(format!(
            "moved to {}/ with {} below it        (--all)",
            one.to,
            counted(below, "path")
        )),
    ]
}

/// `1,204 changed: 1,180 by packages · 12 package databases · 1 altered`
fn counts(comparison: &Comparison<'_>, view: View) -> String {
    let counts: Vec<String> = Cause::NAMES
        .into_iter()
        .filter_map(|cause| {
            let count = comparison.count(cause);
            (count > 0).then(|| cause_figure(cause, count))
        })
        .collect();
    let causes = match &counts[..] {
        [] => String::new(),
        counts => format!(": {}", counts.join(" · ")),
    };
    let times = match comparison.times_only {
        0 => String::new(),
        count => format!("; {} differ in their time alone", number(count)),
    };
    let moved = match comparison
        .files
        .iter()
        .filter(|change| change.moved.is_some() && change.new.is_some())
        .count()
    {
        0 => String::new(),
        count => format!("; {} moved", number(count)),
    };
    let unfold = if view.files || comparison.files.is_empty() { "" } else { "     (--files)" };
    format!("{} changed{causes}{moved}{times}{unfold}", number(comparison.files.len()))
}

/// Sign, path, cause, owner and what differs.
pub(super) fn change_row(change: &FileChange<'_>, comparison: &Comparison<'_>) -> Vec<Cell> {
    let slash = if change.file().entry.kind == FileKind::Directory { "/" } else { "" };
    let (sign, meaning) = match (change.old, change.new) {
        (None, _) => ("+", Meaning::Added),
        (_, None) => ("−", Meaning::Removed),
        _ => ("~", Meaning::Plain),
    };
    let moved = |way: &str| {
        change.moved.as_ref().map(|path| format!(", moved {way} {path}")).unwrap_or_default()
    };
    let layer = format!("layer {}", change.file().layer.saturating_add(1));
    let what = match (change.old, change.new) {
        (Some(_), Some(_)) => aspects(change),
        (None, _) => change.file().entry.kind.name().to_owned() + &moved("from"),
        (_, None) => change.file().entry.kind.name().to_owned() + &moved("to"),
    };
    let why = reason(change, comparison).map(|reason| format!("; {reason}")).unwrap_or_default();
    let owner = change.owner.map(|package| inert(&package.name)).unwrap_or_default();
    vec![
        (sign.to_owned(), meaning),
        plain(format!("{}{slash}", change.path())),
        plain(change.cause.name()),
        plain(owner),
        (layer, Meaning::Aside),
        plain(what + &why),
    ]
}
