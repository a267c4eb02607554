//! The advisories that images are looked up in.

use maud::html;
use model::Time;

use crate::Document;
use crate::table::{Cell, Table, column};
use crate::words::{self, number};

/// A database of advisories that is kept.
#[derive(Clone, Debug)]
pub struct Database {
    /// What it is called.
    pub name: String,
    /// Whether images are looked up in it.
    pub is_asked: bool,
    /// When it was put together, where anybody says.
    pub built: Option<Time>,
    /// When it was imported.
    pub imported: Time,
    /// The shape in which it was published.
    pub schema: String,
    /// Who provided what it was put together from.
    pub providers: Vec<String>,
    /// Advisories.
    pub advisories: u64,
    /// What they say of packages.
    pub records: u64,
    /// Records that could not be read.
    pub unreadable: u64,
    /// Bytes of it.
    pub bytes: u64,
}

/// The advisories.
#[derive(Clone, Debug)]
pub struct DataPage {
    /// Those that are kept, the one that is asked first.
    pub databases: Vec<Database>,
    /// How many of them cannot be read.
    pub broken: usize,
    /// What time it is.
    pub now: Time,
}

impl DataPage {
    /// The page.
    pub fn document(&self) -> Document {
        let mut document = Document::new("Advisories");
        if self.broken > 0 {
            document.section(html! {
                div.known role="note" { p { strong { "Know this first" } } ul { li { (number(self.broken)) " of what is kept cannot be read." } } }
            });
        }
        document.table(self.table());
        document.section(html! {
            p.hint {
                "Whoever runs the service brings others on its machine: "
                code data-copy="pentimento db update" { "pentimento db update" } ", or "
                code { "pentimento db import FILE" } ". They are asked within ten seconds."
            }
        });
        document
    }

    fn table(&self) -> Table {
        let columns = [
            column("name", "Name"),
            column("asked", "Asked"),
            column("built", "Put together").turned(),
            column("imported", "Imported").turned(),
            column("advisories", "Advisories").number(),
            column("records", "Records").number(),
            column("unreadable", "Unreadable").number(),
            column("providers", "Of"),
            column("schema", "Shape"),
            column("size", "Size").number(),
        ];
        let mut table = Table::new("databases", "Databases of advisories", &columns);
        table.empty = html! { "None is kept, so no vulnerability can be told of any image." };
        let count = |count: u64| Cell::count(usize::try_from(count).unwrap_or(usize::MAX));
        let row = |one: &Database| {
            vec![
                Cell::text_of(&one.name).class_of("mono"),
                Cell::text_of(if one.is_asked { "yes" } else { "no" }),
                one.built.map_or_else(Cell::nothing, |time| Cell::time(time, self.now)),
                Cell::time(one.imported, self.now),
                count(one.advisories),
                count(one.records),
                count(one.unreadable),
                Cell::text_of(&one.providers.join(", ")).shown(html! {
                    @if one.providers.is_empty() { span.aside { "not said" } } @else { (words::inert(&one.providers.join(", "))) }
                }),
                Cell::text_of(&one.schema),
                Cell::bytes(one.bytes),
            ]
        };
        table.rows = self.databases.iter().map(row).collect();
        table
    }
}
