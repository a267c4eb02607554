//! `db`, `scan` and the vulnerabilities of `diff`, as a user meets them.

use std::path::Path;

use crate::{Run, run, shop};

/// Keeps these advisories in the folder `kept` of `folder`.
fn keep(folder: &Path, built: &str, advisories: &str) -> Run {
    let file = folder.join(format!("{built}.db"));
    testkit::write_advisories(&file, &format!("built {built}T00:00:00Z\n{advisories}"));
    let file = file.file_name().unwrap().to_str().unwrap();
    asked(folder, &["db", "import", file])
}

/// Runs the program with the folder of advisories.
fn asked(folder: &Path, words: &[&str]) -> Run {
    run(folder, &[words, &["--db-folder", "kept"]].concat())
}

const OLD: &str = "oci:shop:1.4";
const NEW: &str = "oci:shop:1.5";

#[test]
fn what_came_and_what_went_is_told_with_the_packages_that_did_it() {
    let folder = shop();
    let kept = keep(folder.path(), "2026-11-20", testkit::DEMO_ADVISORIES);
    assert_eq!(kept.code, Some(0), "{}", kept.stderr);
    assert_eq!(kept.stderr, "kept: 11 advisories, built 2026-11-20 00:00\n");
    let diff = asked(folder.path(), &["diff", OLD, NEW]);
    assert_eq!(diff.code, Some(0), "{}", diff.stderr);
    for line in [
        "8 vulnerabilities    2 + (2 high)  6 −",
        "+  CVE-2024-56171  high      libxml2 2.9.14+dfsg-1.3~deb12u1    fixed in 2.9.14+dfsg-1.3~deb12u2  package added",
        "closes CVE-2024-5535, CVE-2024-9143",
        "data of 2026-11-20 (v6.1.9) on both sides",
    ] {
        assert!(diff.stdout.contains(line), "{line}\n{}", diff.stdout);
    }
    let without = asked(folder.path(), &["diff", OLD, NEW, "--no-vulnerabilities"]);
    assert!(!without.stdout.contains("CVE-"), "{}", without.stdout);
}

#[test]
fn without_advisories_a_line_says_how_to_have_some() {
    let folder = shop();
    let diff = asked(folder.path(), &["diff", OLD, NEW]);
    assert_eq!(diff.code, Some(0));
    assert!(diff.stderr.contains("`pentimento db update` fetches them"), "{}", diff.stderr);
    assert_eq!(asked(folder.path(), &["diff", OLD, NEW, "--quiet"]).stderr, "");
    let scan = asked(folder.path(), &["scan", NEW]);
    assert_eq!((scan.stdout.as_str(), scan.code), ("", Some(2)));
    assert!(scan.stderr.contains("there is no database of advisories yet"), "{}", scan.stderr);
    assert_eq!(asked(folder.path(), &["db", "status"]).code, Some(2));
}

#[test]
fn different_data_are_told_first_and_are_a_cause() {
    let folder = shop();
    keep(folder.path(), "2026-11-01", "release debian 12 bookworm\nCVE-2024-5535 low openssl <9");
    keep(folder.path(), "2026-11-20", testkit::DEMO_ADVISORIES);
    let words = ["diff", NEW, "oci:shop:same", "--old-db", "2026-11-01", "--new-db", "2026-11-20"];
    let diff = asked(folder.path(), &words);
    assert!(diff.stdout.contains("the old image in data of 2026-11-01 (v6.1.9), the new one in data of 2026-11-20 (v6.1.9)"), "{}", diff.stdout);
    assert!(diff.stdout.contains("data changed"), "{}", diff.stdout);
    let list = asked(folder.path(), &["db", "list", "--plain"]);
    assert!(
        list.stdout.find("2026-11-01").unwrap() < list.stdout.find("2026-11-20").unwrap(),
        "{}",
        list.stdout
    );
    let removed = asked(folder.path(), &["db", "rm", "2026-11-01"]);
    assert_eq!(removed.code, Some(0), "{}", removed.stderr);
    let gone = asked(folder.path(), &["scan", NEW, "--db", "2026-11-01"]);
    assert_eq!(gone.code, Some(2));
    assert!(
        gone.stderr.contains("no kept database of advisories is called 2026-11-01"),
        "{}",
        gone.stderr
    );
}

#[test]
fn a_scan_fails_where_it_is_told_to_and_where_nothing_is_known() {
    let folder = shop();
    keep(folder.path(), "2026-11-20", testkit::DEMO_ADVISORIES);
    let code =
        |words: &[&str]| asked(folder.path(), &[&["scan", NEW, "--quiet"], words].concat()).code;
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--fail-on", "high"]), Some(1));
    assert_eq!(code(&["--fail-on", "critical", "--only-fixed"]), Some(0));
    assert_eq!(code(&["--fail-on", "dire"]), Some(2));
    let fixed = asked(folder.path(), &["scan", OLD, "--only-fixed", "--json"]);
    let fixed: serde_json::Value = serde_json::from_str(&fixed.stdout).unwrap();
    assert_eq!(fixed["image"]["distribution"]["id"], "debian");
    let counted = |one: &&serde_json::Value| one["suppressed"].is_null();
    let mut left = fixed["findings"].as_array().unwrap().iter().filter(counted).peekable();
    assert!(left.peek().is_some(), "{fixed}");
    assert!(left.all(|one| one["fix"]["state"] == "fixed"), "{fixed}");

    let other = folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    let packages = testkit::apk_database(&[testkit::apk_package("musl", "1.2.5-r0", &[])]);
    for (tag, os) in
        [("known", "ID=alpine\nVERSION_ID=3.20.3\n"), ("strange", "ID=strange\nVERSION_ID=1\n")]
    {
        let image = testkit::image(&format!("//- /etc/os-release\n{os}{packages}"));
        testkit::write_layout(&other, tag, &image);
    }
    testkit::write_layout(&other, "empty", &testkit::image("//- /bin/sh\n1\n"));
    for (tag, told) in [
        ("known", "the advisories say nothing about alpine 3.20.3"),
        ("strange", "the advisories say nothing about strange 1"),
        ("empty", "no package of the image is known"),
    ] {
        for form in ["table", "json", "plain", "html"] {
            let scan =
                asked(folder.path(), &["scan", &format!("oci:other:{tag}"), "--format", form]);
            assert_eq!(scan.code, Some(2), "{tag}");
            assert!(scan.stdout.contains(told), "{}", scan.stdout);
        }
    }
}

#[test]
fn what_somebody_said_not_to_count_is_suppressed_and_what_counts_for_nothing_is_told() {
    let folder = shop();
    keep(folder.path(), "2026-11-20", testkit::DEMO_ADVISORIES);
    let vex = r#"{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "our-vex", "timestamp": "2026-11-01T00:00:00Z",
        "statements": [
            {"vulnerability": {"name": "CVE-2024-56171"}, "status": "not_affected",
             "justification": "vulnerable_code_not_in_execute_path", "products": [{"@id": "shop:1.5"}]},
            {"vulnerability": {"name": "CVE-2025-24928"}, "status": "fixed", "products": [{"@id": "pkg:oci/another"}]}
        ]}"#;
    std::fs::write(folder.path().join("shop.vex.json"), vex).unwrap();
    let rules = "[[ignore]]\nvulnerability = \"CVE-2025-24928\"\nreason = \"not reached\"\nexpires = 2099-01-01\n\
                 [[ignore]]\npackage = \"zlib*\"\nreason = \"was waited for\"\nexpires = 2020-01-01\n";
    std::fs::write(folder.path().join("rules.toml"), rules).unwrap();
    let said = ["--vex", "shop.vex.json", "--ignore", "rules.toml"];
    let scan = |words: &[&str]| asked(folder.path(), &[&["scan"], words, &said].concat());

    assert_eq!(scan(&[NEW, "--fail-on", "high"]).code, Some(0), "{}", scan(&[NEW]).stdout);
    let told = scan(&[NEW]).stdout;
    for line in [
        "VEX document our-vex: what it says of CVE-2025-24928 counts for nothing",
        "rule 2 of rules.toml expired (2020-01-01) and does not suppress",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    let document: serde_json::Value = serde_json::from_str(&scan(&[NEW, "--json"]).stdout).unwrap();
    let by = |id: &str| {
        let mut findings = document["findings"].as_array().unwrap().iter();
        findings.find(|one| one["vulnerability"] == id).unwrap()["suppressed"]["by"].clone()
    };
    assert_eq!((by("CVE-2024-56171"), by("CVE-2025-24928")), ("vex".into(), "rule".into()));
    let without = asked(folder.path(), &["scan", NEW, "--json"]).stdout;
    let without: serde_json::Value = serde_json::from_str(&without).unwrap();
    let suppressed = |scan: &serde_json::Value| scan["figures"]["suppressed"].as_u64().unwrap();
    assert_eq!(suppressed(&document), suppressed(&without) + 2);

    let diff = asked(folder.path(), &[&["diff", OLD, NEW, "--json"], &said[..]].concat());
    let diff: serde_json::Value = serde_json::from_str(&diff.stdout).unwrap();
    let changes = diff["vulnerabilities"]["changes"].as_array().unwrap();
    assert!(changes.iter().all(|change| change["change"] != "added"), "{changes:#?}");

    let missing = asked(folder.path(), &["scan", NEW, "--vex", "nowhere.json"]);
    assert_eq!(missing.code, Some(2));
    assert!(missing.stderr.contains("could not read nowhere.json"), "{}", missing.stderr);
    let broken = asked(folder.path(), &["scan", NEW, "--vex", "rules.toml"]);
    assert!(broken.stderr.contains("could not read VEX from rules.toml"), "{}", broken.stderr);
}

#[test]
fn what_two_databases_say_differently_is_listed() {
    let folder = shop();
    let old = "release debian 12 bookworm\nCVE-2024-1 low openssl <9\nCVE-2024-2 low openssl <9\n";
    let new = "release debian 12 bookworm\nCVE-2024-1 low openssl <10\nCVE-2024-3 low openssl <9\n";
    keep(folder.path(), "2026-11-01", old);
    keep(folder.path(), "2026-11-20", new);
    let diff = asked(folder.path(), &["db", "diff", "2026-11-01", "--plain", "--exit-code"]);
    assert_eq!(diff.code, Some(1), "{}", diff.stderr);
    for (change, id) in
        [("modified", "CVE-2024-1"), ("removed", "CVE-2024-2"), ("added", "CVE-2024-3")]
    {
        let mut lines = diff.stdout.lines();
        assert!(lines.any(|line| line.contains(change) && line.contains(id)), "{}", diff.stdout);
    }
    assert!(diff.stderr.contains("1 added, 1 removed, 1 modified"), "{}", diff.stderr);
    let same = asked(folder.path(), &["db", "diff", "2026-11-20", "--exit-code"]);
    assert_eq!(same.code, Some(0), "{}", same.stderr);
}

/// Another scanner in the folder `bin`, which answers this where it was handed the package openssl.
fn install(folder: &Path, name: &str, answer: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let bin = folder.join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    // The last word is the bill of materials; asked for its version it has none.
    let script = format!(
        "#!/bin/sh\nfor last; do :; done\ncase $1 in version) echo '{{\"Version\":\"0.74.0\"}}'; exit; esac\n\
         grep -q '\"purl\":\"pkg:deb/debian/openssl@' \"$last\" || {{ echo 'no openssl' >&2; exit 1; }}\n\
         cat <<'END'\n{answer}\nEND\n"
    );
    let file = bin.join(name);
    std::fs::write(&file, script).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs the program where other scanners are installed.
fn beside(folder: &Path, words: &[&str]) -> Run {
    let path = format!("{}:/usr/bin:/bin", folder.join("bin").display());
    Run::of(&crate::command(folder, words).env("PATH", path).output().unwrap())
}

#[test]
fn another_scanner_is_asked_where_it_is_installed() {
    let folder = shop();
    let none = run(folder.path(), &["scan", NEW, "--scanner", "grype"]);
    assert_eq!(none.code, Some(2));
    assert!(none.stderr.contains("grype is not installed"), "{}", none.stderr);
    let unknown = run(folder.path(), &["scan", NEW, "--scanner", "clair"]);
    assert!(unknown.stderr.contains("it is grype or trivy"), "{}", unknown.stderr);
    let both = run(folder.path(), &["scan", NEW, "--scanner", "grype", "--db", "1"]);
    assert_eq!(both.code, Some(2));

    install(
        folder.path(),
        "grype",
        r#"{"matches":[{
            "vulnerability":{"id":"CVE-2030-1","namespace":"debian:distro:debian:12","severity":"Critical"},
            "artifact":{"name":"openssl","version":"3.0.13-1~deb12u1","purl":"pkg:deb/debian/openssl@3.0.13-1~deb12u1?arch=amd64&distro=debian-12"}}],
            "descriptor":{"name":"grype","version":"0.121.3",
            "db":{"status":{"schemaVersion":"v6.1.9","built":"2026-11-28T00:00:00Z"}}}}"#,
    );
    let scan = beside(folder.path(), &["scan", OLD, "--scanner", "grype", "--fail-on", "high"]);
    assert_eq!(scan.code, Some(1), "{}{}", scan.stdout, scan.stderr);
    for told in ["CVE-2030-1", "critical", "grype 0.121.3, data of 2026-11-28 (v6.1.9)"] {
        assert!(scan.stdout.contains(told), "{told}\n{}", scan.stdout);
    }
    let diff = beside(folder.path(), &["diff", OLD, NEW, "--scanner", "grype"]);
    assert!(diff.stdout.contains("CVE-2030-1"), "{}{}", diff.stdout, diff.stderr);

    install(folder.path(), "grype", "no report");
    let odd = beside(folder.path(), &["scan", OLD, "--scanner", "grype"]);
    assert_eq!((odd.code, odd.stdout.as_str()), (Some(2), ""));
    assert!(odd.stderr.contains("is not its report in JSON"), "{}", odd.stderr);

    install(
        folder.path(),
        "trivy",
        r#"{"Results":[{"Class":"os-pkgs","Type":"debian","Vulnerabilities":[
            {"VulnerabilityID":"CVE-2030-2","PkgName":"openssl","InstalledVersion":"3.0.13-1~deb12u1","Severity":"HIGH"}]}]}"#,
    );
    let scan = beside(folder.path(), &["scan", OLD, "--scanner", "trivy", "--json"]);
    let scan: serde_json::Value = serde_json::from_str(&scan.stdout).unwrap();
    assert_eq!(scan["scanner"]["version"], "0.74.0", "{scan}");
    assert_eq!(scan["findings"][0]["id"], "CVE-2030-2", "{scan}");
}

#[test]
fn a_kept_document_of_vex_counts_for_every_image() {
    let folder = shop();
    keep(folder.path(), "2026-11-20", testkit::DEMO_ADVISORIES);
    let counted = |words: &[&str]| {
        let scan = asked(folder.path(), &[&["scan", OLD, "--json"], words].concat());
        let scan: serde_json::Value = serde_json::from_str(&scan.stdout).unwrap();
        let findings = scan["findings"].as_array().unwrap();
        let all = findings.iter().filter(|one| one["id"] == "CVE-2024-5535");
        let counted = all.filter(|one| one["suppressed"].is_null()).count();
        (counted, scan["gaps"].as_array().map_or(0, Vec::len))
    };
    let (before, gaps) = counted(&[]);
    assert!(before > 0);
    let statements = r#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"ours","author":"us","timestamp":"2026-11-20T00:00:00Z","version":1,
        "statements":[
            {"vulnerability":{"name":"CVE-2024-5535"},"products":[{"@id":"pkg:deb/debian/openssl"},{"@id":"pkg:deb/debian/libssl3"}],"status":"not_affected","justification":"component_not_present"},
            {"vulnerability":{"name":"CVE-2022-37434"},"products":[{"@id":"pkg:oci/another"}],"status":"fixed"}]}"#;
    std::fs::write(folder.path().join("ours.json"), statements).unwrap();
    let kept = asked(folder.path(), &["db", "import", "ours.json"]);
    assert_eq!((kept.code, kept.stdout.as_str()), (Some(0), ""), "{}", kept.stderr);
    assert!(kept.stderr.starts_with("kept: 2 statements of VEX, ours, as vex-"), "{}", kept.stderr);
    // What it says of other images is nobody's affair here.
    assert_eq!(counted(&[]), (0, gaps));
    assert_eq!(counted(&["--no-kept-vex"]), (before, gaps));
    let list = asked(folder.path(), &["db", "list", "--plain"]);
    let row = list.stdout.lines().find(|row| row.starts_with("vex-")).unwrap();
    assert!(row.ends_with(" VEX 2 - ours"), "{row}");
    let list = asked(folder.path(), &["db", "list", "--json"]);
    let list: serde_json::Value = serde_json::from_str(&list.stdout).unwrap();
    assert_eq!((&list["vex"][0]["id"], &list["vex"][0]["statements"]), (&"ours".into(), &2.into()));
    assert_eq!(asked(folder.path(), &["db", "rm", "vex-"]).code, Some(0));
    assert_eq!(counted(&[]), (before, gaps));
}
