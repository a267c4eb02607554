//! Things: added, replaced, listed, forgotten.

use model::{Time, Uidp};
use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, Result, Row, params, params_from_iter};

use super::{Ledger, Thing, ThingKind, Wanted};
use crate::Error;

const COLUMNS: &str = "id, kind, name, key, created, updated, record";

impl Ledger {
    /// Notes a new thing. False, and nothing noted, where another one has its place or its name there.
    pub fn add(&self, thing: &Thing) -> std::result::Result<bool, Error> {
        self.ask("note something new", |connection| unless_taken(insert(connection, thing)))
    }

    /// Notes a new thing, or several, all or none of them. False where a place or a name is taken.
    pub fn add_all(&self, things: &[Thing]) -> std::result::Result<bool, Error> {
        let added = self.change("note something new", |connection| {
            things.iter().try_for_each(|thing| insert(connection, thing))
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
        self.ask("replace something", |connection| {
            let values = params![
                thing.id.as_str(),
                thing.name,
                thing.key,
                thing.updated.0,
                thing.record,
                thing.kind.name(),
            ];
            let mut changed = 0;
            let done = connection.prepare_cached(sql)?.execute(values);
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
        self.ask("look something up", |connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params_from_iter(values))?;
            let mut things = Vec::new();
            while let Some(row) = rows.next()? {
                things.extend(thing(row)?);
            }
            Ok(things)
        })
    }

    /// Forgets a thing and all that is below it, and what was given to identities that go. False where it is not there.
    pub fn forget(&self, kind: ThingKind, id: &Uidp) -> std::result::Result<bool, Error> {
        self.change("forget something", |connection| {
            let is_there = "SELECT EXISTS (SELECT 1 FROM things WHERE id = ?1 AND kind = ?2)";
            let values = params![id.as_str(), kind.name()];
            if !connection.prepare_cached(is_there)?.query_row(values, |row| row.get(0))? {
                return Ok(false);
            }
            let (first, end) = below(id);
            let values = params![id.as_str(), first, end];
            for sql in [
                "DELETE FROM things WHERE kind = 'binding' AND key IN (
                    SELECT id FROM things WHERE id = ?1 OR (id >= ?2 AND id < ?3))",
                "DELETE FROM things WHERE id = ?1 OR (id >= ?2 AND id < ?3)",
            ] {
                connection.prepare_cached(sql)?.execute(values)?;
            }
            if kind != ThingKind::Tag {
                for sql in [
                    "DELETE FROM moves WHERE repo = ?1 OR (repo >= ?2 AND repo < ?3)",
                    "DELETE FROM members WHERE repo = ?1 OR (repo >= ?2 AND repo < ?3)",
                    "DELETE FROM jobs WHERE repo = ?1 OR (repo >= ?2 AND repo < ?3)",
                ] {
                    connection.prepare_cached(sql)?.execute(values)?;
                }
            }
            Ok(true)
        })
    }
}

pub(super) fn insert(connection: &Connection, thing: &Thing) -> Result<()> {
    let sql = "INSERT INTO things (id, kind, parent, name, key, created, updated, record)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let parent = thing.id.parent();
    connection.prepare_cached(sql)?.execute(params![
        thing.id.as_str(),
        thing.kind.name(),
        parent.as_ref().map_or("", Uidp::as_str),
        thing.name,
        thing.key,
        thing.created.0,
        thing.updated.0,
        thing.record,
    ])?;
    Ok(())
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
    let mut sql = "kind = ?".to_owned();
    let mut values: Vec<Value> = vec![kind.name().to_owned().into()];
    let mut and = |condition: &str, more: &[&str]| {
        sql += &format!(" AND {condition}");
        values.extend(more.iter().map(|&value| Value::from(value.to_owned())));
    };
    let one_of = |ids: &[Uidp]| format!("id IN ({})", vec!["?"; ids.len()].join(", "));
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
        sql += " AND updated > ?";
        values.push(time.0.into());
    }
    (sql, values)
}
