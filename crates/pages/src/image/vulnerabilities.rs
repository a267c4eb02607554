//! The vulnerabilities of an image, the worst first.

use compare::{Side, Vulnerability, vulnerabilities_of};
use maud::{Markup, html};
use model::{Findings, Severity, Time};

use crate::table::{Cell, Table, column};
use crate::words;

/// In which data they were looked up, and what could not be told.
pub(super) fn heading(findings: &Findings, now: Time) -> Markup {
    let untold = report::words::untold(findings);
    html! {
        section.data {
            p { "Looked up in " (report::words::data(&findings.scanner))
                @if let Some(built) = findings.scanner.data.built { ", put together " (words::moment(built, now)) } "." }
            @if !untold.is_empty() {
                div.known role="note" {
                    p { strong { "Not known" } }
                    ul { @for line in &untold { li { (line) } } }
                }
            }
        }
    }
}

/// No advisories are kept.
pub(super) fn nothing() -> Markup {
    html! {
        p.empty {
            "The service keeps no advisories, so nothing was looked up. "
            code data-copy="pentimento db update" { "pentimento db update" } " on its machine brings them."
        }
    }
}

pub(super) fn table(side: &Side, findings: &Findings) -> Table {
    let mut all = vulnerabilities_of(&side.facts.packages, findings);
    all.sort_by_key(|one| {
        (one.is_suppressed(), std::cmp::Reverse((is_exploited(one), one.severity())))
    });
    let counted = all.iter().filter(|one| !one.is_suppressed()).count();
    let columns = [
        column("vulnerability", "Vulnerability"),
        column("severity", "Severity").turned(),
        column("package", "Package"),
        column("version", "Version"),
        column("fix", "Fix"),
        column("beside", "Beside"),
    ];
    let word = if counted == 1 { "vulnerability" } else { "vulnerabilities" };
    let mut table =
        Table::new("vulnerabilities", &format!("{} {word}", words::number(counted)), &columns);
    table.filters = true;
    table.empty = html! { "None is known." };
    table.rows = all.iter().map(|one| row(one, side)).collect();
    table
}

fn is_exploited(one: &Vulnerability<'_>) -> bool {
    one.findings.iter().any(|finding| !finding.known_exploited.is_empty())
}

fn row(one: &Vulnerability<'_>, side: &Side) -> Vec<Cell> {
    let packages =
        one.findings.iter().filter_map(|finding| side.facts.packages.get(finding.package as usize));
    let mut versions: Vec<&str> =
        packages.map(|installed| installed.package.version.as_str()).collect();
    versions.dedup();
    let mut beside = vec![report::words::urgent(&one.findings)];
    if one.is_suppressed() {
        let reasons = one.findings.iter().filter_map(|finding| finding.suppressed.as_ref()).take(1);
        beside.extend(reasons.map(|suppressed| format!("does not count: {}", suppressed.reason)));
    }
    beside.retain(|text| !text.is_empty());
    vec![
        Cell::text_of(&one.name).class_of("name"),
        severity(one.severity()),
        Cell::text_of(&one.package.name),
        Cell::text_of(&versions.join(", ")).class_of("mono"),
        Cell::told(&report::words::fix(&one.findings)),
        Cell::text_of(&beside.join(" · ")),
    ]
}

/// How bad something is, as a word.
pub(crate) fn severity(severity: Severity) -> Cell {
    let rank = match severity {
        Severity::Unknown => 0,
        Severity::Negligible => 1,
        Severity::Low => 2,
        Severity::Medium => 3,
        Severity::High => 4,
        Severity::Critical => 5,
    };
    let name = severity.name();
    Cell::ranked(rank, name, html! { span class={ "severity " (name) } { (name) } })
}
