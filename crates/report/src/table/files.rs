//! The files: their count by cause, and every one of them where it is asked for.

use compare::{Cause, Comparison, FileChange};
use model::FileKind;

use super::look::{aspects, reason};
use super::page::{Cell, Meaning, Page, plain};
use crate::View;
use crate::text::{inert, number};

pub(super) fn section(comparison: &Comparison<'_>, view: View, page: &mut Page) {
    let total = comparison.files.len();
    if total == 0 && comparison.times_only == 0 {
        return;
    }
    page.line("");
    let title = page.paint("Files", Meaning::Heading);
    page.line(&format!("{title}          {}", counts(comparison, view)));
    if view.files {
        let rows: Vec<Vec<Cell>> =
            comparison.files.iter().map(|change| change_row(change, comparison)).collect();
        page.rows("  ", &rows, 1);
    }
}

/// `1,204 changed: 1,180 by packages · 12 package databases · 1 altered`
fn counts(comparison: &Comparison<'_>, view: View) -> String {
    let counts: Vec<String> = Cause::NAMES
        .into_iter()
        .filter_map(|cause| {
            let count = comparison.count(cause);
            let word = match (cause, count) {
                (_, 0) => return None,
                ("package", _) => "by packages",
                ("unknown-package", _) => "of packages not known",
                ("database", 1) => "package database",
                ("database", _) => "package databases",
                ("instruction", 1) => "by an instruction",
                ("instruction", _) => "by instructions",
                (cause, _) => cause,
            };
            Some(format!("{} {word}", number(count)))
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
    let unfold = if view.files || comparison.files.is_empty() { "" } else { "     (--files)" };
    format!("{} changed{causes}{times}{unfold}", number(comparison.files.len()))
}

/// Sign, path, cause, owner and what differs.
pub(super) fn change_row(change: &FileChange<'_>, comparison: &Comparison<'_>) -> Vec<Cell> {
    let slash = if change.file().entry.kind == FileKind::Directory { "/" } else { "" };
    let (sign, meaning) = match (change.old, change.new) {
        (None, _) => ("+", Meaning::Added),
        (_, None) => ("−", Meaning::Removed),
        _ => ("~", Meaning::Plain),
    };
    let what = match (change.old, change.new) {
        (Some(_), Some(_)) => aspects(change),
        _ => change.file().entry.kind.name().to_owned(),
    };
    let why = reason(change, comparison).map(|reason| format!("; {reason}")).unwrap_or_default();
    let owner = change.owner.map(|package| inert(&package.name)).unwrap_or_default();
    vec![
        (sign.to_owned(), meaning),
        plain(format!("{}{slash}", change.path())),
        plain(change.cause.name()),
        plain(owner),
        plain(what + &why),
    ]
}
