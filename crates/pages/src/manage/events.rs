//! What happened: tags that moved, and what people and programs did or tried to.

use maud::html;
use model::{Digest, Time};

use crate::history::{Change, change};
use crate::table::{Cell, Table, column};
use crate::{Document, Here, Place, words};

/// A move of a tag.
#[derive(Clone, Debug)]
pub struct MovedRow {
    /// The tag.
    pub place: Place,
    /// When.
    pub time: Time,
    /// What it means since.
    pub digest: Digest,
    /// What changed with it.
    pub change: Change,
}

/// Something that was done, or that somebody tried to.
#[derive(Clone, Debug)]
pub struct DeedRow {
    /// When.
    pub time: Time,
    /// Who: an ID, or what they called themselves.
    pub who: String,
    /// What they are called, where that may be seen.
    pub name: String,
    /// The call.
    pub what: String,
    /// Where, as they said it.
    pub place: String,
    /// What came of it.
    pub outcome: String,
}

/// What happened.
#[derive(Clone, Debug)]
pub struct EventsPage {
    /// What it is about: a group or a repository, with its ID; none for all.
    pub about: Option<(String, String)>,
    /// Tags that moved, the latest first.
    pub moved: Vec<MovedRow>,
    /// Where there are more of these.
    pub earlier_moved: Option<Time>,
    /// The audit trail, the latest first; none where nothing of it is the visitor's to see.
    pub deeds: Option<Vec<DeedRow>>,
    /// The number before which there is more of it.
    pub earlier_deeds: Option<i64>,
    /// What time it is.
    pub now: Time,
}

impl EventsPage {
    /// The page.
    pub fn document(&self, here: &Here) -> Document {
        let mut document = Document::new("Events");
        if let Some((name, id)) = &self.about {
            document.title = format!("Events of {name}");
            document.heading = html! { "Events of " (words::text(name)) };
            document.above = vec![("Events".into(), "/events".into())];
            document.section(html! { dl.facts { div { dt { "ID" } dd { (words::id(id)) } } } });
        }
        document.table(self.moved());
        if let Some(time) = self.earlier_moved {
            let address = here.with(&[("before", Some(&time.to_string()))]);
            document.section(
                html! { p.more { a href={ (address) "#moved" } { "Tags that moved before" } } },
            );
        }
        match &self.deeds {
            Some(deeds) => document.table(self.deeds(deeds)),
            None => document.section(super::not_theirs("Audit trail", "groups.update")),
        }
        if let Some(number) = self.earlier_deeds {
            let address = here.with(&[("after", Some(&number.to_string()))]);
            document.section(
                html! { p.more { a href={ (address) "#deeds" } { "What was done before" } } },
            );
        }
        document
    }

    fn moved(&self) -> Table {
        let columns = [
            column("time", "When").turned(),
            column("tag", "Tag"),
            column("means", "Means since"),
            column("change", "What changed").unsorted(),
        ];
        let mut table = Table::new("moved", "Tags that moved", &columns);
        table.filters = true;
        table.empty = html! { "No tag that you may see has moved." };
        let row = |one: &MovedRow| {
            let told = match &one.change {
                Change::First => "first".to_owned(),
                Change::Unknown(_) => String::new(),
                Change::From(_, summary) => summary.text(),
            };
            vec![
                Cell::time(one.time, self.now),
                Cell::text_of(&one.place.title()).link(&one.place.address()).class_of("name"),
                Cell::text_of(&one.digest.to_string())
                    .shown(words::digest(&one.digest))
                    .link(&one.place.image(&one.digest).address()),
                Cell::text_of(&told).shown(change(&one.change, &one.digest, &one.place)),
            ]
        };
        table.rows = self.moved.iter().map(row).collect();
        table
    }

    fn deeds(&self, deeds: &[DeedRow]) -> Table {
        let columns = [
            column("time", "When").turned(),
            column("who", "Who"),
            column("what", "What"),
            column("place", "Where"),
            column("outcome", "Outcome"),
        ];
        let mut table = Table::new("deeds", "Audit trail", &columns);
        table.filters = true;
        table.empty = html! { "Nobody has changed anything there." };
        let row = |one: &DeedRow| {
            let what = one.what.rsplit('.').next().unwrap_or_default();
            let is_id = one.who.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'/');
            let class = if one.outcome == "ok" { "" } else { "look" };
            vec![
                Cell::time(one.time, self.now),
                Cell::text_of(&one.who).shown(html! {
                    @if !one.name.is_empty() { (words::text(&one.name)) " " }
                    @if is_id { (words::id(&one.who)) } @else { (words::text(&one.who)) }
                }),
                Cell::text_of(&one.what)
                    .shown(html! { span title=(words::inert(&one.what)) { (words::text(what)) } }),
                Cell::text_of(&one.place).shown(words::id(&one.place)),
                Cell::text_of(&one.outcome).class_of(class),
            ]
        };
        table.rows = deeds.iter().map(row).collect();
        table
    }
}
