//! Vulnerabilities as flat rows, and what could not be told of them as warnings.

use compare::{
    Comparison, Fate, FindingAspect, FindingChange, Side, UntoldFinding, Vulnerability, Which,
    vulnerabilities_of,
};
use model::{Finding, Scanner, SuppressedBy};

use super::{LACKING, NONE, UNKNOWN, answers, list, warnings};
use crate::rows::{Answers, Cell, Rows};
use crate::{Scan, gaps};

/// A row for each vulnerability of a package that came, went or changed, and for each that cannot be told.
pub(super) fn rows(comparison: &Comparison<'_>) -> Vec<Vec<Cell>> {
    let Some(vulnerabilities) = &comparison.vulnerabilities else { return Vec::new() };
    let untold = vulnerabilities.untold.iter().map(|one| untold(one, comparison));
    untold.chain(vulnerabilities.changes.iter().map(|one| change(one, comparison))).collect()
}

/// Which data either side was asked of, and whether they are the same: the first row, for all others stand on it.
pub(super) fn data(comparison: &Comparison<'_>) -> Option<Vec<Cell>> {
    let vulnerabilities = comparison.vulnerabilities.as_ref()?;
    let same = if vulnerabilities.same_data() { "same" } else { "different" };
    let [old, new] = [vulnerabilities.old, vulnerabilities.new].map(|one| source(&one.scanner));
    let none = || NONE.to_owned();
    Some(vec!["data".into(), "advisories".into(), same.into(), none(), none(), none(), old, new])
}

/// `pentimento 0.1.0 2024-12-31T00:00:00Z v6.1.9`: program, version, when the data was built, schema.
fn source(scanner: &Scanner) -> Cell {
    let built = scanner.data.built.map_or(UNKNOWN.into(), |built| built.to_string());
    let parts = [&*scanner.name, &scanner.version, &*built, &scanner.data.schema];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What cannot be told of vulnerabilities, a row each, before what can: warnings stand below all rows.
pub(super) fn told(comparison: &Comparison<'_>) -> Vec<Vec<Cell>> {
    let row = |line: String| {
        let none = || NONE.to_owned();
        vec!["warning".into(), line, UNKNOWN.into(), none(), none(), none(), none(), none()]
    };
    warnings_of_both(comparison).into_iter().map(row).collect()
}

/// What is known of each vulnerability that came, went or changed, below all other rows: a row for each package.
pub(super) fn details(comparison: &Comparison<'_>) -> Option<Rows> {
    let vulnerabilities = comparison.vulnerabilities.as_ref()?;
    let header = vec![
        "Vulnerability",
        "Change",
        "Cause",
        "Package",
        "Old",
        "New",
        "Severity",
        "Severity_Of",
        "Fix",
        "Fixed_In",
        "EPSS",
        "Exploited",
    ];
    let row = |change: &FindingChange<'_>| {
        let said = if change.new.is_empty() { &change.old } else { &change.new };
        let mut sources: Vec<&str> =
            said.iter().filter_map(|one| one.severity_source.as_deref()).collect();
        sources.dedup();
        let epss = said.iter().flat_map(|one| &one.epss).map(|epss| epss.probability).max();
        let mut row = vec![
            change.name.clone(),
            change.fate.name().into(),
            change.cause.name().into(),
            format!("{}:{}", change.package.ecosystem, change.package.name),
            versions(&change.old, comparison.old),
            versions(&change.new, comparison.new),
            change.severity().name().into(),
            list(&sources),
        ];
        row.extend(fixes(said));
        row.push(epss.map_or(NONE.into(), |share| share.value().to_string()));
        row.push(if change.is_exploited() { "yes" } else { "no" }.into());
        row
    };
    let rows: Vec<Vec<Cell>> = vulnerabilities.changes.iter().map(row).collect();
    (!rows.is_empty()).then_some(Rows { header, rows })
}

/// What was done, and in which versions.
fn fixes(findings: &[&Finding]) -> [Cell; 2] {
    let mut states: Vec<&str> = findings.iter().map(|one| one.fix.state.name()).collect();
    states.dedup();
    let mut fixed: Vec<&str> =
        findings.iter().flat_map(|one| &one.fix.versions).map(String::as_str).collect();
    fixed.dedup();
    [list(&states), list(&fixed)]
}

/// What could not be told of vulnerabilities, and that the data differ: that first.
pub(super) fn warnings_of_both(comparison: &Comparison<'_>) -> Vec<String> {
    let Some(vulnerabilities) = &comparison.vulnerabilities else { return Vec::new() };
    let lines = gaps::of_both(vulnerabilities).into_iter().map(|(line, _)| line);
    gaps::different_data(vulnerabilities).into_iter().chain(lines).collect()
}

fn change(change: &FindingChange<'_>, comparison: &Comparison<'_>) -> Vec<Cell> {
    let severity = change.severity().name();
    let what = match &change.fate {
        Fate::Changed(aspects) => {
            list(&aspects.iter().copied().map(FindingAspect::name).collect::<Vec<_>>())
        }
        Fate::Added | Fate::Removed => severity.into(),
    };
    vec![
        "vulnerability".into(),
        change.name.clone(),
        change.fate.name().into(),
        what,
        change.cause.name().into(),
        format!("{}:{}", change.package.ecosystem, change.package.name),
        versions(&change.old, comparison.old),
        versions(&change.new, comparison.new),
    ]
}

fn untold(untold: &UntoldFinding<'_>, comparison: &Comparison<'_>) -> Vec<Cell> {
    let having = match untold.lacking {
        Which::Old => comparison.new,
        Which::New => comparison.old,
    };
    let front = ["vulnerability".into(), untold.name.clone(), UNKNOWN.into(), NONE.into()];
    let package = format!("{}:{}", untold.package.ecosystem, untold.package.name);
    let sides = match untold.lacking {
        Which::Old => [LACKING.into(), versions(&untold.findings, having)],
        Which::New => [versions(&untold.findings, having), LACKING.into()],
    };
    front.into_iter().chain([NONE.into(), package]).chain(sides).collect()
}

/// The versions that are affected.
fn versions(findings: &[&Finding], side: &Side) -> Cell {
    let packages = findings.iter().filter_map(|one| side.facts.packages.get(one.package as usize));
    let mut versions: Vec<&str> =
        packages.map(|installed| installed.package.version.as_str()).collect();
    versions.dedup();
    list(&versions)
}

/// The vulnerabilities of one image, a row for each and its package. What could not be told is a warning.
pub(crate) fn scan(scan: &Scan<'_>) -> Answers {
    let header = vec![
        "Vulnerability",
        "Severity",
        "Package",
        "Version",
        "Fix",
        "Fixed_In",
        "Exploited",
        "Suppressed",
    ];
    let all = vulnerabilities_of(&scan.side.facts.packages, scan.findings);
    let rows = all.iter().map(|one| vulnerability(one, scan.side)).collect();
    let gaps = gaps::of_one(scan.findings).into_iter().map(|(line, _)| line);
    let left_out = (scan.left_out > 0).then(|| gaps::left_out(scan.left_out));
    let data = format!("asked: {}", source(&scan.findings.scanner));
    let gaps = [data].into_iter().chain(gaps).chain(left_out);
    let warnings = gaps.chain(warnings(scan.side)).collect();
    answers(Rows { header, rows }, warnings)
}

fn vulnerability(one: &Vulnerability<'_>, side: &Side) -> Vec<Cell> {
    let [states, fixed] = fixes(&one.findings);
    let exploited = one.findings.iter().any(|one| !one.known_exploited.is_empty());
    let suppressed = one.findings.iter().find_map(|one| one.suppressed.as_ref());
    let suppressed = suppressed.filter(|_| one.is_suppressed());
    vec![
        one.name.clone(),
        one.severity().name().into(),
        format!("{}:{}", one.package.ecosystem, one.package.name),
        versions(&one.findings, side),
        states,
        fixed,
        if exploited { "yes" } else { "no" }.into(),
        suppressed.map_or(NONE.into(), |suppressed| match &suppressed.by {
            SuppressedBy::Matching => format!("matching: {}", suppressed.reason),
            SuppressedBy::Vex { document, .. } => format!("vex {document}: {}", suppressed.reason),
            SuppressedBy::Rule { file } => format!("rule {file}: {}", suppressed.reason),
        }),
    ]
}
