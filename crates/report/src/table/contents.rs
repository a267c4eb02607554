//! What differs inside files: unified diffs and short lists. What an image says is shown inert, line by line.

use compare::{Comparison, ContentChange, Inside, Mark, PartsChange, StructureChange, TextChange};
use model::{File, FileKind, Line, LineEnd};

use super::files::change_row;
use super::look::entries;
use super::page::{Cell, Meaning, Page, plain};
use crate::View;
use crate::text::{bytes, counted, inert, number, readable, width};

/// Lines of one diff that are shown before the rest is folded.
const LINES: usize = 400;

/// Columns of a line that are shown.
const COLUMNS: usize = 500;

/// Parts of one kind, or entries of a directory, that are shown before the rest is folded.
const PARTS: usize = 12;

pub(super) fn page(
    comparison: &Comparison<'_>,
    contents: &[ContentChange<'_>],
    view: View,
    page: &mut Page,
) {
    super::heading::images(comparison, page);
    for change in contents {
        page.line("");
        content(change, comparison, view, page);
    }
}

fn content(change: &ContentChange<'_>, comparison: &Comparison<'_>, view: View, page: &mut Page) {
    let meaning = match change.name() {
        "added" => Meaning::Added,
        "removed" => Meaning::Removed,
        _ => Meaning::Plain,
    };
    let mut head =
        vec![(change.path.to_string(), Meaning::Heading), (change.name().to_owned(), meaning)];
    if let (Some(old), Some(new)) = (change.old, change.new) {
        head.push(plain(entries(change.mask, &old.entry, &new.entry)));
    }
    page.rows(" ", &[head], usize::MAX);
    let sides = [("old", change.old), ("new", change.new)];
    let rows: Vec<Vec<Cell>> = sides
        .into_iter()
        .zip(told(&change.inside))
        .filter_map(|((name, file), told)| Some(side(name, file?, change, &told)))
        .collect();
    page.rows("   ", &rows, usize::MAX);
    for (side, notice) in &change.notices {
        let sign = page.paint("!", Meaning::Look);
        page.line(&format!("   {sign} {side}: it {}", inert(notice)));
    }
    match &change.inside {
        Inside::Bytes if change.notices.is_empty() => {
            page.line("   these are bytes of a format that is not known here");
        }
        Inside::Nothing | Inside::Bytes => {}
        Inside::Kinds([old, new]) => page.line(&format!("   it was {old} and is {new}")),
        Inside::Text(change) => text(change, view, page),
        Inside::Structure(change) => structure(change, view, page),
        Inside::Directory(entries) => {
            let folds = !view.all && entries.len() > PARTS + 1;
            let shown = if folds { PARTS } else { entries.len() };
            let rows: Vec<Vec<Cell>> =
                entries[..shown].iter().map(|change| change_row(change, comparison)).collect();
            page.rows("   ", &rows, 1);
            fold(entries.len() - shown, page);
        }
    }
}

/// What is told of each side's content in a word or two.
fn told(inside: &Inside<'_>) -> [String; 2] {
    let packed = |what: &str, packed: Option<&str>| match packed {
        Some(packed) => format!("{what} in {packed}"),
        None => what.to_owned(),
    };
    match inside {
        Inside::Text(change) => [0, 1].map(|side| {
            let ends = match change.ends[side] {
                Some(LineEnd::ReturnFeed) => ", lines end with CRLF",
                None => ", some lines end with CRLF",
                _ => "",
            };
            packed(change.encodings[side].name(), change.packed[side]) + ends
        }),
        Inside::Structure(change) => {
            [0, 1].map(|side| packed(change.formats[side], change.packed[side]))
        }
        _ => Default::default(),
    }
}

fn side(name: &str, file: &File, change: &ContentChange<'_>, told: &str) -> Vec<Cell> {
    let entry = &file.entry;
    let what = match &entry.kind {
        FileKind::Regular { size, sha256 } => {
            let digest: String = sha256.to_string().chars().take(12).collect();
            format!("{}, sha256:{digest}…", bytes(*size))
        }
        FileKind::Symlink { target } => format!("-> {}", model::visible(target)),
        other => other.name().into(),
    };
    let moved = if file.path == change.path { String::new() } else { format!("at {}", file.path) };
    let parts = [
        name.to_owned(),
        format!("layer {}", file.layer.saturating_add(1)),
        format!("{:04o} {}:{}", entry.mode, entry.uid, entry.gid),
        what,
        [told, &moved].join(" ").trim().to_owned(),
    ];
    parts.into_iter().map(|part| (part, Meaning::Aside)).collect()
}

fn text(change: &TextChange, view: View, page: &mut Page) {
    let mut left = if view.all { usize::MAX } else { LINES };
    let mut untold = 0;
    for hunk in &change.hunks {
        if left == 0 {
            untold += hunk.lines.len();
            continue;
        }
        let range = |start: usize, length: usize| match length {
            1 => start.to_string(),
            _ => format!("{start},{length}"),
        };
        let [old, new] = hunk.starts();
        let head = format!("@@ -{} +{} @@", range(old, hunk.old.len()), range(new, hunk.new.len()));
        page.line("");
        page.line(&page.paint(&head, Meaning::Aside));
        let shown = hunk.lines.len().min(left);
        for (mark, one) in &hunk.lines[..shown] {
            let meaning = match mark {
                Mark::Both => Meaning::Plain,
                Mark::Added => Meaning::Added,
                Mark::Removed => Meaning::Removed,
            };
            page.exact(&page.paint(&(mark.sign().to_owned() + &line(one, view)), meaning));
            if one.end == LineEnd::Nothing {
                page.line("\\ No newline at end of file");
            }
        }
        left -= shown;
        untold += hunk.lines.len() - shown;
    }
    fold(untold, page);
    if change.hunks.is_empty() {
        page.line("   its lines are the same");
    }
}

/// A line's text. Where it ends with a carriage return, that is shown.
fn line(line: &Line, view: View) -> String {
    let text = readable(&line.text);
    let end = if line.end == LineEnd::ReturnFeed { "␍" } else { "" };
    if view.all || width(&text) <= COLUMNS {
        return text + end;
    }
    let shown: String = text.chars().take(COLUMNS).collect();
    format!("{shown}… {} more{end}", counted(text.chars().count() - COLUMNS, "character"))
}

fn structure(change: &StructureChange, view: View, page: &mut Page) {
    let rows: Vec<Vec<Cell>> = change
        .facts
        .iter()
        .map(|fact| sides(fact.name, [fact.old.as_deref(), fact.new.as_deref()]))
        .collect();
    page.rows("   ", &rows, usize::MAX);
    for parts in &change.parts {
        self::parts(parts, view, page);
    }
    if change.facts.is_empty() && change.parts.is_empty() {
        page.line("   none of what is told of this format differs");
    }
}

fn parts(change: &PartsChange, view: View, page: &mut Page) {
    let counts = change.counts().into_iter().zip(["added", "removed", "changed"]);
    let counts: Vec<String> = counts
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", number(count)))
        .collect();
    let cut = if change.is_cut { "; there are more, which were not read" } else { "" };
    page.line(&format!("   {}  {}{cut}", change.name, counts.join(" · ")));
    let folds = !view.all && change.parts.len() > PARTS + 1;
    let shown = if folds { PARTS } else { change.parts.len() };
    let rows: Vec<Vec<Cell>> = change
        .parts
        .iter()
        .take(shown)
        .map(|(name, [old, new])| sides(name, [old.as_deref(), new.as_deref()]))
        .collect();
    page.rows("     ", &rows, 1);
    fold(change.parts.len() - shown, page);
}

/// Sign, name, and what was and is told of it.
fn sides(name: &str, sides: [Option<&str>; 2]) -> Vec<Cell> {
    let (sign, meaning, told) = match sides {
        [None, new] => ("+", Meaning::Added, inert(new.unwrap_or_default())),
        [old, None] => ("−", Meaning::Removed, inert(old.unwrap_or_default())),
        [Some(old), Some(new)] => ("~", Meaning::Plain, format!("{} → {}", inert(old), inert(new))),
    };
    vec![(sign.to_owned(), meaning), plain(inert(name)), plain(told)]
}

fn fold(more: usize, page: &mut Page) {
    if more > 0 {
        page.line(&format!("     {} more        (--all)", number(more)));
    }
}
