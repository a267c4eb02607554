//! One image: what it is, and tabs for what is in it.

mod files;
mod layers;
mod overview;
mod packages;
mod risks;
mod settings;
mod vulnerabilities;

use compare::Subject;
use maud::{Markup, html};
use model::{Digest, Findings, Path, Time};

use crate::table::{Cell, Table, column};
use crate::words;
use crate::{Document, Of, Place};

pub(crate) use overview::moment;
pub(crate) use risks::row as risk_row;
pub(crate) use vulnerabilities::severity as severity_cell;

/// An image of a repository.
#[derive(Clone, Copy, Debug)]
pub struct ImagePage<'a> {
    /// Where it is.
    pub place: &'a Place,
    /// What is known of it.
    pub subject: &'a Subject,
    /// The tag that it is looked at as a step of, and what that meant before and after.
    pub step: Option<&'a Step>,
    /// The tags that mean it now.
    pub tags: &'a [String],
    /// The tabs that the visitor may open.
    pub tabs: &'a [Tab],
    /// The parameters that go along from tab to tab.
    pub kept: &'a [(&'static str, String)],
    /// What time it is.
    pub now: Time,
}

/// A step of a tag's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The tag.
    pub tag: String,
    /// What it meant before.
    pub previous: Option<Digest>,
    /// What it meant after.
    pub next: Option<Digest>,
}

/// A part of what is known of an image, under an address of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// What it is.
    Overview,
    /// Packages.
    Packages,
    /// Files, folder by folder.
    Files,
    /// Vulnerabilities.
    Vulnerabilities,
    /// Layers.
    Layers,
    /// What a container of it starts with.
    Settings,
    /// Licences.
    Licences,
    /// Secrets and weak settings.
    Secrets,
}

impl Tab {
    /// All of them, in the order of a page.
    pub const ALL: [Tab; 8] = [
        Tab::Overview,
        Tab::Packages,
        Tab::Files,
        Tab::Vulnerabilities,
        Tab::Layers,
        Tab::Settings,
        Tab::Licences,
        Tab::Secrets,
    ];

    /// What of an address it is; nothing for the first.
    pub fn word(self) -> &'static str {
        match self {
            Tab::Overview => "",
            Tab::Packages => "packages",
            Tab::Files => "files",
            Tab::Vulnerabilities => "vulnerabilities",
            Tab::Layers => "layers",
            Tab::Settings => "settings",
            Tab::Licences => "licences",
            Tab::Secrets => "secrets",
        }
    }

    /// The tab that an address means.
    pub fn of(word: &str) -> Option<Tab> {
        Tab::ALL.into_iter().find(|tab| tab.word() == word)
    }

    fn title(self) -> &'static str {
        match self {
            Tab::Overview => "Overview",
            Tab::Packages => "Packages",
            Tab::Files => "Files",
            Tab::Vulnerabilities => "CVEs",
            Tab::Layers => "Layers",
            Tab::Settings => "Settings",
            Tab::Licences => "Licences",
            Tab::Secrets => "Secrets",
        }
    }
}

impl ImagePage<'_> {
    /// What it is.
    pub fn overview(&self) -> Document {
        let mut document = self.document(Tab::Overview);
        document.section(overview::facts(self));
        document.table(self.notices());
        document
    }

    /// Its packages.
    pub fn packages(&self) -> Document {
        let mut document = self.document(Tab::Packages);
        document.table(packages::table(&self.subject.side));
        document
    }

    /// The licences of its packages.
    pub fn licences(&self) -> Document {
        let mut document = self.document(Tab::Licences);
        document.table(packages::licences(&self.subject.side));
        document
    }

    /// What lies in a folder of it.
    pub fn files(&self, folder: &Path) -> Document {
        let mut document = self.document(Tab::Files);
        document.section(files::tree(self, folder));
        document.table(files::table(self, folder));
        document
    }

    /// The same, to be put into a page that is there.
    pub fn folder(&self, folder: &Path) -> Document {
        let mut document = Document::new("");
        document.section(files::inside(self, folder));
        document
    }

    /// Its vulnerabilities; none where no advisories are kept.
    pub fn vulnerabilities(&self, findings: Option<&Findings>) -> Document {
        let mut document = self.document(Tab::Vulnerabilities);
        match findings {
            Some(findings) => {
                document.section(vulnerabilities::heading(findings, self.now));
                document.table(vulnerabilities::table(&self.subject.side, findings));
            }
            None => document.section(vulnerabilities::nothing()),
        }
        document
    }

    /// Its layers, each counted.
    pub fn layers(&self) -> Document {
        let mut document = self.document(Tab::Layers);
        document.section(layers::heading(&self.subject.side));
        document.table(layers::table(&self.subject.side));
        document
    }

    /// What a container of it starts with, and how it was built.
    pub fn settings(&self) -> Document {
        let mut document = self.document(Tab::Settings);
        document.table(settings::table(&self.subject.side.settings));
        document.table(settings::history(&self.subject.side.settings));
        document
    }

    /// Secrets in it, and what is set less safely than it could be.
    pub fn secrets(&self) -> Document {
        let mut document = self.document(Tab::Secrets);
        document.table(risks::table(&self.subject.side));
        document
    }

    /// Where one of its tabs is.
    fn address(&self, tab: Tab) -> String {
        let path = match tab.word() {
            "" => self.place.address(),
            word => format!("{}/{word}", self.place.address()),
        };
        let kept = self.kept.iter().map(|(name, value)| (*name, value.as_str()));
        crate::here::address(&path, kept)
    }

    /// The same with more said.
    fn address_with(&self, tab: Tab, more: &[(&str, &str)]) -> String {
        let path = format!("{}/{}", self.place.address(), tab.word());
        let kept = self.kept.iter().map(|(name, value)| (*name, value.as_str()));
        crate::here::address(&path, kept.chain(more.iter().copied()))
    }

    fn document(&self, tab: Tab) -> Document {
        let title = match tab {
            Tab::Overview => self.place.title(),
            tab => format!("{} · {}", tab.title(), self.place.title()),
        };
        let mut document = Document::new(&title);
        let repository = self.place.with(Of::Everything);
        document.above = vec![("Repositories".into(), "/repositories".into())];
        document.above.push((repository.title(), repository.address()));
        if let Some(step) = self.step {
            let tag = self.place.with(Of::Tag(step.tag.clone()));
            document.above.push((step.tag.clone(), tag.address()));
        }
        let Of::Digest(digest) = &self.place.of else { return document };
        document.heading = html! { (words::text(self.place.name())) " " (words::digest(digest)) };
        document.section(self.steps(digest));
        document.section(self.tabs(tab));
        document
    }

    /// The images before and after, and a comparison with the one before.
    fn steps(&self, digest: &Digest) -> Markup {
        let Some(step) = self.step else { return html! {} };
        let tag = Of::Tag(step.tag.clone());
        let address = |digest: &Digest| {
            let path = self.place.image(digest).address();
            crate::here::address(&path, [("tag", step.tag.as_str())].into_iter())
        };
        html! {
            nav.steps aria-label={ "Images of " (self.place.with(tag).title()) } {
                @match &step.previous {
                    Some(old) => a rel="prev" href=(address(old)) { "← Previous Image" },
                    None => span.aside { "← Previous Image" }
                }
                @match &step.next {
                    Some(new) => a rel="next" href=(address(new)) { "Next Image →" },
                    None => span.aside { "Next Image →" }
                }
                @if let Some(old) = &step.previous {
                    a href=(crate::history::compare_address(&self.place.image(old), &self.place.image(digest))) {
                        "What changed since the previous"
                    }
                }
            }
        }
    }

    fn tabs(&self, current: Tab) -> Markup {
        html! {
            nav.tabs aria-label="About this image" {
                ul { @for tab in self.tabs {
                    li { a href=(self.address(*tab)) aria-current=[(*tab == current).then_some("page")] { (tab.title()) } }
                } }
            }
        }
    }

    fn notices(&self) -> Table {
        let columns =
            [column("path", "Path"), column("notice", "What could not be read or told for sure")];
        let mut table = Table::new("notices", "Notices", &columns);
        table.empty = html! { "Everything that readers know could be read." };
        let notices = self.subject.side.all_notices();
        table.rows = notices
            .map(|notice| {
                let path = notice.path.as_ref().map(|path| Cell::path(&path.to_string()));
                vec![path.unwrap_or_else(Cell::nothing), Cell::text_of(&notice.text)]
            })
            .collect();
        table
    }
}

#[cfg(test)]
mod tests;
