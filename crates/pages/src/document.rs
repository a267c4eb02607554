//! A page before it is written: a title, and sections and tables in their order.

use maud::{Markup, html};

use crate::table::{Form, Table};
use crate::{Frame, Here, shell};

/// A page.
#[derive(Debug)]
pub struct Document {
    /// What it is about, as plain text.
    pub(crate) title: String,
    /// The same as its heading.
    pub(crate) heading: Markup,
    /// What it is part of: each with its address, the outermost first.
    pub(crate) above: Vec<(String, String)>,
    pub(crate) parts: Vec<Part>,
    /// Seconds after which it is looked at again; none where it is what it is.
    pub(crate) again: Option<u32>,
}

/// A part of a page.
#[derive(Debug)]
pub(crate) enum Part {
    Section(Markup),
    Table(Table),
}

impl Document {
    pub(crate) fn new(title: &str) -> Document {
        let heading = html! { (title) };
        Document {
            title: title.to_owned(),
            heading,
            above: Vec::new(),
            parts: Vec::new(),
            again: None,
        }
    }

    pub(crate) fn section(&mut self, markup: Markup) {
        self.parts.push(Part::Section(markup));
    }

    pub(crate) fn table(&mut self, table: Table) {
        self.parts.push(Part::Table(table));
    }

    /// Seconds after which it should be asked for again, where it is not done.
    pub fn again(&self) -> Option<u32> {
        self.again
    }

    /// Writes it as HTML.
    pub fn html(&self, frame: &Frame) -> String {
        shell::write(self, frame)
    }

    /// Writes what is inside it alone, for a page that is there already.
    pub fn fragment(&self, here: &Here) -> String {
        html! { @for part in &self.parts { (part.html(here)) } }.into_string()
    }

    /// Writes one of its tables, the first where none is named; none where it has no such table.
    pub fn export(&self, name: Option<&str>, here: &Here, form: Form) -> Option<String> {
        let mut tables = self.parts.iter().filter_map(|part| match part {
            Part::Table(table) => Some(table),
            Part::Section(_) => None,
        });
        let table = tables.find(|table| name.is_none_or(|name| table.id == name))?;
        Some(table.export(here, form))
    }
}

impl Part {
    pub(crate) fn html(&self, here: &Here) -> Markup {
        match self {
            Part::Section(markup) => html! { (markup) },
            Part::Table(table) => table.html(here),
        }
    }
}
