//! The files of an image, a folder at a time: a list for eyes whose folders open in place, and a table for programs.

use maud::{Markup, html};
use model::{File, FileKind, Path};

use super::{ImagePage, Tab};
use crate::table::{Cell, Table, column};
use crate::words::{self, number};

/// Entries of a folder that a list shows; the table has all.
const MOST: usize = 400;

/// Right below a folder, in order.
fn children<'a>(page: &ImagePage<'a>, folder: &Path) -> Vec<&'a File> {
    let files = &page.subject.side.facts.files;
    let depth = folder.components().count() + 1;
    let mut children = Vec::new();
    let mut from = folder.clone();
    // What lies in a folder follows it. What lies in a folder of it is passed over.
    loop {
        let mut behind = None;
        for file in files.since(&from).skip_while(|file| file.path == *folder) {
            if !file.path.is_under(folder) {
                break;
            }
            if file.path.components().count() != depth {
                continue;
            }
            children.push(file);
            if matches!(file.entry.kind, FileKind::Directory) {
                // No name that is met sorts behind it.
                behind = Some(file.path.join(b"\xff\xff\xff\xff"));
                break;
            }
        }
        match behind {
            Some(path) => from = path,
            None => return children,
        }
    }
}

/// Where one is, and what lies there.
pub(super) fn tree(page: &ImagePage<'_>, folder: &Path) -> Markup {
    let mut above: Vec<Path> = std::iter::successors(folder.parent(), Path::parent).collect();
    above.reverse();
    html! {
        section.files aria-labelledby="folder-title" {
            h2 id="folder-title" {
                @for path in &above {
                    a.above href=(address(page, path)) { (name(path)) }
                    @if path.parent().is_some() { "/" }
                }
                (name(folder))
            }
            (inside(page, folder))
        }
    }
}

fn name(path: &Path) -> String {
    if path.parent().is_none() { "/".into() } else { model::visible(path.name()) }
}

fn address(page: &ImagePage<'_>, path: &Path) -> String {
    page.address_with(Tab::Files, &[("folder", &model::visible(path.as_bytes()))])
}

/// What lies in a folder, as a list.
pub(super) fn inside(page: &ImagePage<'_>, folder: &Path) -> Markup {
    let children = children(page, folder);
    let shown = &children[..children.len().min(MOST)];
    html! {
        @if shown.is_empty() { p.empty { "Nothing lies there." } }
        ul.tree { @for file in shown { li { (entry(page, file)) } } }
        @if shown.len() < children.len() {
            p.more { (number(children.len() - shown.len())) " more are in the table of "
                a href=(address(page, folder)) { "this folder" } "." }
        }
    }
}

fn entry(page: &ImagePage<'_>, file: &File) -> Markup {
    let name = words::clipped(&model::visible(file.path.name()), 80);
    let facts = html! { span.aside { (mode(file)) " · " (owner(page, file)) "layer " (file.layer.saturating_add(1)) } };
    if !matches!(file.entry.kind, FileKind::Directory) {
        return html! {
            span.file { (name) @if let Some(target) = target(file) { " → " (words::clipped(&target, 60)) } }
            " " span.size { @if let FileKind::Regular { size, .. } = file.entry.kind { (report::bytes(size)) } @else { (file.entry.kind.name()) } }
            " " (facts)
        };
    }
    let address = address(page, &file.path);
    html! {
        details data-folder={ (address) "&part=list" } {
            summary { span.folder { (name) "/" } " " (facts) }
            div.inside { a href=(address) { "What lies in it" } }
        }
    }
}

fn mode(file: &File) -> Markup {
    let special = file.entry.mode & 0o6000 != 0;
    let text = format!("{:04o}", file.entry.mode);
    html! {
        @if special { b.look title="it runs with the rights of its owner or group" { (text) } } @else { (text) }
        " " (file.entry.uid) ":" (file.entry.gid)
    }
}

fn owner(page: &ImagePage<'_>, file: &File) -> Markup {
    let owner = page.subject.side.facts.owners(file).next();
    html! { @if let Some(package) = owner { (words::text(&package.name)) " · " } }
}

fn target(file: &File) -> Option<String> {
    match &file.entry.kind {
        FileKind::Symlink { target } => Some(model::visible(target)),
        _ => None,
    }
}

/// The same as a table.
pub(super) fn table(page: &ImagePage<'_>, folder: &Path) -> Table {
    let columns = [
        column("path", "Path"),
        column("kind", "Kind"),
        column("size", "Size").number(),
        column("mode", "Mode"),
        column("owner", "Owner"),
        column("package", "Package"),
        column("layer", "Layer").number(),
    ];
    let mut table = Table::new("files", "This folder as a table", &columns);
    table.first = 50;
    table.filters = true;
    table.empty = html! { "Nothing lies there." };
    let facts = &page.subject.side.facts;
    table.rows = children(page, folder)
        .into_iter()
        .map(|file| {
            let size = match file.entry.kind {
                FileKind::Regular { size, .. } => Cell::bytes(size),
                _ => Cell::nothing(),
            };
            vec![
                Cell::path(&file.path.to_string()),
                Cell::text_of(file.entry.kind.name()),
                size,
                Cell::text_of(&format!("{:04o}", file.entry.mode)).class_of("mono"),
                Cell::text_of(&format!("{}:{}", file.entry.uid, file.entry.gid)),
                Cell::maybe(facts.owners(file).next().map(|package| package.name.as_str())),
                Cell::count(file.layer as usize + 1),
            ]
        })
        .collect();
    table
}
