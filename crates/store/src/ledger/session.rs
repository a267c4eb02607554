//! What the ledger says to its data base: statements with numbered values, and the rows that come back. All of it goes through
//! here, so that another data base can stand behind it; `postgres` proves that `PostgreSQL` takes every word of it.

use rusqlite::types::ToSql;
use rusqlite::{Connection, Result, Row};

/// A connection, for as long as something is asked or changed.
pub(super) struct Session<'a>(pub(super) &'a Connection);

impl Session<'_> {
    /// Changes rows, and says how many.
    pub(super) fn change(&self, sql: &str, values: &[&dyn ToSql]) -> Result<usize> {
        let changed = self.0.prepare_cached(sql)?.execute(values);
        #[cfg(test)]
        super::recorded::changed(sql, values, &changed);
        changed
    }

    /// The rows that a statement gives, each as what `read` makes of it.
    pub(super) fn rows<T>(
        &self,
        sql: &str,
        values: &[&dyn ToSql],
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        #[cfg(test)]
        super::recorded::asked(sql, values);
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            #[cfg(test)]
            super::recorded::row(row);
            all.push(read(row)?);
        }
        Ok(all)
    }

    /// The first of them.
    pub(super) fn row<T>(
        &self,
        sql: &str,
        values: &[&dyn ToSql],
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.rows(sql, values, read)?.into_iter().next())
    }
}
