//! Rules and findings in, what is suppressed and what is told out.

use model::{Findings, Fix, Package, Path, Scheme};

use super::*;
use crate::vex::Target;

/// A finding of which only this is known.
pub(crate) fn finding(severity: Severity, state: FixState) -> Finding {
    Finding {
        package: 0,
        id: "CVE-2024-1".into(),
        aliases: Vec::new(),
        namespace: String::new(),
        provider: String::new(),
        severity,
        severity_source: None,
        cvss: Vec::new(),
        epss: Vec::new(),
        known_exploited: Vec::new(),
        weaknesses: Vec::new(),
        fix: Fix { state, versions: Vec::new() },
        data_source: None,
        urls: Vec::new(),
        description: None,
        matched: Vec::new(),
        suppressed: None,
    }
}

fn image() -> (Findings, ImageFacts) {
    let installed = |package: Package, database: &str| InstalledPackage {
        package,
        database: Path::new(database),
        inside: None,
    };
    let mut log4j = Package::new("maven", "log4j-core", "2.14.1", Scheme::Maven);
    log4j.group = Some("org.apache.logging.log4j".into());
    let facts = ImageFacts {
        packages: vec![
            installed(
                Package::new("deb", "libcurl4", "7.88.1-10", Scheme::Deb),
                "var/lib/dpkg/status",
            ),
            installed(log4j, "opt/app/log4j-core.jar"),
        ],
        ..ImageFacts::default()
    };
    let curl = finding(Severity::High, FixState::WontFix);
    let log4j = Finding {
        package: 1,
        id: "GHSA-a".into(),
        aliases: vec!["CVE-2021-44228".into()],
        ..finding(Severity::Critical, FixState::Fixed)
    };
    (Findings { findings: vec![curl, log4j], ..Findings::default() }, facts)
}

/// Midnight of 2024-06-15, UTC.
const NOW: Time = Time(1_718_409_600);

/// Rules without their reasons: `vulnerability = "CVE-1"`, one in each text.
fn check(rules: &[&str], expected: &[&str]) {
    let text: String =
        rules.iter().map(|rule| format!("[[ignore]]\n{rule}\nreason = \"we said so\"\n")).collect();
    let (mut findings, facts) = image();
    let rules = Rules::parse("rules.toml", &text).unwrap();
    let image = Listed { findings: &mut findings, facts: &facts, target: &Target::default() };
    let told = rules.apply(&mut [image], NOW);
    let suppressed = findings.findings.iter().filter_map(|finding| {
        let Suppressed { by, reason } = finding.suppressed.as_ref()?;
        assert_eq!(*by, SuppressedBy::Rule { file: "rules.toml".into() });
        Some(format!("{}: {reason}", finding.id))
    });
    let told: Vec<String> = suppressed.chain(told).collect();
    assert_eq!(told, expected, "{text}");
}

fn check_error(text: &str, expected: &str) {
    let error = Rules::parse("rules.toml", text).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
    assert!(error.starts_with("could not read the rules of rules.toml: "), "{error}");
}

const CURL: &str = "CVE-2024-1: we said so";
const LOG4J: &str = "GHSA-a: we said so";
const NOTHING: &str = "rule 1 of rules.toml fits no finding";

#[test]
fn each_condition_is_one_to_choose_by() {
    check(&[r#"vulnerability = "CVE-2024-1""#], &[CURL]);
    check(&[r#"vulnerability = "CVE-2021-44228""#], &[LOG4J]);
    check(&[r#"package = "lib*""#], &[CURL]);
    check(&[r#"package = "org.apache.logging.log4j:log4j-core""#], &[LOG4J]);
    check(&[r#"type = "maven""#], &[LOG4J]);
    check(&[r#"severity = "high""#], &[CURL]);
    check(&[r#"fix-state = "wont-fix""#], &[CURL]);
    check(&[r#"path = "/opt/**""#], &[LOG4J]);
    check(&[r#"path = "/opt/*""#], &[NOTHING]);
    check(&[r#"version = ">= 2.0, < 2.17.1""#], &[LOG4J]);
    check(&[r#"version = "7.88.1-10""#], &[CURL]);
}

#[test]
fn all_conditions_of_a_rule_must_hold() {
    check(&["type = \"deb\"\nseverity = \"critical\""], &[NOTHING]);
    check(&["type = \"deb\"\nseverity = \"high\"", "type = \"maven\""], &[CURL, LOG4J]);
}

#[test]
fn a_rule_holds_to_the_end_of_its_day() {
    check(&["type = \"deb\"\nexpires = 2024-06-15"], &[CURL]);
    check(&["type = \"deb\"\nexpires = \"2024-06-15\""], &[CURL]);
    check(&["type = \"deb\"\nexpires = 2024-06-15T00:00:01Z"], &[CURL]);
    let expired = |text: &str| {
        format!(
            "rule 1 of rules.toml expired ({text}) and does not suppress the 1 findings that it fits"
        )
    };
    check(&["type = \"deb\"\nexpires = 2024-06-14"], &[&expired("2024-06-14")]);
    check(&["type = \"deb\"\nexpires = 2024-06-15T00:00:00Z"], &[&expired("2024-06-15T00:00:00Z")]);
}

#[test]
fn what_makes_no_sense_is_an_error_that_says_where() {
    check_error(
        "[[ignore]]\nvulnerabilty = \"CVE-1\"\nreason = \"x\"",
        "unknown field `vulnerabilty`",
    );
    check_error("[[ignored]]\n", "unknown field `ignored`");
    check_error(
        "[[ignore]]\nreason = \"x\"",
        "rule 1: it has no condition and would suppress everything",
    );
    check_error("[[ignore]]\ntype = \"deb\"", "rule 1: there is no `reason`");
    check_error("[[ignore]]\ntype = \"deb\"\nreason = \" \"", "rule 1: `reason` is empty");
    check_error(
        "[[ignore]]\nfix-state = \"none\"\nreason = \"x\"",
        "rule 1: `none` is no fix state",
    );
    check_error("[[ignore]]\nseverity = \"dire\"\nreason = \"x\"", "rule 1: `dire` is no severity");
    check_error("[[ignore]]\nversion = \"<\"\nreason = \"x\"", "rule 1: `<` is no constraint");
    check_error(
        "[[ignore]]\ntype = \"deb\"\nreason = \"x\"\nexpires = \"soon\"",
        "rule 1: `expires` is `soon`",
    );
    check_error("ignore = 3", "line 1");
}

#[test]
fn a_file_without_rules_suppresses_nothing() {
    assert!(Rules::parse("rules.toml", "# none yet\n").unwrap().is_empty());
    check(&[], &[]);
}
