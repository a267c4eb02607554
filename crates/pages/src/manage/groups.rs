//! All groups that somebody may see, as the tree that they are.

use maud::html;

use super::forms::{Field, Hand};
use super::group_address;
use crate::Document;
use crate::table::{Cell, Table, column};
use crate::words::{self, counted};

/// A group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Its place in the tree.
    pub id: String,
    /// Its name, with those above it that may be seen: the outermost first.
    pub names: Vec<String>,
    /// What is said of it.
    pub description: String,
    /// How many repositories are right in it.
    pub repositories: usize,
    /// The roles that the visitor has in it, given there or above.
    pub roles: Vec<String>,
}

impl Group {
    /// What it is called on a page.
    pub fn title(&self) -> String {
        self.names.join(" / ")
    }
}

/// Groups.
#[derive(Clone, Debug)]
pub struct GroupsPage<'a> {
    /// Those that may be seen.
    pub groups: &'a [Group],
    /// Where the visitor may make one.
    pub hand: Option<Hand<'a>>,
}

impl GroupsPage<'_> {
    /// The page.
    pub fn document(&self) -> Document {
        let mut document = Document::new("Groups");
        document.table(table("groups", &counted(self.groups.len(), "group"), self.groups));
        if let Some(hand) = self.hand {
            document.section(html! {
                section aria-labelledby="do-title" {
                    h2 id="do-title" { "What you can do" }
                    (making(hand, ""))
                }
            });
        }
        document
    }
}

/// Groups in the order of the tree.
pub(super) fn table(id: &'static str, caption: &str, groups: &[Group]) -> Table {
    let columns = [
        column("group", "Group"),
        column("description", "About"),
        column("repositories", "Repositories").number(),
        column("roles", "Your roles"),
        column("id", "ID").unsorted(),
    ];
    let mut table = Table::new(id, caption, &columns);
    table.filters = true;
    table.empty = html! {
        "There is none that you may see. " code data-copy="pentimento serve --demo" { "pentimento serve --demo" } " brings one."
    };
    let mut groups: Vec<&Group> = groups.iter().collect();
    groups.sort_by(|one, other| one.names.cmp(&other.names));
    table.rows = groups
        .into_iter()
        .map(|group| {
            vec![
                Cell::text_of(&group.title()).link(&group_address(&group.id)).class_of("name"),
                Cell::text_of(&group.description),
                Cell::count(group.repositories),
                Cell::text_of(&group.roles.join(", ")),
                Cell::text_of(&group.id).shown(words::id(&group.id)),
            ]
        })
        .collect();
    table
}

/// The form that makes a group in another, or below nothing.
pub(super) fn making(hand: Hand<'_>, parent: &str) -> maud::Markup {
    let name =
        Field { id: "group-name", name: "name", title: "Name", required: true, ..Field::default() };
    let about =
        Field { id: "group-about", name: "description", title: "About", ..Field::default() };
    let hint = if parent.is_empty() { "Whoever makes it owns it." } else { "" };
    let fields = html! { (name.html()) (about.html()) @if !hint.is_empty() { p.hint { (hint) } } };
    hand.folded("Make a group", "group-make", &[("place", parent)], &fields, "Make it")
}
