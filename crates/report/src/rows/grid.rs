//! The grid: rules of `+` and `-`, everything at the left, an empty line at the end.

use std::io::{self, Write};

use super::wrap::wrap;
use super::{Together, inert, title};
use crate::text::{pad, width};

/// No cell is wrapped narrower than this.
const NARROWEST: usize = 12;
/// Columns of a terminal that the grid leaves free.
const MARGIN: usize = 10;

/// Writes rows as a grid, and warnings as a second one below it.
pub(super) fn write(
    together: &Together<'_>,
    terminal: Option<usize>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let columns = together.header.len();
    if columns > 0 {
        let most = terminal.map(|terminal| most(terminal, columns));
        let header: Vec<String> = together.header.iter().map(|name| title(name)).collect();
        let cells = |row: &Vec<String>| -> Vec<String> {
            let cell = |column: usize| row.get(column).map(|cell| inert(cell).into_owned());
            (0..columns).map(|column| cell(column).unwrap_or_default()).collect()
        };
        let rows: Vec<Vec<String>> = together.rows.iter().map(|row| cells(row)).collect();
        grid(&header, &rows, most, out)?;
    }
    if !together.warnings.is_empty() {
        let warnings: Vec<Vec<String>> =
            together.warnings.iter().map(|text| vec![inert(text).into_owned()]).collect();
        let most = terminal.map(|terminal| most(terminal, 1));
        grid(&["WarningOutput".into()], &warnings, most, out)?;
    }
    Ok(())
}

/// How wide a cell may be.
fn most(terminal: usize, columns: usize) -> usize {
    NARROWEST.max(terminal.saturating_sub(MARGIN) / columns)
}

fn grid(
    header: &[String],
    rows: &[Vec<String>],
    most: Option<usize>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let lines = |cell: &String| match most {
        Some(most) => wrap(cell, most),
        None => vec![cell.clone()],
    };
    let header: Vec<Vec<String>> = header.iter().map(lines).collect();
    let rows: Vec<Vec<Vec<String>>> =
        rows.iter().map(|row| row.iter().map(lines).collect()).collect();
    let mut widths = vec![0; header.len()];
    for row in rows.iter().chain([&header]) {
        for (column, cell) in row.iter().enumerate() {
            let widest = cell.iter().map(|line| width(line)).max().unwrap_or(0);
            widths[column] = widest.max(widths[column]);
        }
    }
    rule(&widths, out)?;
    row(&header, &widths, out)?;
    rule(&widths, out)?;
    for cells in &rows {
        row(cells, &widths, out)?;
    }
    rule(&widths, out)?;
    writeln!(out)
}

fn rule(widths: &[usize], out: &mut dyn Write) -> io::Result<()> {
    let dashes: String = widths.iter().map(|width| "-".repeat(width + 2) + "+").collect();
    writeln!(out, "+{dashes}")
}

fn row(cells: &[Vec<String>], widths: &[usize], out: &mut dyn Write) -> io::Result<()> {
    let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
    for number in 0..height {
        let line = |cell: &Vec<String>| cell.get(number).cloned().unwrap_or_default();
        let padded = cells.iter().zip(widths).map(|(cell, width)| pad(&line(cell), *width));
        let line: String = padded.map(|text| format!(" {text} |")).collect();
        writeln!(out, "|{line}")?;
    }
    Ok(())
}
