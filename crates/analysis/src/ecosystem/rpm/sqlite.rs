//! SQLite (`rpmdb.sqlite`), as much of it as rpm's one table of packages takes. It reads, from memory; it never
//! recovers, locks, or runs SQL.

mod pages;
mod record;
mod tables;
mod tree;
mod wal;

use std::borrow::Cow;

pub(crate) use self::pages::MAGIC;
pub(crate) use self::tables::{Table, tables};

use self::pages::Pages;
use self::record::Value;
use self::tree::Rows;
use crate::ecosystem::Unreadable;

/// A database and the write-ahead log beside it.
pub(super) struct Database<'a> {
    pages: Pages<'a>,
    /// What of the log could not be used.
    pub(super) notice: Option<String>,
}

impl<'a> Database<'a> {
    /// Checks the file's header and applies the log, if there is one.
    pub(super) fn open(file: &'a [u8], log: &'a [u8]) -> Result<Database<'a>, Unreadable> {
        let (pages, notice) = Pages::open(file, log)?;
        Ok(Database { pages, notice })
    }

    /// The header blobs: the second column of the table `Packages`. The first is the number of the row, which SQLite
    /// keeps elsewhere.
    pub(super) fn blobs(
        &self,
    ) -> Result<impl Iterator<Item = Result<Cow<'a, [u8]>, String>>, Unreadable> {
        let root = self.root_of_packages()?;
        let blob = |row: Cow<'a, [u8]>| match record::column(&row, 1) {
            Some(Value::Blob(range)) => Ok(part(row, range)),
            _ => Err("a row of the table `Packages` has no header: left out".into()),
        };
        Ok(Rows::of(&self.pages, root).map(move |row| row.and_then(blob)))
    }

    /// The page at which the table of packages begins, as the table of tables says.
    fn root_of_packages(&self) -> Result<u32, Unreadable> {
        let mut problem = None;
        for row in Rows::of(&self.pages, 1) {
            match row {
                Ok(row) => {
                    if let Some(root) = root_of(&row, b"Packages") {
                        return Ok(root);
                    }
                }
                Err(reason) => problem = Some(reason),
            }
        }
        let problem = problem.map(|reason| format!("its table of tables is damaged: {reason}"));
        Err(Unreadable(problem.unwrap_or_else(|| "it has no table `Packages`".into())))
    }
}

/// The root page of the table `name`, if that is what this row of the table of tables is about. Its columns are kind,
/// name, table, root page, SQL.
fn root_of(row: &[u8], name: &[u8]) -> Option<u32> {
    let text = |column| match record::column(row, column) {
        Some(Value::Text(range)) => row.get(range),
        _ => None,
    };
    let is_it = text(0)? == b"table" && text(1)?.eq_ignore_ascii_case(name);
    match record::column(row, 3) {
        Some(Value::Integer(root)) if is_it => u32::try_from(root).ok(),
        _ => None,
    }
}

/// A part of bytes, still borrowed where they were.
fn part(bytes: Cow<'_, [u8]>, range: std::ops::Range<usize>) -> Cow<'_, [u8]> {
    match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[range]),
        Cow::Owned(mut bytes) => {
            bytes.truncate(range.end);
            bytes.drain(..range.start);
            Cow::Owned(bytes)
        }
    }
}
