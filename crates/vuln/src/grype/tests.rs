//! Databases of both schemas, made here of a few rows, also as older and broken ones have them.

use std::fs;

use model::{Distro, ImageFacts, InstalledPackage, Package, Scheme, Severity};
use rusqlite::Connection;

use crate::{Database, Options, Shelf, find, unwatched};

/// The tables of schema 6, one a line. Nothing has an index, as it is published.
const V6: &str = "
CREATE TABLE db_metadata(build_timestamp datetime, model integer, revision integer, addition integer);
CREATE TABLE providers(id text, version text, processor text, date_captured datetime, input_digest text);
CREATE TABLE vulnerability_handles(id integer primary key, name text, status text, published_date datetime, modified_date datetime, withdrawn_date datetime, provider_id text, blob_id integer);
CREATE TABLE packages(id integer primary key, ecosystem text, name text);
CREATE TABLE operating_systems(id integer primary key, name text, release_id text, major_version text, minor_version text, label_version text, codename text, channel text, eol_date datetime, eoas_date datetime);
CREATE TABLE affected_package_handles(id integer primary key, vulnerability_id integer, operating_system_id integer, package_id integer, blob_id integer);
CREATE TABLE unaffected_package_handles(id integer primary key, vulnerability_id integer, operating_system_id integer, package_id integer, blob_id integer);
CREATE TABLE cpes(id integer primary key, part text, vendor text, product text, edition text, language text, software_edition text, target_hardware text, target_software text, other text);
CREATE TABLE affected_cpe_handles(id integer primary key, vulnerability_id integer, cpe_id integer, blob_id integer);
CREATE TABLE blobs(id integer primary key, value text);
CREATE TABLE known_exploited_vulnerability_handles(id integer primary key, cve text, blob_id integer);
CREATE TABLE epss_handles(id integer primary key, cve text, epss real, percentile real);
CREATE TABLE epss_metadata(date datetime);
CREATE TABLE cwe_handles(id integer primary key, cve text, cwe text, source text, type text);
CREATE TABLE operating_system_specifier_overrides(alias text, version text, version_pattern text, codename text, channel text, replacement text, replacement_major_version text, replacement_minor_version text, replacement_label_version text, replacement_channel text, rolling numeric, applicable_client_db_schemas text);
";

const V6_ROWS: &str = r#"
INSERT INTO db_metadata VALUES ('2024-12-31 00:00:00+00:00', 6, 1, 9);
INSERT INTO providers VALUES ('debian', '1', 'vunnel@0.60.0', '2024-12-30 00:00:00+00:00', 'xxh64:0');
INSERT INTO operating_systems VALUES (1, 'debian', 'debian', '12', '', '', 'bookworm', NULL, NULL, NULL);
INSERT INTO packages VALUES (1, 'deb', 'openssl'), (2, 'python', 'flask');
INSERT INTO blobs VALUES
    (1, '{"id":"CVE-1","description":"a hole","refs":[{"url":"https://a.example/1"},{"url":"https://a.example/2"}],"severities":[{"scheme":"CVSS","rank":2,"value":{"vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","version":"3.1"}},{"scheme":"CHML","rank":1,"value":"low","source":"debian"}],"news":true}'),
    (2, '{"ranges":[{"version":{"type":"dpkg","constraint":"< 3.0.2"},"fix":{"version":"3.0.2","state":"fixed"}}]}'),
    (3, '{"id":"GHSA-1","aliases":["CVE-2"]}'),
    (4, '{"cves":["CVE-2"],"ranges":[{"version":{"type":"python","constraint":"<2"},"fix":{"state":"not-fixed"}}]}'),
    (5, '{"required_action":"act","date_added":"2024-05-20T00:00:00Z","known_ransomware_campaign_use":"Known"}'),
    (6, '{ this is no JSON');
INSERT INTO vulnerability_handles VALUES
    (1, 'CVE-1', 'active', '2024-01-01 00:00:00+00:00', NULL, NULL, 'debian', 1),
    (2, 'GHSA-1', 'active', NULL, NULL, NULL, 'github', 3),
    (3, 'GHSA-2', 'rejected', NULL, NULL, NULL, 'github', 3);
INSERT INTO affected_package_handles VALUES (1, 1, 1, 1, 2), (2, 2, NULL, 2, 4), (3, 3, NULL, 2, 4), (4, 2, NULL, 2, 6), (5, 99, 1, 1, 2);
INSERT INTO known_exploited_vulnerability_handles VALUES (1, 'CVE-2', 5);
INSERT INTO epss_handles VALUES (1, 'CVE-2', 0.5, 0.75);
INSERT INTO epss_metadata VALUES ('2024-12-31 00:00:00+00:00');
INSERT INTO cwe_handles VALUES (1, 'CVE-2', 'CWE-79', '', '');
"#;

const V5: &str = r#"
CREATE TABLE id(build_timestamp text, schema_version integer);
CREATE TABLE vulnerability(pk integer primary key, id text, package_name text, namespace text, package_qualifiers text, version_constraint text, version_format text, cpes text, related_vulnerabilities text, fixed_in_versions text, fix_state text, advisories text);
CREATE TABLE vulnerability_metadata(id text, namespace text, data_source text, record_source text, severity text, urls text, description text, cvss text, primary key(id, namespace));
CREATE TABLE vulnerability_match_exclusion(pk integer primary key, id text, constraints text, justification text);
INSERT INTO id VALUES ('2024-12-31T00:00:00Z', 5);
INSERT INTO vulnerability VALUES
    (1, 'CVE-1', 'openssl', 'debian:distro:debian:12', 'null', '< 3.0.2', 'dpkg', NULL, '[]', '["3.0.2"]', 'fixed', NULL),
    (2, 'GHSA-1', 'flask', 'github:language:python', NULL, '<2', 'python', NULL, '[{"id":"CVE-2","namespace":"nvd:cpe"}]', NULL, 'not-fixed', NULL),
    (3, 'CVE-9', 'what', 'nonsense', NULL, '', '', NULL, NULL, NULL, '', NULL),
    (4, 'CVE-3', 'curl', 'nvd:cpe', NULL, '< 8', 'unknown', '["cpe:2.3:a:haxx:curl:*:*:*:*:*:*:*:*"]', NULL, NULL, 'unknown', NULL);
INSERT INTO vulnerability_metadata VALUES ('CVE-1', 'debian:distro:debian:12', 'https://a.example/1', 'debian', 'Low', '["https://a.example/2"]', 'a hole', NULL);
"#;

/// Imports a database of these statements and tells what is found of an image of three packages.
#[track_caller]
fn check(statements: &str, expect: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vulnerability.db");
    let connection = Connection::open(&file).unwrap();
    connection.execute_batch(statements).unwrap();
    drop(connection);
    let before = fs::read(&file).unwrap();
    let shelf = Shelf::at(&folder.path().join("kept"));
    let kept = shelf.import(file.to_str().unwrap(), &unwatched).unwrap();
    assert_eq!(fs::read(&file).unwrap(), before, "what a user has is never written");
    assert_eq!(fs::read_dir(shelf.folder()).unwrap().count(), 1, "nothing else is left behind");
    let database = kept.open().unwrap();
    assert_eq!(told(&database), expect);
}

fn told(database: &Database) -> String {
    let package = |ecosystem: &str, name: &str, version: &str, scheme| InstalledPackage {
        package: Package::new(ecosystem, name, version, scheme),
        database: "/record".into(),
        inside: None,
    };
    let facts = ImageFacts {
        distro: Some(Distro {
            id: "debian".into(),
            version_id: Some("12".into()),
            ..Distro::default()
        }),
        packages: vec![
            package("deb", "openssl", "3.0.1", Scheme::Deb),
            package("generic", "curl", "7.0", Scheme::Generic),
            package("pypi", "Flask", "1.0", Scheme::Pypi),
        ],
        ..ImageFacts::default()
    };
    let findings = find(&facts, database, &Options::default()).unwrap();
    let mut lines = vec![format!("schema {}", findings.scanner.data.schema)];
    for one in &findings.findings {
        let fix = format!("{} {}", one.fix.state.name(), one.fix.versions.join(","));
        let epss = one.epss.iter().map(|epss| format!(" epss {}", epss.probability.value()));
        let exploited = one
            .known_exploited
            .iter()
            .map(|known| format!(" exploited {}", known.added.clone().unwrap_or_default()));
        let weak = one.weaknesses.iter().map(|weakness| format!(" {weakness}"));
        let suppressed = one.suppressed.iter().map(|one| format!(" ({})", one.reason));
        let more: String = epss.chain(exploited).chain(weak).chain(suppressed).collect();
        lines.push(format!(
            "{} {} {} {}{more}",
            one.names().collect::<Vec<_>>().join("="),
            one.severity,
            one.namespace,
            fix.trim()
        ));
    }
    lines.extend(findings.gaps.iter().map(|gap| format!("gap: {gap}")));
    lines.join("\n")
}

const OPENSSL: &str = "CVE-1 low debian:distro:debian:12 fixed 3.0.2";
const BROKEN: &str = "gap: what an advisory says of deb openssl: its advisory, release or package is missing\n\
    gap: what an advisory says of python flask: it is not the JSON that it should be";

#[test]
fn schema_6_is_read() {
    let flask = "GHSA-1=CVE-2 unknown github:language:python not-fixed epss 0.5 exploited 2024-05-20 CWE-79";
    let programs =
        "gap: the advisories say nothing about packages of generic: 1 were not looked up";
    check(
        &format!("{V6}{V6_ROWS}"),
        &format!("schema v6.1.9\n{OPENSSL}\n{flask}\n{programs}\n{BROKEN}"),
    );
    // Nothing would mean every version.
    check(
        &format!("{V6}{V6_ROWS} DELETE FROM blobs WHERE id = 2;"),
        &format!(
            "schema v6.1.9\n{flask}\n{}\n{programs}\n{}\n{BROKEN}",
            "gap: the advisories say nothing about debian 12: 1 packages were not looked up",
            "gap: what an advisory says of deb openssl: it is not the JSON that it should be"
        ),
    );
}

#[test]
fn an_older_schema_6_lacks_tables_and_columns() {
    let lacks = |table: &str| {
        ["exploited", "epss", "cwe", "unaffected", "overrides", "providers"]
            .iter()
            .any(|word| table.contains(word))
    };
    let of = |text: &str| text.lines().filter(|line| !lacks(line)).collect::<Vec<_>>().join("\n");
    let tables = of(V6).replace(", channel text, eol_date datetime, eoas_date datetime", "");
    let rows = of(V6_ROWS).replace("'bookworm', NULL, NULL, NULL", "'bookworm'");
    let flask = "GHSA-1=CVE-2 unknown github:language:python not-fixed";
    let programs =
        "gap: the advisories say nothing about packages of generic: 1 were not looked up";
    check(
        &format!("{tables}{rows}"),
        &format!("schema v6.1.9\n{OPENSSL}\n{flask}\n{programs}\n{BROKEN}"),
    );
}

#[test]
fn schema_5_is_read() {
    let curl = "CVE-3 unknown nvd:cpe unknown";
    let flask = "GHSA-1=CVE-2 unknown github:language:python not-fixed";
    let strange = "gap: CVE-9: its namespace nonsense is not known";
    check(V5, &format!("schema 5\n{OPENSSL}\n{curl}\n{flask}\n{strange}"));
}

#[test]
fn exclusions_of_schema_5_suppress_what_they_mean() {
    let flask = "GHSA-1=CVE-2 unknown github:language:python not-fixed";
    let curl = "CVE-3 unknown nvd:cpe unknown";
    let strange = "gap: CVE-9: its namespace nonsense is not known";
    let check = |conditions: &str, suppressed: &str, gap: &str| {
        let excluded = format!(
            "INSERT INTO vulnerability_match_exclusion VALUES (1, 'GHSA-1', '{conditions}', 'x');"
        );
        let expect = format!("schema 5\n{OPENSSL}\n{curl}\n{flask}{suppressed}\n{strange}{gap}");
        check(&format!("{V5}{excluded}"), &expect);
    };
    let not_counted = " (the data leaves it out: x)";
    check("[]", not_counted, "");
    check("null", not_counted, "");
    let all = r#"[{"vulnerability":{"namespace":"github:language:python","fix_state":"not-fixed"},
        "package":{"name":"Fla.*","language":"python","type":"python","version":"1.0","location":"/rec*"}}]"#;
    check(all, not_counted, "");
    for other in [
        r#"{"vulnerability":{"namespace":"nvd:cpe"}}"#,
        r#"{"vulnerability":{"fix_state":"fixed"}}"#,
        r#"{"package":{"name":"Flas"}}"#,
        r#"{"package":{"language":"ruby"}}"#,
        r#"{"package":{"type":"gem"}}"#,
        r#"{"package":{"version":"1"}}"#,
        r#"{"package":{"location":"/usr/**"}}"#,
    ] {
        check(&format!("[{other}]"), "", "");
        check(&format!(r#"[{other},{{"package":{{"type":"python"}}}}]"#), not_counted, "");
    }
    // What has words that nobody knows says nothing without them.
    let unknown = r#"[{"package":{"type":"python","colour":"red"}}]"#;
    let gap = "\ngap: an exclusion of GHSA-1: unknown field `colour`, expected one of `name`, `language`, `type`, `version`, \
               `location`";
    check(unknown, "", gap);
}

#[test]
fn what_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::at(&folder.path().join("kept"));
    for (name, bytes) in
        [("empty", &b""[..]), ("text", b"hello"), ("cut", b"SQLite format 3\0and no more")]
    {
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        assert!(shelf.import(file.to_str().unwrap(), &unwatched).is_err(), "{name}");
    }
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE a(b)").unwrap();
    let error = shelf.import(other.to_str().unwrap(), &unwatched).unwrap_err();
    assert!(error.to_string().ends_with("it is no database of Grype's"), "{error}");
    assert!(shelf.import("/nonexistent", &unwatched).is_err());
    assert_eq!(fs::read_dir(shelf.folder()).unwrap().count(), 0, "nothing is left behind");
    assert!(shelf.find(None).is_err());
}

#[test]
fn severities_have_their_source() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vulnerability.db");
    Connection::open(&file).unwrap().execute_batch(&format!("{V6}{V6_ROWS}")).unwrap();
    let kept =
        Shelf::at(&folder.path().join("kept")).import(file.to_str().unwrap(), &unwatched).unwrap();
    let advisory = kept.open().unwrap().advisory(1).unwrap().unwrap();
    let rating = crate::Rating::Word { severity: Severity::Low, source: Some("debian".into()) };
    assert_eq!(advisory.ratings[0], rating);
    assert_eq!(advisory.references, ["https://a.example/1", "https://a.example/2"]);
    assert_eq!(kept.data.built.unwrap().to_string(), "2024-12-31T00:00:00Z");
}
