//! A page as Markdown, for a comment or the summary of a run: the same sections in the same order. Whatever comes from outside
//! is text in it and never markup.

use std::io::{self, Write};

use super::page::{Cell, Meaning, Page, Piece};
use crate::markdown::cell;

/// Writes what a page has. Without a terminal nothing can be unfolded: words that name options are left away.
pub(super) fn write(page: Page, out: &mut dyn Write) -> io::Result<()> {
    let mut pieces = page.into_pieces().into_iter().peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Title(title, told) => {
                writeln!(out, "### {title}\n")?;
                if !told.is_empty() {
                    writeln!(out, "{}\n", cell(without_options(&told)))?;
                }
            }
            Piece::Line(line) if line.trim().is_empty() => {}
            Piece::Line(line) => {
                writeln!(out, "- {}", text(&line))?;
                while let Some(Piece::Line(line)) = pieces
                    .next_if(|next| matches!(next, Piece::Line(line) if !line.trim().is_empty()))
                {
                    writeln!(out, "- {}", text(&line))?;
                }
                writeln!(out)?;
            }
            // Every blank counts in code; it ends with the first line that is not indented.
            Piece::Exact(line) => writeln!(out, "    {line}")?,
            Piece::Rows { rows, .. } => table(&rows, out)?,
        }
    }
    Ok(())
}

/// A table without headings: what the columns are, the first screen does not say either.
fn table(rows: &[Vec<Cell>], out: &mut dyn Write) -> io::Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    if columns == 0 {
        return Ok(());
    }
    writeln!(out, "|{}\n|{}", "   |".repeat(columns), "---|".repeat(columns))?;
    for row in rows {
        let cells = row.iter().map(|(words, meaning)| {
            let words = cell(without_options(words).trim());
            match meaning {
                Meaning::Heading | Meaning::Look if !words.is_empty() => format!("**{words}**"),
                _ => words,
            }
        });
        let missing = std::iter::repeat_n(String::new(), columns - row.len());
        let cells: Vec<String> = cells.chain(missing).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    writeln!(out)
}

/// A line as the item of a list: its mark is the list's.
fn text(line: &str) -> String {
    let line = without_options(line).trim();
    cell(line.strip_prefix("! ").unwrap_or(line))
}

/// What stands before eight blanks and an option in brackets.
fn without_options(text: &str) -> &str {
    text.split("     (--").next().unwrap_or_default().trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::View;
    use crate::table::page::plain;

    #[test]
    fn pieces_are_headings_lists_and_tables() {
        let mut page = Page::new(View::default());
        page.line("  ! the old image has no | database");
        page.line("  12 more        (--all)");
        page.titled("Files", "3 changed     (--files)");
        let look = ("altered".to_owned(), Meaning::Look);
        page.rows("  ", &[vec![look, plain("/a|b"), plain("<b>")], vec![plain("x")]], 1);
        page.section("Text");
        page.exact("+ a");
        let mut out = Vec::new();
        write(page, &mut out).unwrap();
        let expect = "\
- the old image has no \\| database
- 12 more

### Files

3 changed

|   |   |   |
|---|---|---|
| **altered** | /a\\|b | \\<b\\> |
| x |  |  |

### Text

    + a
";
        assert_eq!(String::from_utf8(out).unwrap(), expect);
    }
}
