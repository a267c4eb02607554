//! The page about causes: what we say of them, and the table of generated paths as the program has it.

use compare::{Held, Row, When};

use crate::tidy;

/// Everything but the table.
const TEXT: &str = include_str!("causes.md");

/// The page, in Markdown.
pub(super) fn page(rows: &[Row]) -> String {
    let table = rows.iter().map(row).fold(HEADING.to_owned(), |table, row| table + &row);
    let text = TEXT.replace("{table}\n", &table);
    format!("<!-- {}; do not edit. -->\n\n{text}", tidy::GENERATED)
}

const HEADING: &str =
    "| rule | paths | why | when | or run by an instruction |\n|---|---|---|---|---|\n";

fn row(row: &Row) -> String {
    let Row { name, what, why, at, link, when, by, held, .. } = row;
    let link = match link {
        None => "",
        Some("") => "; only links",
        Some(_) => "; only links to `/etc/alternatives/`",
    };
    let held = match held {
        Held::Altered => "",
        Held::Undigested => "; also of a package, where no digest is recorded",
        Held::Edited => "; also of a package that ships them to be edited",
    };
    let when: Vec<String> = when.iter().map(condition).collect();
    let when = if when.is_empty() { "–".into() } else { when.join(", or ") };
    format!("| `{name}` | {what}: {}{link}{held} | {why} | {when} | {} |\n", list(at), list(by))
}

fn condition(when: &When) -> String {
    match when {
        When::Always => "always".into(),
        When::Package(["*"]) => "any package changed".into(),
        When::Package(names) => format!("a package changed: {}", list(names)),
        When::Input(paths) => format!("a path changed: {}", list(paths)),
        When::Beside => "its source lies beside it, and has an owner or changed".into(),
    }
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_on_the_page() {
        let page = page(compare::TABLE);
        for row in compare::TABLE {
            assert!(page.contains(&format!("| `{}` |", row.name)), "{}", row.name);
        }
        assert!(!page.contains("{table}"));
    }
}
