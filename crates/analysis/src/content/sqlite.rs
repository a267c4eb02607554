//! SQLite databases: their tables, with how many rows each has.

use model::{Parts, Structure};

use super::{Format, MOST_PARTS, big};
use crate::ecosystem::sqlite::{MAGIC, Table, tables};

pub(super) static FORMAT: Format = Format {
    name: "sqlite",
    title: "SQLite databases",
    recognises: |bytes| bytes.starts_with(MAGIC),
    summarises: summarise,
};

fn summarise(bytes: &[u8]) -> Result<Structure, String> {
    let mut structure = Structure::new("sqlite");
    for (name, at) in [("page-size", 16), ("user-version", 60), ("application-id", 68)] {
        let length = if at == 16 { 2 } else { 4 };
        // A page of 65,536 bytes has no room for its size in two bytes, and says 1.
        let number = match big(bytes, at, length).unwrap_or_default() {
            1 if at == 16 => 1 << 16,
            number => number,
        };
        structure.fact(name, number.to_string());
    }
    let mut parts = Parts::new("tables");
    for Table { name, rows } in tables(bytes)?.into_iter().take(MOST_PARTS) {
        let rows = match rows {
            Ok(1) => "1 row".into(),
            Ok(count) => format!("{count} rows"),
            Err(reason) => reason,
        };
        parts.add(MOST_PARTS, name, rows);
    }
    structure.parts.push(parts);
    Ok(structure)
}
