//! The tables of any SQLite database, with how many rows each has: for summaries. No row's content is looked at.

use super::pages::Pages;
use super::record::{self, Value};
use super::tree::Rows;

/// A table.
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: String,
    /// How many rows it has, or what it is instead of rows that can be counted.
    pub(crate) rows: Result<u64, String>,
}

/// Tables of one database at the most.
const MOST: usize = 10_000;

/// The tables of a database, in its own order.
pub(crate) fn tables(file: &[u8]) -> Result<Vec<Table>, String> {
    let (pages, _) = Pages::open(file, &[]).map_err(|unreadable| {
        let reason = unreadable.0;
        format!("could not be read: {reason}")
    })?;
    let mut tables = Vec::new();
    for row in Rows::of(&pages, 1).take(MOST) {
        let row = row.map_err(|reason| format!("has a damaged table of tables: {reason}"))?;
        let text = |column| match record::column(&row, column) {
            Some(Value::Text(range)) => row.get(range),
            _ => None,
        };
        if text(0) != Some(b"table") {
            continue;
        }
        let name = String::from_utf8_lossy(text(1).unwrap_or_default()).into_owned();
        let root = match record::column(&row, 3) {
            Some(Value::Integer(root)) => u32::try_from(root).unwrap_or_default(),
            _ => 0,
        };
        tables.push(Table { name, rows: count(&pages, root) });
    }
    Ok(tables)
}

fn count(pages: &Pages<'_>, root: u32) -> Result<u64, String> {
    if root == 0 {
        return Err("virtual".into());
    }
    let mut count = 0;
    for row in Rows::of(pages, root) {
        match row {
            Ok(_) => count += 1,
            // A table without row numbers is kept as an index is.
            Err(_) if count == 0 => return Err("rows not counted".into()),
            Err(_) => return Err(format!("{count} rows and damaged ones")),
        }
    }
    Ok(count)
}
