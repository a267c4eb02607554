//! All repositories as a table, and one repository with its tags.

use std::collections::BTreeMap;

use compare::Side;
use maud::{Markup, html};
use model::{Digest, Findings, Severity, Time};

use crate::spark::{frequency, sparkline};
use crate::table::{Cell, Table, column};
use crate::words::{self, counted, number};
use crate::{Document, ManagedRepository, Of, Place};

/// A repository that somebody may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Where it is.
    pub place: Place,
    /// How many tags of it they may see.
    pub tags: usize,
    /// When a tag of it moved last.
    pub updated: Option<Time>,
    /// When its tags moved: each moment once.
    pub moves: Vec<Time>,
    /// The image that stands for it.
    pub current: Option<Current>,
}

/// What an image that stands for others is known to be. What nobody has looked at yet is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// The tag.
    pub tag: String,
    /// How large it is, as stored.
    pub size: Option<u64>,
    /// Its vulnerabilities that count, by how bad they are.
    pub vulnerabilities: Option<BTreeMap<Severity, usize>>,
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// What it means.
    pub digest: Digest,
    /// When it moved last.
    pub updated: Time,
    /// How often it moved.
    pub moves: usize,
    /// How large its image is, as stored, and what is wrong with it.
    pub current: Current,
}

/// One repository.
#[derive(Clone, Debug)]
pub struct RepositoryPage<'a> {
    /// Where it is.
    pub place: Place,
    /// What its owners say of it.
    pub readme: String,
    /// Where its images come from, where they come from anywhere.
    pub upstream: Option<String>,
    /// Its tags; none where somebody may not see them.
    pub tags: Option<Vec<Tag>>,
    /// When its tags moved.
    pub moves: Vec<Time>,
    /// What the visitor may do with it.
    pub managed: Option<ManagedRepository<'a>>,
}

/// All repositories that somebody may see.
pub fn repositories(all: &[Repository], now: Time) -> Document {
    let mut document = Document::new("Repositories");
    let columns = [
        column("name", "Name"),
        column("tags", "Tags").number(),
        column("updated", "Repo Last Updated").turned(),
        column("frequency", "Update Frequency").turned(),
        column("tag", "Stands for it").unsorted(),
        column("size", "Size").number(),
        column("vulnerabilities", "Open CVEs").number(),
    ];
    let mut table = Table::new(
        "repositories",
        &counted(all.len(), "repository").replace("repositorys", "repositories"),
        &columns,
    );
    table.filters = true;
    table.empty = html! {
        "Here would be the repositories of your groups. One is made with " code { "POST /registry/v1/repos/GROUP" }
        "; " code data-copy="pentimento serve --demo" { "pentimento serve --demo" } " brings two to look at."
    };
    table.rows = all.iter().map(|one| row(one, now)).collect();
    document.table(table);
    document
}

fn row(one: &Repository, now: Time) -> Vec<Cell> {
    let year = one.moves.iter().filter(|time| now.0 - time.0 < 365 * words::DAY).count();
    let often = i64::try_from(year).unwrap_or(i64::MAX);
    let told = frequency(&one.moves, now);
    let current = one.current.as_ref();
    let tag = current.map_or_else(Cell::nothing, |current| {
        Cell::text_of(&current.tag).link(&one.place.with(Of::Tag(current.tag.clone())).address())
    });
    vec![
        Cell::text_of(&one.place.title()).link(&one.place.address()).class_of("name"),
        Cell::count(one.tags),
        one.updated.map_or_else(Cell::nothing, |time| Cell::time(time, now)),
        Cell::ranked(
            often,
            &told,
            html! { span.often { (told) " " (sparkline(&one.moves, now)) } },
        ),
        tag,
        size(current),
        vulnerabilities(current),
    ]
}

fn size(current: Option<&Current>) -> Cell {
    current.and_then(|current| current.size).map_or_else(unknown, Cell::bytes)
}

/// What nobody has looked at.
fn unknown() -> Cell {
    Cell::nothing()
        .shown(html! { span.aside title="nobody has looked at the image yet" { "not known" } })
}

fn vulnerabilities(current: Option<&Current>) -> Cell {
    let Some(figures) = current.and_then(|current| current.vulnerabilities.as_ref()) else {
        return unknown();
    };
    let count = figures.values().sum();
    Cell::count(count).shown(severity_figures(figures))
}

/// How many vulnerabilities of an image count, by how bad they are; each is counted once for a package.
pub fn severities(side: &Side, findings: &Findings) -> BTreeMap<Severity, usize> {
    let mut figures = BTreeMap::new();
    for one in compare::vulnerabilities_of(&side.facts.packages, findings) {
        if !one.is_suppressed() {
            *figures.entry(one.severity()).or_default() += 1;
        }
    }
    figures
}

/// `3 · 1 critical`
pub(crate) fn severity_figures(figures: &BTreeMap<Severity, usize>) -> Markup {
    let bad = [Severity::Critical, Severity::High];
    let bad = bad.into_iter().filter_map(|one| Some((one, *figures.get(&one)?)));
    html! {
        (number(figures.values().sum()))
        @for (severity, count) in bad {
            " · " span class={ "severity " (severity.name()) } { (number(count)) " " (severity.name()) }
        }
    }
}

/// One repository with its tags.
pub fn repository(page: &RepositoryPage<'_>, now: Time) -> Document {
    let RepositoryPage { place, readme, upstream, tags, moves, managed } = page;
    let mut document = Document::new(&place.title());
    document.heading = html! { code data-copy=(place.title()) { (words::text(&place.title())) } };
    document.above = vec![("Repositories".into(), "/repositories".into())];
    document.section(html! {
        dl.facts {
            div { dt { "Images come from" } dd {
                @match upstream { Some(source) => code { (words::text(source)) }, None => "nowhere: they are what is here" }
            } }
            div { dt { "Update frequency" } dd { (frequency(moves, now)) " " (sparkline(moves, now)) } }
        }
        @if !readme.is_empty() { details.readme open { summary { "Readme" } pre { (readme_text(readme)) } } }
    });
    let Some(tags) = tags else {
        document.section(html! { p.empty { "Its tags are not yours to see: " code { "tag.list" } " is needed." } });
        return document;
    };
    let columns = [
        column("tag", "Tag"),
        column("digest", "Means"),
        column("updated", "Moved").turned(),
        column("moves", "Moves").number(),
        column("size", "Size").number(),
        column("vulnerabilities", "Open CVEs").number(),
    ];
    let mut table = Table::new("tags", "Tags", &columns);
    table.filters = true;
    table.empty = html! { "It has no tags yet. One is made with " code { "POST /registry/v1/tags/REPOSITORY" } "." };
    table.rows = tags.iter().map(|tag| tag_row(tag, place, now)).collect();
    document.table(table);
    document.section(html! { @if let Some(managed) = managed { (managed.html()) } });
    document
}

fn tag_row(tag: &Tag, place: &Place, now: Time) -> Vec<Cell> {
    let own = place.with(Of::Tag(tag.name.clone()));
    let image = place.image(&tag.digest);
    vec![
        Cell::text_of(&tag.name).link(&own.address()).class_of("name"),
        Cell::text_of(&tag.digest.to_string())
            .shown(words::digest(&tag.digest))
            .link(&image.address()),
        Cell::time(tag.updated, now),
        Cell::count(tag.moves),
        size(Some(&tag.current)),
        vulnerabilities(Some(&tag.current)),
    ]
}

/// Prose of strangers: its lines stay, and nothing in it deceives.
fn readme_text(text: &str) -> String {
    let lines = text.lines().take(200).map(|line| {
        line.chars()
            .map(|one| if model::is_deceiving(one) && one != '\t' { '\u{fffd}' } else { one })
            .collect::<String>()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Form, Here};

    fn place(text: &str) -> Place {
        Place::parse(text).unwrap().0
    }

    fn all() -> Vec<Repository> {
        let now = 1_000 * words::DAY;
        let nginx = Repository {
            place: place("acme/nginx"),
            tags: 3,
            updated: Some(Time(now - 7_200)),
            moves: vec![Time(now - 7_200), Time(now - 10 * words::DAY)],
            current: Some(Current {
                tag: "latest".into(),
                size: Some(182_000_000),
                vulnerabilities: Some([(Severity::Critical, 1), (Severity::Low, 2)].into()),
            }),
        };
        let odd = Repository {
            place: place("acme/%3Cb%3E"),
            tags: 0,
            updated: None,
            moves: Vec::new(),
            current: None,
        };
        vec![nginx, odd]
    }

    #[test]
    fn repositories_are_a_table() {
        let document = repositories(&all(), Time(1_000 * words::DAY));
        let here = Here::parse("/repositories", "").unwrap();
        let html = document.fragment(&here);
        for part in [
            "2 repositories",
            "<a href=\"/repositories/acme/nginx\">acme/nginx</a>",
            "<a href=\"/repositories/acme/%3Cb%3E\">acme/&lt;b&gt;</a>",
            ">2 hours ago</time>",
            "every 9 days",
            "3 · <span class=\"severity critical\">1 critical</span>",
            "not known",
        ] {
            assert!(html.contains(part), "{part}\n{html}");
        }
        let csv = document.export(None, &here, Form::Csv).unwrap();
        assert!(
            csv.contains("acme/nginx,3,1972-09-26T22:00:00Z,every 9 days,latest,182000000,3"),
            "{csv}"
        );
    }

    #[test]
    fn who_may_not_see_tags_is_told_so() {
        let page = RepositoryPage {
            place: place("acme/nginx"),
            readme: "# Hi\n<script>\u{202e}".into(),
            upstream: Some("registry.example/nginx".into()),
            tags: None,
            moves: Vec::new(),
            managed: None,
        };
        let html = repository(&page, Time(0)).fragment(&Here::default());
        assert!(html.contains("tag.list") && html.contains("&lt;script&gt;\u{fffd}"), "{html}");
    }
}
