//! The HTML form: a table without styles, for a page that has its own. Nothing of a cell is markup.

use std::io::{self, Write};

use super::{Together, inert, title};

/// Writes rows as a table, and warnings as a second one.
pub(super) fn write(together: &Together<'_>, out: &mut dyn Write) -> io::Result<()> {
    if !together.header.is_empty() {
        let header: Vec<String> = together.header.iter().map(|name| title(name)).collect();
        table(&header, together.rows.iter().map(|row| &row[..]), out)?;
    }
    if !together.warnings.is_empty() {
        writeln!(out, "<BR></BR>")?;
        let rows = together.warnings.iter().map(|text| std::slice::from_ref(*text));
        table(&["WarningOutput".into()], rows, out)?;
    }
    Ok(())
}

fn table<'a>(
    header: &[String],
    rows: impl Iterator<Item = &'a [String]>,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "<table>")?;
    row("th", header, out)?;
    for cells in rows {
        row("td", cells, out)?;
    }
    writeln!(out, "</table>")
}

fn row(tag: &str, cells: &[String], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "    <tr>")?;
    for cell in cells {
        writeln!(out, "        <{tag}>{}</{tag}>", escape(cell))?;
    }
    writeln!(out, "    </tr>")
}

fn escape(text: &str) -> String {
    let text = inert(text);
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            plain => escaped.push(plain),
        }
    }
    escaped
}
