//! Answers that are rows under a heading, in the four forms that Anchore gave them: grid, plain, HTML, JSON.

use std::collections::BTreeMap;

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
}

/// Answers as they are written: one for each image that was asked, or one of all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    /// What was asked: the query's name and its parameters, as they were given.
    pub query: Vec<String>,
    /// By the full ID of the image (64 digits), or `multi`.
    pub answers: Vec<(String, Answer)>,
}
