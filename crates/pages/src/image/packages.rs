//! The packages of an image, and their licences.

use std::collections::BTreeMap;

use compare::Side;
use maud::html;

use crate::table::{Cell, Table, column};
use crate::words::{self, counted};

pub(super) fn table(side: &Side) -> Table {
    let packages = &side.facts.packages;
    let columns = [
        column("name", "Name"),
        column("version", "Version"),
        column("type", "Type"),
        column("architecture", "Architecture"),
        column("licence", "Licence"),
        column("size", "Installed").number(),
        column("location", "Recorded in"),
    ];
    let mut table = Table::new("packages", &counted(packages.len(), "package"), &columns);
    table.filters = true;
    table.empty =
        html! { "No package is known: no package manager's records that we can read are in it." };
    table.rows = packages
        .iter()
        .map(|installed| {
            let package = &installed.package;
            vec![
                Cell::text_of(&package.name).class_of("name"),
                Cell::text_of(package.version.as_str()).class_of("mono"),
                Cell::text_of(&package.ecosystem),
                Cell::maybe(package.architecture.as_deref()),
                Cell::maybe(package.license.as_deref()),
                package.size.map_or_else(Cell::nothing, Cell::bytes),
                Cell::path(&installed.location()),
            ]
        })
        .collect();
    table
}

/// Each licence as databases write it, with the packages under it.
pub(super) fn licences(side: &Side) -> Table {
    let mut licences: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for installed in &side.facts.packages {
        let package = &installed.package;
        let licence = package.license.as_deref().map(str::trim).filter(|text| !text.is_empty());
        licences.entry(licence).or_default().push(&package.name);
    }
    let columns = [
        column("licence", "Licence"),
        column("count", "Packages").number(),
        column("packages", "Which"),
    ];
    let mut table = Table::new("licences", "Licences, as package managers record them", &columns);
    table.filters = true;
    table.empty = html! { "No package is known, and so is no licence." };
    table.rows = licences
        .into_iter()
        .map(|(licence, names)| {
            let licence = match licence {
                Some(licence) => Cell::text_of(licence),
                None => Cell::nothing().shown(html! { span.aside { "not known" } }),
            };
            let all = names.join(", ");
            let shown: Vec<String> = names.iter().take(6).map(|name| words::inert(name)).collect();
            let more = names.len() - shown.len();
            let shown = html! {
                @if more == 0 { (shown.join(", ")) }
                @else { details { summary { (shown.join(", ")) " and " (words::number(more)) " more" } (words::inert(&all)) } }
            };
            vec![licence, Cell::count(names.len()), Cell::text_of(&all).shown(shown)]
        })
        .collect();
    table
}
