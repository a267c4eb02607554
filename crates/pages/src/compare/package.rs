//! One package of a comparison: what its makers say of what changed, its vulnerabilities, and its paths. It stands on a page of its
//! own, or opens in the row of the table.

use compare::{Changelogs, FileChange, FindingChange, PackageChange};
use maud::{Markup, html};

use super::{ComparePage, changelogs, files, tables};
use crate::words::{self, number};
use crate::{Document, Here};

/// Paths that open in a row.
const MOST: usize = 40;

/// Which package is meant.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Its ecosystem.
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
}

impl Wanted<'_> {
    fn is(&self, kind: &str, name: &str) -> bool {
        self.kind == kind && self.name == name
    }
}

/// Where everything about a package is.
pub(super) fn about(here: &Here, change: &PackageChange<'_>) -> String {
    let page = here.at("/compare/package");
    let none =
        ["folder", "part", "cause", "all", "sort", "filter", "path"].map(|name| (name, None));
    let own =
        [("type", Some(change.key.ecosystem.as_str())), ("name", Some(change.key.name.as_str()))];
    page.with(&[&none[..], &own].concat())
}

impl ComparePage<'_> {
    /// Everything about a package: none where it did not change. Of changelogs either what is told, or why that cannot be.
    pub fn package(
        &self,
        here: &Here,
        wanted: Wanted<'_>,
        told: Result<&Changelogs, &str>,
    ) -> Option<Document> {
        let change = self.change(wanted)?;
        let mut document = Document::new(wanted.name);
        let none = ["type", "name"].map(|name| (name, None));
        document.above = vec![("What changed".into(), here.at("/compare").with(&none))];
        document.heading =
            html! { code { (words::text(wanted.name)) } " " (report::words::versions(change)) };
        document.section(html! {
            section aria-labelledby="log-title" { h2 id="log-title" { "Changelog" } (log(told)) }
        });
        if self.comparison.vulnerabilities.is_some() {
            let mut table = tables::vulnerabilities(self);
            table.rows = self.findings(wanted).map(tables::vulnerability).collect();
            document.table(table);
        }
        let rows = self.paths(wanted).map(|change| files::row(self, here, change)).collect();
        document.table(files::table_of("Its paths that changed", rows));
        Some(document)
    }

    /// The same, to be put into the row of the table.
    pub fn package_part(
        &self,
        here: &Here,
        wanted: Wanted<'_>,
        told: Result<&Changelogs, &str>,
    ) -> Option<Document> {
        let change = self.change(wanted)?;
        let mut document = Document::new("");
        let paths: Vec<&FileChange<'_>> = self.paths(wanted).collect();
        let shown = &paths[..paths.len().min(MOST)];
        let findings: Vec<&FindingChange<'_>> = self.findings(wanted).collect();
        document.section(html! {
            (log(told))
            @if !findings.is_empty() {
                p.label { "Vulnerabilities" }
                ul { @for one in findings { li { (finding(one)) } } }
            }
            @if !paths.is_empty() {
                p.label { (words::counted(paths.len(), "path")) }
                ul.tree { @for change in shown { li { (files::one(self, here, change)) } } }
            }
            p.more {
                a href=(about(here, change)) { "All about it" }
                @if shown.len() < paths.len() { ", with " (number(paths.len() - shown.len())) " more paths" }
            }
        });
        Some(document)
    }

    fn change(&self, wanted: Wanted<'_>) -> Option<&PackageChange<'_>> {
        self.comparison.packages.iter().find(|one| wanted.is(&one.key.ecosystem, &one.key.name))
    }

    fn paths<'a>(&'a self, wanted: Wanted<'a>) -> impl Iterator<Item = &'a FileChange<'a>> {
        self.comparison.files.iter().filter(move |change| {
            change.owner.is_some_and(|owner| wanted.is(&owner.ecosystem, &owner.name))
        })
    }

    fn findings<'a>(&'a self, wanted: Wanted<'a>) -> impl Iterator<Item = &'a FindingChange<'a>> {
        let all = self.comparison.vulnerabilities.iter().flat_map(|all| &all.changes);
        all.filter(move |one| wanted.is(&one.package.ecosystem, &one.package.name))
    }
}

fn log(told: Result<&Changelogs, &str>) -> Markup {
    html! {
        @match told {
            Ok(told) => {
                @for source in &told.sources { (changelogs::source(source)) }
                @if told.sources.is_empty() { p.hint { "No changelog tells of it." } }
            },
            Err(why) => p.hint { "Changelogs could not be read: " (words::text(why)) "." },
        }
    }
}

fn finding(one: &FindingChange<'_>) -> Markup {
    let (sign, class) = tables::fate_sign(&one.fate);
    html! {
        span class=(class) { (sign) } " " (words::text(&one.name)) " " span.aside {
            (one.severity().name()) " · " (report::words::fate(one)) " · " (report::words::finding_cause(one.cause))
        }
    }
}
