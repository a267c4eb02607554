//! One group: what is in it, and who may do what there.

use maud::{Markup, html};
use model::Time;

use super::forms::{Field, Hand, choice, several};
use super::groups::{self, Group};
use super::not_theirs;
use crate::table::{Cell, Table, column};
use crate::words;
use crate::{Document, Place};

/// That somebody has a role somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Its own place.
    pub id: String,
    /// Who: an ID, and what they are called where that may be seen.
    pub identity: String,
    /// What they are called.
    pub name: String,
    /// The role.
    pub role: String,
    /// Since when.
    pub created: Option<Time>,
    /// Where it was given, where that is a group above.
    pub above: Option<Group>,
}

/// Somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Their place in the tree.
    pub id: String,
    /// What they are called.
    pub name: String,
    /// What is said of them.
    pub description: String,
    /// How they are recognised, in words.
    pub recognised: String,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its place in the tree.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is said of it.
    pub description: String,
    /// What it allows.
    pub capabilities: Vec<String>,
    /// Whether it was made right in this group.
    pub is_own: bool,
}

/// A group. What is none is not the visitor's to see.
#[derive(Clone, Debug)]
pub struct GroupPage<'a> {
    /// The group.
    pub group: Group,
    /// Those above it that may be seen, the outermost first.
    pub above: Vec<Group>,
    /// Those in it, at whatever depth.
    pub groups: Vec<Group>,
    /// The repositories right in it.
    pub repositories: Option<Vec<Place>>,
    /// Who has which role, here and from above.
    pub bindings: Option<Vec<Binding>>,
    /// Who is right in it.
    pub identities: Option<Vec<Identity>>,
    /// Everybody whom the visitor may see, here or elsewhere.
    pub everybody: Vec<Identity>,
    /// The roles that are good for something here.
    pub roles: Option<Vec<Role>>,
    /// All capabilities that there are.
    pub capabilities: Vec<&'static str>,
    /// What the visitor may do here, by its name.
    pub may: Vec<&'static str>,
    /// What forms are made for.
    pub hand: Option<Hand<'a>>,
    /// What time it is.
    pub now: Time,
}

impl GroupPage<'_> {
    /// The page.
    pub fn document(&self) -> Document {
        let group = &self.group;
        let name = group.names.last().map(String::as_str).unwrap_or_default();
        let mut document = Document::new(name);
        document.heading = html! { "Group " (words::text(name)) };
        document.above = vec![("Groups".into(), "/groups".into())];
        let above = self.above.iter().map(|group| {
            let name = group.names.last().cloned().unwrap_or_default();
            (name, super::group_address(&group.id))
        });
        document.above.extend(above);
        document.section(self.facts());
        let mut groups = groups::table("groups", "Groups in it", &self.groups);
        groups.empty = html! { "It has none that you may see." };
        document.table(groups);
        match &self.repositories {
            Some(repositories) => document.table(Self::repositories(repositories)),
            None => document.section(not_theirs("Repositories", "repo.list")),
        }
        match &self.bindings {
            Some(bindings) => document.table(self.bindings(bindings)),
            None => document.section(not_theirs("Who may do what", "role_bindings.list")),
        }
        match &self.identities {
            Some(identities) => document.table(self.identities(identities)),
            None => document.section(not_theirs("Identities", "identity.list")),
        }
        match &self.roles {
            Some(roles) => document.table(self.roles(roles)),
            None => document.section(not_theirs("Roles", "roles.list")),
        }
        document.section(self.doing());
        document
    }

    fn may(&self, capability: &str) -> Option<Hand<'_>> {
        self.hand.filter(|_| self.may.contains(&capability))
    }

    fn facts(&self) -> Markup {
        let group = &self.group;
        html! {
            dl.facts {
                div { dt { "ID" } dd { (words::id(&group.id)) } }
                @if !group.description.is_empty() { div { dt { "About" } dd { (words::text(&group.description)) } } }
                div { dt { "Your roles" } dd { @if group.roles.is_empty() { "none" } @else { (words::text(&group.roles.join(", "))) } } }
                @if self.may.contains(&"groups.update") {
                    div { dt { "What was done" } dd { a href={ "/events?place=" (group.id) } { "Audit trail" } } }
                }
            }
        }
    }

    fn repositories(repositories: &[Place]) -> Table {
        let columns = [column("repository", "Repository")];
        let mut table = Table::new("repositories", "Repositories", &columns);
        table.filters = true;
        table.empty = html! { "It has none." };
        let row = |place: &Place| {
            vec![Cell::text_of(&place.title()).link(&place.address()).class_of("name")]
        };
        table.rows = repositories.iter().map(row).collect();
        table
    }

    fn bindings(&self, bindings: &[Binding]) -> Table {
        let columns = [
            column("identity", "Who"),
            column("role", "Role"),
            column("given", "Given").turned(),
            column("above", "Where"),
            column("do", "Take away").for_hands(),
        ];
        let mut table = Table::new("bindings", "Who may do what", &columns);
        table.filters = true;
        table.empty = html! { "Nobody was given a role here." };
        let row = |one: &Binding| {
            let who = if one.name.is_empty() { &one.identity } else { &one.name };
            let take = self.may("role_bindings.delete").filter(|_| one.above.is_none());
            let label = format!("the role {} from {who}", one.role);
            vec![
                Cell::text_of(who).shown(html! { (words::text(who)) " " (words::id(&one.identity)) }),
                Cell::text_of(&one.role),
                one.created.map_or_else(Cell::nothing, |time| Cell::time(time, self.now)),
                match &one.above {
                    Some(group) => Cell::text_of(&group.title()).link(&super::group_address(&group.id)),
                    None => Cell::text_of("here"),
                },
                Cell::nothing().shown(html! {
                    @if let Some(hand) = take { (hand.taking("binding-delete", &[("place", &one.id)], "Take away", &words::inert(&label))) }
                }),
            ]
        };
        table.rows = bindings.iter().map(row).collect();
        table
    }

    fn identities(&self, identities: &[Identity]) -> Table {
        let columns = [
            column("name", "Name"),
            column("recognised", "Recognised by"),
            column("description", "About"),
            column("id", "ID").unsorted(),
            column("do", "Change").for_hands(),
        ];
        let mut table = Table::new("identities", "Identities", &columns);
        table.filters = true;
        table.empty = html! { "Nobody was made here." };
        let row = |(number, one): (usize, &Identity)| {
            let change = self.may("identity.update");
            let label = format!("{}, with all of their roles and tokens", one.name);
            vec![
                Cell::text_of(&one.name).class_of("name"),
                Cell::text_of(&one.recognised),
                Cell::text_of(&one.description),
                Cell::text_of(&one.id).shown(words::id(&one.id)),
                Cell::nothing().shown(html! {
                    @if let Some(hand) = change { (changing_identity(hand, one, number)) }
                    @if let Some(hand) = self.may("identity.delete") {
                        (hand.taking("identity-delete", &[("place", &one.id)], "Forget", &words::inert(&label)))
                    }
                }),
            ]
        };
        table.rows = identities.iter().enumerate().map(row).collect();
        table
    }

    fn roles(&self, roles: &[Role]) -> Table {
        let columns = [
            column("name", "Name"),
            column("description", "About"),
            column("capabilities", "Allows"),
            column("do", "Change").for_hands(),
        ];
        let mut table = Table::new("roles", "Roles", &columns);
        table.filters = true;
        let row = |(number, one): (usize, &Role)| {
            let all = one.capabilities.join(", ");
            let change = self.may("roles.update").filter(|_| one.is_own);
            let forget = self.may("roles.delete").filter(|_| one.is_own);
            vec![
                Cell::text_of(&one.name).class_of("name"),
                Cell::text_of(&one.description),
                Cell::text_of(&all).shown(html! {
                    details { summary { (counted_capabilities(one.capabilities.len())) } (all) }
                }),
                Cell::nothing().shown(html! {
                    @if let Some(hand) = change { (self.changing(hand, one, number)) }
                    @if let Some(hand) = forget {
                        (hand.taking("role-delete", &[("place", &one.id)], "Forget", &words::inert(&format!("the role {}", one.name))))
                    }
                }),
            ]
        };
        table.rows = roles.iter().enumerate().map(row).collect();
        table
    }

    fn changing(&self, hand: Hand<'_>, role: &Role, number: usize) -> Markup {
        let (name, about) = (format!("role-{number}-name"), format!("role-{number}-about"));
        let fields = html! {
            (Field { id: &name, name: "name", title: "Name", value: &role.name, required: true, ..Field::default() }.html())
            (Field { id: &about, name: "description", title: "About", value: &role.description, ..Field::default() }.html())
            (several("capability", "Allows", &self.capabilities, &role.capabilities))
        };
        hand.folded("Change …", "role-change", &[("place", &role.id)], &fields, "Change it")
    }

    /// Everything that the visitor may do here.
    fn doing(&self) -> Markup {
        let id = self.group.id.as_str();
        let place = [("place", id)];
        let parts = [
            self.may("groups.create").map(|hand| groups::making(hand, id)),
            self.may("repo.create").map(|hand| {
                super::repository::making(hand, &[(id.to_owned(), self.group.title())])
            }),
            self.may("role_bindings.create").map(|hand| self.giving(hand)),
            self.may("identity.create").map(|hand| {
                hand.folded(
                    "Make an identity",
                    "identity-make",
                    &place,
                    &identity_fields(),
                    "Make it",
                )
            }),
            self.may("roles.create").map(|hand| {
                hand.folded("Make a role", "role-make", &place, &self.role_fields(), "Make it")
            }),
            self.may("groups.update").map(|hand| {
                hand.folded(
                    "Change the group",
                    "group-change",
                    &place,
                    &self.own_fields(),
                    "Change it",
                )
            }),
            self.may("groups.delete").map(|hand| self.forgetting(hand)),
        ];
        let parts: Vec<Markup> = parts.into_iter().flatten().collect();
        html! {
            @if !parts.is_empty() {
                section aria-labelledby="do-title" {
                    h2 id="do-title" { "What you can do" }
                    @for part in &parts { (part) }
                }
            }
        }
    }

    fn giving(&self, hand: Hand<'_>) -> Markup {
        let roles: Vec<(String, String)> =
            self.roles.iter().flatten().map(|role| (role.id.clone(), role.name.clone())).collect();
        let who = Field {
            id: "give-identity",
            name: "identity",
            title: "To whom",
            hint: "The ID of an identity; those that you may see are suggested.",
            required: true,
            list: Some("everybody"),
            ..Field::default()
        };
        let fields = html! {
            (who.html())
            datalist id="everybody" { @for one in self.everybody.iter().take(500) { option value=(one.id) { (words::inert(&one.name)) } } }
            (choice("give-role", "role", "Role", &roles))
            p.hint { "A role is good for this group and all that is below it. Nobody gives what they do not have." }
        };
        hand.folded("Give a role", "binding-make", &[("place", &self.group.id)], &fields, "Give it")
    }

    fn role_fields(&self) -> Markup {
        html! {
            (Field { id: "role-name", name: "name", title: "Name", required: true, ..Field::default() }.html())
            (Field { id: "role-about", name: "description", title: "About", ..Field::default() }.html())
            (several("capability", "Allows", &self.capabilities, &[]))
        }
    }

    fn own_fields(&self) -> Markup {
        let name = self.group.names.last().map(String::as_str).unwrap_or_default();
        html! {
            (Field { id: "own-name", name: "name", title: "Name", value: name, required: true, ..Field::default() }.html())
            (Field { id: "own-about", name: "description", title: "About", value: &self.group.description, ..Field::default() }.html())
        }
    }

    fn forgetting(&self, hand: Hand<'_>) -> Markup {
        let hand = Hand { to: "/groups", ..hand };
        let fields = html! { p.trouble { "All that is in it goes with it: groups, repositories with the history of their tags, identities and roles." } };
        hand.folded(
            "Forget the group",
            "group-delete",
            &[("place", &self.group.id)],
            &fields,
            "Forget it and all that is in it",
        )
    }
}

fn counted_capabilities(count: usize) -> String {
    if count == 1 { "1 capability".into() } else { format!("{count} capabilities") }
}

/// The form that calls somebody otherwise; how they are recognised stays.
fn changing_identity(hand: Hand<'_>, one: &Identity, number: usize) -> Markup {
    let (name, about) = (format!("identity-{number}-name"), format!("identity-{number}-about"));
    let name = Field {
        id: &name,
        name: "name",
        title: "Name",
        value: &one.name,
        required: true,
        ..Field::default()
    };
    let about = Field {
        id: &about,
        name: "description",
        title: "About",
        value: &one.description,
        ..Field::default()
    };
    let fields = html! { (name.html()) (about.html()) };
    hand.folded("Change …", "identity-change", &[("place", &one.id)], &fields, "Change it")
}

fn identity_fields() -> Markup {
    let field = |id, name, title, hint, required| {
        Field { id, name, title, hint, required, ..Field::default() }.html()
    };
    html! {
        (field("identity-name", "name", "Name", "", true))
        (field("identity-about", "description", "About", "", false))
        (field("identity-issuer", "issuer", "Issuer", "Who says who they are: https://issuer.example", true))
        (field("identity-subject", "subject", "Subject", "What that issuer calls them.", false))
        (field("identity-pattern", "subject_pattern", "Pattern of the subject", "Instead: a regular expression for all of it.", false))
        (field("identity-audience", "audience", "Audience", "Whom the issuer's tokens are for; this service, unless it is said.", false))
    }
}
