//! Rows: one fact of an answer as text, so that an expected and a given answer can be set against each other.

use std::collections::BTreeMap;
use std::fmt;

/// One fact of an answer; its parts are parted by tabs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row(String);

impl Row {
    /// Joins parts. Tabs and line feeds in them are made visible first, for they part rows.
    pub(super) fn new<'a>(parts: impl IntoIterator<Item = &'a str>) -> Row {
        let inert = |part: &str| part.replace('\t', "\\t").replace('\n', "\\n");
        Row(parts.into_iter().map(inert).collect::<Vec<_>>().join("\t"))
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A row that only one of two answers has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Difference {
    /// Expected and not given.
    Missing(Row),
    /// Given and not expected.
    Extra(Row),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Missing(row) => write!(f, "-\t{row}"),
            Difference::Extra(row) => write!(f, "+\t{row}"),
        }
    }
}

/// The rows that only one of two answers has, ordered; a row that one of them has twice counts twice.
pub(super) fn differences(expected: &[Row], given: &[Row]) -> Vec<Difference> {
    let mut surplus: BTreeMap<&Row, isize> = BTreeMap::new();
    for row in given {
        *surplus.entry(row).or_default() += 1;
    }
    for row in expected {
        *surplus.entry(row).or_default() -= 1;
    }
    let mut differences = Vec::new();
    for (row, surplus) in surplus {
        for _ in 0..surplus.unsigned_abs() {
            let row = row.clone();
            differences.push(match surplus {
                ..0 => Difference::Missing(row),
                _ => Difference::Extra(row),
            });
        }
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: &str, given: &str, differ: &str) {
        let rows = |text: &str| text.split_whitespace().map(|part| Row::new([part])).collect();
        let (expected, given): (Vec<Row>, Vec<Row>) = (rows(expected), rows(given));
        let differences: Vec<String> = differences(&expected, &given)
            .iter()
            .map(|row| row.to_string().replace('\t', ""))
            .collect();
        assert_eq!(differences.join(" "), differ);
    }

    #[test]
    fn order_does_not_matter_and_number_does() {
        check("a b", "b a", "");
        check("a b", "b c", "-a +c");
        check("a a", "a", "-a");
        check("", "a a", "+a +a");
    }

    #[test]
    fn what_parts_rows_cannot_stand_in_them() {
        assert_eq!(Row::new(["a\tb", "c\nd"]).to_string(), "a\\tb\tc\\nd");
    }
}
