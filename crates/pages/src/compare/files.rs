//! The files that changed: how many by which cause, a tree of folders that open in place, and a table for programs.

use compare::FileChange;
use maud::{Markup, html};
use model::{FileKind, Path};

use super::ComparePage;
use crate::Here;
use crate::table::{Cell, Table, column};
use crate::words::{self, number};

/// Entries of a folder that the tree shows.
const MOST: usize = 400;

/// Rows of the table that are shown before the rest is folded.
const FIRST: usize = 10;

/// The changes that are asked for: those of some causes, or all.
fn asked<'a>(page: &'a ComparePage<'_>, here: &Here) -> Vec<&'a FileChange<'a>> {
    let causes: Option<Vec<&str>> = here.get("cause").map(|causes| causes.split(',').collect());
    let is_wanted = |change: &&FileChange<'_>| {
        causes.as_ref().is_none_or(|causes| causes.contains(&change.cause.name()))
    };
    page.comparison.files.iter().filter(is_wanted).collect()
}

/// What happened below a folder, or to a path.
#[derive(Default)]
struct Node<'a> {
    own: Option<&'a FileChange<'a>>,
    /// Added, changed, removed; those below.
    below: [usize; 3],
    look: usize,
}

/// The figures by cause, and the tree.
pub(super) fn tree(page: &ComparePage<'_>, here: &Here) -> Markup {
    let total = page.comparison.files.len();
    let chosen = here.get("cause");
    let counts = report::words::causes().map(|cause| (cause, page.comparison.count(cause)));
    let counts: Vec<(&str, usize)> = counts.filter(|(_, count)| *count > 0).collect();
    let address = |cause: Option<&str>| here.with(&[("cause", cause), ("folder", None)]) + "#files";
    let mut above: Vec<Path> = std::iter::successors(page.folder.parent(), Path::parent).collect();
    above.reverse();
    html! {
        section.files id="files" aria-labelledby="files-title" {
            h2 id="files-title" { "Files " span.note { (number(total)) " changed" } }
            @if total == 0 { p.empty { "The same files with the same content." } } @else {
                nav.causes aria-label="Causes" {
                    ul {
                        li { a href=(address(None)) aria-current=[chosen.is_none().then_some("true")] { "all " (number(total)) } }
                        @for (cause, count) in counts {
                            li { a href=(address(Some(cause))) aria-current=[(chosen == Some(cause)).then_some("true")]
                                class=[is_look(cause).then_some("look")] { (report::words::cause_figure(cause, count)) } }
                        }
                    }
                }
                @if !above.is_empty() {
                    p.mono {
                        @for path in &above {
                            a href=(link(here, path)) { (name(path)) } @if path.parent().is_some() { "/" }
                        }
                        (name(page.folder))
                    }
                }
                (inside(page, here))
            }
        }
    }
}

fn is_look(cause: &str) -> bool {
    matches!(cause, "altered" | "unexplained" | "unknown-package")
}

fn name(path: &Path) -> String {
    if path.parent().is_none() { "/".into() } else { model::visible(path.name()) }
}

fn link(here: &Here, path: &Path) -> String {
    here.with(&[("folder", Some(&path.to_string())), ("part", None)]) + "#files"
}

/// What changed in the folder, as a list.
pub(super) fn inside(page: &ComparePage<'_>, here: &Here) -> Markup {
    let changes = asked(page, here);
    let nodes = nodes(&changes, page.folder);
    let more = nodes.len().saturating_sub(MOST);
    html! {
        @if nodes.is_empty() { p.empty { "Nothing of that changed there." } }
        ul.tree { @for (path, node) in nodes.iter().take(MOST) { li { (entry(page, here, path, node)) } } }
        @if more > 0 { p.more { (number(more)) " more are in the table below." } }
    }
}

/// What is right below a folder. Folders with nothing but one folder in them are passed through.
fn nodes<'a>(changes: &[&'a FileChange<'a>], folder: &Path) -> Vec<(Path, Node<'a>)> {
    let start = changes.partition_point(|change| change.path() < folder);
    let base = if folder.parent().is_none() { 1 } else { folder.as_bytes().len() + 1 };
    let mut nodes: Vec<(Path, Node<'a>)> = Vec::new();
    for change in changes[start..].iter().take_while(|change| change.path().is_under(folder)) {
        let bytes = change.path().as_bytes();
        let Some(rest) = bytes.get(base..).filter(|rest| !rest.is_empty()) else { continue };
        let slash = rest.iter().position(|&byte| byte == b'/');
        let child = &bytes[..slash.map_or(bytes.len(), |slash| base + slash)];
        // What lies in a folder comes right behind it.
        if nodes.last().is_none_or(|(path, _)| path.as_bytes() != child) {
            nodes.push((Path::new(child), Node::default()));
        }
        let Some((_, node)) = nodes.last_mut() else { continue };
        if slash.is_none() {
            node.own = Some(change);
            continue;
        }
        let kind = match (change.old, change.new) {
            (None, _) => 0,
            (_, None) => 2,
            _ => 1,
        };
        node.below[kind] += 1;
        node.look += usize::from(change.needs_look());
    }
    match &nodes[..] {
        [(only, Node { own: None, .. })] => self::nodes(changes, only),
        _ => nodes,
    }
}

fn entry(page: &ComparePage<'_>, here: &Here, path: &Path, node: &Node<'_>) -> Markup {
    // A folder that was passed through stands before the name.
    let shown = model::visible(path.as_bytes());
    let base = model::visible(page.folder.as_bytes());
    let shown =
        shown.strip_prefix(base.trim_end_matches('/')).unwrap_or(&shown).trim_start_matches('/');
    let shown = words::clipped(shown, 80);
    let own = node.own.map(|change| happened(page, change));
    let below: usize = node.below.iter().sum();
    if below == 0 {
        let is_directory =
            node.own.is_some_and(|change| change.file().entry.kind == FileKind::Directory);
        return html! { (sign(node.own)) " " a.file href=(about(here, path)) title="why it changed, and in what" { (shown) @if is_directory { "/" } } " " @if let Some(own) = own { (own) } };
    }
    let [added, changed, removed] = node.below;
    let part = here.with(&[("folder", Some(&path.to_string())), ("part", Some("list"))]);
    html! {
        details data-folder=(part) {
            summary {
                (sign(node.own)) " " span.folder { (shown) "/" } " "
                @if added > 0 { span.added { "+" (number(added)) } " " }
                @if changed > 0 { span.changed { "~" (number(changed)) } " " }
                @if removed > 0 { span.removed { "−" (number(removed)) } " " }
                @if node.look > 0 { span.look { (number(node.look)) " to look at" } " " }
                @if let Some(own) = own { (own) }
            }
            div.inside { a href=(link(here, path)) { "What changed in it" } }
        }
    }
}

/// Where everything about a path is.
pub(super) fn about(here: &Here, path: &Path) -> String {
    let about = here.at("/compare/path");
    let none = ["folder", "part", "cause", "all", "sort", "filter", "type", "name"]
        .map(|name| (name, None));
    let path = path.to_string();
    about.with(&[&none[..], &[("path", Some(path.as_str()))]].concat())
}

fn sign(change: Option<&FileChange<'_>>) -> Markup {
    let (sign, class, word) = match change.map(|change| (change.old, change.new)) {
        None => return html! { span.sign { } },
        Some((None, _)) => ("+", "added", "added"),
        Some((_, None)) => ("−", "removed", "removed"),
        Some(_) => ("~", "changed", "changed"),
    };
    html! { span.sign.(class) title=(word) { (sign) } }
}

/// Why a path changed, and in what.
fn happened(page: &ComparePage<'_>, change: &FileChange<'_>) -> Markup {
    let class = if change.needs_look() { "look" } else { "aside" };
    html! {
        span class=(class) { (change.cause.name()) }
        span.aside { @for part in &told(page, change) { " · " (words::clipped(part, 100)) } }
    }
}

fn told(page: &ComparePage<'_>, change: &FileChange<'_>) -> Vec<String> {
    let mut parts = Vec::new();
    parts.extend(change.owner.map(|package| words::inert(&package.name)));
    parts.extend(report::words::privilege(change));
    match (change.old, change.new) {
        (Some(_), Some(_)) => parts.push(report::words::aspects(change)),
        (_, None) => parts.extend(change.moved.as_ref().map(|path| format!("moved to {path}"))),
        (None, _) => parts.extend(change.moved.as_ref().map(|path| format!("moved from {path}"))),
    }
    parts.push(format!("layer {}", change.file().layer.saturating_add(1)));
    parts.extend(report::words::reason(change, page.comparison));
    parts.retain(|part| !part.is_empty());
    parts
}

/// The same as a table, whatever folder is open.
pub(super) fn table(page: &ComparePage<'_>, here: &Here) -> Table {
    let below = |change: &&&FileChange<'_>| change.path().is_under(page.folder);
    let changes = asked(page, here);
    let changes: Vec<&&FileChange<'_>> = changes.iter().filter(below).collect();
    // Of tens of thousands only those are written down that are shown.
    let is_whole = ["format", "filter", "sort", "all"].iter().any(|name| here.get(name).is_some());
    let most = if is_whole || changes.len() <= FIRST + 1 { changes.len() } else { FIRST };
    let rows = changes[..most].iter().map(|change| row(page, here, change)).collect();
    let mut table = table_of("Changed paths as a table", rows);
    table.first = FIRST;
    table.empty = html! { "No path changed by that cause." };
    table.left_out = changes.len() - most;
    table
}

/// Changed paths under their titles.
pub(super) fn table_of(caption: &str, rows: Vec<Vec<Cell>>) -> Table {
    let columns = [
        column("path", "Path"),
        column("change", "Change"),
        column("cause", "Cause"),
        column("owner", "Package"),
        column("what", "What"),
        column("growth", "Size").number(),
        column("layer", "Layer").number(),
    ];
    let mut table = Table::new("paths", caption, &columns);
    table.first = 100;
    table.filters = true;
    table.empty = html! { "None did." };
    table.rows = rows;
    table
}

/// A changed path in a line of a list, with why it changed and in what.
pub(super) fn one(page: &ComparePage<'_>, here: &Here, change: &FileChange<'_>) -> Markup {
    let shown = words::clipped(&change.path().to_string(), 100);
    html! { (sign(Some(change))) " " a.file href=(about(here, change.path())) { (shown) } " " (happened(page, change)) }
}

pub(super) fn row(page: &ComparePage<'_>, here: &Here, change: &FileChange<'_>) -> Vec<Cell> {
    let size = |file: Option<&model::File>| {
        i64::try_from(file.map_or(0, |file| file.entry.size())).unwrap_or(i64::MAX)
    };
    let (class, word) = match (change.old, change.new) {
        (None, _) => ("added", "added"),
        (_, None) => ("removed", "removed"),
        _ => ("changed", "changed"),
    };
    let mut told = vec![report::words::aspects(change)];
    told.extend(report::words::reason(change, page.comparison));
    told.retain(|text| !text.is_empty());
    let cause = if change.needs_look() { "look" } else { "" };
    vec![
        Cell::path(&change.path().to_string()).link(&about(here, change.path())),
        Cell::text_of(word).class_of(class),
        Cell::text_of(change.cause.name()).class_of(cause),
        Cell::maybe(change.owner.map(|package| package.name.as_str())),
        Cell::told(&told.join("; ")),
        Cell::growth(size(change.new).saturating_sub(size(change.old))),
        Cell::count(change.file().layer as usize + 1),
    ]
}
