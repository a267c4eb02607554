//! What differs between two databases of advisories, as a list in every form.

use std::io::{self, Write};

use serde::Serialize;

use crate::rows::{self, Answer, Answers, Form, Rows};
use crate::{Format, VERSION, View, json};

/// What one advisory says of one package, and says otherwise or not at all in the other database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// `added`, `removed` or `modified`.
    pub change: &'static str,
    /// The advisory.
    pub id: String,
    /// The kind of package in Grype's words; `cpe` for products.
    pub ecosystem: String,
    /// The package's name.
    pub package: String,
    /// The release of a distribution; empty for packages of languages.
    pub release: String,
    /// Who says it.
    pub provider: String,
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    kind: &'static str,
    old: &'a str,
    new: &'a str,
    changes: &'a [Change],
}

/// Writes what differs between the databases of these names, in the order in which it comes.
pub fn changes(
    [old, new]: [&str; 2],
    changes: &[Change],
    format: Format,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format == Format::Json {
        let document = Document { version: VERSION, kind: "database-changes", old, new, changes };
        return json::write(&document, out);
    }
    let header = vec!["Change", "Advisory", "Type", "Package", "Release", "Provider"];
    let rows = changes.iter().map(|change| {
        let Change { change, id, ecosystem, package, release, provider } = change.clone();
        let release = if release.is_empty() { "-".into() } else { release };
        vec![change.into(), id, ecosystem, package, release, provider]
    });
    let answer = Answer { rows: Rows { header, rows: rows.collect() }, ..Answer::default() };
    let answers = Answers { answers: vec![("multi".into(), answer)], ..Answers::default() };
    rows::write(&answers, Form::of_rows(format, view), out)
}
