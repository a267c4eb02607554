//! The databases of advisories and the documents of VEX that are kept, as a list in every form.

mod changes;

use std::io::{self, Write};

use model::{AdvisoryData, Time};
use serde::Serialize;

use crate::rows::{self, Answer, Answers, Form, Rows};
use crate::text::{bytes, number};
use crate::{Format, VERSION, View, json};

pub use changes::{Change, changes};

/// A database that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// What it is called.
    pub name: String,
    /// What the data is.
    pub data: AdvisoryData,
    /// How many advisories there are.
    pub advisories: u64,
    /// How much they say of packages and products.
    pub records: u64,
    /// The bytes of its file.
    pub bytes: u64,
    /// How old the data is, in whole hours, where it says when it was built.
    pub hours_old: Option<i64>,
}

/// A VEX document that is kept: what it says counts for every image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statements {
    /// What it is called.
    pub name: String,
    /// The document's own ID.
    pub id: String,
    /// How many statements it has.
    pub statements: usize,
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    kind: &'static str,
    databases: Vec<Shape>,
    vex: &'a [Statements],
}

#[derive(Serialize)]
struct Shape {
    name: String,
    schema_version: String,
    built: Option<String>,
    hours_old: Option<i64>,
    origin: String,
    digest: Option<String>,
    advisories: u64,
    records: u64,
    bytes: u64,
    providers: Vec<ProviderShape>,
}

#[derive(Serialize)]
struct ProviderShape {
    name: String,
    captured: Option<String>,
}

/// Writes them, documents of VEX after databases.
pub fn list(
    databases: &[Database],
    vex: &[Statements],
    format: Format,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format == Format::Json {
        return json::write(&document(databases, vex), out);
    }
    let header = vec!["Name", "Built", "Age", "Schema", "Advisories", "Size", "Origin"];
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".into());
    let rows = databases.iter().map(|database| {
        vec![
            database.name.clone(),
            or_none(database.data.built.map(Time::minute)),
            or_none(database.hours_old.map(age)),
            database.data.schema.clone(),
            number(usize::try_from(database.advisories).unwrap_or(usize::MAX)),
            bytes(database.bytes),
            database.data.origin.clone(),
        ]
    });
    let vex = vex.iter().map(|one| {
        let none = || "-".to_owned();
        let (count, id) = (number(one.statements), one.id.clone());
        vec![one.name.clone(), none(), none(), "VEX".into(), count, none(), id]
    });
    let rows = rows.chain(vex).collect();
    let answer = Answer { rows: Rows { header, rows }, ..Answer::default() };
    let answers = Answers { answers: vec![("multi".into(), answer)], ..Answers::default() };
    rows::write(&answers, Form::of_rows(format, view), out)
}

/// `7 hours`, `12 days`.
fn age(hours: i64) -> String {
    let (count, word) = if hours < 48 { (hours, "hour") } else { (hours / 24, "day") };
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

fn document<'a>(databases: &[Database], vex: &'a [Statements]) -> Document<'a> {
    let shape = |database: &Database| {
        let Database { name, data, advisories, records, bytes, hours_old } = database.clone();
        let providers = data.providers.into_iter().map(|provider| ProviderShape {
            name: provider.name,
            captured: provider.captured.map(|time| time.to_string()),
        });
        Shape {
            name,
            schema_version: data.schema,
            built: data.built.map(|time| time.to_string()),
            hours_old,
            origin: data.origin,
            digest: data.digest,
            advisories,
            records,
            bytes,
            providers: providers.collect(),
        }
    };
    Document {
        version: VERSION,
        kind: "databases",
        databases: databases.iter().map(shape).collect(),
        vex,
    }
}
