//! The vulnerabilities of one image as SARIF 2.1.0, which code-hosting sites show beside a change. What could not be told is a
//! notification of the run, for a run without results would look clean.

mod comparison;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use compare::{Side, Vulnerability, vulnerabilities_of};
use model::{Finding, Severity};
use serde_json::{Value, json};

pub(crate) use comparison::comparison;

use crate::{Scan, gaps, json as documents};

/// Writes the document. What is suppressed is in it, and says so.
pub(crate) fn write(scan: &Scan<'_>, out: &mut dyn Write) -> io::Result<()> {
    documents::write(&document(scan), out)
}

fn document(scan: &Scan<'_>) -> Value {
    let all = vulnerabilities_of(&scan.side.facts.packages, scan.findings);
    let mut rules: BTreeMap<&str, Vec<&Vulnerability<'_>>> = BTreeMap::new();
    for vulnerability in &all {
        rules.entry(&vulnerability.name).or_default().push(vulnerability);
    }
    let rules: Vec<Value> = rules.iter().map(|(name, all)| rule(name, all)).collect();
    let results: Vec<Value> = all.iter().map(|one| found(one, scan.side)).collect();
    let scanner = &scan.findings.scanner;
    let told = gaps::of_one(scan.findings).into_iter().map(|(text, hides)| {
        json!({"level": if hides { "error" } else { "warning" }, "message": {"text": text}})
    });
    let left_out = (scan.left_out > 0)
        .then(|| json!({"level": "note", "message": {"text": gaps::left_out(scan.left_out)}}));
    let told = told.chain(left_out);
    let driver = json!({
        "name": scanner.name,
        "version": scanner.version,
        "rules": rules,
        "properties": {"data": gaps::data(scanner), "origin": scanner.data.origin},
    });
    let is_whole = !compare::findings_may_hide(scan.findings);
    run(&driver, (is_whole, &told.collect::<Vec<_>>()), &results)
}

/// A document of one run: who made it, whether it could tell everything and what it could not, and what it found.
fn run(driver: &Value, (is_whole, told): (bool, &[Value]), results: &[Value]) -> Value {
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver},
            "invocations": [{
                "executionSuccessful": is_whole,
                "toolExecutionNotifications": told,
            }],
            "results": results,
        }],
    })
}

fn rule(name: &str, all: &[&Vulnerability<'_>]) -> Value {
    let findings = || all.iter().flat_map(|one| &one.findings);
    let severity = all.iter().map(|one| one.severity()).max().unwrap_or_default();
    let description = findings().find_map(|finding| finding.description.as_deref());
    let score = findings().flat_map(|finding| &finding.cvss).filter_map(|cvss| cvss.score).max();
    // The sites sort by a number; where nobody gave one, the middle of the word's range stands for it.
    let number = score.map_or_else(|| middle(severity).to_owned(), |score| score.to_string());
    let mut rule = json!({
        "id": name,
        "shortDescription": {"text": format!("{name}: {severity}")},
        "fullDescription": {"text": description.unwrap_or(name)},
        "defaultConfiguration": {"level": level(severity)},
        "properties": {"security-severity": number, "tags": ["security", severity.name()]},
    });
    if let Some(page) = findings().find_map(|finding| finding.data_source.as_deref()) {
        rule["helpUri"] = page.into();
    }
    rule
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Negligible | Severity::Unknown => "note",
    }
}

fn middle(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Negligible | Severity::Unknown => "0.0",
    }
}

fn found(one: &Vulnerability<'_>, side: &Side) -> Value {
    let packages = &side.facts.packages;
    let installed = one.findings.iter().find_map(|one| packages.get(one.package as usize));
    let version = installed.map_or("", |installed| installed.package.version.as_str());
    let location = installed.map(model::InstalledPackage::location).unwrap_or_default();
    let fix = fixed(&one.findings);
    let text = format!("{} {version} has {}{fix}", one.package.name, one.name);
    let suppressed = one.findings.iter().filter_map(|one| one.suppressed.as_ref());
    let suppressions: Vec<Value> = suppressed
        .filter(|_| one.is_suppressed())
        .map(|suppressed| json!({"kind": "external", "justification": suppressed.reason}))
        .collect();
    // What does not change from one run to the next: a site knows by it what it has shown already.
    let print = format!("{}:{}:{}", one.name, one.package.ecosystem, one.package.name);
    json!({
        "ruleId": one.name,
        "level": level(one.severity()),
        "message": {"text": text},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": relative_uri(&location)},
                "region": {"startLine": 1},
            },
            "logicalLocations": [{"fullyQualifiedName": format!("{}:{}@{version}", one.package.ecosystem, one.package.name)}],
        }],
        "partialFingerprints": {"vulnerability/v1": print},
        "suppressions": suppressions,
    })
}

/// A path as a relative address: what would be a scheme, a query or no character of an address is encoded.
fn relative_uri(path: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=@".contains(&byte);
    path.trim_start_matches('/').bytes().fold(String::new(), |mut uri, byte| {
        if keep(byte) {
            uri.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
        uri
    })
}

fn fixed(findings: &[&Finding]) -> String {
    let versions = findings.iter().flat_map(|finding| &finding.fix.versions);
    let mut versions: Vec<&str> = versions.map(String::as_str).collect();
    versions.dedup();
    if versions.is_empty() { String::new() } else { format!("; fixed in {}", versions.join(", ")) }
}
