//! The vulnerabilities of one image: the worst first, what is alike folded.

use compare::{FindingFigures, Vulnerability, vulnerabilities_of};
use model::{Severity, SuppressedBy};

use super::page::{Cell, Meaning, Page, plain};
use super::vulnerabilities::{fix, urgent};
use crate::gaps;
use crate::text::{inert, number};
use crate::{Scan, View};

/// Rows that are shown before the rest is folded.
const SHOWN: usize = 60;

pub(super) fn sections(scan: &Scan<'_>, view: View, page: &mut Page) {
    let side = scan.side;
    let mut row = vec![("image".to_owned(), Meaning::Heading)];
    row.extend(super::heading::image(side).into_iter().map(plain));
    page.rows(" ", &[row], 1);
    let lines: Vec<(String, bool)> = gaps::of_one(scan.findings)
        .into_iter()
        .map(|(line, hides)| (inert(&line), hides))
        .collect();
    if !lines.is_empty() {
        page.section("Not known");
        super::unknown::gaps(&lines, page);
    }
    let all = vulnerabilities_of(&side.facts.packages, scan.findings);
    figures(scan, &FindingFigures::of(&all), page);
    let (suppressed, mut counts): (Vec<_>, Vec<_>) =
        all.into_iter().partition(Vulnerability::is_suppressed);
    // Sorting is stable: names stay in order among their like.
    counts.sort_by_key(|one| std::cmp::Reverse((is_exploited(one), one.severity())));
    rows("Vulnerabilities", &counts, scan, view, page);
    if view.all {
        rows("Suppressed", &suppressed, scan, view, page);
    }
    page.notices(side.all_notices().map(|notice| ("", notice)));
}

fn is_exploited(vulnerability: &Vulnerability<'_>) -> bool {
    vulnerability.findings.iter().any(|finding| !finding.known_exploited.is_empty())
}

fn figures(scan: &Scan<'_>, figures: &FindingFigures, page: &mut Page) {
    let facts = &scan.side.facts;
    let distro = facts.distro.as_ref().map(|distro| {
        let version = distro.version_id.as_deref().unwrap_or_default();
        inert(distro.pretty_name.as_deref().unwrap_or(&format!("{} {version}", distro.id)))
    });
    page.line("");
    page.line(&format!("  {}", distro.as_deref().unwrap_or("no distribution named in it")));
    page.line(&format!("  {}", super::packages::count(facts)));
    let by_severity = figures.by_severity.iter().rev();
    let by_severity: Vec<String> =
        by_severity.map(|(severity, count)| format!("{} {severity}", number(*count))).collect();
    let told = if by_severity.is_empty() {
        String::new()
    } else {
        format!(": {}", by_severity.join(" · "))
    };
    let mut beside = Vec::new();
    if figures.suppressed > 0 {
        let all = if scan.side.facts.packages.is_empty() { "" } else { " (--all)" };
        beside.push(format!("{} suppressed{all}", number(figures.suppressed)));
    }
    if scan.left_out > 0 {
        beside.push(format!("{} without a fix left out", number(scan.left_out)));
    }
    let beside = beside.into_iter().map(|text| format!("; {text}")).collect::<String>();
    let line = format!("{}{told}{beside}", gaps::counted(figures.counted()));
    let severe = figures.by_severity.keys().any(|severity| *severity >= Severity::High);
    let meaning = if severe { Meaning::Look } else { Meaning::Plain };
    let line = page.paint(&line, meaning);
    page.line(&format!("  {line}"));
    page.line(&format!("  {}", inert(&gaps::data(&scan.findings.scanner))));
}

fn rows(title: &str, of: &[Vulnerability<'_>], scan: &Scan<'_>, view: View, page: &mut Page) {
    if of.is_empty() {
        return;
    }
    page.section(title);
    let folds = !view.all && of.len() > SHOWN + 1;
    let shown = if folds { SHOWN } else { of.len() };
    let rows: Vec<Vec<Cell>> = of[..shown].iter().map(|one| row(one, scan, view)).collect();
    page.rows("  ", &rows, 2);
    if folds {
        page.line(&format!("  {} more        (--all)", number(of.len() - shown)));
    }
}

fn row(one: &Vulnerability<'_>, scan: &Scan<'_>, view: View) -> Vec<Cell> {
    let severity = one.severity();
    let meaning = if severity >= Severity::High { Meaning::Look } else { Meaning::Plain };
    let packages = &scan.side.facts.packages;
    let mut versions: Vec<String> = one
        .findings
        .iter()
        .filter_map(|finding| packages.get(finding.package as usize))
        .map(|installed| inert(installed.package.version.as_str()))
        .collect();
    versions.dedup();
    let mut beside = urgent(one.findings.iter().copied(), view);
    let reasons = one.findings.iter().filter_map(|finding| finding.suppressed.as_ref());
    beside.extend(reasons.take(1).map(|suppressed| {
        let by = match &suppressed.by {
            SuppressedBy::Matching => "by matching".to_owned(),
            SuppressedBy::Vex { document, status } => format!("VEX {status} ({document})"),
            SuppressedBy::Rule { file } => format!("rule in {file}"),
        };
        inert(&format!("{by}: {}", suppressed.reason))
    }));
    vec![
        plain(inert(&one.name)),
        (severity.name().to_owned(), meaning),
        plain(format!("{} {}", inert(&one.package.name), versions.join(", "))),
        plain(inert(&one.package.ecosystem)),
        plain(fix(&one.findings)),
        (beside.join(" · "), Meaning::Aside),
    ]
}
