//! A page: lines, sections, rows and a few colours. As text its columns are aligned; it never cuts a word of ours.

use std::io::{self, Write};

use model::Notice;

use crate::View;
use crate::text::{inert, pad, shorten, width};

/// Columns that a cell of a row may claim for all rows.
const WIDEST: usize = 100;

/// What a colour means. Words and signs say it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing in particular.
    Plain,
    /// A heading.
    Heading,
    /// Came, or went up.
    Added,
    /// Went, or went down.
    Removed,
    /// Somebody should look at it.
    Look,
    /// Not the point.
    Aside,
}

/// What a page is made of, in order.
pub(super) enum Piece {
    /// A line; empty where it parts others.
    Line(String),
    /// A line of which every blank counts.
    Exact(String),
    /// What a section is called, and what is told beside that.
    Title(String, String),
    /// Rows whose columns are aligned.
    Rows {
        /// What stands before each.
        indent: &'static str,
        /// The rows.
        rows: Vec<Vec<Cell>>,
        /// The column that is shortened where there is little room.
        elastic: usize,
    },
}

/// Pieces that are being gathered.
pub(super) struct Page {
    view: View,
    pieces: Vec<Piece>,
}

/// A cell of a row: its text and what that means.
pub(super) type Cell = (String, Meaning);

impl Page {
    pub(super) fn new(view: View) -> Page {
        Page { view, pieces: Vec::new() }
    }

    /// Adds a line; spaces at its end are dropped.
    pub(super) fn line(&mut self, text: &str) {
        self.pieces.push(Piece::Line(text.trim_end().to_owned()));
    }

    /// Adds a line of which every blank counts.
    pub(super) fn exact(&mut self, text: &str) {
        self.pieces.push(Piece::Exact(text.to_owned()));
    }

    /// Begins a section.
    pub(super) fn section(&mut self, title: &str) {
        self.titled(title, "");
    }

    /// Begins a section about which something is told beside its title.
    pub(super) fn titled(&mut self, title: &str, told: &str) {
        self.line("");
        self.pieces.push(Piece::Title(title.into(), told.into()));
    }

    /// Adds rows whose columns are aligned. The `elastic` column is shortened where a terminal is too narrow.
    pub(super) fn rows(&mut self, indent: &'static str, rows: &[Vec<Cell>], elastic: usize) {
        self.pieces.push(Piece::Rows { indent, rows: rows.to_vec(), elastic });
    }

    /// What was gathered.
    pub(super) fn into_pieces(self) -> Vec<Piece> {
        self.pieces
    }

    fn aligned(&self, indent: &str, rows: &[Vec<Cell>], elastic: usize) -> Vec<String> {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest = |column: usize| {
            // The last cell of a row stands free: it does not widen its column.
            let cells =
                rows.iter().filter(|row| column + 1 < row.len()).map(|row| width(&row[column].0));
            // One long name does not push everything else out of sight.
            cells.max().unwrap_or(0).min(WIDEST)
        };
        let mut widths: Vec<usize> = (0..columns).map(widest).collect();
        if let (Some(most), Some(&wide)) = (self.view.width, widths.get(elastic)) {
            let free = |row: &Vec<Cell>| row.last().map_or(0, |cell| width(&cell.0));
            let last = rows.iter().map(free).max().unwrap_or(0).min(40);
            let others: usize = widths.iter().sum::<usize>() - wide + 2 * columns + last;
            widths[elastic] = wide.min(most.saturating_sub(others + width(indent)).max(24));
        }
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let mut line = indent.to_owned();
            for (column, (text, meaning)) in row.iter().enumerate() {
                let is_last = column + 1 == row.len();
                let shortens = column == elastic && !is_last && self.view.width.is_some();
                let mut text = text.clone();
                if shortens {
                    text = shorten(&text, widths[column]);
                }
                if !is_last {
                    text = pad(&text, widths[column]);
                }
                line += &self.paint(&text, *meaning);
                line += if is_last { "" } else { "  " };
            }
            lines.push(line.trim_end().to_owned());
        }
        lines
    }

    /// Adds the section of notices, if there are any.
    pub(super) fn notices<'n>(&mut self, notices: impl Iterator<Item = (&'n str, &'n Notice)>) {
        let mut notices = notices.peekable();
        if notices.peek().is_none() {
            return;
        }
        self.section("Notices");
        for (side, notice) in notices {
            let path = notice.path.iter().map(|path| format!("{path} ")).collect::<String>();
            let sign = self.paint("!", Meaning::Look);
            self.line(&format!("  {sign} {side}{path}{}", inert(&notice.text)));
        }
    }

    pub(super) fn paint(&self, text: &str, meaning: Meaning) -> String {
        let code = match meaning {
            _ if !self.view.colour || text.trim().is_empty() => return text.to_owned(),
            Meaning::Plain => return text.to_owned(),
            Meaning::Heading => "1",
            Meaning::Added => "32",
            Meaning::Removed => "31",
            Meaning::Look => "33;1",
            Meaning::Aside => "2",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    pub(super) fn write(self, out: &mut dyn Write) -> io::Result<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Line(line) | Piece::Exact(line) => writeln!(out, "{line}")?,
                Piece::Title(title, told) => {
                    let title = self.paint(title, Meaning::Heading);
                    let told =
                        if told.is_empty() { String::new() } else { format!("        {told}") };
                    writeln!(out, "{title}{told}")?;
                }
                Piece::Rows { indent, rows, elastic } => {
                    for line in self.aligned(indent, rows, *elastic) {
                        writeln!(out, "{line}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// A cell of no particular meaning.
pub(super) fn plain(text: impl Into<String>) -> Cell {
    (text.into(), Meaning::Plain)
}
