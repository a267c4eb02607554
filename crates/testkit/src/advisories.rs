//! Advisories as text: a few lines become a database in the shape that Grype publishes (schema 6), without any of its
//! indexes, as the published one is.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, params};
use serde_json::{Value, json};

/// The tables, as far as the lines fill them.
const TABLES: &str = "
    CREATE TABLE db_metadata (build_timestamp DATETIME, model INTEGER, revision INTEGER, addition INTEGER);
    CREATE TABLE providers (id TEXT PRIMARY KEY, version TEXT, processor TEXT, date_captured DATETIME, input_digest TEXT);
    CREATE TABLE operating_systems (id INTEGER PRIMARY KEY, name TEXT, release_id TEXT, major_version TEXT,
        minor_version TEXT, label_version TEXT, codename TEXT, channel TEXT, eol_date DATETIME, eoas_date DATETIME);
    CREATE TABLE blobs (id INTEGER PRIMARY KEY, value TEXT);
    CREATE TABLE packages (id INTEGER PRIMARY KEY, ecosystem TEXT, name TEXT);
    CREATE TABLE vulnerability_handles (id INTEGER PRIMARY KEY, name TEXT, status TEXT, published_date DATETIME,
        modified_date DATETIME, withdrawn_date DATETIME, provider_id TEXT, blob_id INTEGER);
    CREATE TABLE affected_package_handles (id INTEGER PRIMARY KEY, vulnerability_id INTEGER,
        operating_system_id INTEGER, package_id INTEGER, blob_id INTEGER);
    CREATE TABLE known_exploited_vulnerability_handles (id INTEGER PRIMARY KEY, cve TEXT, blob_id INTEGER);
    CREATE TABLE epss_handles (id INTEGER PRIMARY KEY, cve TEXT, epss REAL, percentile REAL);
    CREATE TABLE epss_metadata (date DATETIME);
";

/// Writes a database of these lines to a file that is not there yet. Blank lines, and those that begin with `#`, mean nothing.
///
/// | line | what it says |
/// |---|---|
/// | `built 2026-11-20T00:00:00Z` | when the data was put together |
/// | `release debian 12 bookworm [eol=2028-06-30]` | a release of a distribution; lines below are about its packages |
/// | `language pypi` | lines below are about packages of this ecosystem, in Grype's words |
/// | `CVE-1[=GHSA-1,…] high name <1.2 [word …]` | an advisory: versions below `1.2` have it, and that one fixes it |
/// | `CVE-1 low name not-fixed` | every version has it; also `wont-fix` |
///
/// Words are `exploited`, which puts it on the list of those that are known to be, and `epss=0.94`.
pub fn write_advisories(path: &Path, text: &str) {
    let begun = Connection::open(path).and_then(|connection| {
        connection.execute_batch(TABLES)?;
        Ok(connection)
    });
    let connection =
        begun.unwrap_or_else(|error| panic!("could not write {}: {error}", path.display()));
    let mut writer =
        Writer { connection, release: None, kind: String::new(), provider: String::new() };
    for line in text.lines().map(str::trim) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [] => {}
            [comment, ..] if comment.starts_with('#') => {}
            ["built", time] => writer.built(time),
            ["release", name, version, codename, ref rest @ ..] => {
                writer.release(name, version, codename, rest);
            }
            ["language", ecosystem] => {
                (writer.release, writer.kind) = (None, ecosystem.into());
                writer.provider("github");
            }
            [names, severity, package, range, ref marks @ ..] => {
                writer.advisory(names, severity, [package, range], marks);
            }
            _ => panic!("no advisory: {line}"),
        }
    }
}

struct Writer {
    connection: Connection,
    release: Option<i64>,
    kind: String,
    provider: String,
}

impl Writer {
    fn insert(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> i64 {
        if let Err(error) = self.connection.execute(sql, values) {
            panic!("could not write a row ({sql}): {error}");
        }
        self.connection.last_insert_rowid()
    }

    fn blob(&self, value: &Value) -> i64 {
        self.insert("INSERT INTO blobs (value) VALUES (?)", params![value.to_string()])
    }

    fn built(&self, time: &str) {
        self.insert("INSERT INTO db_metadata VALUES (?, 6, 1, 9)", params![time]);
    }

    fn provider(&mut self, name: &str) {
        self.provider = name.into();
        let sql = "INSERT OR IGNORE INTO providers VALUES (?, '1', 'testkit', '2026-11-19T00:00:00Z', '')";
        self.insert(sql, params![name]);
    }

    fn release(&mut self, name: &str, version: &str, codename: &str, rest: &[&str]) {
        let (major, minor) = version.split_once('.').unwrap_or((version, ""));
        let end = rest.iter().find_map(|word| word.strip_prefix("eol="));
        let end = end.map(|day| format!("{day}T00:00:00Z"));
        let sql = "INSERT INTO operating_systems (name, release_id, major_version, minor_version, label_version,
            codename, channel, eol_date) VALUES (?, ?, ?, ?, '', ?, '', ?)";
        self.release = Some(self.insert(sql, params![name, name, major, minor, codename, end]));
        self.kind = match name {
            "alpine" | "wolfi" => "apk",
            "debian" | "ubuntu" => "deb",
            _ => "rpm",
        }
        .into();
        self.provider(name);
    }

    fn advisory(&self, names: &str, severity: &str, [package, range]: [&str; 2], marks: &[&str]) {
        let (id, aliases) = names.split_once('=').unwrap_or((names, ""));
        let aliases: Vec<&str> = aliases.split(',').filter(|alias| !alias.is_empty()).collect();
        let about = self.blob(&json!({
            "id": id,
            "description": format!("What is wrong with {package}."),
            "refs": [{"url": format!("https://advisories.example/{id}")}],
            "aliases": aliases,
            "severities": [{"scheme": "CHMLN", "value": severity, "rank": 1}],
        }));
        let sql = "INSERT INTO vulnerability_handles (name, status, provider_id, blob_id) VALUES (?, 'active', ?, ?)";
        let vulnerability = self.insert(sql, params![id, self.provider, about]);
        let (constraint, fix) = match range.strip_prefix('<') {
            Some(version) => {
                (format!("< {version}"), json!({"version": version, "state": "fixed"}))
            }
            None => (String::new(), json!({"state": range})),
        };
        let version = json!({"type": self.kind, "constraint": constraint});
        let affected = self.blob(&json!({"ranges": [{"version": version, "fix": fix}]}));
        let sql = "INSERT INTO packages (ecosystem, name) VALUES (?, ?)";
        let package = self.insert(sql, params![self.kind, package]);
        let sql = "INSERT INTO affected_package_handles (vulnerability_id, operating_system_id, package_id, blob_id)
            VALUES (?, ?, ?, ?)";
        self.insert(sql, params![vulnerability, self.release, package, affected]);
        let marks: BTreeMap<&str, &str> =
            marks.iter().map(|mark| mark.split_once('=').unwrap_or((mark, ""))).collect();
        if marks.contains_key("exploited") {
            let exploited = self.blob(&json!({
                "cve": id, "date_added": "2026-11-01T00:00:00Z", "required_action": "Apply updates.",
                "known_ransomware_campaign_use": "Unknown",
            }));
            let sql =
                "INSERT INTO known_exploited_vulnerability_handles (cve, blob_id) VALUES (?, ?)";
            self.insert(sql, params![id, exploited]);
        }
        if let Some(likely) = marks.get("epss") {
            let likely: f64 = likely.parse().unwrap_or_else(|_| panic!("no likelihood: {likely}"));
            self.insert(
                "INSERT INTO epss_handles (cve, epss, percentile) VALUES (?, ?, ?)",
                params![id, likely, likely],
            );
        }
    }
}
