//! What layers do, how large things are, and what came of budgets, as flat rows. Sizes are in bytes.

use compare::{Comparison, Side, Spent};
use model::LayerTally;

use super::NONE;
use crate::View;
use crate::layers::instructions;
use crate::rows::{Cell, Rows, path};
use crate::sizes::ranked;

/// The layers of both images, where they were counted: a row for each, and one of all of them.
pub(super) fn layers_of_both(comparison: &Comparison<'_>) -> Option<Rows> {
    let sides = [("old", comparison.old), ("new", comparison.new)];
    let rows: Vec<Vec<Cell>> =
        sides.into_iter().flat_map(|(name, side)| layers(Some(name), side)).collect();
    let header = ["Image"].into_iter().chain(LAYERS).collect();
    (!rows.is_empty()).then_some(Rows { header, rows })
}

/// The layers of one image, where they were counted.
pub(super) fn layers_of_one(side: &Side) -> Option<Rows> {
    let rows = layers(None, side);
    (!rows.is_empty()).then(|| Rows { header: LAYERS.into(), rows })
}

const LAYERS: [&str; 11] = [
    "Layer",
    "Digest",
    "Stored",
    "Added",
    "Changed",
    "Removed",
    "Size",
    "Hidden",
    "Repeated",
    "Seen_Once_Percent",
    "Instruction",
];

fn layers(image: Option<&str>, side: &Side) -> Vec<Vec<Cell>> {
    if side.tallies.is_empty() {
        return Vec::new();
    }
    let row = |layer: Cell, digest: Cell, stored: u64, tally: &LayerTally, made_by: Cell| {
        let LayerTally { added, changed, removed, put, hidden, repeated } = *tally;
        let share = tally.efficiency();
        let figures = [added, changed, removed].map(|count| count.to_string());
        let sizes = [put, hidden, repeated].map(|bytes| bytes.to_string());
        image
            .map(Into::into)
            .into_iter()
            .chain([layer, digest, stored.to_string()])
            .chain(figures)
            .chain(sizes)
            .chain([format!("{}.{}", share / 10, share % 10), made_by])
            .collect::<Vec<Cell>>()
    };
    let layers = side.tallies.iter().zip(&side.image.layers).zip(instructions(side));
    let each = (1..).zip(layers).map(|(number, ((tally, layer), instruction))| {
        let made_by = instruction.unwrap_or(NONE.into());
        row(number.to_string(), layer.digest.to_string(), layer.size, tally, made_by)
    });
    let total = LayerTally::total(&side.tallies);
    let all = row("all".into(), NONE.into(), side.image.size(), &total, NONE.into());
    each.chain([all]).collect()
}

/// How large an image is, or how it grew from another, where that was asked for: the largest first of each kind.
pub(super) fn sizes(old: Option<&Side>, new: &Side, view: View) -> Option<Rows> {
    let ranked = ranked(old, new, view.sizes?);
    let row = |kind: &str, name: Cell, size: compare::Size| {
        let sizes = match old {
            Some(_) => vec![size.old.to_string(), size.new.to_string(), size.growth().to_string()],
            None => vec![size.new.to_string()],
        };
        [kind.into(), name].into_iter().chain(sizes).collect::<Vec<Cell>>()
    };
    let packages = ranked.packages.into_iter().map(|(package, size)| match package {
        Some((ecosystem, name)) => row("package", format!("{ecosystem}:{name}"), size),
        None => row("unowned", NONE.into(), size),
    });
    let directories =
        ranked.directories.iter().map(|(directory, size)| row("directory", path(directory), *size));
    let rows = [row("all", NONE.into(), ranked.total)].into_iter().chain(packages);
    let header = match old {
        Some(_) => vec!["Kind", "Name", "Old", "New", "Growth"],
        None => vec!["Kind", "Name", "Size"],
    };
    Some(Rows { header, rows: rows.chain(directories).collect() })
}

/// What came of a budget: whether it was kept, by how much it may grow, and the sizes.
pub(super) fn budget(spent: &Spent) -> Vec<Cell> {
    let name = match spent.kind() {
        "package" => format!("package:{}", spent.name),
        _ => spent.name.clone(),
    };
    vec![
        "budget".into(),
        name,
        if spent.is_over() { "over" } else { "kept" }.into(),
        spent.allowed.to_string(),
        NONE.into(),
        NONE.into(),
        spent.size.old.to_string(),
        spent.size.new.to_string(),
    ]
}
