//! How a document is written for whoever asks: as JSON, or as the program writes it on a screen.

use report::{Format, View};

use super::{Asked, Parameter, Shape};
use crate::status::Status;

const fn optional(name: &'static str, shape: Shape, about: &'static str) -> Parameter {
    Parameter { name, required: false, shape, about }
}

pub(super) const FORMAT: Parameter =
    optional("format", Shape::Text, "json, table, plain or html; json unless it is said.");
pub(super) const FORMAT_OR_MORE: Parameter = optional(
    "format",
    Shape::Text,
    "json, table, plain, html, markdown or sarif; json unless it is said.",
);
pub(super) const ALL: Parameter = optional("all", Shape::Switch, "In a table: every row.");
pub(super) const SIZES: Parameter =
    optional("sizes", Shape::Number, "Sizes by package and by directory, so many levels deep.");
pub(super) const WIDTH: Parameter =
    optional("width", Shape::Number, "Of a table: so many columns.");
pub(super) const COLOUR: Parameter =
    optional("colour", Shape::Switch, "Whether a table has colours.");

/// The format that is asked for, and its media type.
pub(super) fn format(asked: &Asked<'_>) -> Result<(Format, &'static str), Status> {
    match asked.said("format").unwrap_or("json") {
        "json" => Ok((Format::Json, "application/json")),
        "table" => Ok((Format::Table, "text/plain; charset=utf-8")),
        "plain" => Ok((Format::Plain, "text/plain; charset=utf-8; variant=rows")),
        // Whatever an image says in it is shown as text.
        "html" => Ok((Format::Html, "text/html; charset=utf-8")),
        _ => Err(Status::invalid_argument("format is json, table, plain or html")),
    }
}

/// The form besides those that every document has, where one is asked for, and its media type.
pub(super) fn more(asked: &Asked<'_>) -> Option<(More, &'static str)> {
    match asked.said("format") {
        Some("markdown") => Some((More::Markdown, "text/markdown; charset=utf-8")),
        Some("sarif") => Some((More::Sarif, "application/sarif+json")),
        _ => None,
    }
}

/// A form that some documents have, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum More {
    /// For a comment or the summary of a run.
    Markdown,
    /// For sites that show findings beside code.
    Sarif,
}

/// How a table is shown.
pub(super) fn view(asked: &Asked<'_>) -> Result<View, Status> {
    Ok(View {
        files: asked.is("files"),
        all: asked.is("all"),
        sizes: asked.said("sizes").map(|_| asked.read("sizes")).transpose()?,
        width: asked.said("width").map(|_| asked.read("width")).transpose()?,
        colour: asked.is("colour"),
    })
}
