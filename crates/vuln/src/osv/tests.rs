//! Documents of several publishers in, records out.

use super::*;

/// What a document comes to, a line for each package, and one for what is not known.
fn told(document: &str) -> Vec<String> {
    let reading = match read(document.as_bytes()) {
        Ok(reading) => reading,
        Err(error) => return vec![format!("! {error}")],
    };
    let lines = reading.advisories.iter().flat_map(|(advisory, affected)| {
        let aliases: String = advisory.aliases.iter().map(|alias| format!(" ({alias})")).collect();
        let head = format!("{} {}{aliases}", advisory.provider, advisory.id);
        let one = |one: &Affected| {
            let release =
                one.release.as_ref().map(|release| format!(" {} {}", release.name, release.major));
            let ranges: Vec<String> = one
                .ranges
                .iter()
                .map(|range| format!("{} {}", range.format, range.constraint))
                .collect();
            let Subject { ecosystem, name } = &one.subject;
            format!(
                "{head}: {ecosystem} {name}{} {}",
                release.unwrap_or_default(),
                ranges.join(" or ")
            )
        };
        match &affected[..] {
            [] => vec![format!("{head}: nothing ({:?})", advisory.status)],
            affected => affected.iter().map(one).collect::<Vec<_>>(),
        }
    });
    let strange = reading.strange.iter().map(|ecosystem| format!("? {ecosystem}"));
    lines.chain(reading.unreadable.iter().map(|what| format!("! {what}"))).chain(strange).collect()
}

#[test]
fn a_document_of_a_language_is_one_advisory() {
    let document = r#"{
        "schema_version": "1.6.0", "id": "PYSEC-2024-1", "modified": "2024-02-01T00:00:00Z",
        "aliases": ["CVE-2024-1", "GHSA-aaaa-bbbb-cccc"], "some_day": {"new": 1},
        "affected": [{
            "package": {"ecosystem": "PyPI", "name": "Flask_Login"},
            "ranges": [
                {"type": "GIT", "repo": "https://x.example", "events": [{"introduced": "0"}, {"fixed": "abc"}]},
                {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "0.6.4"}]}
            ],
            "versions": ["0.6.2", "0.6.3"]
        }]}"#;
    let line =
        "pypa PYSEC-2024-1 (CVE-2024-1) (GHSA-aaaa-bbbb-cccc): python flask-login python < 0.6.4";
    assert_eq!(told(document), [line]);
}

#[test]
fn an_advisory_of_a_distribution_is_one_for_each_cve() {
    let document = r#"{
        "id": "ALSA-2024:0001", "summary": "Important: curl security update",
        "related": ["CVE-2024-1", "CVE-2024-2"],
        "affected": [{"package": {"ecosystem": "AlmaLinux:9", "name": "curl"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "7.76.1-26.el9"}]}]}]}"#;
    assert_eq!(
        told(document),
        [
            "alma CVE-2024-1: rpm curl almalinux 9 rpm < 7.76.1-26.el9",
            "alma CVE-2024-2: rpm curl almalinux 9 rpm < 7.76.1-26.el9",
        ]
    );
    let severity = Rating::Word { severity: Severity::High, source: None };
    assert_eq!(read(document.as_bytes()).unwrap().advisories[0].0.ratings, [severity]);
}

#[test]
fn a_distributions_own_name_of_a_cve_is_an_alias() {
    let of_debian = |id: &str| {
        format!(
            r#"{{"id": "{id}", "upstream": ["CVE-2024-1"],
            "affected": [{{"package": {{"ecosystem": "Debian:12", "name": "curl"}},
                "ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "0"}}]}}]}}]}}"#
        )
    };
    let line = "debian CVE-2024-1 (DEBIAN-CVE-2024-1): deb curl debian 12 dpkg ";
    assert_eq!(told(&of_debian("DEBIAN-CVE-2024-1")), [line]);
    assert_eq!(told(&of_debian("DSA-1-1")), ["debian CVE-2024-1: deb curl debian 12 dpkg "]);
}

#[test]
fn what_is_withdrawn_or_means_no_version_affects_nothing() {
    let withdrawn = r#"{"id": "GHSA-a", "withdrawn": "2024-01-01T00:00:00Z",
        "affected": [{"package": {"ecosystem": "npm", "name": "a"}, "versions": ["1.0.0"]}]}"#;
    assert_eq!(told(withdrawn), ["github GHSA-a: nothing (Withdrawn)"]);
    let nothing = r#"{"id": "GHSA-b", "affected": [{"package": {"ecosystem": "npm", "name": "a"}, "ranges": null}]}"#;
    assert_eq!(told(nothing), ["github GHSA-b: nothing (Active)"]);
}

#[test]
fn what_is_not_known_is_told() {
    let document = r#"{"id": "X-1", "affected": [{"package": {"ecosystem": "Linux", "name": "Kernel"}},
        {"package": {"ecosystem": "npm", "name": ""}}]}"#;
    assert_eq!(
        told(document),
        ["linux X-1: nothing (Active)", "! X-1: a package of npm has no name", "? Linux",]
    );
    assert_eq!(told(r#"{"id": ""}"#), ["! its `id` is empty"]);
    assert!(told("[1]")[0].starts_with("! it is not the JSON of an OSV document"));
}

#[test]
fn words_come_before_vectors_and_newer_vectors_before_older() {
    let document = r#"{"id": "GHSA-a", "database_specific": {"severity": "MODERATE", "cwe_ids": ["CWE-79"]},
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},
            {"type": "CVSS_V4", "score": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"}]}"#;
    let reading = read(document.as_bytes()).unwrap();
    let told = reading.advisories[0].0.ratings.iter().map(|rating| match rating {
        Rating::Word { severity, .. } => severity.to_string(),
        Rating::Cvss(cvss) => format!("{} {}", cvss.version, cvss.score.unwrap_or_default()),
    });
    assert_eq!(told.collect::<Vec<_>>(), ["medium", "4.0 9.3", "3.1 9.8"]);
}

#[test]
fn functions_of_go_are_kept() {
    let document = r#"{"id": "GO-2024-1", "affected": [{"package": {"ecosystem": "Go", "name": "stdlib"},
        "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.21.8"}]}],
        "ecosystem_specific": {"imports": [{"path": "net/http", "symbols": ["Get"]}, {"path": "net/mail"}]}}]}"#;
    let reading = read(document.as_bytes()).unwrap();
    let imports = vec![("net/http".into(), vec!["Get".into()]), ("net/mail".into(), Vec::new())];
    assert_eq!(reading.advisories[0].1[0].qualifiers, [Qualifier::GoImports(imports)]);
}

#[test]
fn packages_of_a_module_are_of_its_stream() {
    let document = r#"{"id": "ALSA-2024:1", "summary": "Important: nodejs:18 security update", "related": ["CVE-2024-1"],
        "affected": [
            {"package": {"ecosystem": "AlmaLinux:8", "name": "nodejs"}, "ranges": [{"type": "ECOSYSTEM",
                "events": [{"introduced": "0"}, {"fixed": "1:18.19.0-1.module_el8.9.0+1+a"}]}]},
            {"package": {"ecosystem": "AlmaLinux:8", "name": "curl"}, "ranges": [{"type": "ECOSYSTEM",
                "events": [{"introduced": "0"}, {"fixed": "8.0-1.el8"}]}]}]}"#;
    let reading = read(document.as_bytes()).unwrap();
    let qualifiers = reading.advisories[0].1.iter().flat_map(|one| &one.qualifiers);
    let modules = ["nodejs:18", ""].map(|module| Qualifier::Module(module.into()));
    assert_eq!(qualifiers.cloned().collect::<Vec<_>>(), modules);
}
