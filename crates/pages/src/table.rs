//! Tables: rows that a page shows, and that are had as JSON and CSV under the same address.

use std::cmp::Ordering;
use std::fmt::Write as _;

use maud::{Markup, html};
use model::Time;
use serde_json::{Map, Value as Json, json};

use crate::Here;
use crate::words::{self, counted, number};

/// Rows that a page has at the most; the whole is had as CSV and JSON.
const MOST: usize = 10_000;

/// How a table is had beside its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An object with the rows, an object each.
    Json,
    /// Comma-separated values with a line of titles (RFC 4180).
    Csv,
}

/// Rows under titles.
#[derive(Debug)]
pub struct Table {
    pub(crate) id: &'static str,
    pub(crate) caption: String,
    /// What is said beside the caption.
    pub(crate) note: Option<Markup>,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
    /// Rows that were not made because nobody asked for them.
    pub(crate) left_out: usize,
    /// Rows that are shown before somebody asks for all of them.
    pub(crate) first: usize,
    /// Whether rows are looked for by `filter=`.
    pub(crate) filters: bool,
    /// What stands there where there is no row.
    pub(crate) empty: Markup,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) key: &'static str,
    pub(crate) title: &'static str,
    /// Whether it stands at the right.
    pub(crate) is_number: bool,
    /// Whether the largest, the latest or the worst is wanted first.
    pub(crate) begins_turned: bool,
    pub(crate) purpose: Purpose,
}

/// What a column is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be told, and to sort rows by.
    Sorted,
    /// To be told.
    Told,
    /// To have something done: programs are not told of it.
    Done,
}

/// One cell: what it is for programs, and how it is shown.
#[derive(Debug)]
pub(crate) struct Cell {
    value: Value,
    shown: Markup,
    class: &'static str,
}

/// What a cell is for programs, and for sorting.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Nothing,
    Text(String),
    Number(i64),
    /// A text with a place in an order of its own, as severities have.
    Ranked(i64, String),
    Time(Time),
}

impl Table {
    pub(crate) fn new(id: &'static str, caption: &str, columns: &[Column]) -> Table {
        Table {
            id,
            caption: caption.to_owned(),
            note: None,
            columns: columns.to_vec(),
            rows: Vec::new(),
            left_out: 0,
            first: 500,
            filters: false,
            empty: html! { "Nothing." },
        }
    }

    /// The rows that are asked for, in the order that is asked for.
    fn asked(&self, here: &Here) -> Vec<&[Cell]> {
        let mut rows: Vec<&[Cell]> = self.rows.iter().map(Vec::as_slice).collect();
        if let Some(wanted) = here.get("filter").filter(|_| self.filters) {
            let wanted = wanted.to_lowercase();
            rows.retain(|row| row.iter().any(|cell| cell.text().to_lowercase().contains(&wanted)));
        }
        let Some((column, is_turned)) = self.sorted(here) else { return rows };
        rows.sort_by(|one, other| {
            let order = |row: &[Cell]| row.get(column).map(|cell| cell.value.clone());
            let (one, other) = (order(one), order(other));
            match (&one, &other) {
                // What is not known comes last, whichever way.
                (Some(Value::Nothing), Some(Value::Nothing)) => Ordering::Equal,
                (Some(Value::Nothing), _) => Ordering::Greater,
                (_, Some(Value::Nothing)) => Ordering::Less,
                (Some(one), Some(other)) if is_turned => other.order(one),
                (Some(one), Some(other)) => one.order(other),
                _ => Ordering::Equal,
            }
        });
        rows
    }

    /// The column that rows are sorted by, and whether the other way round.
    fn sorted(&self, here: &Here) -> Option<(usize, bool)> {
        let sort = here.get("sort")?;
        let (key, is_turned) = match sort.strip_prefix('-') {
            Some(key) => (key, true),
            None => (sort, false),
        };
        let place = self.columns.iter().position(|column| column.key == key && column.sorts())?;
        Some((place, is_turned))
    }

    pub(crate) fn html(&self, here: &Here) -> Markup {
        let rows = self.asked(here);
        let is_all = here.get("all") == Some(self.id);
        let most = if is_all { MOST } else { self.first };
        // A fold for one row is longer than the row.
        let shown = if rows.len() <= most + 1 { rows.len() } else { most };
        let total = rows.len() + self.left_out;
        let is_filtered = self.filters && here.get("filter").is_some();
        html! {
            section.table id=(self.id) aria-labelledby={ (self.id) "-title" } {
                header {
                    h2 id={ (self.id) "-title" } { (self.caption) }
                    @if let Some(note) = &self.note { p.note { (note) } }
                    @if !self.rows.is_empty() { (self.exports(here)) }
                }
                @if self.filters && (self.rows.len() > 8 || is_filtered) { (self.filter(here)) }
                @if rows.is_empty() {
                    @if is_filtered { p.empty { "No row has that in it." } } @else { p.empty { (self.empty) } }
                } @else {
                    div.scroll tabindex="0" role="group" aria-labelledby={ (self.id) "-title" } {
                        table {
                            thead { tr { @for column in &self.columns { (self.head(column, here)) } } }
                            tbody { @for row in &rows[..shown] { (line(row)) } }
                        }
                    }
                    @if shown < total {
                        p.more {
                            @if is_all {
                                (number(total - shown)) " more are in the CSV."
                            } @else {
                                a href={ (here.with(&[("all", Some(self.id))])) "#" (self.id) } {
                                    "All " (number(total))
                                }
                                " · " (number(total - shown)) " more than are shown"
                            }
                        }
                    }
                }
            }
        }
    }

    fn exports(&self, here: &Here) -> Markup {
        let link =
            |form| here.with(&[("all", None), ("table", Some(self.id)), ("format", Some(form))]);
        html! {
            p.exports {
                a href=(link("json")) aria-label={ (self.caption) " as JSON" } { "JSON" } " "
                a href=(link("csv")) aria-label={ (self.caption) " as CSV" } { "CSV" }
            }
        }
    }

    fn filter(&self, here: &Here) -> Markup {
        html! {
            form.filter method="get" action={ (here.path) "#" (self.id) } {
                @for (name, value) in here.others(&["filter", "all"]) {
                    input type="hidden" name=(name) value=(value);
                }
                label {
                    span.unseen { "Only rows with" }
                    input type="search" name="filter" placeholder="only rows with …" value=[here.get("filter")];
                }
                button { "Filter" }
            }
        }
    }

    fn head(&self, column: &Column, here: &Here) -> Markup {
        let class = if column.is_number { "number" } else { "" };
        let turned = match self.sorted(here) {
            Some((place, turned)) if self.columns[place].key == column.key => Some(turned),
            _ => None,
        };
        let aria = turned.map(|turned| if turned { "descending" } else { "ascending" });
        let begins_turned = column.begins_turned && turned.is_none();
        let next = if begins_turned || turned == Some(false) {
            format!("-{}", column.key)
        } else {
            column.key.into()
        };
        let sign = match turned {
            Some(true) => " ↓",
            Some(false) => " ↑",
            None => "",
        };
        html! {
            th scope="col" class=(class) aria-sort=[aria] {
                @if column.sorts() && self.rows.len() > 1 {
                    a href={ (here.with(&[("sort", Some(&next))])) "#" (self.id) } { (column.title) (sign) }
                } @else {
                    (column.title)
                }
            }
        }
    }

    /// Writes the rows that are asked for.
    pub(crate) fn export(&self, here: &Here, form: Form) -> String {
        let rows = self.asked(here);
        match form {
            Form::Json => {
                let object = |row: &[Cell]| {
                    let members =
                        self.columns.iter().zip(row).filter(|(column, _)| column.is_told());
                    let members =
                        members.map(|(column, cell)| (column.key.to_owned(), cell.json()));
                    Json::Object(members.collect::<Map<_, _>>())
                };
                let rows: Vec<Json> = rows.into_iter().map(object).collect();
                format!("{:#}\n", json!({ "table": self.id, "rows": rows }))
            }
            Form::Csv => {
                let told = self.columns.iter().filter(|column| column.is_told());
                let mut lines = csv(told.map(|column| column.key.to_owned()));
                for row in rows {
                    let told = self.columns.iter().zip(row).filter(|(column, _)| column.is_told());
                    lines += &csv(told.map(|(_, cell)| cell.text()));
                }
                lines
            }
        }
    }
}

fn line(row: &[Cell]) -> Markup {
    html! { tr { @for cell in row { td class=[cell.class()] { (cell.shown) } } } }
}

/// A line of comma-separated values. A text that a spreadsheet would take for a formula begins with an apostrophe.
fn csv(cells: impl Iterator<Item = String>) -> String {
    let mut line = String::new();
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            line.push(',');
        }
        let is_number = cell.parse::<i64>().is_ok();
        let guard =
            if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number { "'" } else { "" };
        if guard.is_empty() && !cell.contains(['"', ',', '\n', '\r']) {
            line += &cell;
        } else {
            _ = write!(line, "\"{guard}{}\"", cell.replace('"', "\"\""));
        }
    }
    line + "\r\n"
}

/// A column that rows can be sorted by.
pub(crate) const fn column(key: &'static str, title: &'static str) -> Column {
    Column { key, title, is_number: false, begins_turned: false, purpose: Purpose::Sorted }
}

impl Column {
    pub(crate) const fn number(self) -> Column {
        Column { is_number: true, begins_turned: true, ..self }
    }

    pub(crate) const fn turned(self) -> Column {
        Column { begins_turned: true, ..self }
    }

    fn sorts(&self) -> bool {
        self.purpose == Purpose::Sorted
    }

    fn is_told(&self) -> bool {
        self.purpose != Purpose::Done
    }

    /// What is there to be done, and nothing that is told.
    pub(crate) const fn for_hands(self) -> Column {
        Column { purpose: Purpose::Done, ..self }
    }

    pub(crate) const fn unsorted(self) -> Column {
        Column { purpose: Purpose::Told, ..self }
    }
}

impl Cell {
    fn of(value: Value, shown: Markup) -> Cell {
        Cell { value, shown, class: "" }
    }

    /// Nothing is known, or nothing is there.
    pub(crate) fn nothing() -> Cell {
        Cell::of(Value::Nothing, html! {})
    }

    /// A text from outside.
    pub(crate) fn text_of(text: &str) -> Cell {
        Cell::of(Value::Text(text.to_owned()), words::text(text))
    }

    /// What is told of something: a text that is inert already.
    pub(crate) fn told(text: &str) -> Cell {
        Cell::of(Value::Text(text.to_owned()), words::clipped(text, words::LONGEST))
    }

    pub(crate) fn maybe(text: Option<&str>) -> Cell {
        text.map_or_else(Cell::nothing, Cell::text_of)
    }

    /// A path, inert already.
    pub(crate) fn path(path: &str) -> Cell {
        Cell { class: "path", ..Cell::of(Value::Text(path.to_owned()), words::clipped(path, 100)) }
    }

    /// A number, shown with its thousands parted.
    pub(crate) fn count(count: usize) -> Cell {
        let value = Value::Number(i64::try_from(count).unwrap_or(i64::MAX));
        Cell { class: "number", ..Cell::of(value, html! { (number(count)) }) }
    }

    /// So many bytes.
    pub(crate) fn bytes(count: u64) -> Cell {
        let value = Value::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let exact = counted(usize::try_from(count).unwrap_or(usize::MAX), "byte");
        Cell {
            class: "number",
            ..Cell::of(value, html! { span title=(exact) { (report::bytes(count)) } })
        }
    }

    /// More or fewer bytes.
    pub(crate) fn growth(bytes: i64) -> Cell {
        let value = Value::Number(bytes);
        Cell { class: "number", ..Cell::of(value, html! { (report::growth(bytes)) }) }
    }

    pub(crate) fn time(time: Time, now: Time) -> Cell {
        Cell::of(Value::Time(time), words::moment(time, now))
    }

    /// A word with a place in an order of its own, the highest first where numbers would be.
    pub(crate) fn ranked(rank: i64, text: &str, shown: Markup) -> Cell {
        Cell::of(Value::Ranked(rank, text.to_owned()), shown)
    }

    /// Shows it otherwise.
    pub(crate) fn shown(self, shown: Markup) -> Cell {
        Cell { shown, ..self }
    }

    /// Makes a link of it.
    pub(crate) fn link(self, address: &str) -> Cell {
        let shown = html! { a href=(address) { (self.shown) } };
        Cell { shown, ..self }
    }

    pub(crate) fn class_of(self, class: &'static str) -> Cell {
        Cell { class, ..self }
    }

    fn class(&self) -> Option<&'static str> {
        Some(self.class).filter(|class| !class.is_empty())
    }

    fn text(&self) -> String {
        match &self.value {
            Value::Nothing => String::new(),
            Value::Text(text) | Value::Ranked(_, text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Time(time) => time.to_string(),
        }
    }

    fn json(&self) -> Json {
        match &self.value {
            Value::Nothing => Json::Null,
            Value::Number(number) => json!(number),
            _ => Json::String(self.text()),
        }
    }
}

impl Value {
    fn order(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Number(one), Value::Number(other))
            | (Value::Ranked(one, _), Value::Ranked(other, _)) => one.cmp(other),
            (Value::Time(one), Value::Time(other)) => one.cmp(other),
            (Value::Text(one), Value::Text(other)) => {
                one.to_lowercase().cmp(&other.to_lowercase()).then_with(|| one.cmp(other))
            }
            _ => Ordering::Equal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let columns = [column("name", "name"), column("size", "size").number()];
        let mut table = Table::new("things", "Things", &columns);
        table.filters = true;
        table.rows = vec![
            vec![Cell::text_of("b, \"c\""), Cell::bytes(2_000)],
            vec![Cell::text_of("=1+1"), Cell::nothing()],
            vec![Cell::text_of("<a>\u{202e}"), Cell::bytes(10)],
        ];
        table
    }

    fn export(query: &str, form: Form) -> String {
        table().export(&Here::parse("/x", query).unwrap(), form)
    }

    #[test]
    fn rows_are_sorted_and_filtered_and_written() {
        let csv = |query| export(query, Form::Csv).replace("\r\n", " | ");
        assert_eq!(csv(""), "name,size | \"b, \"\"c\"\"\",2000 | \"'=1+1\", | <a>\u{202e},10 | ");
        assert_eq!(
            csv("sort=size"),
            "name,size | <a>\u{202e},10 | \"b, \"\"c\"\"\",2000 | \"'=1+1\", | "
        );
        assert_eq!(csv("sort=-size&filter=A"), "name,size | <a>\u{202e},10 | ");
        let json: Json = serde_json::from_str(&export("filter=1%2B1", Form::Json)).unwrap();
        assert_eq!(json, json!({"table": "things", "rows": [{"name": "=1+1", "size": null}]}));
    }

    #[test]
    fn a_page_has_links_for_order_and_programs() {
        let here = Here::parse("/x", "sort=-size").unwrap();
        let html = table().html(&here).into_string();
        for part in [
            "<th scope=\"col\" class=\"number\" aria-sort=\"descending\"><a href=\"/x?sort=size#things\">size ↓</a></th>",
            "<a href=\"/x?sort=name#things\">name</a>",
            "href=\"/x?sort=-size&amp;table=things&amp;format=csv\"",
            "<td>&lt;a&gt;\\u{202e}</td>",
        ] {
            assert!(html.contains(part), "{part}\n{html}");
        }
    }

    #[test]
    fn many_rows_are_folded() {
        let mut table = table();
        table.first = 1;
        let html = |query| table.html(&Here::parse("/x", query).unwrap()).into_string();
        assert!(html("").contains("<a href=\"/x?all=things#things\">All 3</a>"), "{}", html(""));
        assert_eq!(html("all=things").matches("<tr>").count(), 4);
    }
}
