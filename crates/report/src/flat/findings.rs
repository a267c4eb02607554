//! Vulnerabilities as flat rows, and what could not be told of them as warnings.

use compare::{
    Comparison, Fate, FindingAspect, FindingChange, Side, UntoldFinding, Vulnerability, Which,
    vulnerabilities_of,
};
use model::{Finding, SuppressedBy};

use super::{LACKING, NONE, UNKNOWN, answers, list, warnings};
use crate::rows::{Answers, Cell, Rows};
use crate::{Scan, gaps};

/// A row for each vulnerability of a package that came, went or changed, and for each that cannot be told.
pub(super) fn rows(comparison: &Comparison<'_>) -> Vec<Vec<Cell>> {
    let Some(vulnerabilities) = &comparison.vulnerabilities else { return Vec::new() };
    let untold = vulnerabilities.untold.iter().map(|one| untold(one, comparison));
    untold.chain(vulnerabilities.changes.iter().map(|one| change(one, comparison))).collect()
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
    let warnings = gaps.chain(warnings(scan.side)).collect();
    answers(Rows { header, rows }, warnings)
}

fn vulnerability(one: &Vulnerability<'_>, side: &Side) -> Vec<Cell> {
    let mut states: Vec<&str> = one.findings.iter().map(|one| one.fix.state.name()).collect();
    states.dedup();
    let mut fixed: Vec<&str> =
        one.findings.iter().flat_map(|one| &one.fix.versions).map(String::as_str).collect();
    fixed.dedup();
    let exploited = one.findings.iter().any(|one| !one.known_exploited.is_empty());
    let suppressed = one.findings.iter().find_map(|one| one.suppressed.as_ref());
    let suppressed = suppressed.filter(|_| one.is_suppressed());
    vec![
        one.name.clone(),
        one.severity().name().into(),
        format!("{}:{}", one.package.ecosystem, one.package.name),
        versions(&one.findings, side),
        list(&states),
        list(&fixed),
        if exploited { "yes" } else { "no" }.into(),
        suppressed.map_or(NONE.into(), |suppressed| match &suppressed.by {
            SuppressedBy::Matching => format!("matching: {}", suppressed.reason),
            SuppressedBy::Vex { document, .. } => format!("vex {document}: {}", suppressed.reason),
            SuppressedBy::Rule { file } => format!("rule {file}: {}", suppressed.reason),
        }),
    ]
}
