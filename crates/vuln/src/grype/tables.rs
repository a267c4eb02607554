//! What tables and columns a database has. Older ones lack some, and a query that names them must not.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, Row};

use super::{STEP, Source, text};
use crate::{Error, Event, Watch};

impl Source {
    /// Refuses what would be computed while it is read: a view may never end, and none that is published has any.
    pub(super) fn has_only_tables(&self) -> Result<(), Error> {
        let query = "SELECT name FROM sqlite_master
            WHERE type NOT IN ('table', 'index') OR sql LIKE 'CREATE VIRTUAL%' LIMIT 1";
        let look = |row: &Row<'_>| Ok(text(row, 0).to_owned());
        match self.connection.query_row(query, [], look).optional().map_err(self.failed())? {
            None => Ok(()),
            Some(name) => Err(Error::Corrupt {
                what: format!("could not read {}: {name} in it is no table", self.object),
                hint: "what Grype publishes has tables alone; fetch it again".into(),
            }),
        }
    }

    /// The names of the tables.
    pub(super) fn tables(&self) -> Result<BTreeSet<String>, Error> {
        let look = || {
            let mut statement = self
                .connection
                .prepare("SELECT lower(name) FROM sqlite_master WHERE type = 'table'")?;
            let names = statement.query_map([], |row| Ok(text(row, 0).to_owned()))?;
            names.collect::<rusqlite::Result<BTreeSet<String>>>()
        };
        look().map_err(self.failed())
    }

    /// Columns of a table as a query names them: one that the table lacks is nothing. None where there is no table.
    pub(super) fn columns(&self, table: &str, wanted: &[&str]) -> Result<Option<String>, Error> {
        let look = || {
            let mut statement =
                self.connection.prepare("SELECT lower(name) FROM pragma_table_info(?)")?;
            let names = statement.query_map([table], |row| Ok(text(row, 0).to_owned()))?;
            names.collect::<rusqlite::Result<BTreeSet<String>>>()
        };
        let there = look().map_err(self.failed())?;
        let column = |name: &&str| {
            if there.contains(*name) { format!("{table}.{name}") } else { "NULL".into() }
        };
        let columns = wanted.iter().map(column).collect::<Vec<_>>().join(", ");
        Ok(Some(columns).filter(|_| !there.is_empty()))
    }

    /// Asks something and looks at every row of the answer. `what` is told to whoever watches.
    pub(super) fn each(
        &self,
        what: &'static str,
        query: &str,
        watch: &Watch<'_>,
        mut one: impl FnMut(&Row<'_>) -> Result<(), Error>,
    ) -> Result<u64, Error> {
        let mut statement = self.connection.prepare(query).map_err(self.failed())?;
        let mut rows = statement.query([]).map_err(self.failed())?;
        let mut count = 0;
        while let Some(row) = rows.next().map_err(self.failed())? {
            one(row)?;
            count += 1;
            if count % STEP == 0 {
                watch(Event::Records { what, count: STEP });
            }
        }
        watch(Event::Records { what, count: count % STEP });
        Ok(count)
    }

    /// Does so with a whole table, in the order of its rows; nothing where there is none.
    pub(super) fn rows(
        &self,
        (table, what): (&str, &'static str),
        columns: &[&str],
        rest: &str,
        watch: &Watch<'_>,
        one: impl FnMut(&Row<'_>) -> Result<(), Error>,
    ) -> Result<u64, Error> {
        let Some(columns) = self.columns(table, columns)? else { return Ok(0) };
        self.each(what, &format!("SELECT {columns} FROM {table} {rest}"), watch, one)
    }
}
