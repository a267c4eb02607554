//! The tables of a comparison, all but the one of files.

use compare::{Direction, Fate, FindingChange, PackageChange, SettingChange};
use maud::html;
use model::FileKind;

use super::{ComparePage, files};
use crate::Here;
use crate::image::{risk_row, severity_cell};
use crate::table::{Cell, Table, column};
use crate::words::{self, counted, number};

/// Rows that are shown before the rest is folded.
const SHOWN: usize = 25;

/// What to look at, what matters most first.
pub(super) fn look(page: &ComparePage<'_>, here: &Here) -> Table {
    let comparison = page.comparison;
    let columns = [
        column("cause", "Why it is here"),
        column("path", "What"),
        column("change", "Change"),
        column("reason", "Reason"),
    ];
    let mut table = Table::new("look", "Look first", &columns);
    table.first = SHOWN;
    table.empty = html! { "Every change is explained: nothing needs a look." };
    let risks = comparison.risks.iter().filter(|change| change.needs_look());
    let risks =
        risks.map(|change| &change.risk).filter(|risk| !report::words::is_told_by_path(risk));
    for risk in risks {
        let place = report::words::risk_place(risk);
        table.rows.push(vec![
            Cell::told(report::words::risk_kind(risk)).class_of("look"),
            Cell::path(&place),
            Cell::text_of(&format!("+ {}", risk.rule.title)),
            Cell::told(&report::words::risk_origin(risk)),
        ]);
    }
    for item in report::words::look(comparison) {
        let change = item.change;
        let is_directory = change.file().entry.kind == FileKind::Directory;
        let path = format!("{}{}", change.path(), if is_directory { "/" } else { "" });
        let what =
            report::words::privilege(change).unwrap_or_else(|| match (change.old, change.new) {
                (None, _) => "+".into(),
                (_, None) => "−".into(),
                _ => report::words::aspects(change),
            });
        table.rows.push(vec![
            Cell::text_of(change.cause.name()).class_of("look"),
            Cell::path(&path).link(&files::about(here, change.path())),
            Cell::told(&what),
            Cell::told(&report::words::why_look(&item, comparison)),
        ]);
    }
    table
}

/// Packages, those that open or close vulnerabilities first among their like.
pub(super) fn packages(page: &ComparePage<'_>, here: &Here) -> Table {
    let comparison = page.comparison;
    let columns = [
        column("change", "Change"),
        column("name", "Package"),
        column("versions", "Versions"),
        column("type", "Type"),
        column("growth", "Installed").number(),
        column("files", "Paths").number(),
        column("vulnerabilities", "Vulnerabilities"),
    ];
    let mut table = Table::new("packages", "Packages", &columns);
    table.first = SHOWN;
    table.filters = true;
    table.empty = html! { "The same packages in the same versions." };
    let explained = comparison.explained();
    let mut changes: Vec<(&PackageChange<'_>, usize, String)> = comparison
        .packages
        .iter()
        .zip(explained)
        .map(|(change, files)| (change, files, report::words::opens_and_closes(comparison, change)))
        .collect();
    changes.sort_by_key(|(change, _, told)| (order(change.direction), told.is_empty()));
    for (change, files, told) in changes {
        let (rank, class) = (order(change.direction), meaning(change.direction));
        let name = change.direction.name();
        let shown =
            html! { span class=(class) { (report::words::sign(change.direction)) } " " (name) };
        table.rows.push(vec![
            Cell::ranked(rank, name, shown).class_of("narrow"),
            Cell::text_of(&change.key.name).shown(opening(here, change)).class_of("name"),
            Cell::told(&report::words::versions(change)).class_of("mono"),
            Cell::text_of(&change.key.ecosystem),
            change.growth().map_or_else(Cell::nothing, Cell::growth),
            Cell::count(files),
            Cell::told(&told),
        ]);
    }
    table
}

/// A name that opens to what is told of the package.
fn opening(here: &Here, change: &PackageChange<'_>) -> maud::Markup {
    let about = super::package::about(here, change);
    html! {
        details data-folder={ (about) "&part=list" } {
            summary { (words::text(&change.key.name)) }
            div.inside { a href=(about) { "All about it" } }
        }
    }
}

/// Downgrades first: they are what somebody will be looking for.
fn order(direction: Direction) -> i64 {
    match direction {
        Direction::Downgraded => 0,
        Direction::Upgraded => 1,
        Direction::Added => 2,
        Direction::Removed => 3,
        Direction::Rebuilt => 4,
        Direction::Respelled => 5,
        Direction::Moved => 6,
        Direction::Relicensed => 7,
    }
}

pub(super) fn meaning(direction: Direction) -> &'static str {
    match direction {
        Direction::Upgraded | Direction::Added => "added",
        Direction::Removed => "removed",
        Direction::Downgraded => "look",
        Direction::Rebuilt | Direction::Respelled | Direction::Moved | Direction::Relicensed => {
            "aside"
        }
    }
}

/// Vulnerabilities with their causes, those that came first, the worst of them before the others.
pub(super) fn vulnerabilities(page: &ComparePage<'_>) -> Table {
    let columns = [
        column("change", "Change"),
        column("vulnerability", "Vulnerability"),
        column("severity", "Severity").turned(),
        column("package", "Package"),
        column("what", "What"),
        column("cause", "Cause"),
    ];
    let mut table = Table::new("vulnerabilities", "Vulnerabilities", &columns);
    table.first = SHOWN;
    table.filters = true;
    table.empty = html! { "None came, went or changed." };
    let Some(all) = &page.comparison.vulnerabilities else { return table };
    let data = report::words::data(&all.new.scanner);
    table.note = Some(if all.same_data() {
        html! { (data) " on both sides" }
    } else {
        html! { span.look { "different data on both sides" } }
    });
    let mut changes: Vec<&FindingChange<'_>> = all.changes.iter().collect();
    changes.sort_by_key(|change| {
        (fate(&change.fate).0, std::cmp::Reverse((change.is_exploited(), change.severity())))
    });
    table.rows = changes.into_iter().map(vulnerability).collect();
    table
}

fn fate(fate: &Fate) -> (i64, &'static str, &'static str) {
    match fate {
        Fate::Added => (0, "+", "look"),
        Fate::Changed(_) => (1, "~", "changed"),
        Fate::Removed => (2, "−", "added"),
    }
}

/// The sign of what happened, and what it means.
pub(super) fn fate_sign(fate: &Fate) -> (&'static str, &'static str) {
    let (_, sign, class) = self::fate(fate);
    (sign, class)
}

pub(super) fn vulnerability(change: &FindingChange<'_>) -> Vec<Cell> {
    let (rank, sign, class) = fate(&change.fate);
    let name = change.fate.name();
    let last = if change.new.is_empty() { &change.old } else { &change.new };
    let mut cause = vec![report::words::finding_cause(change.cause)];
    cause.extend(Some(report::words::urgent(last)).filter(|text| !text.is_empty()));
    vec![
        Cell::ranked(rank, name, html! { span class=(class) { (sign) } " " (name) })
            .class_of("narrow"),
        Cell::text_of(&change.name).class_of("name"),
        severity_cell(change.severity()),
        Cell::text_of(&change.package.name),
        Cell::told(&report::words::fate(change)),
        Cell::told(&cause.join(" · ")),
    ]
}

/// Settings, old and new beside each other.
pub(super) fn settings(page: &ComparePage<'_>) -> Table {
    let columns = [
        column("setting", "Setting"),
        column("key", "Which"),
        column("old", "Old").unsorted(),
        column("new", "New").unsorted(),
    ];
    let mut table = Table::new("settings", "Settings", &columns);
    table.first = SHOWN;
    table.empty = html! { "A container of either starts the same way." };
    table.rows = page.comparison.settings.iter().map(setting).collect();
    table
}

fn setting(change: &SettingChange) -> Vec<Cell> {
    let value = |value: &Option<compare::Value>| match value {
        Some(value) => {
            let text = value.to_string();
            let shown = html! { code { (words::clipped(&words::inert(&text), 160)) } };
            Cell::text_of(&text).shown(shown)
        }
        None => Cell::nothing().shown(html! { span.aside { "not set" } }),
    };
    vec![
        Cell::text_of(change.name),
        Cell::maybe(change.key.as_deref()),
        value(&change.old),
        value(&change.new),
    ]
}

/// Secrets and weak settings that came or went.
pub(super) fn risks(page: &ComparePage<'_>) -> Table {
    let columns = [
        column("change", "Change"),
        column("kind", "Kind"),
        column("severity", "Severity").turned(),
        column("rule", "What"),
        column("place", "Where"),
        column("excerpt", "Met in"),
        column("origin", "From"),
    ];
    let mut table = Table::new("risks", "Secrets and weak settings", &columns);
    table.first = SHOWN;
    table.empty = html! { "None came, none went." };
    for change in &page.comparison.risks {
        let (sign, word, class) =
            if change.is_new { ("+", "added", "look") } else { ("−", "removed", "added") };
        let mut row = vec![
            Cell::text_of(word)
                .shown(html! { span class=(class) { (sign) } " " (word) })
                .class_of("narrow"),
        ];
        row.extend(risk_row(&change.risk));
        table.rows.push(row);
    }
    table
}

/// What could not be read or told for sure of either.
pub(super) fn notices(page: &ComparePage<'_>) -> Table {
    let columns = [
        column("side", "Image"),
        column("path", "Path"),
        column("notice", "What could not be read or told for sure"),
    ];
    let sides = [("old", page.comparison.old), ("new", page.comparison.new)];
    let all = sides
        .into_iter()
        .flat_map(|(name, side)| side.all_notices().map(move |notice| (name, notice)));
    let mut table = Table::new("notices", "Notices", &columns);
    table.first = SHOWN;
    table.empty = html! { "Everything that readers know could be read in both." };
    table.rows = all
        .map(|(name, notice)| {
            let path = notice.path.as_ref().map(|path| Cell::path(&path.to_string()));
            vec![
                Cell::text_of(name),
                path.unwrap_or_else(Cell::nothing),
                Cell::text_of(&notice.text),
            ]
        })
        .collect();
    if table.rows.len() > SHOWN {
        table.note =
            Some(html! { (counted(table.rows.len(), "notice")) ", " (number(SHOWN)) " shown" });
    }
    table
}
