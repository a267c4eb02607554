//! What takes how much room, and what grew: a picture of the new image by package, and the same as tables.

use compare::{Size, Sizes};
use maud::{Markup, html};

use super::ComparePage;
use crate::table::{Cell, Table, column};
use crate::treemap::{Tile, treemap};
use crate::{Document, Here, words};

/// Packages that the picture has each for itself; the others are one.
const MOST: usize = 60;

/// Levels of directories that a table has.
const DEEPEST: usize = 3;

/// What no package owns.
const UNOWNED: &str = "no package";

impl ComparePage<'_> {
    /// The levels of directories that sizes are told of.
    pub const DEEPEST: usize = DEEPEST;

    /// The page of sizes.
    pub fn sizes(&self, here: &Here, sizes: &Sizes) -> Document {
        let mut document = Document::new("Sizes");
        document.title = format!("Sizes: {} → {}", self.asked[0].title(), self.asked[1].title());
        document.above = vec![("What changed".into(), here.at("/compare").address())];
        document.section(html! {
            p {
                "Files as a container sees them: " (report::bytes(sizes.total.old)) " → "
                (report::bytes(sizes.total.new)) ", " (report::growth(sizes.total.growth())) "."
            }
            (picture(sizes))
        });
        document.table(packages(sizes));
        document.table(directories(sizes));
        document
    }
}

/// Every package with its size, and what none owns, the largest first.
fn all(sizes: &Sizes) -> Vec<(&str, &str, Size)> {
    let packages =
        sizes.packages.iter().map(|((kind, name), size)| (name.as_str(), kind.as_str(), *size));
    let mut all: Vec<(&str, &str, Size)> = packages.chain([(UNOWNED, "", sizes.unowned)]).collect();
    all.retain(|(_, _, size)| *size != Size::default());
    all.sort_by_key(|(name, kind, size)| (std::cmp::Reverse(size.new), *name, *kind));
    all
}

fn picture(sizes: &Sizes) -> Markup {
    let all = all(sizes);
    let tile = |name: String, size: Size| {
        let class = match size.growth() {
            0 => "same",
            growth if growth > 0 => "grew",
            _ => "shrank",
        };
        let told = match size.growth() {
            0 => report::bytes(size.new),
            growth => format!("{}, {}", report::bytes(size.new), report::growth(growth)),
        };
        Tile { name, told, size: size.new, class }
    };
    let (shown, rest) = all.split_at(all.len().min(MOST));
    let mut tiles: Vec<Tile> =
        shown.iter().map(|(name, _, size)| tile(words::inert(name), *size)).collect();
    if !rest.is_empty() {
        let mut others = Size::default();
        for (_, _, size) in rest {
            others.old = others.old.saturating_add(size.old);
            others.new = others.new.saturating_add(size.new);
        }
        tiles.push(tile(format!("{} others", words::number(rest.len())), others));
    }
    let label =
        "Packages of the new image, each as large as its files are; the table below has the same.";
    html! {
        figure.sizes {
            (treemap(&tiles, label))
            figcaption.hint {
                span.key.grew {} " grew or came  " span.key.shrank {} " shrank  " span.key.same {} " as large as before. What went is in the table."
            }
        }
    }
}

fn packages(sizes: &Sizes) -> Table {
    let columns = [
        column("package", "Package"),
        column("type", "Type"),
        column("old", "Old").number(),
        column("new", "New").number(),
        column("growth", "Growth").number(),
    ];
    let mut table = Table::new("packages", "By package", &columns);
    table.filters = true;
    table.first = 50;
    table.empty = html! { "Neither image has a file with anything in it." };
    let row = |(name, kind, size): (&str, &str, Size)| {
        vec![
            Cell::text_of(name).class_of("name"),
            Cell::text_of(kind),
            Cell::bytes(size.old),
            Cell::bytes(size.new),
            Cell::growth(size.growth()),
        ]
    };
    table.rows = all(sizes).into_iter().map(row).collect();
    table
}

fn directories(sizes: &Sizes) -> Table {
    let columns = [
        column("directory", "Directory"),
        column("old", "Old").number(),
        column("new", "New").number(),
        column("growth", "Growth").number(),
    ];
    let mut table = Table::new("directories", "By directory, with all that is below", &columns);
    table.filters = true;
    table.first = 50;
    table.empty = html! { "Neither image has a directory with anything in it." };
    let mut all: Vec<_> = sizes.directories.iter().collect();
    all.sort_by_key(|(path, size)| (std::cmp::Reverse(size.growth().unsigned_abs()), *path));
    table.rows = all
        .into_iter()
        .map(|(path, size)| {
            vec![
                Cell::path(&path.to_string()),
                Cell::bytes(size.old),
                Cell::bytes(size.new),
                Cell::growth(size.growth()),
            ]
        })
        .collect();
    table
}
