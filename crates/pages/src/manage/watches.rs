//! Repositories that follow a registry, and images that were read of late.

use maud::html;
use model::{Digest, Time};

use super::forms::Hand;
use crate::table::{Cell, Table, column};
use crate::{Document, Place, words};

/// A repository that follows a registry.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The repository.
    pub place: Place,
    /// Where its images come from.
    pub source: String,
    /// The pattern of tags that it takes over; empty where it takes none.
    pub pattern: String,
    /// Whether that registry may be asked.
    pub may_be_asked: bool,
    /// How many tags follow.
    pub tags: usize,
    /// When one moved last.
    pub moved: Option<Time>,
}

/// That an image is read, or was.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Its number.
    pub number: i64,
    /// The repository.
    pub place: Place,
    /// The repository's ID.
    pub repo: String,
    /// The image.
    pub digest: String,
    /// How far it is: `waiting`, `running`, `done`, `failed`.
    pub state: &'static str,
    /// The same in a sentence, or why it could not be read.
    pub told: String,
    /// How often it was begun.
    pub tries: u32,
    /// When something about it changed last.
    pub updated: Time,
}

/// What follows what.
#[derive(Clone, Debug)]
pub struct WatchesPage<'a> {
    /// Those that follow.
    pub watches: Vec<Watch>,
    /// What was read, the latest first.
    pub readings: Vec<Reading>,
    /// The groups in which the visitor may make a repository: ID and name.
    pub groups: Vec<(String, String)>,
    /// What forms are made for.
    pub hand: Option<Hand<'a>>,
    /// What time it is.
    pub now: Time,
}

impl WatchesPage<'_> {
    /// The page.
    pub fn document(&self) -> Document {
        let mut document = Document::new("Watches");
        document.table(self.watches());
        document.table(self.readings());
        if let Some(hand) = self.hand.filter(|_| !self.groups.is_empty()) {
            document.section(html! {
                section aria-labelledby="do-title" {
                    h2 id="do-title" { "What you can do" }
                    (super::repository::making(hand, &self.groups))
                }
            });
        }
        document
    }

    fn watches(&self) -> Table {
        let columns = [
            column("repository", "Repository"),
            column("source", "Follows"),
            column("takes", "Takes over"),
            column("tags", "Tags").number(),
            column("moved", "Moved last").turned(),
        ];
        let mut table = Table::new("watches", "Repositories that follow a registry", &columns);
        table.filters = true;
        table.empty = html! {
            "None that you may see does. One is made with a registry that the service was started with: "
            code data-copy="pentimento serve --registry registry.example" { "pentimento serve --registry registry.example" } "."
        };
        let row = |one: &Watch| {
            let refused = html! { span.look { " its registry may not be asked" } };
            vec![
                Cell::text_of(&one.place.title())
                    .link(&format!("{}#manage", one.place.address()))
                    .class_of("name"),
                Cell::text_of(&one.source).shown(html! {
                    code { (words::text(&one.source)) } @if !one.may_be_asked { (refused) }
                }),
                Cell::text_of(&one.pattern).shown(html! {
                    @if one.pattern.is_empty() { span.aside { "none" } } @else { "tags like " code { (words::text(&one.pattern)) } }
                }),
                Cell::count(one.tags),
                one.moved.map_or_else(Cell::nothing, |time| Cell::time(time, self.now)),
            ]
        };
        table.rows = self.watches.iter().map(row).collect();
        table
    }

    fn readings(&self) -> Table {
        let columns = [
            column("number", "Number").number(),
            column("repository", "Repository"),
            column("image", "Image"),
            column("state", "State"),
            column("told", "How far, or why not"),
            column("tries", "Tries").number(),
            column("updated", "Changed").turned(),
        ];
        let mut table = Table::new("readings", "Images that were read of late", &columns);
        table.empty = html! { "None was wanted yet: images are read when a tag means them, or when somebody opens their page." };
        let row = |one: &Reading| {
            let digest: Option<Digest> = one.digest.parse().ok();
            let image = match &digest {
                Some(digest) => Cell::text_of(&one.digest)
                    .shown(words::digest(digest))
                    .link(&one.place.image(digest).address()),
                None => Cell::text_of(&one.digest),
            };
            let class = if one.state == "failed" { "look" } else { "" };
            let follow = matches!(one.state, "waiting" | "running")
                .then(|| format!("/follow/{}?repo={}", one.number, one.repo));
            let number = usize::try_from(one.number).unwrap_or_default();
            vec![
                Cell::count(number),
                Cell::text_of(&one.place.title()).link(&one.place.address()).class_of("name"),
                image,
                Cell::text_of(one.state)
                    .shown(html! { span data-follow=[follow] { (one.state) } })
                    .class_of(class),
                Cell::text_of(&one.told).shown(html! { span.told { (words::text(&one.told)) } }),
                Cell::count(one.tries as usize),
                Cell::time(one.updated, self.now),
            ]
        };
        table.rows = self.readings.iter().map(row).collect();
        table
    }
}
