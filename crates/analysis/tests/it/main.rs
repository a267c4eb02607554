//! What is read of real images, against what their own package managers say. It needs the corpus.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod corpus;

use std::collections::BTreeSet;

use model::{File, FileKind, ImageFacts, InstalledPackage, Owner, Path};

/// Compares columns parted by tabs; both sides are sets of rows.
fn check(name: &str, facts: &ImageFacts, expected: &[u8], row: fn(&InstalledPackage) -> String) {
    let given: BTreeSet<String> = facts.packages.iter().map(row).collect();
    let expected = String::from_utf8(expected.into()).unwrap();
    let expected: BTreeSet<String> = expected
        .lines()
        .filter(|line| !line.starts_with("go\t") && !line.starts_with("rust\t"))
        .map(Into::into)
        .collect();
    let missing: Vec<_> = expected.difference(&given).collect();
    let extra: Vec<_> = given.difference(&expected).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "{name}: missing {missing:#?}, extra {extra:#?}"
    );
    assert!(!given.is_empty(), "{name}: no packages at all");
    assert_eq!(facts.notices, [], "{name}: notices");
}

fn columns<const N: usize>(columns: [&str; N]) -> String {
    columns.join("\t")
}

#[test]
fn images_have_the_packages_that_their_managers_list() {
    let images = [
        ("alpine", "3.18.9"),
        ("alpine", "3.19.4"),
        ("alpine", "3.20.3"),
        ("distroless", "v1"),
        ("distroless", "v2-debug"),
    ];
    for (repository, tag) in images {
        let name = format!("{repository}:{tag}");
        let Some(facts) = corpus::image(repository, tag) else { return };
        let file = format!("expected/packages/{repository}_{tag}.tsv");
        let Some(expected) = testkit::corpus_file(&file) else { return };
        check(&name, &facts, &expected, |InstalledPackage { package, .. }| {
            columns([
                &package.ecosystem,
                &package.name,
                package.version.as_str(),
                package.architecture.as_deref().unwrap_or_default(),
                package.source.as_deref().unwrap_or_default(),
            ])
        });
    }
}

#[test]
fn cut_images_have_the_packages_that_were_installed() {
    let pairs = [
        "debian-12_13",
        "debian-main_sec",
        "gorust-v1_v2",
        "nginx-new_dev",
        "nginx-old_new",
        "nodeapp-v1_v2",
        "pyapp-v1_v2",
    ];
    for (pair, side) in pairs.iter().flat_map(|pair| [(pair, "old"), (pair, "new")]) {
        let name = format!("cut/{pair}/{side}");
        let Some(archive) = testkit::corpus_file(&format!("{name}.tar.gz")) else { return };
        let Some(expected) = testkit::corpus_file(&format!("{name}.truth.tsv")) else { return };
        let facts = corpus::squashed([archive]);
        check(&name, &facts, &expected, |installed| {
            let package = &installed.package;
            let (place, license) = (installed.location(), package.license.as_deref());
            let more = match package.ecosystem.as_str() {
                "npm" => [&place, license.unwrap_or_default()],
                "pypi" => [&place, ""],
                _ => [
                    package.source.as_deref().unwrap_or_default(),
                    package.architecture.as_deref().unwrap_or_default(),
                ],
            };
            let version = package.version.as_str();
            columns([&package.ecosystem, &package.name, version, more[0], more[1]])
        });
    }
}

/// Regular files outside of `/etc`, which image builders write too, for which `is_right` is not.
fn strange(facts: &ImageFacts, is_right: fn(&File) -> bool) -> Vec<&Path> {
    let files = facts.files.iter().filter(|file| {
        matches!(file.entry.kind, FileKind::Regular { .. }) && !file.path.is_under(&"/etc".into())
    });
    files.filter(|file| !is_right(file)).map(|file| &file.path).collect()
}

/// Only regular files: the checksums that distroless keeps instead of lists are of nothing else.
#[test]
fn every_file_of_distroless_is_owned_or_a_record() {
    let Some(facts) = corpus::image("distroless", "v2") else { return };
    let is_right = |file: &File| file.record != file.owners.iter().any(has_digest);
    assert_eq!(strange(&facts, is_right), Vec::<&Path>::new());
}

#[test]
fn every_file_of_alpine_is_owned_with_its_mode_or_a_record() {
    let Some(facts) = corpus::image("alpine", "3.20.3") else { return };
    let is_right = |file: &File| {
        let has_its_mode =
            |owner: &Owner| has_digest(owner) && owner.recorded.mode == Some(file.entry.mode);
        file.record != file.owners.iter().any(has_its_mode)
    };
    assert_eq!(strange(&facts, is_right), Vec::<&Path>::new());
}

fn has_digest(owner: &Owner) -> bool {
    owner.recorded.digest.is_some()
}
