//! What packages' makers say of what changed: of each source the entries between its two versions.

use compare::{Changelogs, Direction, Said, SourceChange};
use maud::{Markup, html};
use model::{ChangelogEntry, Time};

use super::ComparePage;
use super::tables::meaning;
use crate::table::{Cell, Table, column};
use crate::words::{counted, number};
use crate::{Document, Here};

/// Sources that are open at once, entries of one, and lines of an entry; the document for programs has all.
const OPEN: usize = 5;
const MOST_ENTRIES: usize = 60;
const MOST_LINES: usize = 200;

impl ComparePage<'_> {
    /// What changelogs say of all that changed.
    pub fn changelogs(&self, here: &Here, changelogs: &Changelogs) -> Document {
        let mut document = Document::new("Changelogs");
        document.title =
            format!("Changelogs: {} → {}", self.asked[0].title(), self.asked[1].title());
        document.above = vec![("What changed".into(), here.at("/compare").address())];
        let figures = changelogs.figures();
        document.section(html! {
            p {
                (counted(figures.packages, "package")) " changed. Of " (number(figures.with_entries)) " there "
                @if figures.entries == 1 { "is 1 entry" } @else { "are " (number(figures.entries)) " entries" }
                " between the two versions, with " (counted(figures.cves, "CVE")) " and " (counted(figures.bugs, "bug")) ". "
                a href=(here.with(&[("format", Some("json"))])) { "JSON" }
            }
        });
        let (told, rest): (Vec<&SourceChange>, Vec<&SourceChange>) =
            changelogs.sources.iter().partition(|source| !entries(source).is_empty());
        document.section(html! {
            section aria-labelledby="told-title" {
                h2 id="told-title" { "What is told" }
                @if told.is_empty() { p.empty { "No changelog has an entry between the two versions of a package." } }
                @for (place, source) in told.iter().enumerate() {
                    details.do open[place < OPEN] {
                        summary { (head(source)) " " span.aside { (counted_entries(source)) } }
                        div.log { (self::source(source)) }
                    }
                }
            }
        });
        document.table(without(&rest));
        document
    }
}

fn entries(source: &SourceChange) -> &[ChangelogEntry] {
    match &source.said {
        Said::Entries { entries, .. } => entries,
        _ => &[],
    }
}

fn counted_entries(source: &SourceChange) -> String {
    match entries(source).len() {
        1 => "1 entry".into(),
        count => format!("{} entries", number(count)),
    }
}

fn head(source: &SourceChange) -> Markup {
    html! {
        span class=(meaning(source.direction)) { (report::words::sign(source.direction)) } " "
        b { (report::inert(&source.source)) } " " span.mono { (report::words::source_versions(source)) }
    }
}

/// What is told of a source: what must be known of it first, then its entries.
pub(super) fn source(source: &SourceChange) -> Markup {
    let entries = entries(source);
    let told = report::words::source_told(source);
    let shown = &entries[..entries.len().min(MOST_ENTRIES)];
    html! {
        @if !told.is_empty() { p.hint { (told) } }
        @if let Some(link) = report::words::source_link(source) { p.hint { "The difference can be read at " (link) } }
        @if source.direction == Direction::Downgraded && !entries.is_empty() { p.look { "This was lost with the downgrade:" } }
        @for entry in shown { (one(entry)) }
        @if shown.len() < entries.len() { p.more { (number(entries.len() - shown.len())) " more entries are in the JSON." } }
    }
}

fn one(entry: &ChangelogEntry) -> Markup {
    let parts = [
        entry.version.as_deref().map(report::inert),
        entry.date.map(Time::day),
        entry.author.as_deref().map(report::words::author),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let lines: Vec<String> = entry.text.lines().map(report::words::line).collect();
    let shown = &lines[..lines.len().min(MOST_LINES)];
    html! {
        p.entry { b { (parts.join(" · ")) } }
        pre.text tabindex="0" { (shown.join("\n")) }
        @if shown.len() < lines.len() { p.more { (counted(lines.len() - shown.len(), "line")) " more" } }
    }
}

/// Those of which no entry is told, with the reason.
fn without(sources: &[&SourceChange]) -> Table {
    let columns = [
        column("change", "Change"),
        column("source", "Source"),
        column("versions", "Versions"),
        column("type", "Type"),
        column("why", "What is told instead"),
    ];
    let mut table = Table::new("without", "Without entries", &columns);
    table.filters = true;
    table.first = 50;
    table.empty = html! { "Of every package that changed something is told." };
    let row = |source: &&SourceChange| {
        let name = source.direction.name();
        let sign = html! { span class=(meaning(source.direction)) { (report::words::sign(source.direction)) } " " (name) };
        let link = report::words::source_link(source);
        let told: Vec<String> =
            [Some(report::words::source_told(source)), link].into_iter().flatten().collect();
        vec![
            Cell::text_of(name).shown(sign).class_of("narrow"),
            Cell::text_of(&source.source).class_of("name"),
            Cell::told(&report::words::source_versions(source)).class_of("mono"),
            Cell::text_of(&source.ecosystem),
            Cell::told(&told.join("; ")),
        ]
    };
    table.rows = sources.iter().map(row).collect();
    table
}
