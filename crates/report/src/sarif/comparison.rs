//! What came with a new image as SARIF: vulnerabilities, paths that no package explains, secrets and weak settings. What went is
//! no result: there is nothing to be done about it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use compare::{Cause, Comparison, Fate, Place, Risk, Vulnerability};
use serde_json::{Value, json};

use super::{relative_uri, rule, run};
use crate::table::look;
use crate::{gaps, json as documents, unknown, untold};

/// Writes the document.
pub(crate) fn comparison(comparison: &Comparison<'_>, out: &mut dyn Write) -> io::Result<()> {
    documents::write(&document(comparison), out)
}

fn document(comparison: &Comparison<'_>) -> Value {
    let came = came(comparison);
    let mut by_name: BTreeMap<&str, Vec<&Vulnerability<'_>>> = BTreeMap::new();
    for one in &came {
        by_name.entry(&one.name).or_default().push(one);
    }
    let mut rules: BTreeMap<String, Value> =
        by_name.iter().map(|(name, all)| ((*name).to_owned(), rule(name, all))).collect();
    let mut results: Vec<Value> =
        came.iter().map(|one| super::found(one, comparison.new)).collect();
    for item in look::items(comparison) {
        let cause = item.change.cause;
        let id = if look::privilege(item.change).is_some() { "privileged" } else { cause.name() };
        let (what, why) = (what(cause, id), look::why(&item, comparison));
        rules.entry(id.into()).or_insert_with(|| described(id, what, "warning"));
        let path = item.change.path().to_string();
        let text = format!("{path}: {what}; {why}");
        results.push(result(id, level_of(id), &text, (&path, 1)));
    }
    for change in comparison.risks.iter().filter(|change| change.is_new && change.needs_look()) {
        let Risk { rule, place, excerpt, .. } = &change.risk;
        let level = level_of_risk(rule.severity);
        rules.entry(rule.id.into()).or_insert_with(|| described(rule.id, rule.title, level));
        let (path, line) = match place {
            Place::File { path, line, .. } => (path.to_string(), *line),
            Place::Setting { .. } => (String::new(), 1),
        };
        let setting = place.setting().map(|name| format!(" ({name})")).unwrap_or_default();
        let text = format!("{}{setting}: {excerpt}", rule.title);
        results.push(result(rule.id, level, &text, (&path, line.max(1))));
    }
    let vulnerabilities = comparison.vulnerabilities.as_ref();
    let driver = json!({
        "name": "pentimento",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules.into_values().collect::<Vec<_>>(),
        "properties": {
            "old": comparison.old.image.reference,
            "new": comparison.new.image.reference,
            "data": vulnerabilities.map(|told| gaps::data(&told.new.scanner)),
        },
    });
    let is_whole = comparison.unknown.is_empty()
        && vulnerabilities.is_none_or(|told| !compare::findings_may_hide(told.new));
    run(&driver, (is_whole, &notifications(comparison)), &results)
}

/// The vulnerabilities that only the new image has.
fn came<'a>(comparison: &Comparison<'a>) -> Vec<Vulnerability<'a>> {
    let changes = comparison.vulnerabilities.iter().flat_map(|all| &all.changes);
    let came = changes.filter(|change| change.fate == Fate::Added).map(|change| Vulnerability {
        name: change.name.clone(),
        package: change.package.clone(),
        findings: change.new.clone(),
    });
    came.collect()
}

/// What could not be told: a run without results would look clean.
fn notifications(comparison: &Comparison<'_>) -> Vec<Value> {
    let one = |level: &str, text: String| json!({"level": level, "message": {"text": text}});
    let unknown = unknown(comparison).into_iter().map(|text| one("error", text));
    let untold = comparison.vulnerabilities.iter().flat_map(untold);
    let untold = untold.map(|text| one("warning", text));
    let sides = [("old", comparison.old), ("new", comparison.new)];
    let notices = sides.into_iter().flat_map(|(name, side)| {
        side.all_notices().map(move |notice| {
            let path = notice.path.iter().map(|path| format!("{path} ")).collect::<String>();
            format!("{name}: {path}{}", notice.text)
        })
    });
    let notices = notices.map(|text| one("warning", text));
    unknown.chain(untold).chain(notices).collect()
}

fn what(cause: Cause, id: &str) -> &'static str {
    match (id, cause) {
        ("privileged", _) => "a privilege came with it",
        (_, Cause::Altered) => "a package's file is not as the package recorded it",
        (_, Cause::UnknownPackage) => "whether a package explains it cannot be told",
        _ => "nothing explains it",
    }
}

fn level_of(id: &str) -> &'static str {
    if matches!(id, "privileged" | "altered") { "error" } else { "warning" }
}

fn level_of_risk(severity: risk::Severity) -> &'static str {
    match severity {
        risk::Severity::Critical | risk::Severity::High => "error",
        risk::Severity::Medium => "warning",
        risk::Severity::Low => "note",
    }
}

fn described(id: &str, text: &str, level: &str) -> Value {
    json!({
        "id": id,
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["security"]},
    })
}

fn result(id: &str, level: &str, text: &str, (path, line): (&str, u32)) -> Value {
    json!({
        "ruleId": id,
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": relative_uri(path)},
            "region": {"startLine": line},
        }}],
        "partialFingerprints": {"path/v1": format!("{id}:{path}:{line}")},
    })
}
