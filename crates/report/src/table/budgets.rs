//! What came of budgets: those that were not kept first.

use compare::{Comparison, Spent};

use super::page::{Cell, Meaning, Page, plain};
use crate::text::bytes;
use crate::words;

pub(super) fn section(comparison: &Comparison<'_>, page: &mut Page) {
    if comparison.budgets.is_empty() {
        return;
    }
    page.section("Budgets");
    let kept = comparison.budgets.iter().filter(|spent| !spent.is_over());
    let rows: Vec<Vec<Cell>> = comparison.over().chain(kept).map(row).collect();
    page.rows("  ", &rows, 1);
}

fn row(spent: &Spent) -> Vec<Cell> {
    let (word, meaning) =
        if spent.is_over() { ("over", Meaning::Look) } else { ("kept", Meaning::Plain) };
    let sizes = if spent.is_there {
        format!("{} → {}", bytes(spent.size.old), bytes(spent.size.new))
    } else {
        "in neither image".into()
    };
    vec![
        (word.to_owned(), meaning),
        plain(words::spent_on(spent)),
        plain(crate::growth(spent.size.growth())),
        (sizes, Meaning::Aside),
        (format!("may grow by {}", words::limit(spent)), Meaning::Aside),
    ]
}
