//! The layers of an image: which instruction made each, how large it is, what it does and how much of that was in vain.

use compare::Side;
use model::LayerTally;

use super::page::{Cell, Meaning, Page, plain};
use crate::layers::instructions;
use crate::text::{bytes, inert, number};

/// The section, where layers were counted.
pub(super) fn section(title: &str, side: &Side, page: &mut Page) {
    if side.tallies.is_empty() {
        return;
    }
    page.section(title);
    let heading = ["layer", "stored", "files", "size", "wasted", "made by"];
    let mut rows: Vec<Vec<Cell>> =
        vec![heading.into_iter().map(|word| (word.to_owned(), Meaning::Aside)).collect()];
    let layers = side.tallies.iter().zip(&side.image.layers).zip(instructions(side));
    for (place, ((tally, layer), instruction)) in (1..).zip(layers) {
        let mut row = vec![plain(number(place)), plain(bytes(layer.size))];
        row.extend(figures(tally));
        row.push((inert(&instruction.unwrap_or_default()), Meaning::Aside));
        rows.push(row);
    }
    let total = LayerTally::total(&side.tallies);
    let mut row = vec![plain("all"), plain(bytes(side.image.size()))];
    row.extend(figures(&total));
    let share = total.efficiency();
    row.push((
        format!("{}.{} % of the bytes are seen once", share / 10, share % 10),
        Meaning::Aside,
    ));
    rows.push(row);
    page.rows("  ", &rows, usize::MAX);
}

/// `+12 ~3 −1`, what is put, what is wasted.
fn figures(tally: &LayerTally) -> [Cell; 3] {
    let counts = [("+", tally.added), ("~", tally.changed), ("−", tally.removed)];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    let counts: Vec<String> =
        counts.map(|(sign, count)| format!("{sign}{}", number(count))).collect();
    let wasted = match (tally.hidden, tally.repeated) {
        (0, 0) => plain(""),
        (hidden, 0) => (format!("{} hidden", bytes(hidden)), Meaning::Look),
        (0, repeated) => (format!("{} repeated", bytes(repeated)), Meaning::Look),
        (hidden, repeated) => {
            (format!("{} hidden, {} repeated", bytes(hidden), bytes(repeated)), Meaning::Look)
        }
    };
    [plain(counts.join(" ")), plain(bytes(tally.put)), wasted]
}
