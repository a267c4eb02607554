//! Secrets, and what is set less safely than it could be: what came and went, and what one image has.

use compare::{Comparison, Place, Risk, RiskChange, Side};
use model::Package;
use risk::{Kind, Severity};

use super::page::{Cell, Meaning, Page, plain};
use crate::View;
use crate::text::{counted, inert, number};

/// Rows that are shown before the rest is folded.
const SHOWN: usize = 15;

/// The rule that a row of the path itself tells already.
pub(crate) const TOLD_BY_PATH: &str = "setuid-file";

/// The rows of what somebody should look at first: secrets that came, then weak settings that did.
pub(super) fn look(comparison: &Comparison<'_>) -> Vec<Vec<Cell>> {
    let changes = comparison.risks.iter().filter(|change| change.needs_look());
    let changes = changes.filter(|change| change.risk.rule.id != TOLD_BY_PATH);
    changes.map(|change| look_row(&change.risk)).collect()
}

fn look_row(risk: &Risk<'_>) -> Vec<Cell> {
    let title = (format!("+ {}", risk.rule.title), Meaning::Look);
    vec![(word(risk).into(), Meaning::Look), plain(place(risk)), title, (why(risk), Meaning::Aside)]
}

/// The rows of figures: a line for secrets and one for weak settings, where any came or went.
pub(super) fn figures(comparison: &Comparison<'_>) -> Vec<Vec<Cell>> {
    let kinds = [(Kind::Secret, "secret"), (Kind::Misconfiguration, "weak setting")];
    let row = |(kind, word): (Kind, &str)| {
        let of_kind =
            || comparison.risks.iter().filter(move |change| change.risk.rule.kind == kind);
        let count = of_kind().count();
        let added = of_kind().filter(|change| change.is_new).count();
        let worst =
            of_kind().filter(|change| change.is_new).map(|one| one.risk.rule.severity).min();
        let worst = worst.map(|worst| format!(" ({} at worst)", worst.name())).unwrap_or_default();
        let word = if count == 1 { word.to_owned() } else { format!("{word}s") };
        let meaning =
            if kind == Kind::Secret && added > 0 { Meaning::Look } else { Meaning::Plain };
        let parts =
            [(added, format!("{added} +{worst}")), (count - added, format!("{} −", count - added))];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text);
        let told = parts.collect::<Vec<_>>().join("  ");
        (count > 0).then(|| vec![(format!("{:>5} {word}", number(count)), meaning), plain(told)])
    };
    kinds.into_iter().filter_map(row).collect()
}

/// All that came and went.
pub(super) fn section(comparison: &Comparison<'_>, view: View, page: &mut Page) {
    if comparison.risks.is_empty() {
        return;
    }
    page.section("Secrets and weak settings");
    // What packages ship came and went with them.
    let (owned, own): (Vec<&RiskChange<'_>>, Vec<_>) =
        comparison.risks.iter().partition(|change| change.risk.owner.is_some());
    let all: Vec<&RiskChange<'_>> = if view.all { [own, owned].concat() } else { own };
    let shown = if view.all || all.len() <= SHOWN + 1 { all.len() } else { SHOWN };
    let rows = all[..shown].iter().map(|change| {
        let (sign, meaning) =
            if change.is_new { ("+", Meaning::Added) } else { ("−", Meaning::Removed) };
        let mut row = vec![(sign.to_owned(), meaning)];
        row.extend(cells(&change.risk));
        row
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    page.rows("  ", &rows, 3);
    fold(comparison.risks.len() - shown, page);
}

/// What one image has: the section of an analysis.
pub(super) fn of_image(side: &Side, view: View, page: &mut Page) {
    let risks = compare::risks(side);
    if risks.is_empty() {
        return;
    }
    page.section("Secrets and weak settings");
    let shown: Vec<&Risk<'_>> =
        risks.iter().filter(|risk| view.all || risk.owner.is_none()).collect();
    let count = if view.all || shown.len() <= SHOWN + 1 { shown.len() } else { SHOWN };
    let rows: Vec<Vec<Cell>> = shown[..count].iter().map(|risk| cells(risk)).collect();
    page.rows("  ", &rows, 2);
    fold(risks.len() - count, page);
}

fn fold(more: usize, page: &mut Page) {
    if more > 0 {
        page.line(&format!(
            "  {} more, those in files of packages among them        (--all)",
            number(more)
        ));
    }
}

/// Nothing but secrets and weak settings of one image, each with the reason of its rule.
pub(super) fn page(side: &Side, view: View, page: &mut Page) {
    let risks = compare::risks(side);
    let mut row = vec![("image".to_owned(), Meaning::Heading)];
    row.extend(super::heading::image(side).into_iter().map(plain));
    page.rows(" ", &[row], 1);
    page.line("");
    let count = |kind| risks.iter().filter(|risk| risk.rule.kind == kind).count();
    let owned = risks.iter().filter(|risk| risk.owner.is_some()).count();
    page.line(&format!(
        "  {}, {}; {} of these in files of packages",
        counted(count(Kind::Secret), "secret"),
        counted(count(Kind::Misconfiguration), "weak setting"),
        number(owned)
    ));
    for kind in [Kind::Secret, Kind::Misconfiguration] {
        let shown = risks.iter().filter(|risk| risk.rule.kind == kind);
        let shown: Vec<_> = shown.filter(|risk| view.all || risk.owner.is_none()).collect();
        if shown.is_empty() {
            continue;
        }
        page.section(if kind == Kind::Secret { "Secrets" } else { "Weak settings" });
        let mut last = "";
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for risk in shown {
            if risk.rule.id != last {
                page.rows("    ", &std::mem::take(&mut rows), 0);
                last = risk.rule.id;
                let head = vec![
                    severity(risk.rule.severity),
                    plain(risk.rule.title),
                    (risk.rule.reason.into(), Meaning::Aside),
                ];
                page.rows("  ", &[head], usize::MAX);
            }
            rows.push(vec![
                plain(place(risk)),
                plain(inert(&risk.excerpt)),
                (why(risk), Meaning::Aside),
            ]);
        }
        page.rows("    ", &rows, 0);
    }
    if owned > 0 && !view.all {
        page.line("");
        page.line(&format!("  {} in files of packages        (--all)", number(owned)));
    }
    page.notices(side.all_notices().map(|notice| ("", notice)));
}

fn cells(risk: &Risk<'_>) -> Vec<Cell> {
    let excerpt = plain(inert(&risk.excerpt));
    vec![
        severity(risk.rule.severity),
        plain(risk.rule.title),
        plain(place(risk)),
        excerpt,
        (why(risk), Meaning::Aside),
    ]
}

fn severity(severity: Severity) -> Cell {
    let meaning = if severity <= Severity::High { Meaning::Look } else { Meaning::Plain };
    (severity.name().into(), meaning)
}

pub(crate) fn word(risk: &Risk<'_>) -> &'static str {
    match risk.rule.kind {
        Kind::Secret => "secret",
        Kind::Misconfiguration => "weak",
    }
}

/// `/srv/.env:3`, or the setting: `env DB_PASSWORD`.
pub(crate) fn place(risk: &Risk<'_>) -> String {
    match &risk.place {
        Place::File { path, line: 0, .. } => path.to_string(),
        Place::File { path, line, .. } => format!("{path}:{line}"),
        Place::Setting { name, key: Some(key) } => format!("{name} {}", inert(key)),
        Place::Setting { name, key: None } => (*name).to_owned(),
    }
}

pub(crate) fn why(risk: &Risk<'_>) -> String {
    let owner = |package: &Package| format!("{} ships it", inert(&package.name));
    match (&risk.place, risk.owner) {
        (Place::Setting { .. }, _) => "in the configuration".into(),
        (Place::File { layer, hidden: Some(hidden), .. }, _) => {
            let (layer, hidden) = (layer.saturating_add(1), hidden.saturating_add(1));
            format!("layer {layer}; layer {hidden} hides it, but whoever has the image can read it")
        }
        (Place::File { layer, .. }, Some(package)) => {
            format!("layer {}; {}", layer.saturating_add(1), owner(package))
        }
        (Place::File { layer, .. }, None) => {
            format!("layer {}; no package owns it", layer.saturating_add(1))
        }
    }
}
