//! The plain form: a heading, an empty line, and a line for each row with single spaces between its cells.

use std::io::{self, Write};

use super::{Together, inert};

/// What stands for an empty cell: without it a line would have a word less than the heading.
const NOTHING: &str = "none";

/// Writes rows as words, and warnings below them.
pub(super) fn write(together: &Together<'_>, out: &mut dyn Write) -> io::Result<()> {
    if !together.header.is_empty() {
        writeln!(out, "{}\n", together.header.join(" "))?;
    }
    for row in &together.rows {
        let cells: Vec<String> = row.iter().map(|cell| word(cell)).collect();
        writeln!(out, "{}", cells.join(" "))?;
    }
    if !together.warnings.is_empty() {
        writeln!(out, "\nWarning Output\n")?;
    }
    for warning in &together.warnings {
        writeln!(out, "{}", inert(warning))?;
    }
    Ok(())
}

/// A cell as one word: commas stand where it has whitespace.
fn word(cell: &str) -> String {
    if cell.is_empty() {
        return NOTHING.into();
    }
    inert(&cell.replace(char::is_whitespace, ",")).into_owned()
}
