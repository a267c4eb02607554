//! What was said to a ledger's data base on this thread, and what it answered, for tests that say it to another one.

use std::cell::RefCell;

use rusqlite::types::{ToSql, ToSqlOutput, Value};
use rusqlite::{Result, Row};

/// Something that was said.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    /// A new ledger was begun.
    New,
    /// What follows is done whole or not at all.
    Begin,
    /// It was done.
    Commit,
    /// It was not.
    Rollback,
    /// A statement that changes rows: how many, or none where it was refused.
    Change { sql: String, values: Vec<Value>, rows: Option<usize> },
    /// A statement that gives rows.
    Ask { sql: String, values: Vec<Value>, rows: Vec<Vec<Value>> },
}

thread_local! {
    static SAID: RefCell<Vec<Said>> = const { RefCell::new(Vec::new()) };
}

/// All that was said since it was asked last.
pub(super) fn take() -> Vec<Said> {
    SAID.take()
}

pub(super) fn note(said: Said) {
    SAID.with_borrow_mut(|all| all.push(said));
}

pub(super) fn changed(sql: &str, values: &[&dyn ToSql], changed: &Result<usize>) {
    let (sql, values, rows) = (sql.to_owned(), values_of(values), changed.as_ref().ok().copied());
    note(Said::Change { sql, values, rows });
}

pub(super) fn asked(sql: &str, values: &[&dyn ToSql]) {
    note(Said::Ask { sql: sql.to_owned(), values: values_of(values), rows: Vec::new() });
}

pub(super) fn row(row: &Row<'_>) {
    let columns = 0..row.as_ref().column_count();
    let columns: Vec<Value> = columns.map(|column| row.get(column).unwrap()).collect();
    SAID.with_borrow_mut(|all| {
        if let Some(Said::Ask { rows, .. }) = all.last_mut() {
            rows.push(columns);
        }
    });
}

fn values_of(values: &[&dyn ToSql]) -> Vec<Value> {
    let value = |value: &&dyn ToSql| match value.to_sql().unwrap() {
        ToSqlOutput::Borrowed(value) => Value::try_from(value).unwrap(),
        ToSqlOutput::Owned(value) => value,
        other => panic!("{other:?}"),
    };
    values.iter().map(value).collect()
}
