//! The packages that changed, what is alike folded.

use compare::{Comparison, Direction, PackageChange};
use model::{ImageFacts, InstalledPackage};

use super::page::{Cell, Meaning, Page, plain};
use super::vulnerabilities::of_package;
use crate::View;
use crate::text::{counted, growth, inert, number};

/// Rows of one direction that are shown before the rest is folded.
const SHOWN: usize = 12;

/// How many packages an image has, each once: those of languages that others brought are told beside them.
pub(super) fn count(facts: &ImageFacts) -> String {
    let own = facts.own_packages();
    match facts.packages.len() - own {
        0 => counted(own, "package"),
        brought => {
            format!("{}, with {} of languages in them", counted(own, "package"), number(brought))
        }
    }
}

/// The sign of a direction.
pub(crate) fn sign(direction: Direction) -> &'static str {
    match direction {
        Direction::Upgraded => "↑",
        Direction::Downgraded => "↓",
        Direction::Added => "+",
        Direction::Removed => "−",
        Direction::Rebuilt | Direction::Respelled | Direction::Moved | Direction::Relicensed => "≈",
    }
}

pub(super) fn section(comparison: &Comparison<'_>, view: View, page: &mut Page) {
    if comparison.packages.is_empty() {
        return;
    }
    page.section("Packages");
    let explained = comparison.explained();
    let order = [
        Direction::Downgraded,
        Direction::Upgraded,
        Direction::Added,
        Direction::Removed,
        Direction::Rebuilt,
        Direction::Respelled,
        Direction::Moved,
        Direction::Relicensed,
    ];
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for direction in order {
        let changes = comparison.packages.iter().zip(&explained);
        let mut changes: Vec<_> =
            changes.filter(|(change, _)| change.direction == direction).collect();
        // What opened or closed vulnerabilities is not folded away before what did not. Sorting is stable.
        changes.sort_by_cached_key(|(change, _)| of_package(comparison, change).is_empty());
        // A downgrade is never folded: it is what somebody will be looking for.
        let folds = !view.all && direction != Direction::Downgraded && changes.len() > SHOWN + 1;
        let shown = if folds { SHOWN } else { changes.len() };
        rows.extend(
            changes[..shown]
                .iter()
                .map(|(change, files)| row(change, **files, of_package(comparison, change))),
        );
        if folds {
            rows.push(folded(direction, &changes[shown..], comparison));
        }
    }
    page.rows("  ", &rows, 1);
}

/// What lock files name otherwise: it is not installed, and is folded.
pub(super) fn declared(comparison: &Comparison<'_>, view: View, page: &mut Page) {
    let changes = &comparison.declared;
    if changes.is_empty() {
        return;
    }
    page.section("Declared in lock files, not installed");
    if view.all {
        let rows = changes.iter().map(|change| row(change, 0, String::new()));
        page.rows("  ", &rows.collect::<Vec<_>>(), 1);
    } else {
        let count = counted(changes.len(), "package");
        page.line(&format!("  {count} named otherwise        (--all)"));
    }
}

fn row(change: &PackageChange<'_>, files: usize, vulnerabilities: String) -> Vec<Cell> {
    let growth = change.growth().map(growth).unwrap_or_default();
    let files = if files == 0 { String::new() } else { counted(files, "file") };
    vec![
        (sign(change.direction).to_owned(), meaning(change.direction)),
        plain(inert(&change.key.name)),
        plain(versions(change)),
        plain(inert(&change.key.ecosystem)),
        plain(growth),
        (files, Meaning::Aside),
        plain(vulnerabilities),
    ]
}

/// What a direction means.
pub(super) fn meaning(direction: Direction) -> Meaning {
    match direction {
        Direction::Upgraded | Direction::Added => Meaning::Added,
        Direction::Removed => Meaning::Removed,
        Direction::Relicensed => Meaning::Plain,
        Direction::Downgraded => Meaning::Look,
        Direction::Rebuilt | Direction::Respelled | Direction::Moved => Meaning::Aside,
    }
}

fn folded(
    direction: Direction,
    changes: &[(&PackageChange<'_>, &usize)],
    comparison: &Comparison<'_>,
) -> Vec<Cell> {
    let told = changes.iter().filter(|(change, _)| !of_package(comparison, change).is_empty());
    let vulnerable = match (&comparison.vulnerabilities, told.count()) {
        (None, _) => String::new(),
        (Some(_), 0) => ", no vulnerability among them".into(),
        (Some(_), count) => {
            format!(", {} of them with vulnerabilities", number(count))
        }
    };
    let files = changes.iter().map(|(_, files)| **files).sum::<usize>();
    vec![
        (sign(direction).to_owned(), meaning(direction)),
        plain(format!(
            "{} more {} with {}{vulnerable}        (--all)",
            number(changes.len()),
            direction.name(),
            counted(files, "file")
        )),
    ]
}

/// `3.0.13-1 → 3.0.15-1`, or one version where it came, went or was built again.
pub(crate) fn versions(change: &PackageChange<'_>) -> String {
    let (old, new) = (texts(&change.old, &change.new), texts(&change.new, &change.old));
    match change.direction {
        Direction::Added => new,
        Direction::Removed => old,
        Direction::Rebuilt if old == new => format!("{new} (rebuilt)"),
        Direction::Rebuilt => format!("{old} → {new} (rebuilt)"),
        Direction::Moved => format!("{new} (moved)"),
        Direction::Relicensed => match change.licences() {
            Some([old, new_licence]) => {
                format!("{new} (licence {} → {})", inert(&old), inert(&new_licence))
            }
            None => format!("{new} (relicensed)"),
        },
        _ => format!("{old} → {new}"),
    }
}

/// The versions of one side, with architectures where they tell the sides or the packages apart.
fn texts(packages: &[&InstalledPackage], others: &[&InstalledPackage]) -> String {
    let architectures = packages.iter().chain(others).map(|one| &one.package.architecture);
    let mut architectures: Vec<_> = architectures.collect();
    architectures.sort_unstable();
    architectures.dedup();
    let several = architectures.len() > 1;
    let mut texts: Vec<String> = packages
        .iter()
        .map(|installed| {
            let package = &installed.package;
            let architecture = package.architecture.iter().filter(|_| several);
            let architecture = architecture.map(|architecture| format!(" {architecture}"));
            inert(&(package.version.to_string() + &architecture.collect::<String>()))
        })
        .collect();
    texts.dedup();
    texts.join(", ")
}
