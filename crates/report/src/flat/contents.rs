//! What differs inside files, as rows: one for each line, fact or part.

use compare::{ContentChange, Inside, Mark};

use super::{NONE, answers};
use crate::rows::{Answers, Cell, Rows, path};

/// A row for each path, and one for each thing inside that differs.
pub(crate) fn contents(contents: &[ContentChange<'_>]) -> Answers {
    let header = vec!["Path", "Change", "Kind", "Name", "Old", "New"];
    let rows = contents.iter().flat_map(|change| {
        let head = [change.name().into(), "path".into(), NONE.into(), NONE.into(), NONE.into()];
        let rows = std::iter::once(head).chain(inside(&change.inside));
        rows.map(|row| std::iter::once(path(&change.path)).chain(row).collect())
            .collect::<Vec<Vec<Cell>>>()
    });
    let warnings = contents.iter().flat_map(|change| {
        let notice =
            |(side, text): &(&str, String)| format!("{side}: {} {text}", path(&change.path));
        change.notices.iter().map(notice)
    });
    answers(Rows { header, rows: rows.collect() }, warnings.collect())
}

fn inside(inside: &Inside<'_>) -> Vec<[Cell; 5]> {
    let side = |side: &Option<String>| side.clone().unwrap_or_else(|| NONE.into());
    let change = |old: bool, new: bool| match (old, new) {
        (false, _) => "added",
        (_, false) => "removed",
        _ => "changed",
    };
    let row = |kind: &str, name: &str, sides: [&Option<String>; 2]| {
        let [old, new] = sides;
        let change = change(old.is_some(), new.is_some());
        [change.into(), kind.into(), name.into(), side(old), side(new)]
    };
    match inside {
        Inside::Nothing | Inside::Bytes => Vec::new(),
        Inside::Kinds([old, new]) => {
            vec![["changed".into(), "kind".into(), NONE.into(), (*old).into(), (*new).into()]]
        }
        Inside::Text(text) => text.hunks.iter().flat_map(lines).collect(),
        Inside::Structure(structure) => {
            let facts =
                structure.facts.iter().map(|fact| row("fact", fact.name, [&fact.old, &fact.new]));
            let parts = structure.parts.iter().flat_map(|parts| {
                parts.parts.iter().map(|(name, [old, new])| row(parts.name, name, [old, new]))
            });
            facts.chain(parts).collect()
        }
        Inside::Directory(entries) => entries
            .iter()
            .map(|entry| {
                let change = change(entry.old.is_some(), entry.new.is_some());
                let file = |file: Option<&model::File>| file.map(super::content);
                let (old, new) = (file(entry.old), file(entry.new));
                [change.into(), "entry".into(), path(entry.path()), side(&old), side(&new)]
            })
            .collect(),
    }
}

/// The lines of a hunk that came or went, by their numbers.
fn lines(hunk: &compare::Hunk) -> Vec<[Cell; 5]> {
    let [mut old, mut new] = [hunk.old.start, hunk.new.start];
    let mut rows = Vec::new();
    for (mark, line) in &hunk.lines {
        match mark {
            Mark::Both => {}
            Mark::Removed => rows.push([
                "removed".into(),
                "line".into(),
                (old + 1).to_string(),
                line.text.clone(),
                NONE.into(),
            ]),
            Mark::Added => rows.push([
                "added".into(),
                "line".into(),
                (new + 1).to_string(),
                NONE.into(),
                line.text.clone(),
            ]),
        }
        old += usize::from(*mark != Mark::Added);
        new += usize::from(*mark != Mark::Removed);
    }
    rows
}
