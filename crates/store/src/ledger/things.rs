//! Things: added, replaced, listed, forgotten.

use model::{Time, Uidp};
use rusqlite::types::{ToSql, Value};
use rusqlite::{ErrorCode, Result, Row, params};

use super::session::Session;
use super::{Ledger, Thing, ThingKind, Wanted};
use crate::Error;

const COLUMNS: &str = "id, kind, name, key, created, updated, record";

impl Ledger {
    /// Notes a new thing. False, and nothing noted, where another one has its place or its name there.
    pub fn add(&self, thing: &Thing) -> std::result::Result<bool, Error> {
        self.ask("note something new", |session| unless_taken(insert(session, thing)))
    }

    /// Notes a new thing, or several, all or none of them. False where a place or a name is taken.
    pub fn add_all(&self, things: &[Thing]) -> std::result::Result<bool, Error> {
        let added = self.change("note something new", |session| {
            things.iter().try_for_each(|thing| insert(session, thing))
        });
        match added {
            Err(Error::Ledger { source, .. }) if is_taken(&source) => Ok(false),
            added => added.map(|()| true),
        }
    }

    /// Replaces what is said of a thing. False where it is not there, or the new name is taken.
    pub fn replace(&self, thing: &Thing) -> std::result::Result<bool, Error> {
        let sql = "UPDATE things SET name = ?2, key = ?3, updated = ?4, record = ?5
            WHERE id = ?1 AND kind = ?6";
        self.ask("replace something", |session| {
            let values = params![
                thing.id.as_str(),
                thing.name,
                thing.key,
                thing.updated.0,
                thing.record,
                thing.kind.name(),
            ];
            let mut changed = 0;
            let done = session.change(sql, values);
            Ok(unless_taken(done.map(|rows| changed = rows))? && changed == 1)
        })
    }

    /// The thing of this kind at this place.
    pub fn thing(&self, kind: ThingKind, id: &Uidp) -> std::result::Result<Option<Thing>, Error> {
        let wanted = Wanted { ids: vec![id.clone()], ..Wanted::default() };
        Ok(self.things(kind, &wanted)?.pop())
    }

    /// Things of one kind, ordered by place.
    pub fn things(
        &self,
        kind: ThingKind,
        wanted: &Wanted,
    ) -> std::result::Result<Vec<Thing>, Error> {
        let (conditions, values) = conditions(kind, wanted);
        let sql = format!("SELECT {COLUMNS} FROM things WHERE {conditions} ORDER BY id");
        self.ask("look something up", |session| {
            let values: Vec<&dyn ToSql> = values.iter().map(|value| value as &dyn ToSql).collect();
            Ok(session.rows(&sql, &values, thing)?.into_iter().flatten().collect())
        })
    }

    /// Forgets a thing and all that is below it, and what was given to identities that go. False where it is not there.
    pub fn forget(&self, kind: ThingKind, id: &Uidp) -> std::result::Result<bool, Error> {
        self.change("forget something", |session| {
            let there = "SELECT name FROM things WHERE id = ?1 AND kind = ?2";
            let values = params![id.as_str(), kind.name()];
            if session.row(there, values, |row| row.get::<_, String>(0))?.is_none() {
                return Ok(false);
            }
            let (first, end) = below(id);
            let values = params![id.as_str(), first, end];
            for sql in [
                "DELETE FROM things WHERE kind = 'binding' AND key IN (
                    SELECT id FROM things WHERE id = ?1 OR (id >= ?2 AND id < ?3))",
                "DELETE FROM things WHERE id = ?1 OR (id >= ?2 AND id < ?3)",
            ] {
                session.change(sql, values)?;
            }
            if kind != ThingKind::Tag {
                for sql in [
                    "DELETE FROM moves WHERE repo = ?1 OR (repo >= ?2 AND repo < ?3)",
                    "DELETE FROM members WHERE repo = ?1 OR (repo >= ?2 AND repo < ?3)",
                    "DELETE FROM jobs WHERE repo = ?1 OR (repo >= ?2 AND repo < ?3)",
                ] {
                    session.change(sql, values)?;
                }
            }
            Ok(true)
        })
    }
}

pub(super) fn insert(session: &Session<'_>, thing: &Thing) -> Result<()> {
    let sql = "INSERT INTO things (id, kind, parent, name, key, created, updated, record)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let parent = thing.id.parent();
    let values = params![
        thing.id.as_str(),
        thing.kind.name(),
        parent.as_ref().map_or("", Uidp::as_str),
        thing.name,
        thing.key,
        thing.created.0,
        thing.updated.0,
        thing.record,
    ];
    session.change(sql, values).map(|_| ())
}

fn unless_taken(done: Result<()>) -> Result<bool> {
    match done {
        Err(error) if is_taken(&error) => Ok(false),
        done => done.map(|()| true),
    }
}

fn is_taken(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}

/// A row as a thing; none where it is not one of ours.
fn thing(row: &Row<'_>) -> Result<Option<Thing>> {
    let (id, kind): (String, String) = (row.get(0)?, row.get(1)?);
    let (Ok(id), Some(kind)) = (id.parse(), ThingKind::named(&kind)) else { return Ok(None) };
    Ok(Some(Thing {
        id,
        kind,
        name: row.get(2)?,
        key: row.get(3)?,
        created: Time(row.get(4)?),
        updated: Time(row.get(5)?),
        record: row.get(6)?,
    }))
}

/// From which ID on and before which one all that is below `id` is found: `0` follows `/`.
fn below(id: &Uidp) -> (String, String) {
    (format!("{id}/"), format!("{id}0"))
}

fn conditions(kind: ThingKind, wanted: &Wanted) -> (String, Vec<Value>) {
    let mut sql = "kind = ?1".to_owned();
    let mut values: Vec<Value> = vec![kind.name().to_owned().into()];
    let mut and = |condition: &str, more: &[&str]| {
        // Each mark stands for the next value, by its number.
        let mut parts = condition.split('?');
        sql += &format!(" AND {}", parts.next().unwrap_or_default());
        for (part, value) in parts.zip(more) {
            values.push(Value::from((*value).to_owned()));
            sql += &format!("?{}{part}", values.len());
        }
    };
    let one_of = |ids: &[Uidp]| match ids.len() {
        // A list of nothing is no SQL but SQLite's.
        0 => "1 = 0".to_owned(),
        count => format!("id IN ({})", vec!["?"; count].join(", ")),
    };
    if !wanted.ids.is_empty() {
        let ids: Vec<&str> = wanted.ids.iter().map(Uidp::as_str).collect();
        and(&one_of(&wanted.ids), &ids);
    }
    if let Some(name) = &wanted.name {
        and("name = ?", &[name]);
    }
    if let Some(key) = &wanted.key {
        and("key = ?", &[key]);
    }
    if let Some(id) = &wanted.ancestors_of {
        let above: Vec<Uidp> = id.ancestors().collect();
        let ids: Vec<&str> = above.iter().map(Uidp::as_str).collect();
        and(&one_of(&above), &ids);
    }
    if let Some(id) = &wanted.descendants_of {
        let (first, end) = below(id);
        and("id >= ?", &[&first]);
        and("id < ?", &[&end]);
    }
    if let Some(id) = &wanted.children_of {
        and("parent = ?", &[id.as_str()]);
    }
    if wanted.in_root {
        and("parent = ''", &[]);
    }
    if let Some(time) = wanted.updated_since {
        values.push(time.0.into());
        sql += &format!(" AND updated > ?{}", values.len());
    }
    (sql, values)
}
