//! Which vulnerabilities came, went or changed, and why: packages and advisories as text in, changes as text out.
//!
//! Advisories are matched here by the smallest rule that can be: a version below a number is affected. So what the two
//! lists are does not depend on the program's own matching.

use std::collections::BTreeSet;

use compare::{Fate, FindingFigures, Side, SideFindings, Vulnerabilities, vulnerabilities_of};
use model::{
    AdvisoryData, Finding, Findings, Fix, FixState, Gap, InstalledPackage, Package, Path, Scanner,
    Scheme, Severity, Suppressed, SuppressedBy,
};
use proptest::prelude::*;

use crate::pair;

/// An image with these packages of Python, `name version`, one a line; a third word is where it is said that it stands.
fn side(packages: &str) -> Side {
    let mut side = Side::default();
    for line in packages.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split(' ').collect();
        side.facts.packages.push(InstalledPackage {
            package: Package {
                specification: words.get(2).map(|word| (*word).into()),
                ..Package::new("pypi", words[0], words[1], Scheme::Pypi)
            },
            database: Path::from("/site/METADATA"),
            inside: None,
        });
    }
    side.facts.packages.sort();
    side
}

/// What data say of an image. A line is an advisory, `CVE-1=GHSA-1 name <3 high fix:3`; a VEX statement, `vex CVE-1 name`; or a
/// gap, `gap pypi`, which names the ecosystem that the data have nothing about.
fn found(side: &Side, data: &str) -> Findings {
    let lines: Vec<&str> = data.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let excused: BTreeSet<(&str, &str)> =
        lines.iter().filter_map(|line| line.strip_prefix("vex ")?.split_once(' ')).collect();
    let gaps: Vec<Gap> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("gap "))
        .map(|ecosystem| Gap::NoDataForEcosystem { ecosystem: ecosystem.into(), packages: 1 })
        .collect();
    let advisories =
        lines.iter().filter(|line| !line.starts_with("vex ") && !line.starts_with("gap "));
    let advisories: Vec<&&str> = advisories.collect();
    let mut findings = Vec::new();
    for (place, installed) in side.facts.packages.iter().enumerate() {
        let package = &installed.package;
        for line in &advisories {
            let finding = finding(line, place, package).filter(|_| gaps.is_empty());
            findings.extend(finding.map(|finding| Finding {
                suppressed: excused.contains(&(&finding.id[..], &package.name[..])).then(|| {
                    let by = SuppressedBy::Vex { document: "vex".into(), status: "fixed".into() };
                    Suppressed { by, reason: "said so".into() }
                }),
                ..finding
            }));
        }
    }
    let digest = advisories.iter().map(|line| format!("{line};")).collect();
    let data = AdvisoryData { digest: Some(digest), ..AdvisoryData::default() };
    Findings { scanner: Scanner { data, ..Scanner::default() }, findings, gaps }
}

fn finding(line: &str, place: usize, package: &Package) -> Option<Finding> {
    let mut words = line.split(' ');
    let (id, aliases) = words.next().map(|name| name.split_once('=').unwrap_or((name, "")))?;
    let name = words.next()?;
    let mut finding = Finding {
        package: place.try_into().unwrap(),
        id: id.into(),
        aliases: aliases.split(',').filter(|alias| !alias.is_empty()).map(Into::into).collect(),
        namespace: "test".into(),
        provider: "test".into(),
        severity: Severity::Unknown,
        severity_source: None,
        cvss: Vec::new(),
        epss: Vec::new(),
        known_exploited: Vec::new(),
        weaknesses: Vec::new(),
        fix: Fix::default(),
        data_source: None,
        urls: Vec::new(),
        description: None,
        matched: Vec::new(),
        suppressed: None,
    };
    let version: u32 = package.version.as_str().parse().unwrap();
    let mut affected = name == package.name;
    for word in words {
        if let Some(below) = word.strip_prefix('<') {
            affected &= version < below.parse().unwrap();
        } else if let Some(above) = word.strip_prefix('>') {
            affected &= version > above.parse().unwrap();
        } else if let Some(specification) = word.strip_prefix("of:") {
            affected &= package.specification.as_deref() == Some(specification);
        } else if let Some(fixed) = word.strip_prefix("fix:") {
            finding.fix = Fix { state: FixState::Fixed, versions: vec![fixed.into()] };
        } else {
            finding.severity = Severity::of_word(word).unwrap();
        }
    }
    affected.then_some(finding)
}

/// Compares two images, each with its data, and hands the result on.
fn with<T>([old, new]: [&Side; 2], data: [&str; 2], then: impl Fn(&Vulnerabilities<'_>) -> T) -> T {
    let [own_old, own_new] = [found(old, data[0]), found(new, data[1])];
    let [other_old, other_new] = [found(old, data[1]), found(new, data[0])];
    let differ = own_old.scanner != own_new.scanner;
    let comparison = compare::compare(old, new);
    then(&compare::vulnerabilities(
        &comparison,
        [
            SideFindings { findings: &own_old, with_other_data: differ.then_some(&other_old) },
            SideFindings { findings: &own_new, with_other_data: differ.then_some(&other_new) },
        ],
    ))
}

/// `added CVE-1 a upgraded`, and what could not be told: `untold CVE-1 a of old`.
fn show(vulnerabilities: &Vulnerabilities<'_>) -> Vec<String> {
    let changes = vulnerabilities.changes.iter().map(|change| {
        let aspects = match &change.fate {
            Fate::Changed(aspects) => {
                let names: Vec<&str> = aspects.iter().map(|aspect| aspect.name()).collect();
                format!(" ({})", names.join(","))
            }
            Fate::Added | Fate::Removed => String::new(),
        };
        let (name, package) = (&change.name, &change.package.name);
        format!("{} {name} {package} {}{aspects}", change.fate.name(), change.cause.name())
    });
    let untold = vulnerabilities.untold.iter().map(|untold| {
        format!("untold {} {} of {}", untold.name, untold.package.name, untold.lacking.name())
    });
    changes.chain(untold).collect()
}

#[track_caller]
fn check(old: &str, new: &str, data: [&str; 2], expect: &[&str]) {
    let [old, new] = [side(old), side(new)];
    assert_eq!(with([&old, &new], data, show), expect);
}

const DATA: &str = "CVE-1 a <3 high fix:3\nCVE-2 a >1 low\nCVE-3 b <9 medium";

#[test]
fn versions_close_and_open() {
    check("a 1", "a 3", [DATA; 2], &["removed CVE-1 a upgraded", "added CVE-2 a upgraded"]);
    check("a 3", "a 1", [DATA; 2], &["added CVE-1 a downgraded", "removed CVE-2 a downgraded"]);
    check("a 1", "a 1", [DATA; 2], &[]);
}

#[test]
fn packages_come_and_go_with_what_they_have() {
    check(
        "a 1",
        "b 1",
        [DATA; 2],
        &["removed CVE-1 a package-removed", "added CVE-3 b package-added"],
    );
    // One of two versions went, and the other has it no more.
    check("a 1\na 3", "a 3", [DATA; 2], &["removed CVE-1 a package-removed"]);
    check("a 3", "a 1\na 3", [DATA; 2], &["added CVE-1 a package-added"]);
    check("a 1\na 2", "a 2", [DATA; 2], &[]);
}

#[test]
fn what_only_the_data_tell_is_of_the_data() {
    check("a 1", "a 1", ["CVE-3 b <9", DATA], &["added CVE-1 a data-changed"]);
    // With either data alone the upgrade closes it: it is the upgrade.
    let wider = "CVE-1 a <3 high fix:3\nCVE-2 a >1 low";
    check("a 1", "a 3", [DATA, wider], &["removed CVE-1 a upgraded", "added CVE-2 a upgraded"]);
    // The new data say that the upgrade would not have closed it, had it been there.
    check(
        "a 1",
        "a 3",
        ["CVE-1 a <9", DATA],
        &["removed CVE-1 a data-changed", "added CVE-2 a upgraded"],
    );
    check(
        "a 1",
        "a 1",
        ["CVE-1 a <3 low", "CVE-1 a <3 high"],
        &["changed CVE-1 a data-changed (severity)"],
    );
    check(
        "a 1",
        "a 1",
        ["CVE-1 a <3", "CVE-1 a <3 fix:3"],
        &["changed CVE-1 a data-changed (fix)"],
    );
}

#[test]
fn another_name_of_one_flaw_is_the_same_flaw() {
    let (old, new) = ("GHSA-1 a <3 high", "CVE-1=GHSA-1 a <3 high");
    check("a 1", "a 1", [old, new], &["changed CVE-1 a data-changed (id)"]);
    let both = "CVE-1=GHSA-1 a <3 high\nGHSA-1 a <3 high";
    check("a 1", "a 2", [both; 2], &[]);
    check("a 1", "a 3", [both; 2], &["removed CVE-1 a upgraded"]);
}

#[test]
fn a_statement_is_a_cause() {
    let vex = format!("{DATA}\nvex CVE-1 a");
    check("a 1", "a 1", [DATA, &vex], &["removed CVE-1 a vex"]);
    check("a 1", "a 1", [&vex, DATA], &["added CVE-1 a vex"]);
    check("a 1", "a 1", [&vex; 2], &[]);
}

#[test]
fn the_same_version_that_is_something_else_is_reclassified() {
    let data = "CVE-1 a of:x\nCVE-2 a of:y";
    check(
        "a 1 x",
        "a 1 y",
        [data; 2],
        &["removed CVE-1 a reclassified", "added CVE-2 a reclassified"],
    );
}

#[test]
fn severities_of_other_versions_are_told_with_the_upgrade() {
    let data = "CVE-1 a <2 low\nCVE-1 a >1 high";
    check("a 1", "a 2", [data; 2], &["changed CVE-1 a upgraded (severity)"]);
}

#[test]
fn what_could_not_be_asked_is_not_gone() {
    let gap = "gap pypi";
    check("a 1", "a 1", [DATA, gap], &["untold CVE-1 a of new"]);
    check("a 1", "a 2", [gap, DATA], &["untold CVE-1 a of old", "untold CVE-2 a of old"]);
    // A package that is not there has nothing, whatever could be asked.
    check("a 1", "c 1", [DATA, gap], &["removed CVE-1 a package-removed"]);
}

#[test]
fn a_missing_database_closes_nothing() {
    let status = "//- /var/lib/dpkg/status\nPackage: a\nStatus: install ok installed\nVersion: 1\n\n//- /x\n1\n";
    let pair = pair(status, "//- /x\n2\n");
    let shown = with([&pair.old.side, &pair.new.side], [DATA; 2], show);
    assert_eq!(shown, ["untold CVE-1 a of new"]);
}

#[test]
fn rows_of_packages_say_what_they_close() {
    let [old, new] = [side("a 1\nb 1"), side("a 3\nb 1")];
    let comparison = compare::compare(&old, &new);
    let closed = with([&old, &new], [DATA; 2], |vulnerabilities| {
        let of = |names: Vec<&str>| names.join(" ");
        let change = &comparison.packages[0];
        (of(vulnerabilities.closed_by(change)), of(vulnerabilities.opened_by(change)))
    });
    assert_eq!(closed, ("CVE-1".to_owned(), "CVE-2".to_owned()));
}

#[test]
fn a_vulnerability_is_counted_once_for_a_package() {
    let side = side("a 1\na 2\nb 1");
    let data = "CVE-1=GHSA-1 a <3 high\nGHSA-1 a <3 critical\nCVE-3 b <9 medium\nvex CVE-3 b";
    let found = found(&side, data);
    let figures = FindingFigures::of(&vulnerabilities_of(&side.facts.packages, &found));
    assert_eq!((figures.counted(), figures.suppressed), (1, 1));
    assert_eq!(figures.by_severity.into_iter().collect::<Vec<_>>(), [(Severity::Critical, 1)]);
}

fn packages() -> impl Strategy<Value = String> {
    let package = ("[abc]", 1..5_u8, prop_oneof![4 => Just(""), 1 => Just(" x"), 1 => Just(" y")]);
    proptest::collection::vec(package, 0..5).prop_map(|packages| {
        packages.iter().map(|(name, version, mark)| format!("{name} {version}{mark}\n")).collect()
    })
}

fn data() -> impl Strategy<Value = String> {
    let range = prop_oneof![Just("<"), Just(">"), Just("of:x <")];
    let severity = prop_oneof![Just("low"), Just("high"), Just("high fix:3")];
    let name = prop_oneof![
        3 => "CVE-[1-4]", 1 => "GHSA-[1-3]", 1 => "GHSA-[1-3]=CVE-[1-4]",
        1 => "CVE-[1-4]=GHSA-[1-3]", 1 => "GHSA-[1-3]=CVE-1,CVE-2"
    ];
    let line = (name, "[abc]", range, 1..6_u8, severity);
    proptest::collection::vec(line, 0..8).prop_map(|lines| {
        let line = |(name, package, range, version, severity): &(_, _, _, _, _)| {
            format!("{name} {package} {range}{version} {severity}\n")
        };
        lines.iter().map(line).collect()
    })
}

fn statements() -> impl Strategy<Value = String> {
    proptest::collection::vec(("CVE-[1-4]", "[abc]"), 0..3).prop_map(|statements| {
        statements.iter().map(|(name, package)| format!("vex {name} {package}\n")).collect()
    })
}

/// What is shown, as it is the other way round.
fn turned(line: &str) -> String {
    let words = line.split(' ').map(|word| match word {
        "added" => "removed",
        "removed" => "added",
        "upgraded" => "downgraded",
        "downgraded" => "upgraded",
        "package-added" => "package-removed",
        "package-removed" => "package-added",
        "old" => "new",
        "new" => "old",
        other => other,
    });
    words.collect::<Vec<_>>().join(" ")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn an_image_has_no_other_vulnerabilities_than_itself(text in packages(), data in data()) {
        let side = side(&text);
        prop_assert_eq!(with([&side, &side], [&data; 2], show), Vec::<String>::new());
    }

    #[test]
    fn a_difference_turned_round_is_the_other_one(
        old in packages(), new in packages(), data in (data(), data()), vex in (statements(), statements()),
    ) {
        let [old, new] = [side(&old), side(&new)];
        let data = [data.0 + &vex.0, data.1 + &vex.1];
        let there = with([&old, &new], [&data[0], &data[1]], show);
        let back = with([&new, &old], [&data[1], &data[0]], show);
        let back: Vec<String> = back.iter().map(|line| turned(line)).collect();
        prop_assert_eq!(there, back);
    }

    #[test]
    fn what_came_and_went_is_the_difference_of_both_lists(
        old in packages(), new in packages(), data in (data(), data()),
    ) {
        let [old, new] = [side(&old), side(&new)];
        // Plain names only: each stands for itself, and the lists can be compared as they are.
        let plain = |data: &str| -> String {
            data.lines().filter(|line| !line.contains('=')).map(|line| format!("{line}\n")).collect()
        };
        let data = [plain(&data.0), plain(&data.1)];
        let list = |side: &Side, data: &str| -> BTreeSet<(String, String)> {
            let name = |finding: &Finding| side.facts.packages[finding.package as usize].package.name.clone();
            found(side, data).findings.iter().map(|one| (one.id.clone(), name(one))).collect()
        };
        let (before, after) = (list(&old, &data[0]), list(&new, &data[1]));
        let (came, went) = with([&old, &new], [&data[0], &data[1]], |vulnerabilities| {
            let of = |fate: &Fate| -> BTreeSet<(String, String)> {
                let is_so = vulnerabilities.changes.iter().filter(|change| change.fate == *fate);
                is_so.map(|change| (change.name.clone(), change.package.name.clone())).collect()
            };
            (of(&Fate::Added), of(&Fate::Removed))
        });
        prop_assert_eq!(came, after.difference(&before).cloned().collect::<BTreeSet<_>>());
        prop_assert_eq!(went, before.difference(&after).cloned().collect::<BTreeSet<_>>());
    }

    #[test]
    fn with_one_data_every_change_is_of_a_package(
        old in packages(), new in packages(), data in data(),
    ) {
        let [old, new] = [side(&old), side(&new)];
        let packages: BTreeSet<String> =
            compare::compare(&old, &new).packages.iter().map(|change| change.key.name.clone()).collect();
        let shown = with([&old, &new], [&data; 2], |vulnerabilities| {
            vulnerabilities.changes.iter().map(|one| (one.cause.name(), one.package.name.clone())).collect::<Vec<_>>()
        });
        for (cause, package) in shown {
            prop_assert!(cause != "vex" && cause != "data-changed", "{} {}", cause, package);
            prop_assert!(packages.contains(&package), "{} {}", cause, package);
        }
    }
}
