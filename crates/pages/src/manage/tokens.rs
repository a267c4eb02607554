//! Who somebody is, what they may do, and tokens that may do less of it.

use maud::html;
use model::Time;

use super::forms::{Hand, choice, several};
use super::group_address;
use crate::table::{Cell, Table, column};
use crate::{Document, words};

/// A role that somebody has.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The group's place.
    pub group: String,
    /// What it is called.
    pub name: String,
    /// The role.
    pub role: String,
    /// What it allows, as far as the token does.
    pub capabilities: Vec<String>,
}

/// What a token is good for.
#[derive(Clone, Debug)]
pub struct TokenPage<'a> {
    /// Whose it is: an ID.
    pub identity: String,
    /// What they are called.
    pub name: String,
    /// When it ends.
    pub ends: Time,
    /// Whom an issuer calls its holder, where it was given for a token of one.
    pub actor: Option<String>,
    /// The groups that it is limited to, where it is.
    pub scopes: Option<Vec<String>>,
    /// What it may do.
    pub granted: Vec<Granted>,
    /// What forms are made for.
    pub hand: Option<Hand<'a>>,
    /// What time it is.
    pub now: Time,
}

impl TokenPage<'_> {
    /// The page.
    pub fn document(&self) -> Document {
        let mut document = Document::new("Tokens");
        document.section(html! {
            dl.facts {
                div { dt { "You are" } dd { (words::text(&self.name)) " " (words::id(&self.identity)) } }
                div { dt { "Your token ends" } dd { (words::moment(self.ends, self.now)) } }
                @if let Some(actor) = &self.actor { div { dt { "Given for" } dd { (words::text(actor)) } } }
                @if let Some(scopes) = &self.scopes { div { dt { "Limited to" } dd { @for scope in scopes { (words::id(scope)) " " } } } }
            }
        });
        document.table(self.granted());
        if let Some(hand) = self.hand {
            document.section(self.making(hand));
        }
        document
    }

    fn granted(&self) -> Table {
        let columns = [
            column("group", "In the group"),
            column("role", "Role"),
            column("capabilities", "Allows"),
        ];
        let mut table = Table::new("granted", "What you may do", &columns);
        table.empty = html! { "Nothing: nobody has given you a role." };
        let row = |one: &Granted| {
            let name = if one.name.is_empty() { &one.group } else { &one.name };
            vec![
                Cell::text_of(name).link(&group_address(&one.group)).class_of("name"),
                Cell::text_of(&one.role),
                Cell::text_of(&one.capabilities.join(", "))
                    .shown(html! { (one.capabilities.join(", ")) }),
            ]
        };
        table.rows = self.granted.iter().map(row).collect();
        table
    }

    fn making(&self, hand: Hand<'_>) -> maud::Markup {
        let mut scopes = vec![(String::new(), "all of your groups".to_owned())];
        let mut all: Vec<&str> = Vec::new();
        for one in &self.granted {
            let name = if one.name.is_empty() { &one.group } else { &one.name };
            scopes.push((one.group.clone(), words::inert(name)));
            all.extend(one.capabilities.iter().map(String::as_str));
        }
        scopes.dedup();
        all.sort_unstable();
        all.dedup();
        let fields = html! {
            (choice("token-scope", "scope", "Good for", &scopes))
            (several("capability", "Only for these (none chosen: all that you may do)", &all, &[]))
            p.hint {
                "It lasts as long as the one that you are signed in with. No token is taken back before it ends; whoever forgets an identity ends all of its tokens at once."
            }
        };
        html! {
            section aria-labelledby="do-title" {
                h2 id="do-title" { "What you can do" }
                (hand.folded("Make a token for a program", "token-make", &[], &fields, "Make it"))
            }
        }
    }
}

/// The page that shows a token, this once.
pub fn token_made(token: &str, ends: Time, now: Time) -> Document {
    let mut document = Document::new("A token");
    document.above = vec![("Tokens".into(), "/tokens".into())];
    document.section(html! {
        section.message role="status" {
            p { "It ends " (words::moment(ends, now)) ", and is shown this once." }
            pre.text tabindex="0" data-copy=(token) { (token) }
            p.hint { "A program sends it as " code { "Authorization: Bearer TOKEN" } "." }
        }
    });
    document
}
