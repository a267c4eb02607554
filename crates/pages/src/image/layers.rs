//! The layers of an image: the instruction that made each, what it does, and how much of that is in vain.

use compare::Side;
use maud::{Markup, html};
use model::LayerTally;

use crate::table::{Cell, Table, column};
use crate::words::{self, counted};

/// How much of what is stored a container sees.
pub(super) fn heading(side: &Side) -> Markup {
    let total = LayerTally::total(&side.tallies);
    let share = total.efficiency();
    html! {
        p {
            (counted(side.image.layers.len(), "layer")) ", " (report::bytes(side.image.size())) " as stored, "
            (report::bytes(total.put)) " unpacked; " (share / 10) "." (share % 10) " % of that is seen, "
            @if total.wasted() > 0 { b.look { (report::bytes(total.wasted())) " wasted" } } @else { "nothing is wasted" } "."
        }
    }
}

pub(super) fn table(side: &Side) -> Table {
    let columns = [
        column("layer", "Layer").number(),
        column("instruction", "Made by"),
        column("stored", "Stored").number(),
        column("size", "Unpacked").number(),
        column("added", "+").number(),
        column("changed", "~").number(),
        column("removed", "−").number(),
        column("hidden", "Hidden later").number(),
        column("repeated", "Repeated").number(),
        column("digest", "Digest"),
    ];
    let mut table = Table::new("layers", "Layers, the lowest first", &columns);
    table.empty = html! { "It has no layers." };
    let instructions = report::words::instructions(side);
    let layers = side.image.layers.iter().zip(instructions).enumerate();
    table.rows = layers
        .map(|(place, (layer, instruction))| {
            let tally = side.tallies.get(place).copied().unwrap_or_default();
            let made = match &instruction {
                Some(text) => {
                    Cell::text_of(text).shown(html! { code.made { (words::clipped(text, 160)) } })
                }
                None => Cell::nothing().shown(html! { span.aside { "the history does not say" } }),
            };
            vec![
                Cell::count(place + 1),
                made.class_of("made"),
                Cell::bytes(layer.size),
                Cell::bytes(tally.put),
                Cell::count(tally.added),
                Cell::count(tally.changed),
                Cell::count(tally.removed),
                Cell::bytes(tally.hidden),
                Cell::bytes(tally.repeated),
                Cell::text_of(&layer.digest.to_string()).shown(words::digest(&layer.digest)),
            ]
        })
        .collect();
    table
}
