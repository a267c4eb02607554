//! What names were seen to mean, and when.

use model::Time;
use rusqlite::{Connection, OptionalExtension as _, Result, params};

use super::images::key;
use crate::Sighting;
use crate::address::ImageKey;

/// A sighting that is noted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) name: &'a str,
    pub(crate) key: &'a ImageKey,
    pub(crate) first: Time,
    pub(crate) last: Time,
}

/// Notes that a name was seen here. Where it meant the same the last time, that sighting goes on.
pub(crate) fn see(connection: &Connection, seen: &Seen<'_>) -> Result<()> {
    let sql = "SELECT number, id = ?2 AND manifest = ?3 FROM sightings
        WHERE name = ?1 AND imported = 0 ORDER BY number DESC LIMIT 1";
    let (id, manifest) = (seen.key.id.to_string(), seen.key.manifest_text());
    let latest: Option<(i64, bool)> = connection
        .prepare_cached(sql)?
        .query_row(params![seen.name, id, manifest], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((number, true)) = latest {
        // Of all that was seen here it is the latest now, whatever it was the first time.
        let sql = "UPDATE sightings SET first = min(first, ?2), last = max(last, ?3),
            number = (SELECT max(number) + 1 FROM sightings) WHERE number = ?1";
        let values = params![number, seen.first.0, seen.last.0];
        connection.prepare_cached(sql)?.execute(values)?;
        return Ok(());
    }
    insert(connection, seen, false)
}

/// Notes what somebody else saw. It never touches what was seen here; told twice, or by two who have seen it at the same
/// time, it is one sighting.
pub(crate) fn see_elsewhere(connection: &Connection, seen: &Seen<'_>) -> Result<()> {
    let (id, manifest) = (seen.key.id.to_string(), seen.key.manifest_text());
    let overlapping =
        "FROM sightings WHERE name = ?1 AND imported = 1 AND id = ?2 AND manifest = ?3
        AND first <= ?5 AND last >= ?4";
    let values = params![seen.name, id, manifest, seen.first.0, seen.last.0];
    let sql = format!("SELECT min(first), max(last) {overlapping}");
    let (first, last): (Option<i64>, Option<i64>) =
        connection.prepare_cached(&sql)?.query_row(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
    connection.prepare_cached(&format!("DELETE {overlapping}"))?.execute(values)?;
    let first = first.map_or(seen.first, |first| seen.first.min(Time(first)));
    let last = last.map_or(seen.last, |last| seen.last.max(Time(last)));
    insert(connection, &Seen { first, last, ..*seen }, true)
}

fn insert(connection: &Connection, seen: &Seen<'_>, imported: bool) -> Result<()> {
    let sql = "INSERT INTO sightings (name, id, manifest, first, last, imported)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let (id, manifest) = (seen.key.id.to_string(), seen.key.manifest_text());
    let values = params![seen.name, id, manifest, seen.first.0, seen.last.0, imported];
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// What comes first of what was seen under a name: what was seen here, the latest first, whatever the clock said; then
/// what others saw, as their clocks say.
pub(super) const LATEST_FIRST: &str =
    "imported, CASE imported WHEN 0 THEN 0 ELSE last END DESC, number DESC";

/// What a name was seen as, the latest first; what was imported comes behind what was seen here.
pub(crate) fn sightings(connection: &Connection, name: &str) -> Result<Vec<Sighting>> {
    let sql = format!(
        "SELECT id, manifest, first, last, imported, EXISTS (
            SELECT 1 FROM images i WHERE i.id = s.id AND i.manifest = s.manifest
        ) FROM sightings s WHERE name = ?1 ORDER BY {LATEST_FIRST}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([name])?;
    let mut sightings = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, manifest): (String, String) = (row.get(0)?, row.get(1)?);
        let Some(ImageKey { id, manifest }) = key(&id, &manifest) else { continue };
        sightings.push(Sighting {
            id,
            digest: manifest,
            first: Time(row.get(2)?),
            last: Time(row.get(3)?),
            imported: row.get(4)?,
            kept: row.get(5)?,
        });
    }
    Ok(sightings)
}

/// Under which names an image was seen and when, the latest of each name first.
pub(crate) fn sightings_of(
    connection: &Connection,
    key: &ImageKey,
) -> Result<Vec<(String, Time, Time)>> {
    let sql = "SELECT name, first, last FROM sightings WHERE id = ?1 AND manifest = ?2
        ORDER BY name, last DESC, number DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let key = params![key.id.to_string(), key.manifest_text()];
    let rows =
        statement.query_map(key, |row| Ok((row.get(0)?, Time(row.get(1)?), Time(row.get(2)?))))?;
    rows.collect()
}

/// Every name that an image was seen under, the latest last; those that others saw it under come first.
pub(crate) fn names_of(connection: &Connection, key: &ImageKey) -> Result<Vec<String>> {
    let sql = "SELECT name FROM sightings WHERE id = ?1 AND manifest = ?2 GROUP BY name
        ORDER BY min(imported) DESC, max(CASE imported WHEN 0 THEN number END), max(last), name";
    let mut statement = connection.prepare_cached(sql)?;
    let key = params![key.id.to_string(), key.manifest_text()];
    let rows = statement.query_map(key, |row| row.get(0))?;
    rows.collect()
}
