//! What names were seen to mean, and when.

use model::Time;
use rusqlite::{Connection, OptionalExtension as _, Result, params};

use super::images::key;
use crate::Sighting;
use crate::address::ImageKey;

/// A sighting that is noted.
pub(crate) struct Seen<'a> {
    pub(crate) name: &'a str,
    pub(crate) key: &'a ImageKey,
    pub(crate) first: Time,
    pub(crate) last: Time,
    pub(crate) imported: bool,
}

/// Notes that a name was seen. Where it meant the same the last time, that sighting goes on.
pub(crate) fn see(connection: &Connection, seen: &Seen<'_>) -> Result<()> {
    let sql = "SELECT number, id = ?3 AND manifest = ?4 FROM sightings
        WHERE name = ?1 AND imported = ?2 ORDER BY number DESC LIMIT 1";
    let (id, manifest) = (seen.key.id.to_string(), seen.key.manifest_text());
    let latest: Option<(i64, bool)> = connection
        .prepare_cached(sql)?
        .query_row(params![seen.name, seen.imported, id, manifest], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    if let Some((number, true)) = latest {
        let sql = "UPDATE sightings SET first = min(first, ?2), last = max(last, ?3)
            WHERE number = ?1";
        let values = params![number, seen.first.0, seen.last.0];
        connection.prepare_cached(sql)?.execute(values)?;
        return Ok(());
    }
    let sql = "INSERT INTO sightings (name, id, manifest, first, last, imported)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = params![seen.name, id, manifest, seen.first.0, seen.last.0, seen.imported];
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// What a name was seen as, the latest first; what was imported comes behind what was seen here.
pub(crate) fn sightings(connection: &Connection, name: &str) -> Result<Vec<Sighting>> {
    let sql = "SELECT s.id, s.manifest, s.first, s.last, i.number IS NOT NULL, s.imported
        FROM sightings s LEFT JOIN images i ON i.id = s.id AND i.manifest = s.manifest
        WHERE name = ?1 ORDER BY s.imported, s.number DESC";
    let mut statement = connection.prepare_cached(sql)?;
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
            kept: row.get(4)?,
            imported: row.get(5)?,
        });
    }
    Ok(sightings)
}

/// Every name that an image was seen under, the latest last.
pub(crate) fn names_of(connection: &Connection, key: &ImageKey) -> Result<Vec<String>> {
    let sql = "SELECT name FROM sightings WHERE id = ?1 AND manifest = ?2
        GROUP BY name ORDER BY max(number), name";
    let mut statement = connection.prepare_cached(sql)?;
    let key = params![key.id.to_string(), key.manifest_text()];
    let rows = statement.query_map(key, |row| row.get(0))?;
    rows.collect()
}
