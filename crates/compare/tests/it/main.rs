//! Tests of comparing: two images as text in, their differences as text out.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod causes;
mod explained;
mod findings;
mod languages;
mod moves;
mod packages;
mod properties;
mod risks;
mod settings;
mod unknown;

use compare::{Aspect, Comparison, FileChange, PackageChange, SettingChange};
use engine::{Options, Pair, Texts};
use model::{InstalledPackage, Name};

/// Reads two images as a user would.
fn pair(old: &str, new: &str) -> Pair {
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "old", &testkit::image(old));
    testkit::write_layout(folder.path(), "new", &testkit::image(new));
    let name =
        |tag: &str| -> Name { format!("oci:{}:{tag}", folder.path().display()).parse().unwrap() };
    let (old, new) = (name("old"), name("new"));
    let mut pair =
        engine::pair([&old, &new], Texts::Unwanted, &Options::default(), &engine::unwatched)
            .unwrap();
    // The folder is another one at each reading.
    for (subject, name) in [(&mut pair.old, "old"), (&mut pair.new, "new")] {
        subject.side.image.reference = name.into();
        subject.names = vec![name.into()];
        subject.current = subject.names.clone();
    }
    pair
}

/// Compares two images and expects these differences, one a line.
#[track_caller]
fn check(old: &str, new: &str, expect: &str) {
    let pair = pair(old, new);
    let shown = show(&pair.compare());
    let expect: Vec<&str> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(shown, expect, "\n{}\n", shown.join("\n"));
}

fn show(comparison: &Comparison<'_>) -> Vec<String> {
    let packages = comparison.packages.iter().map(show_package);
    let files = comparison.files.iter().map(show_file);
    packages.chain(files).chain(comparison.settings.iter().map(show_setting)).collect()
}

/// `upgraded musl 1 -> 2`
fn show_package(change: &PackageChange<'_>) -> String {
    let versions = |packages: &[&InstalledPackage]| {
        packages.iter().map(|one| one.package.version.to_string()).collect::<Vec<_>>().join(",")
    };
    let (old, new) = (versions(&change.old), versions(&change.new));
    format!("{} {} {old} -> {new}", change.direction.name(), change.key.name).trim().to_owned()
}

/// `~ /etc/motd content,mode unexplained`
fn show_file(change: &FileChange<'_>) -> String {
    let what: Vec<&str> = change.mask.aspects().map(Aspect::name).collect();
    let what = match (change.old, change.new) {
        (None, _) => format!("+ {}", change.path()),
        (_, None) => format!("- {}", change.path()),
        _ => format!("~ {} {}", change.path(), what.join(",")),
    };
    let owner = change.owner.map(|package| format!(" by {}", package.name)).unwrap_or_default();
    format!("{what} {}{owner}", change.cause.name())
}

/// `env PATH: /bin -> /usr/bin`
fn show_setting(change: &SettingChange) -> String {
    let key = change.key.iter().map(|key| format!(" {key}")).collect::<String>();
    let value = |value: &Option<compare::Value>| {
        value.as_ref().map_or("none".to_owned(), ToString::to_string)
    };
    format!("{}{key}: {} -> {}", change.name, value(&change.old), value(&change.new))
}
