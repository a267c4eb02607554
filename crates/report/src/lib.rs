//! The public documents and how they look: what strangers read.
//!
//! [`comparison`], [`changelogs`], [`contents`], [`analysis`], [`scan`] and [`risks`] write a comparison, what changelogs say
//! of it, what differs inside files, one image, its vulnerabilities, or what rules say of it in a [`Format`]. The JSON
//! documents carry a version and a committed schema (`docs/schema`); the tables keep the order of one screen: is it the
//! same, what should I look at, what came with it. Whatever comes from an image is shown inert. Nothing here knows of
//! terminals or files.

pub mod databases;
mod flat;
mod gaps;
mod json;
pub mod kept;
mod layers;
mod markdown;
pub mod query;
pub mod rows;
mod sarif;
mod sizes;
mod spdx;
mod table;
mod text;
mod unknown;
pub mod words;

pub use text::{bytes, counted, growth, inert, number, shorten};

use std::io::{self, Write};

use compare::{Comparison, ContentChange, Explanation, FileChange, Side, Verification};
use model::{Findings, Time};

/// The version of the JSON documents. It grows when a field changes its meaning or goes, not when one is added.
pub const VERSION: u32 = 1;

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For eyes: one screen.
    Table,
    /// For programs.
    Json,
    /// Rows of words with single spaces between them.
    Plain,
    /// Rows as a table for a web page.
    Html,
}

/// What of a document is shown, and to whom. It only matters to tables: JSON is always whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Every changed path, not only those that need a look.
    pub files: bool,
    /// Every row, where otherwise rows alike are folded.
    pub all: bool,
    /// Sizes by package and by directory, directories so many levels deep; JSON has them then, too.
    pub sizes: Option<usize>,
    /// The width to keep to, in columns; none for what is not a terminal.
    pub width: Option<usize>,
    /// Whether colours may underline what words and signs say already.
    pub colour: bool,
}

/// Writes what differs between two images.
pub fn comparison(
    comparison: &Comparison<'_>,
    format: Format,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Table => table::comparison(comparison, view, out),
        Format::Json => json::write(&json::Comparison::of(comparison, view.sizes), out),
        Format::Plain => rows::tables(&flat::comparison(comparison, view), rows::Form::Plain, out),
        Format::Html => rows::tables(&flat::comparison(comparison, view), rows::Form::Html, out),
    }
}

/// Writes what differs between two images as Markdown, for a comment or the summary of a run: the table's sections in its order.
pub fn comparison_markdown(
    comparison: &Comparison<'_>,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    table::comparison_as_markdown(comparison, View { width: None, colour: false, ..view }, out)
}

/// Writes what came with a new image as SARIF 2.1.0, which code-hosting sites show beside a change.
pub fn comparison_sarif(comparison: &Comparison<'_>, out: &mut dyn Write) -> io::Result<()> {
    sarif::comparison(comparison, out)
}

/// Changed paths of a comparison, each as the comparison's document has it.
pub fn changed_files(
    comparison: &Comparison<'_>,
    changes: &[&FileChange<'_>],
) -> io::Result<Vec<serde_json::Value>> {
    let shape = |change: &&FileChange<'_>| json::changed_file(change, comparison);
    changes.iter().map(shape).collect::<Result<_, _>>().map_err(io::Error::from)
}

/// What a comparison cannot tell of vulnerabilities, each in a line: the most important first.
pub fn untold(vulnerabilities: &compare::Vulnerabilities<'_>) -> Vec<String> {
    let gaps = gaps::of_both(vulnerabilities).into_iter().map(|(line, _)| line);
    gaps::different_data(vulnerabilities).into_iter().chain(gaps).collect()
}

/// What a comparison cannot tell of packages, each in a line.
pub fn unknown(comparison: &Comparison<'_>) -> Vec<String> {
    let statement = |unknown| unknown::Statement::of(unknown).line();
    comparison.unknown.iter().map(statement).collect()
}

/// Writes what changelogs say of the packages that changed, and nothing else; nothing where nobody asked them.
pub fn changelogs(
    comparison: &Comparison<'_>,
    format: Format,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Table => table::changelogs(comparison, view, out),
        Format::Json => json::write(&json::Changelogs::of(comparison), out),
        Format::Plain => rows::write(&flat::changelogs(comparison), rows::Form::Plain, out),
        Format::Html => rows::write(&flat::changelogs(comparison), rows::Form::Html, out),
    }
}

/// Writes what differs inside files that were looked into.
pub fn contents(
    comparison: &Comparison<'_>,
    contents: &[ContentChange<'_>],
    format: Format,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Table => table::contents(comparison, contents, view, out),
        Format::Json => json::write(&json::Contents::of(comparison, contents), out),
        Format::Plain => rows::write(&flat::contents(contents), rows::Form::Plain, out),
        Format::Html => rows::write(&flat::contents(contents), rows::Form::Html, out),
    }
}

/// The bill of materials of an image that was read at that time: SPDX 2.3 as JSON.
pub fn spdx(side: &Side, created: Time) -> io::Result<String> {
    Ok(spdx::write(side, created)?)
}

/// The ID that a package has in the bill of materials, by its place among the image's packages.
pub fn spdx_id(place: usize, package: &model::Package) -> String {
    spdx::id(place, &package.ecosystem, &package.name)
}

/// The ID that the image itself has in its bill of materials.
pub use spdx::IMAGE as SPDX_IMAGE;

/// Writes what is not as it was installed in one image.
pub fn verification(
    verification: &Verification<'_>,
    format: Format,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rows = || flat::verification(verification);
    match format {
        Format::Table => table::verification(verification, view, out),
        Format::Json => json::write(&json::Verification::of(verification), out),
        Format::Plain => rows::write(&rows(), rows::Form::Plain, out),
        Format::Html => rows::write(&rows(), rows::Form::Html, out),
    }
}

/// Writes everything about one path of a comparison.
pub fn explanation(
    explanation: &Explanation<'_>,
    comparison: &Comparison<'_>,
    format: Format,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rows = || flat::explanation(explanation, comparison);
    match format {
        Format::Table => table::explanation(explanation, comparison, view, out),
        Format::Json => json::write(&json::Explanation::of(explanation, comparison), out),
        Format::Plain => rows::write(&rows(), rows::Form::Plain, out),
        Format::Html => rows::write(&rows(), rows::Form::Html, out),
    }
}

/// Writes what is in one image.
pub fn analysis(side: &Side, format: Format, view: View, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Table => table::analysis(side, view, out),
        Format::Json => json::write(&json::Analysis::of(side, view.sizes), out),
        Format::Plain => rows::tables(&flat::analysis(side, view), rows::Form::Plain, out),
        Format::Html => rows::tables(&flat::analysis(side, view), rows::Form::Html, out),
    }
}

/// An image with its vulnerabilities.
#[derive(Clone, Copy, Debug)]
pub struct Scan<'a> {
    /// The image.
    pub side: &'a Side,
    /// What was found in it.
    pub findings: &'a Findings,
    /// How many findings were left out because no version fixes them.
    pub left_out: usize,
}

/// Writes the vulnerabilities of one image.
pub fn scan(scan: &Scan<'_>, format: Format, view: View, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Table => table::scan(scan, view, out),
        Format::Json => json::write(&json::ScanDocument::of(scan), out),
        Format::Plain => rows::write(&flat::scan(scan), rows::Form::Plain, out),
        Format::Html => rows::write(&flat::scan(scan), rows::Form::Html, out),
    }
}

/// Writes the vulnerabilities of one image as SARIF 2.1.0.
pub fn scan_sarif(scan: &Scan<'_>, out: &mut dyn Write) -> io::Result<()> {
    sarif::write(scan, out)
}

/// Writes the vulnerabilities of one image as Markdown.
pub fn scan_markdown(scan: &Scan<'_>, out: &mut dyn Write) -> io::Result<()> {
    markdown::scan(scan, out)
}

/// Writes which secrets and weak settings one image has.
pub fn risks(side: &Side, format: Format, view: View, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Table => table::risks(side, view, out),
        Format::Json => json::write(&json::RisksDocument::of(side), out),
        Format::Plain => rows::write(&flat::risks(side), rows::Form::Plain, out),
        Format::Html => rows::write(&flat::risks(side), rows::Form::Html, out),
    }
}

/// Whether an image has a secret that no package ships.
pub fn has_secrets(side: &Side) -> bool {
    let is_one = |one: &compare::Risk<'_>| one.rule.kind == risk::Kind::Secret;
    compare::risks(side).iter().any(|risk| is_one(risk) && risk.owner.is_none())
}
