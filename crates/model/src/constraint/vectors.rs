//! What the corpus says of constraints, and of files of versions that have a format and no scheme.

use super::{Constraint, Format};
use crate::version::relations;

/// Constraints that do not hold as the table says, as `format, version, constraint`.
///
/// To rpm itself a segment more is later, zero or not: `rpm --eval '%{lua: print(rpm.vercmp("5.el8", "5.el8.0.0"))}'`
/// prints -1. The table has zeros at the end count for nothing.
const WRONG: [[&str; 3]; 2] =
    [["rpm", "8.3.1-5.el8", "< 0:8.3.1-5.el8.0.0"], ["rpm", "8.3.1-5.el8.0.0", "> 0:8.3.1-5.el8"]];

#[test]
fn constraints_hold_as_the_corpus_says() {
    let Some(table) = relations::corpus_file("constraints.tsv") else { return };
    let mut wrong = Vec::new();
    for row in table.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [format, version, constraint, satisfied] = columns[..] else {
            panic!("{row} is no row")
        };
        let rules = Format::named(format).unwrap();
        let holds = Constraint::parse(constraint, rules).unwrap().holds(version);
        // Who cannot be compared is not meant.
        if holds.unwrap_or(false) != (satisfied == "true") {
            wrong.push([format, version, constraint]);
        }
    }
    assert_eq!(wrong, WRONG);
}

#[test]
fn versions_of_rpm_are_judged_as_the_corpus_says() {
    relations::check_table_with(|a, b| Format::Rpm.compare(a, b), "rpm", &[]);
}

#[test]
fn formats_agree_with_the_files_of_their_schemes() {
    let check = |format: Format, name: &str, exceptions: &[&str]| {
        relations::check_corpus_with(|a, b| format.compare(a, b), name, exceptions);
    };
    check(Format::Hackage, "hackage-versions.txt", &[]);
    check(Format::Cran, "cran-versions.txt", &[]);
    check(Format::Nuget, "nuget-versions.txt", &[]);
    check(Format::Pub, "pub-versions.txt", &[]);
    check(Format::Semver, "semver-versions.txt", &[]);
    check(Format::Go, "semver-versions.txt", &[]);
    check(Format::Gem, "rubygems-versions.txt", &[]);
    check(Format::Gem, "rubygems-versions-generated.txt", &[]);
    check(Format::Maven, "maven-versions.txt", &[]);
    check(Format::Deb, "debian-versions-generated.txt", &[]);
    check(Format::Apk, "alpine-versions-generated.txt", &[]);
    // rpm takes a missing epoch for 0; whoever matches advisories has it count for nothing.
    check(Format::Rpm, "redhat-versions.txt", &["3 < 1:2", "13 < 14:2"]);
    // The file has what PHP's function says of texts as they are. Composer gives every version four numbers first, and
    // neither a branch nor a placeholder is a version to it.
    let as_they_are = [
        "1.0.0 > 1.0",
        "dev-foo < 1.26.0",
        "1.26.0 > dev-foo",
        "1.2.3.# = 1.2.3",
        "1.2.3.# = 1.2.3.1",
        "1.2.3.#.1 > 1.2.3",
        "1.2.3.#.p3 > 1.2.3",
    ];
    check(Format::Composer, "packagist-versions.txt", &as_they_are);
    let as_they_are = [
        "v3.0 < v3.0.0-beta",
        "v3.4 < v3.4.0-alpha",
        "v4-beta4 < v4.0-alpha",
        "v1.9.0-BETA.1 < v1.9.0-ALPHA.2",
        "v4.4 < v4.4.0-beta",
    ];
    check(Format::Composer, "packagist-versions-generated.txt", &as_they_are);
}
