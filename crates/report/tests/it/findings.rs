//! Vulnerabilities in every form: what came first, what could not be told above it, and nothing that could deceive.

use compare::{Comparison, Side, SideFindings};
use engine::Pair;
use model::{
    AdvisoryData, Epss, Finding, Findings, Fix, FixState, Gap, KnownExploited, Matched, MatchedBy,
    Scanner, Severity, Share, Suppressed, SuppressedBy, Time, Version,
};
use report::{Format, Scan, View};

use crate::json::{COMPARISON, check};
use crate::pair;

/// Advisories as lines: names, packages, `<` the version that is fixed, how bad it is, and marks.
const DATA: &str = "
CVE-2024-5535 openssl,libssl3 <3.0.14-1~deb12u1 critical
CVE-2024-9143 openssl,libssl3 <3.0.15-1~deb12u1 low
GHSA-aaaa=CVE-2024-45491 libexpat1 <2.5.0-1+deb12u1 high exploited
CVE-2023-52425 libexpat1 <9 medium
CVE-2024-56171 libxml2 <2.9.14+dfsg-1.3~deb12u2 high
CVE-2022-37434 zlib1g <1:1.3.1-1 critical exploited
CVE-2024-1 perl-doc,perl-base <5.36.0-8 negligible
CVE-2024-2 curl <9 low suppressed
";

/// What these lines say of an image.
fn found(side: &Side, data: &str, built: i64) -> Findings {
    let mut findings = Vec::new();
    for (place, installed) in side.facts.packages.iter().enumerate() {
        let package = &installed.package;
        for line in data.lines().filter(|line| !line.is_empty()) {
            let words: Vec<&str> = line.split(' ').collect();
            let [names, packages, range, severity, ref marks @ ..] = words[..] else { panic!() };
            let fixed = range.strip_prefix('<').unwrap();
            let affected = package.version < Version::new(fixed, package.version.scheme());
            if !affected || !packages.split(',').any(|name| name == package.name) {
                continue;
            }
            let (id, alias) = names.split_once('=').unwrap_or((names, ""));
            let cve = if alias.is_empty() { id } else { alias };
            let exploited = KnownExploited {
                cve: cve.into(),
                added: Some("2024-10-01".into()),
                due: None,
                action: "Apply updates.".into(),
                ransomware: true,
            };
            let epss = Epss {
                cve: cve.into(),
                probability: Share::new(0.943),
                percentile: Share::new(0.99),
                day: Some("2024-12-31".into()),
            };
            let suppressed = Suppressed {
                by: SuppressedBy::Vex {
                    document: "shop.vex".into(),
                    status: "not_affected".into(),
                },
                reason: "vulnerable_code_not_present".into(),
            };
            findings.push(Finding {
                package: place.try_into().unwrap(),
                id: id.into(),
                aliases: Some(alias)
                    .filter(|alias| !alias.is_empty())
                    .map(Into::into)
                    .into_iter()
                    .collect(),
                namespace: "debian:distro:debian:12".into(),
                provider: "debian".into(),
                severity: Severity::of_word(severity).unwrap(),
                severity_source: Some("nvd".into()),
                cvss: Vec::new(),
                epss: if marks.contains(&"exploited") { vec![epss] } else { Vec::new() },
                known_exploited: if marks.contains(&"exploited") {
                    vec![exploited]
                } else {
                    Vec::new()
                },
                weaknesses: vec!["CWE-79".into()],
                fix: if fixed == "9" {
                    Fix { state: FixState::NotFixed, versions: Vec::new() }
                } else {
                    Fix { state: FixState::Fixed, versions: vec![fixed.into()] }
                },
                data_source: Some(format!("https://example.org/{id}")),
                urls: Vec::new(),
                description: Some("It goes \u{1b}[31mwrong.".into()),
                matched: vec![Matched {
                    by: MatchedBy::Name,
                    name: package.name.clone(),
                    version: package.version.to_string(),
                    constraint: format!("< {fixed} (deb)"),
                }],
                suppressed: marks.contains(&"suppressed").then_some(suppressed),
            });
        }
    }
    let data = AdvisoryData {
        schema: "v6.1.9".into(),
        built: Some(Time(built)),
        origin: "advisories.tar.zst".into(),
        ..AdvisoryData::default()
    };
    Findings {
        scanner: Scanner { name: "pentimento".into(), version: "0.1.0".into(), data },
        findings,
        gaps: Vec::new(),
    }
}

const BUILT: i64 = 1_735_603_200;

/// Hands on the comparison of the demonstration with what is found, after `change` had its way with it.
fn with(
    pair: &Pair,
    change: impl Fn(&mut [Findings; 2]),
    then: impl Fn(&Comparison<'_>) -> String,
) -> String {
    let mut found = [&pair.old, &pair.new].map(|subject| found(&subject.side, DATA, BUILT));
    change(&mut found);
    let mut comparison = pair.compare();
    let [old, new] =
        [&found[0], &found[1]].map(|findings| SideFindings { findings, with_other_data: None });
    comparison.vulnerabilities = Some(compare::vulnerabilities(&comparison, [old, new]));
    then(&comparison)
}

fn written(comparison: &Comparison<'_>, format: Format, view: View) -> String {
    let mut out = Vec::new();
    report::comparison(comparison, format, view, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn demo() -> Pair {
    let (old, new) = testkit::demo();
    pair(&old, &new)
}

#[test]
fn the_screen_says_what_came_and_what_went() {
    let pair = demo();
    let shown =
        with(&pair, |_| (), |comparison| written(comparison, Format::Table, View::default()));
    insta::assert_snapshot!("vulnerabilities", shown);
}

#[test]
fn what_could_not_be_told_stands_above_the_figures() {
    let pair = demo();
    let gap = Gap::EndOfLife { distro: "debian 12".into(), since: None };
    let change = |found: &mut [Findings; 2]| {
        for findings in &mut *found {
            findings.gaps.push(gap.clone());
        }
        found[1].gaps.push(Gap::NoDataForDistro { distro: "debian 12".into(), packages: 30 });
        found[1].findings.clear();
    };
    let table =
        with(&pair, change, |comparison| written(comparison, Format::Table, View::default()));
    let place = |text: &str| table.find(text).unwrap_or_else(|| panic!("{text} in {table}"));
    assert!(
        place("vulnerabilities of both images: debian 12 is not kept secure")
            < place("paths need a look")
    );
    assert!(
        place("vulnerabilities of the new image: the advisories say nothing about debian 12")
            < place("paths need a look")
    );
    assert!(
        place("whether the new image has 7 vulnerabilities that the old one has cannot be told")
            > 0,
        "{table}"
    );
    for format in [Format::Plain, Format::Html] {
        let shown = with(&pair, change, |comparison| written(comparison, format, View::default()));
        assert!(shown.contains("debian 12 is not kept secure any more"), "{shown}");
    }
    let json = with(&pair, change, |comparison| written(comparison, Format::Json, View::default()));
    let json = check(COMPARISON, &json);
    assert_eq!(json["vulnerabilities"]["may_hide"], true);
    assert_eq!(
        json["vulnerabilities"]["summary"]["removed"], 1,
        "perl-doc went, whatever is known"
    );
}

#[test]
fn different_data_are_told_before_everything_else() {
    let pair = demo();
    let change =
        |found: &mut [Findings; 2]| found[0].scanner.data.built = Some(Time(BUILT - 864_000));
    let table =
        with(&pair, change, |comparison| written(comparison, Format::Table, View::default()));
    let told = " ! vulnerabilities were looked for in different data: the old image in data of 2024-12-21 (v6.1.9), the new one in data of 2024-12-31 (v6.1.9)";
    assert!(table.find(told).unwrap() < table.find("paths need a look").unwrap(), "{table}");
    let plain =
        with(&pair, change, |comparison| written(comparison, Format::Plain, View::default()));
    assert!(plain.contains("in different data"), "{plain}");
}

#[test]
fn the_document_is_what_its_schema_says() {
    let pair = demo();
    let json = with(&pair, |_| (), |comparison| written(comparison, Format::Json, View::default()));
    let json = check(COMPARISON, &json);
    let packages = json["packages"].as_array().unwrap();
    let openssl = packages.iter().find(|package| package["name"] == "openssl").unwrap();
    assert_eq!(openssl["closes"].to_string(), r#"["CVE-2024-5535","CVE-2024-9143"]"#);
    assert_eq!(json["vulnerabilities"]["old"]["database"]["built"], "2024-12-31T00:00:00Z");
}

fn scanned(side: &Side, findings: &Findings, format: Format, view: View) -> String {
    let mut out = Vec::new();
    let scan = Scan { side, findings, left_out: 0 };
    report::scan(&scan, format, view, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn one_image_shows_the_worst_first() {
    let side = demo().new.side;
    let findings = found(&side, DATA, BUILT);
    insta::assert_snapshot!("scan", scanned(&side, &findings, Format::Table, View::default()));
    let all = scanned(&side, &findings, Format::Table, View { all: true, ..View::default() });
    assert!(all.contains("VEX not_affected (shop.vex): vulnerable_code_not_present"), "{all}");
}

#[test]
fn a_scan_is_what_its_schema_says() {
    let side = demo().old.side;
    let mut findings = found(&side, DATA, BUILT);
    findings.gaps.push(Gap::NoDistro { packages: 7 });
    let json = scanned(&side, &findings, Format::Json, View::default());
    let json = check(include_str!("../../../../docs/schema/scan.v1.json"), &json);
    assert_eq!(json["may_hide"], true);
    assert_eq!(json["figures"]["by_severity"]["critical"], 2, "one for each of both packages");
    let findings = json["findings"].as_array().unwrap();
    let expat = findings.iter().find(|finding| finding["id"] == "GHSA-aaaa").unwrap();
    assert_eq!(expat["vulnerability"], "CVE-2024-45491");
    assert_eq!(expat["known_exploited"][0]["ransomware"], true);
}

#[test]
fn rows_of_a_scan_are_for_awk() {
    let side = demo().new.side;
    let mut findings = found(&side, DATA, BUILT);
    findings.gaps.push(Gap::NoDistro { packages: 7 });
    let plain = scanned(&side, &findings, Format::Plain, View::default());
    assert!(
        plain.contains("CVE-2022-37434 critical deb:zlib1g 1:1.2.13.dfsg-1 fixed 1:1.3.1-1 yes -"),
        "{plain}"
    );
    assert!(plain.contains("does not say which distribution it is"), "{plain}");
}

#[test]
fn sites_are_told_what_was_found_and_what_could_not_be() {
    let side = demo().new.side;
    let mut findings = found(&side, DATA, BUILT);
    findings.gaps.push(Gap::NoDistro { packages: 7 });
    let scan = Scan { side: &side, findings: &findings, left_out: 3 };
    let mut out = Vec::new();
    report::scan_sarif(&scan, &mut out).unwrap();
    let sarif: serde_json::Value = serde_json::from_slice(&out).unwrap();
    let run = &sarif["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let told = run["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(told.contains("3 that no version fixes are left out"), "{told}");
    let results = run["results"].as_array().unwrap();
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!((results.len(), rules.len()), (5, 5));
    let of = |name: &str| results.iter().find(|one| one["ruleId"] == name).unwrap();
    assert_eq!(of("CVE-2022-37434")["level"], "error");
    assert_eq!(of("CVE-2024-2")["suppressions"][0]["justification"], "vulnerable_code_not_present");
    let mut out = Vec::new();
    report::scan_markdown(&scan, &mut out).unwrap();
    insta::assert_snapshot!("markdown", String::from_utf8(out).unwrap());
}

#[test]
fn a_comparison_is_markdown_for_a_comment() {
    let pair = demo();
    let gap = Gap::NoDataForEcosystem { ecosystem: "npm".into(), packages: 3 };
    let shown = with(
        &pair,
        |found| found[1].gaps.push(gap.clone()),
        |comparison| {
            let mut out = Vec::new();
            report::comparison_markdown(comparison, View::default(), &mut out).unwrap();
            String::from_utf8(out).unwrap()
        },
    );
    insta::assert_snapshot!("comparison.md", shown);
}

#[test]
fn what_came_with_an_image_is_sarif() {
    let pair = demo();
    let gap = Gap::NoDataForEcosystem { ecosystem: "npm".into(), packages: 3 };
    let sarif = with(
        &pair,
        |found| found[1].gaps.push(gap.clone()),
        |comparison| {
            let mut out = Vec::new();
            report::comparison_sarif(comparison, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        },
    );
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    let run = &sarif["runs"][0];
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let results = run["results"].as_array().unwrap().iter().map(|one| {
        let location = &one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        format!(
            "{} {} {}: {}",
            text(&one["level"]),
            text(&one["ruleId"]),
            text(location),
            text(&one["message"]["text"])
        )
    });
    let told = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().iter();
    let told =
        told.map(|one| format!("{}: {}", text(&one["level"]), text(&one["message"]["text"])));
    let all: Vec<String> = results.chain(told).collect();
    insta::assert_snapshot!("comparison.sarif", all.join("\n"));
    // Every result has its rule.
    let rules: Vec<&str> = run["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    for result in run["results"].as_array().unwrap() {
        assert!(rules.contains(&result["ruleId"].as_str().unwrap()), "{result}");
    }
}
