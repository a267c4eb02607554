//! A comparison or an image as flat rows, for the forms that have nothing but rows. It decides nothing about them.

use std::fmt::Display;

use compare::{Aspect, Comparison, FileChange, PackageChange, SettingChange, Side};
use model::{File, FileKind, ImageFacts, InstalledPackage, Notice, Package};

use crate::rows::{Answer, Answers, Cell, Rows, path};

/// What differs between two images: a row for each package, file and setting. Notices are warnings.
pub(crate) fn comparison(comparison: &Comparison<'_>) -> Answers {
    let header = vec!["Kind", "Name", "Change", "What", "Cause", "Owner", "Old", "New"];
    let packages = comparison.packages.iter().map(package_change);
    let files = comparison.files.iter().map(file_change);
    let settings = comparison.settings.iter().map(setting_change);
    let rows = packages.chain(files).chain(settings).collect();
    let sides = [("old", comparison.old), ("new", comparison.new)];
    let warnings = sides.into_iter().flat_map(|(name, side)| {
        side.all_notices().map(move |notice| format!("{name}: {}", warning(notice)))
    });
    answers(Rows { header, rows }, warnings.collect())
}

/// What is in one image: a row for each package, file and setting. Notices are warnings.
pub(crate) fn analysis(side: &Side) -> Answers {
    let header = vec!["Kind", "Name", "Value", "Owner"];
    let row =
        |kind: &str, name: Cell, value: Cell, owner: Cell| vec![kind.into(), name, value, owner];
    let packages = side.facts.packages.iter().map(|installed| {
        row("package", named(&installed.package), versions(&[installed]), NONE.into())
    });
    let files = side.facts.files.iter().map(|file| {
        let owners: Vec<&str> = side.facts.owners(file).map(|owner| &owner.name[..]).collect();
        row("file", path(&file.path), content(file), list(&owners))
    });
    // Whatever is set differs from an image in which nothing is.
    let (nothing, all) = (Side::default(), without_contents(side));
    let settings = compare::compare(&nothing, &all).settings;
    let settings = settings.iter().map(|setting| {
        let value = setting.new.as_ref().map_or(NONE.into(), ToString::to_string);
        row("setting", called(setting), value, NONE.into())
    });
    answers(Rows { header, rows: packages.chain(files).chain(settings).collect() }, warnings(side))
}

/// What stands for a cell that has nothing to say.
const NONE: &str = "-";

fn answers(rows: Rows, warnings: Vec<String>) -> Answers {
    let answer = Answer { rows, warnings, ..Answer::default() };
    Answers { answers: vec![("multi".into(), answer)], ..Answers::default() }
}

fn warnings(side: &Side) -> Vec<String> {
    side.all_notices().map(warning).collect()
}

fn warning(notice: &Notice) -> String {
    let place = notice.path.iter().map(|place| path(place) + ": ");
    place.collect::<String>() + &notice.text
}

fn package_change(change: &PackageChange<'_>) -> Vec<Cell> {
    let key = &change.key;
    let name = format!("{}:{}", key.ecosystem, key.name);
    let cells = ["package".into(), name, change.direction.name().into(), NONE.into(), NONE.into()];
    let sides = [NONE.into(), versions(&change.old), versions(&change.new)];
    cells.into_iter().chain(sides).collect()
}

fn file_change(change: &FileChange<'_>) -> Vec<Cell> {
    let kind = match (change.old, change.new) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "changed",
    };
    let what: Vec<&str> = change.mask.aspects().map(Aspect::name).collect();
    let side = |file: Option<&File>| file.map_or(NONE.into(), content);
    vec![
        "file".into(),
        path(change.path()),
        kind.into(),
        list(&what),
        change.cause.name().into(),
        change.owner.map_or(NONE.into(), |owner| owner.name.clone()),
        side(change.old),
        side(change.new),
    ]
}

fn setting_change(change: &SettingChange) -> Vec<Cell> {
    let kind = match (&change.old, &change.new) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "changed",
    };
    let none = || NONE.to_owned();
    vec![
        "setting".into(),
        called(change),
        kind.into(),
        none(),
        none(),
        none(),
        change.old.as_ref().map_or_else(none, ToString::to_string),
        change.new.as_ref().map_or_else(none, ToString::to_string),
    ]
}

/// A setting's name, and which one of several it is: `env:PATH`.
fn called(change: &SettingChange) -> Cell {
    let key = change.key.iter().map(|key| format!(":{key}")).collect::<String>();
    change.name.to_owned() + &key
}

/// What an image is set to, without its packages and files.
fn without_contents(side: &Side) -> Side {
    let ImageFacts { root, distro, .. } = &side.facts;
    let (root, distro) = (root.clone(), distro.clone());
    let facts = ImageFacts { root, distro, ..ImageFacts::default() };
    let (image, settings) = (side.image.clone(), side.settings.clone());
    Side { image, settings, facts, notices: Vec::new() }
}

fn named(package: &Package) -> Cell {
    format!("{}:{}", package.ecosystem, package.name)
}

fn versions(packages: &[&InstalledPackage]) -> Cell {
    let versions: Vec<&dyn Display> =
        packages.iter().map(|installed| &installed.package.version as &dyn Display).collect();
    list(&versions)
}

fn list<T: Display>(words: &[T]) -> Cell {
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    if words.is_empty() { NONE.into() } else { words.join(",") }
}

/// What a file is: permissions, owner, and the digest of its content, the text of its link or its kind.
fn content(file: &File) -> Cell {
    let entry = &file.entry;
    let content = match &entry.kind {
        FileKind::Regular { sha256, .. } => format!("sha256:{sha256}"),
        FileKind::Symlink { target } => format!("-> {}", crate::rows::bytes(target)),
        other => other.name().into(),
    };
    format!("{:04o} {}:{} {content}", entry.mode, entry.uid, entry.gid)
}
