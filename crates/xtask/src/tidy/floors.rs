//! The floor table of `ARCHITECTURE.md` against the manifests. The document is the data: no second table exists.

use std::collections::{BTreeMap, BTreeSet};

use super::manifests;
use crate::tree::Tree;

/// Rooms by name, each with those it may depend on.
type Floors<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Complains about rooms without a row, and about edges that no row allows. Dev-dependencies may look up.
pub(super) fn edges(tree: &Tree) -> Vec<String> {
    let Some(floors) = tree.text("ARCHITECTURE.md").and_then(floors) else {
        return vec!["ARCHITECTURE.md: has no floor table".into()];
    };
    let mut complaints = Vec::new();
    for (room, manifest) in tree.manifests() {
        let Some(allowed) = floors.get(room) else {
            complaints.push(format!("ARCHITECTURE.md: {room} has no row in the floor table"));
            continue;
        };
        for dependency in manifests::dependencies(manifest) {
            let name = if dependency.name == "pentimento" { "cli" } else { dependency.name };
            if floors.contains_key(name) && !dependency.is_dev() && !allowed.contains(name) {
                complaints
                    .push(format!("crates/{room}/Cargo.toml: {room} may not depend on {name}"));
            }
        }
    }
    complaints
}

/// Reads the table whose heading is `crate`, `may depend on`, …; one row may speak for several crates.
fn floors(document: &str) -> Option<Floors<'_>> {
    let mut lines =
        document.lines().skip_while(|line| !line.starts_with("| crate | may depend on |"));
    lines.next()?;
    let mut floors = Floors::new();
    for row in lines.take_while(|line| line.starts_with('|')).skip(1) {
        let mut cells = row.trim_matches('|').split('|');
        let (rooms, allowed) = (cells.next()?, cells.next()?);
        for room in names(rooms) {
            floors.insert(room, names(allowed).collect());
        }
    }
    Some(floors)
}

/// The names of a cell: `model, layer`; a dash is none.
fn names(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(',').map(|name| name.trim().trim_matches('`')).filter(|name| *name != "–")
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    const TABLE: &str = "# The house\n\n| crate | may depend on | never knows |\n|---|---|---|\n\
        | model | – | clocks |\n| layer, source | model | each other |\n| cli | source | |\n\nMore.\n";

    #[test]
    fn an_edge_that_no_row_allows_is_named() {
        let table = ("ARCHITECTURE.md", TABLE);
        let model = ("crates/model/Cargo.toml", "[dependencies]\nserde.workspace = true\n");
        check(edges, &[table, model], "");
        let source = (
            "crates/source/Cargo.toml",
            "[dependencies]\nmodel.workspace = true\nlayer = { workspace = true }\n",
        );
        check(edges, &[table, source], "crates/source/Cargo.toml: source may not depend on layer");
        let layer =
            ("crates/layer/Cargo.toml", "[build-dependencies]\npentimento.workspace = true");
        check(edges, &[table, layer], "crates/layer/Cargo.toml: layer may not depend on cli");
    }

    #[test]
    fn dev_dependencies_may_look_up() {
        let model = ("crates/model/Cargo.toml", "[dev-dependencies]\nlayer.workspace = true\n");
        check(edges, &[("ARCHITECTURE.md", TABLE), model], "");
    }

    #[test]
    fn a_room_without_a_row_is_named() {
        let attic = ("crates/attic/Cargo.toml", "");
        let complaint = "ARCHITECTURE.md: attic has no row in the floor table";
        check(edges, &[("ARCHITECTURE.md", TABLE), attic], complaint);
        check(edges, &[attic], "ARCHITECTURE.md: has no floor table");
    }
}
