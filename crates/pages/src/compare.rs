//! What differs between two images, in the order of the terminal's screen: is it the same, what to look at, what came with it.

mod changelogs;
mod files;
mod heading;
mod package;
mod sizes;
mod tables;

use compare::{Comparison, Sameness};
use maud::{Markup, html};
use model::{Path, Time};

use crate::{Document, Here, Place, words};

pub use package::Wanted;

/// Lines of a text that a page shows.
const MOST_LINES: usize = 5_000;

/// Two images that are compared.
#[derive(Clone, Copy, Debug)]
pub struct ComparePage<'a> {
    /// What differs.
    pub comparison: &'a Comparison<'a>,
    /// Where the images are: the old one, the new one.
    pub places: &'a [Place; 2],
    /// What was asked for instead: tags, or repositories.
    pub asked: &'a [Place; 2],
    /// The folder that is open.
    pub folder: &'a Path,
    /// What time it is.
    pub now: Time,
}

/// The page that asks which two to compare, with what was wrong with what was said last.
pub fn compare_form(here: &Here, trouble: Option<&str>) -> Document {
    let mut document = Document::new("Compare");
    let said = |name| here.get(name).unwrap_or_default().to_owned();
    document.section(html! {
        section.message {
            p { "Any two images that you may see: of one repository, or of two." }
            @if let Some(trouble) = trouble { p.trouble role="alert" { (words::text(trouble)) } }
            (heading::form(&said("old"), &said("new")))
            p.hint { "Such as " code { "group/repository:tag" } " or " code { "group/repository@sha256:…" } "." }
        }
    });
    document
}

impl ComparePage<'_> {
    /// The page.
    pub fn document(&self, here: &Here) -> Document {
        let mut document =
            Document::new(&format!("{} → {}", self.asked[0].title(), self.asked[1].title()));
        document.heading = html! { "What changed" };
        document.section(heading::images(self, here));
        match self.comparison.sameness() {
            Sameness::Image => {
                document.section(html! { p.same { strong { "Same." } " Both are one image." } });
            }
            Sameness::Content(differing) => {
                let but = if differing.is_empty() {
                    "their documents".to_owned()
                } else {
                    differing.join(", ")
                };
                document.section(html! {
                    p.same { strong { "Same content." } " No difference in packages, files, settings; what differs: " (but) "." }
                });
            }
            Sameness::Different => document.section(heading::strip(self, here)),
        }
        document.section(heading::not_known(self));
        let is_different = self.comparison.sameness() == Sameness::Different;
        if is_different {
            document.table(tables::look(self, here));
            document.table(tables::packages(self, here));
        }
        if self.comparison.vulnerabilities.is_none() {
            document.section(html! {
                section { h2 { "Vulnerabilities" } p.empty { "The service keeps no advisories, so none were looked up." } }
            });
        } else if is_different
            || self.comparison.vulnerabilities.as_ref().is_some_and(|all| !all.is_empty())
        {
            document.table(tables::vulnerabilities(self));
        }
        if is_different {
            document.table(tables::settings(self));
            document.table(tables::risks(self));
            document.section(files::tree(self, here));
            document.table(files::table(self, here));
        }
        document.table(tables::notices(self));
        document
    }

    /// Everything about one path: why it changed, and what differs inside of it or why that could not be looked at. Both are
    /// texts as the terminal has them.
    pub fn path(
        &self,
        here: &Here,
        path: &Path,
        why: &str,
        inside: Result<&str, &str>,
    ) -> Document {
        let path = path.to_string();
        let mut document = Document::new(&path);
        document.heading = html! { code data-copy=(path) { (words::clipped(&path, 160)) } };
        let whole = here.at("/compare");
        document.above = vec![("What changed".into(), whole.with(&[("path", None)]))];
        document.section(html! { section { h2 { "Why it changed" } (text(why)) } });
        document.section(html! {
            section {
                h2 { "What differs inside" }
                @match inside {
                    Ok(inside) => (text(inside)),
                    Err(why) => p.empty { "It could not be looked at: " (words::text(why)) "." },
                }
            }
        });
        document
    }

    /// What lies in the folder, to be put into a page that is there.
    pub fn folder(&self, here: &Here) -> Document {
        let mut document = Document::new("");
        document.section(files::inside(self, here));
        document
    }
}

/// A text as the terminal has it, inert already; no more of it than a page should have.
fn text(text: &str) -> Markup {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let shown = &lines[..lines.len().min(MOST_LINES)];
    html! {
        pre.text tabindex="0" { (shown.join("\n")) }
        @if shown.len() < lines.len() {
            p.more { (words::number(lines.len() - shown.len())) " more lines: " code { "pentimento diff --content" } " has them all." }
        }
    }
}

#[cfg(test)]
mod tests;
