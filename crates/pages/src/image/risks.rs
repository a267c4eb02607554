//! Secrets in an image, and what is set less safely than it could be. What is found is never shown.

use compare::{Risk, Side, risks};
use maud::html;

use crate::table::{Cell, Table, column};
use crate::words;

pub(super) fn table(side: &Side) -> Table {
    let columns = [
        column("kind", "Kind"),
        column("severity", "Severity").turned(),
        column("rule", "What"),
        column("place", "Where"),
        column("excerpt", "Met in"),
        column("origin", "From"),
    ];
    let mut table = Table::new("secrets", "Secrets and weak settings", &columns);
    table.filters = true;
    table.empty = html! { "No rule is met: no secret is known in it, and no weak setting." };
    table.rows = risks(side).iter().map(row).collect();
    table
}

/// A rule that is met.
pub(crate) fn row(risk: &Risk<'_>) -> Vec<Cell> {
    let rule = risk.rule;
    let place = report::words::risk_place(risk);
    vec![
        Cell::told(report::words::risk_kind(risk)),
        severity(rule.severity),
        Cell::text_of(rule.title).shown(html! { span title=(rule.reason) { (rule.title) } }),
        Cell::text_of(&place).shown(words::clipped(&place, 80)).class_of("path"),
        Cell::text_of(&risk.excerpt),
        Cell::told(&report::words::risk_origin(risk)),
    ]
}

/// How much a rule matters, as a word.
fn severity(severity: risk::Severity) -> Cell {
    let rank = match severity {
        risk::Severity::Critical => 5,
        risk::Severity::High => 4,
        risk::Severity::Medium => 3,
        risk::Severity::Low => 2,
    };
    let name = severity.name();
    Cell::ranked(rank, name, html! { span class={ "severity " (name) } { (name) } })
}
