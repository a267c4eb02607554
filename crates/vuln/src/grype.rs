//! Grype's databases: SQLite files of schemas 6 and 5, read row by row.

mod shapes;
mod tables;
mod v5;
mod v6;

pub(crate) use shapes::state;

use std::path::Path;

use model::{AdvisoryData, Time};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

use crate::database::{sql, unchanging};
use crate::{Error, Watch, Writer};

/// Reads a database of Grype's into `writer`. The file is only read. What is known of the data as a whole is returned.
pub(crate) fn read(
    path: &Path,
    writer: &mut Writer,
    watch: &Watch<'_>,
) -> Result<AdvisoryData, Error> {
    let object = path.display().to_string();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let connection =
        Connection::open_with_flags(unchanging(path), flags).map_err(sql("open", &object))?;
    // A file from outside: SQLite checks what it would otherwise believe, and runs nothing that stands in it.
    let prepare = || {
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        connection.pragma_update(None, "temp_store", "FILE")
    };
    prepare().map_err(sql("open", &object))?;
    let source = Source { connection, object };
    source.has_only_tables()?;
    let tables = source.tables()?;
    match () {
        () if tables.contains("db_metadata") => v6::read(&source, writer, watch),
        () if tables.contains("vulnerability") => v5::read(&source, writer, watch),
        () => Err(Error::Corrupt {
            what: format!("could not read {}: it is no database of Grype's", source.object),
            hint:
                "schemas 5 and 6 are read: vulnerability.db, or the archive that it is published in"
                    .into(),
        }),
    }
}

/// A database that is read.
pub(crate) struct Source {
    connection: Connection,
    object: String,
}

impl Source {
    /// That its tables look like those of a schema that is read, and it says that it is of another one.
    fn unknown_schema(&self, schema: &str) -> Error {
        let schema = if schema.is_empty() { "none" } else { schema };
        Error::Corrupt {
            what: format!("could not read {}: it says that its schema is {schema}", self.object),
            hint: "schemas 5 and 6 are read; a later version of this program may read later ones"
                .into(),
        }
    }

    fn failed(&self) -> impl Fn(rusqlite::Error) -> Error + use<> {
        sql("read", &self.object)
    }
}

/// Rows after which whoever watches is told.
const STEP: u64 = 10_000;

/// The text of a column, whatever it is; nothing where it is nothing.
pub(crate) fn text<'a>(row: &'a Row<'_>, place: usize) -> &'a str {
    match row.get_ref(place) {
        Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => {
            std::str::from_utf8(bytes).unwrap_or_default()
        }
        _ => "",
    }
}

/// The whole number of a column, also where it is written as text.
pub(crate) fn number(row: &Row<'_>, place: usize) -> Option<i64> {
    match row.get_ref(place).ok()? {
        ValueRef::Integer(number) => Some(number),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok()?.trim().parse().ok(),
        _ => None,
    }
}

/// The moment of a column: RFC 3339, also with a blank between day and time, or seconds since 1970.
pub(crate) fn time(row: &Row<'_>, place: usize) -> Option<Time> {
    match row.get_ref(place).ok()? {
        ValueRef::Integer(seconds) => Some(Time(seconds)),
        _ => Time::of_rfc3339(text(row, place)),
    }
}

#[cfg(test)]
mod tests;
