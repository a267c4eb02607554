//! Real databases: they must give what `rpm` itself gives.

use layer::{Error, Expect, Limits};
use model::{Evidence, LayerFacts, Package, Scanned, Text, TextKind};

use crate::changelog::rpm;
use crate::scan;

/// Checks the packages of an image of the corpus against what `rpm -qa` says of it.
#[track_caller]
fn check(image: &str, tag: &str) {
    let Some(expect) = testkit::corpus_file(&format!("expected/packages/{image}_{tag}.tsv")) else {
        return;
    };
    let layers = testkit::corpus_layers(&format!("images/{image}"), tag).unwrap();
    let facts: Vec<LayerFacts> = layers.iter().map(|layer| scanned(layer).facts).collect();
    let notices: Vec<_> = facts.iter().flat_map(|layer| &layer.notices).collect();
    let found = facts.iter().flat_map(|layer| &layer.found);
    let mut packages: Vec<String> = found.flat_map(|found| rows(&found.evidence)).collect();
    packages.sort();
    let expect = String::from_utf8(expect).unwrap();
    let mut expect: Vec<&str> = expect.split_inclusive('\n').collect();
    expect.sort_unstable();
    assert_eq!(packages.concat(), expect.concat(), "{image}:{tag}");
    assert!(notices.is_empty(), "{image}:{tag}: {notices:?}");
}

fn scanned(layer: &[u8]) -> Scanned {
    let limits = Limits::default();
    let read = layer::read::<_, Error>(layer, &Expect::default(), &limits, scan);
    read.unwrap().0
}

/// Checks how long the changelogs of all packages are, as `rpm -qa --changelog` prints them in UTC, and how many entries
/// they have, as `rpm -qa --qf '[%{CHANGELOGTIME}\n]'` counts them.
#[track_caller]
fn check_changelogs(tag: &str, bytes: usize, entries: usize) {
    let Some(layers) = testkit::corpus_layers("images/rpmdb", tag) else { return };
    let texts = layers.iter().flat_map(|layer| scanned(layer).texts);
    let texts: Vec<Text> = texts.filter(|text| text.kind != TextKind::File).collect();
    let parse = |text: &Text| rpm::parse(&String::from_utf8_lossy(&text.bytes)).entries.len();
    let found: (usize, usize) =
        (texts.iter().map(|text| text.bytes.len()).sum(), texts.iter().map(parse).sum());
    assert_eq!(found, (bytes, entries), "{tag}");
}

/// A row for each package, as `rpm` prints it.
fn rows(evidence: &Evidence) -> Vec<String> {
    let Evidence::Packages(packages) = evidence else { return Vec::new() };
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "(none)".into());
    let row = |package: &Package| {
        let (architecture, source) = (known(&package.architecture), known(&package.source));
        format!("rpm\t{}\t{}\t{architecture}\t{source}\n", package.name, package.version)
    };
    packages.iter().map(|(package, _)| row(package)).collect()
}

#[test]
fn the_formats_of_one_set_of_packages_agree_with_rpm() {
    for tag in ["sqlite-old", "sqlite-new", "ndb-old", "ndb-new", "bdb-old", "bdb-new"] {
        check("rpm", tag);
    }
}

#[test]
fn berkeley_databases_of_centos_agree_with_rpm() {
    for tag in ["centos5-plain", "centos6-plain", "centos7-plain", "centos8-modularitylabel"] {
        check("rpmdb", tag);
    }
}

#[test]
fn ndb_databases_of_suse_agree_with_rpm() {
    for tag in ["sle15-bci-1", "sle15-bci-2"] {
        check("rpmdb", tag);
    }
}

#[test]
fn sqlite_databases_agree_with_rpm() {
    for tag in ["al2023", "mariner2", "rocky-9.4-ubi", "rocky-9.6-ubi"] {
        check("rpmdb", tag);
    }
}

#[test]
fn changelogs_are_what_rpm_prints() {
    check_changelogs("al2023", 399_377, 1_699);
    check_changelogs("mariner2", 781_747, 5_533);
    check_changelogs("rocky-9.4-ubi", 746_052, 2_334);
    check_changelogs("rocky-9.6-ubi", 599_427, 2_210);
    check_changelogs("centos7-plain", 4_015_515, 23_305);
    check_changelogs("centos8-modularitylabel", 16_252_084, 76_792);
}
