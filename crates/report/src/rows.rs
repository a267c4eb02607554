//! Answers that are rows under a heading, in the four forms that Anchore gave them: grid, plain, HTML, JSON.
//!
//! [`write()`] writes [`Answers`] in a [`Form`]. Cells hold text as it came, which may be hostile; each form shows it inert
//! in its own way. Nothing here knows what the rows are about.

mod grid;
mod html;
mod json;
mod plain;
mod wrap;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use compare::Subject;

use crate::{Format, View};

/// A cell's text as it came, which may be hostile; each form shows it inert in its own way.
pub type Cell = String;

/// An answer: a heading and rows of as many cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The columns' names with underscores for blanks (`Image_Id`); a `*` before one says that rows are ordered by it,
    /// largest first.
    pub header: Vec<&'static str>,
    /// The rows, ordered.
    pub rows: Vec<Vec<Cell>>,
}

/// What a query answered of one image, or of all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The answer.
    pub rows: Rows,
    /// What could not be told, a sentence each.
    pub warnings: Vec<String>,
    /// Files that are to be written below a folder of the asker's, by their path in the image.
    pub files: BTreeMap<model::Path, Box<[u8]>>,
    /// The image that was asked, where one was: JSON tells who it is.
    pub image: Option<Identity>,
    /// The images that it was compared with.
    pub compared: Vec<Identity>,
}

/// Who an image is: rows have room for a short ID and one name only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Its ID, `sha256:…`.
    pub id: Option<String>,
    /// Its manifest's digest.
    pub digest: Option<String>,
    /// Every name that it has been seen under, the latest last.
    pub names: Vec<String>,
}

/// Answers as they are written: one for each image that was asked, or one of all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// The command as it was typed, word by word, without the program's name: `query`, `--image=a`, `show-distro`, `all`.
    pub command: Vec<String>,
    /// The query's parameters, as they were given.
    pub parameters: Vec<String>,
    /// By the full ID of the image (64 digits), or `multi`.
    pub answers: Vec<(String, Answer)>,
}

/// How answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A table for eyes.
    Grid {
        /// How many columns the terminal has; cells are not wrapped where there is none.
        terminal: Option<usize>,
    },
    /// Words parted by single spaces, for `awk` and `cut`.
    Plain,
    /// A table for a web page.
    Html,
    /// One line for programs.
    Json,
}

impl Form {
    /// How rows are written; whoever asks for JSON has a document instead.
    pub(crate) fn of_rows(format: Format, view: View) -> Form {
        match format {
            Format::Plain => Form::Plain,
            Format::Html => Form::Html,
            Format::Table | Format::Json => Form::Grid { terminal: view.width },
        }
    }
}

/// Writes answers. The grid, plain and HTML forms have the rows of all of them in one table.
pub fn write(answers: &Answers, form: Form, out: &mut dyn Write) -> io::Result<()> {
    match form {
        Form::Grid { terminal } => grid::write(&answers.together(), terminal, out),
        Form::Plain => plain::write(&answers.together(), out),
        Form::Html => html::write(&answers.together(), out),
        Form::Json => json::write(answers, out),
    }
}

/// Writes tables that have headings of their own, one below the other.
pub(crate) fn tables(tables: &[Answers], form: Form, out: &mut dyn Write) -> io::Result<()> {
    for (place, answers) in tables.iter().enumerate() {
        if place > 0 {
            out.write_all(if form == Form::Html { b"<BR></BR>\n" } else { b"\n" })?;
        }
        write(answers, form, out)?;
    }
    Ok(())
}

/// A path as a cell: its text, with bytes that are not UTF-8 as `\xNN`.
pub fn path(path: &model::Path) -> Cell {
    bytes(path.as_bytes())
}

/// Bytes of an image as a cell: their text, with what is not UTF-8 as `\xNN`.
pub fn bytes(bytes: &[u8]) -> Cell {
    let mut cell = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        cell += chunk.valid();
        for byte in chunk.invalid() {
            // Writing into a String cannot fail.
            let _ = write!(cell, "\\x{byte:02x}");
        }
    }
    cell
}

impl Answers {
    /// The answer of a command that asks no single image.
    pub fn of_all(command: &[&str], rows: Rows) -> Answers {
        let command = command.iter().map(ToString::to_string).collect();
        let answer = Answer { rows, ..Answer::default() };
        Answers { command, parameters: Vec::new(), answers: vec![("multi".into(), answer)] }
    }

    /// Whether anything could not be told.
    pub fn has_warnings(&self) -> bool {
        self.answers.iter().any(|(_, answer)| !answer.warnings.is_empty())
    }

    /// The rows and warnings of all answers.
    fn together(&self) -> Together<'_> {
        let answers = || self.answers.iter().map(|(_, answer)| answer);
        let headers = || answers().map(|answer| &answer.rows.header[..]);
        let header = headers().find(|header| !header.is_empty()).unwrap_or_default();
        let mut rows = answers().flat_map(|answer| &answer.rows.rows[..]).collect();
        sort(header, &mut rows);
        Together { header, rows, warnings: answers().flat_map(|answer| &answer.warnings).collect() }
    }
}

impl Identity {
    /// Who a subject is.
    pub fn of(subject: &Subject) -> Identity {
        Identity {
            id: subject.id.as_ref().map(ToString::to_string),
            digest: subject.side.image.digest.as_ref().map(ToString::to_string),
            names: subject.names.clone(),
        }
    }
}

/// Rows under one heading, and warnings.
struct Together<'a> {
    header: &'a [&'static str],
    rows: Vec<&'a Vec<Cell>>,
    warnings: Vec<&'a String>,
}

/// Orders rows by the column that has a star, largest first: as numbers where all of its cells are numbers, else as text.
fn sort(header: &[&str], rows: &mut Vec<&Vec<Cell>>) {
    let Some(column) = header.iter().position(|name| name.starts_with('*')) else { return };
    let cell = |row: &Vec<Cell>| row.get(column).cloned().unwrap_or_default();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = rows.iter().all(|row| is_number(&cell(row)));
    let order = |a: &str, b: &str| -> Ordering {
        if numbers {
            let digits = |text: &str| text.trim_start_matches('0').len();
            let trimmed = |text: &'_ str| text.trim_start_matches('0').to_owned();
            return digits(a).cmp(&digits(b)).then_with(|| trimmed(a).cmp(&trimmed(b)));
        }
        a.cmp(b)
    };
    rows.sort_by(|a, b| order(&cell(b), &cell(a)));
}

/// A column's name for eyes.
fn title(name: &str) -> String {
    inert(&name.replace('_', " ")).into_owned()
}

/// Text without what could deceive an eye or a terminal. Unlike [`model::visible`] it leaves backslashes alone: names of
/// systemd's units have them (`dev-disk-by\x2dlabel`), and whoever pastes a cell wants it as it is.
fn inert(text: &str) -> Cow<'_, str> {
    if !text.contains(model::is_deceiving) {
        return Cow::Borrowed(text);
    }
    let show = |character: char| match character {
        deceiving if model::is_deceiving(deceiving) => {
            model::visible(deceiving.encode_utf8(&mut [0; 4]).as_bytes())
        }
        plain => plain.to_string(),
    };
    Cow::Owned(text.chars().map(show).collect())
}

#[cfg(test)]
mod tests;
