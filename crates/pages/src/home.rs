//! The first page, and what a search finds.

use maud::html;
use model::{Digest, Time};
use serde_json::json;

use crate::history::change;
use crate::table::{Cell, Table, column};
use crate::words::{self, counted};
use crate::{Change, Document, Place};

/// A tag that moved lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedTag {
    /// Where it is.
    pub place: Place,
    /// When it moved.
    pub time: Time,
    /// What it means now.
    pub digest: Digest,
    /// What changed from what it meant before.
    pub change: Change,
}

/// Something that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What kind of thing it is: `repository`, `tag`, `image`, `package`, `vulnerability`, `path`.
    pub kind: &'static str,
    /// What it is called.
    pub name: String,
    /// What of it is worth a word: a version, how bad it is.
    pub beside: String,
    /// What it was found in; the thing itself where that is a place of its own.
    pub place: Place,
    /// What follows that in the address, and the parameters of it.
    pub part: Option<(&'static str, Vec<(&'static str, String)>)>,
}

/// What was searched for and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchPage {
    /// The words.
    pub words: String,
    /// What was found, in the order that it is shown in.
    pub hits: Vec<Hit>,
    /// Images that packages, vulnerabilities and paths were looked for in.
    pub looked: usize,
    /// Images that are not kept, or that there was no time for.
    pub left: usize,
}

/// The first page: tags that moved lately, the latest first, and what there is.
pub fn home(moved: &[MovedTag], repositories: usize, now: Time) -> Document {
    let mut document = Document::new("Recently changed");
    let columns = [
        column("tag", "Tag"),
        column("moved", "Moved").turned(),
        column("means", "Means now"),
        column("change", "What changed").unsorted(),
    ];
    let mut table = Table::new("moved", "Tags that moved last", &columns);
    let all = if repositories == 1 {
        "repository".to_owned()
    } else {
        format!("{} repositories", words::number(repositories))
    };
    table.note = Some(html! { "of " a href="/repositories" { (all) } });
    table.empty = html! {
        "Here would be the tags that changed last. One is made with " code { "POST /registry/v1/tags/REPOSITORY" }
        "; " code data-copy="pentimento serve --demo" { "pentimento serve --demo" } " brings some to look at."
    };
    table.rows = moved.iter().map(|one| row(one, now)).collect();
    document.table(table);
    document
}

fn row(one: &MovedTag, now: Time) -> Vec<Cell> {
    let told = change(&one.change, &one.digest, &one.place);
    let text = match &one.change {
        Change::First => "first".to_owned(),
        Change::Unknown(_) => String::new(),
        Change::From(_, summary) => summary.text(),
    };
    vec![
        Cell::text_of(&one.place.title()).link(&one.place.address()).class_of("name"),
        Cell::time(one.time, now),
        Cell::text_of(&one.digest.to_string())
            .shown(words::digest(&one.digest))
            .link(&one.place.image(&one.digest).address()),
        Cell::text_of(&text).shown(told),
    ]
}

impl Hit {
    fn address(&self) -> String {
        let place = self.place.address();
        match &self.part {
            None => place,
            Some((word, parameters)) => {
                let parameters = parameters.iter().map(|(name, value)| (*name, value.as_str()));
                crate::here::address(&format!("{place}/{word}"), parameters)
            }
        }
    }
}

/// What a search found.
pub fn search(page: &SearchPage) -> Document {
    let SearchPage { words, hits, looked, left } = page;
    let title = if words.is_empty() { "Search".to_owned() } else { format!("Search: {words}") };
    let mut document = Document::new(&title);
    document.heading =
        html! { "Search" @if !words.is_empty() { " for " q { (words::text(words)) } } };
    if words.is_empty() {
        document.section(html! {
            p.empty { "Say what to look for: a repository, a tag, a digest, an image ID, a package, a vulnerability, or a path such as " code { "/usr/bin/curl" } "." }
        });
        return document;
    }
    let columns = [
        column("kind", "Kind"),
        column("name", "Name"),
        column("beside", "What"),
        column("place", "In"),
    ];
    let mut table = Table::new("hits", &format!("{} found", words::number(hits.len())), &columns);
    table.first = 100;
    table.note = Some(html! {
        "Packages, vulnerabilities and paths were looked for in " (counted(*looked, "image")) ": what stands for each repository"
        @if *left > 0 { "; " (counted(*left, "image")) " could not be looked at, because nobody has read it yet or there was no time" }
        "."
    });
    table.empty = html! { "Nothing that you may see is called so." };
    table.rows = hits
        .iter()
        .map(|hit| {
            vec![
                Cell::text_of(hit.kind),
                Cell::text_of(&hit.name).link(&hit.address()).class_of("name"),
                Cell::text_of(&hit.beside),
                Cell::text_of(&hit.place.title()).link(&hit.place.address()),
            ]
        })
        .collect();
    document.table(table);
    document
}

/// What a search found, for a list of suggestions: an array of objects with `value` and `label`.
pub fn suggestions(hits: &[Hit]) -> String {
    let shown = hits.iter().map(|hit| json!({ "value": hit.name, "label": hit.kind }));
    serde_json::Value::Array(shown.collect()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Here;

    fn hit(
        kind: &'static str,
        name: &str,
        part: Option<(&'static str, Vec<(&'static str, String)>)>,
    ) -> Hit {
        let digest = format!("sha256:{}", "aa".repeat(32)).parse().unwrap();
        let place = Place::parse("acme/nginx").unwrap().0.image(&digest);
        Hit { kind, name: name.into(), beside: String::new(), place, part }
    }

    #[test]
    fn what_was_found_has_an_address() {
        let part = Some(("packages", vec![("filter", "<libssl>".to_owned())]));
        let page = SearchPage {
            words: "<libssl>".into(),
            hits: vec![hit("package", "<libssl>3", part)],
            looked: 1,
            left: 2,
        };
        let html = search(&page).fragment(&Here::default());
        for part in [
            "/packages?filter=%3Clibssl%3E\"",
            "&lt;libssl&gt;3",
            "2 images could not be looked at",
        ] {
            assert!(html.contains(part), "{part}\n{html}");
        }
        let nothing = SearchPage { words: "x".into(), ..SearchPage::default() };
        assert!(search(&nothing).fragment(&Here::default()).contains("Nothing that you may see"));
        assert_eq!(suggestions(&[hit("tag", "a\"b", None)]), r#"[{"label":"tag","value":"a\"b"}]"#);
    }

    #[test]
    fn the_first_page_says_what_moved() {
        assert!(home(&[], 0, Time(0)).fragment(&Here::default()).contains("serve --demo"));
        let digest: Digest = format!("sha256:{}", "aa".repeat(32)).parse().unwrap();
        let place = Place::parse("acme/nginx:latest").unwrap().0;
        let moved = MovedTag { place, time: Time(0), digest, change: Change::First };
        let html = home(&[moved], 1, Time(7_200)).fragment(&Here::default());
        for part in ["acme/nginx:latest", "2 hours ago", "the first that is known"] {
            assert!(html.contains(part), "{part}\n{html}");
        }
    }
}
