//! How large an image is, and how much it grew: by package and by directory, the largest first.

use compare::{Side, Size};

use super::page::{Cell, Meaning, Page, plain};
use crate::View;
use crate::sizes::ranked;
use crate::text::{bytes, growth, inert, number};

/// Rows of each kind that are shown before the rest is folded.
const SHOWN: usize = 15;

/// The section of one image, or of how it grew from another.
pub(super) fn section(old: Option<&Side>, new: &Side, view: View, page: &mut Page) {
    let Some(depth) = view.sizes else { return };
    let ranked = ranked(old, new, depth);
    let is_one = old.is_none();
    page.section("Sizes");
    page.rows("  ", &[row("all files", ranked.total, is_one)], usize::MAX);
    let packages = ranked.packages.into_iter().map(|(package, size)| {
        let name =
            package.map(|(ecosystem, name)| format!("{} ({})", inert(&name), inert(&ecosystem)));
        (name.unwrap_or_else(|| "owned by no package".into()), size)
    });
    kind("by package", &packages.collect::<Vec<_>>(), view, is_one, page);
    let directories = ranked.directories.iter().map(|(path, size)| (format!("{path}/"), *size));
    kind("by directory", &directories.collect::<Vec<_>>(), view, is_one, page);
}

fn kind(title: &str, rows: &[(String, Size)], view: View, is_one: bool, page: &mut Page) {
    if rows.is_empty() {
        return;
    }
    let title = page.paint(title, Meaning::Aside);
    page.line(&format!("  {title}"));
    let folds = !view.all && rows.len() > SHOWN + 1;
    let shown = if folds { SHOWN } else { rows.len() };
    let cells: Vec<Vec<Cell>> =
        rows[..shown].iter().map(|(name, size)| row(name, *size, is_one)).collect();
    page.rows("    ", &cells, 0);
    if shown < rows.len() {
        page.line(&format!("    {} more        (--all)", number(rows.len() - shown)));
    }
}

fn row(name: &str, size: Size, is_one: bool) -> Vec<Cell> {
    if is_one {
        return vec![plain(name), plain(bytes(size.new))];
    }
    let meaning = if size.growth() > 0 { Meaning::Added } else { Meaning::Removed };
    vec![
        plain(name),
        (growth(size.growth()), meaning),
        (format!("{} → {}", bytes(size.old), bytes(size.new)), Meaning::Aside),
    ]
}
