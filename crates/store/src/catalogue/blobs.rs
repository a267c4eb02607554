//! Which blobs there are, how large they are, and when they were used last.

use model::{Digest, Time};
use rusqlite::{Connection, OptionalExtension as _, Result, params};

use crate::LayerKey;
use crate::address::{Address, Part, Shelf};

/// A blob as the catalogue has it.
#[derive(Clone, Debug)]
pub(crate) struct Blob {
    pub(crate) address: Address,
    pub(crate) bytes: u64,
    pub(crate) used: Time,
}

/// Notes that a blob is there. A use that was noted before stays where it is the later one.
pub(crate) fn note(connection: &Connection, blob: &Blob) -> Result<()> {
    let sql = "INSERT INTO blobs (shelf, digest, revision, part, bytes, used)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT DO UPDATE SET bytes = excluded.bytes, used = max(used, excluded.used)";
    let Address { shelf, key, part } = &blob.address;
    connection.prepare_cached(sql)?.execute(params![
        shelf.name(),
        key.digest.to_string(),
        key.revision.cast_signed(),
        part.name(),
        blob.bytes.cast_signed(),
        blob.used.0
    ])?;
    Ok(())
}

/// When a blob was used last; none where it is not in the catalogue.
pub(crate) fn use_of(connection: &Connection, address: &Address) -> Result<Option<Time>> {
    let sql =
        "SELECT used FROM blobs WHERE digest = ?1 AND revision = ?2 AND part = ?3 AND shelf = ?4";
    let Address { shelf, key, part } = address;
    let key =
        params![key.digest.to_string(), key.revision.cast_signed(), part.name(), shelf.name()];
    connection.prepare_cached(sql)?.query_row(key, |row| row.get(0).map(Time)).optional()
}

/// The revisions of the readers that facts of a layer were read by, the one whose facts were used last first.
pub(crate) fn revisions(
    connection: &Connection,
    shelf: &Shelf,
    digest: &Digest,
) -> Result<Vec<u64>> {
    let sql = "SELECT revision FROM blobs WHERE digest = ?1 AND part = ?2 AND shelf = ?3
        ORDER BY used DESC, revision";
    let mut statement = connection.prepare_cached(sql)?;
    let values = params![digest.to_string(), Part::Facts.name(), shelf.name()];
    let rows = statement.query_map(values, |row| row.get(0).map(i64::cast_unsigned))?;
    rows.collect()
}

/// Notes when a blob was used.
pub(crate) fn touch(connection: &Connection, address: &Address, now: Time) -> Result<()> {
    let sql = "UPDATE blobs SET used = max(used, ?5)
        WHERE digest = ?1 AND revision = ?2 AND part = ?3 AND shelf = ?4";
    let Address { shelf, key, part } = address;
    let (digest, revision) = (key.digest.to_string(), key.revision.cast_signed());
    let values = params![digest, revision, part.name(), shelf.name(), now.0];
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// Forgets a blob, and says whether it was known.
pub(crate) fn forget(connection: &Connection, address: &Address) -> Result<bool> {
    let sql = "DELETE FROM blobs WHERE digest = ?1 AND revision = ?2 AND part = ?3 AND shelf = ?4";
    let Address { shelf, key, part } = address;
    let (digest, revision) = (key.digest.to_string(), key.revision.cast_signed());
    let values = params![digest, revision, part.name(), shelf.name()];
    Ok(connection.prepare_cached(sql)?.execute(values)? > 0)
}

/// Bytes of all blobs together.
pub(crate) fn held(connection: &Connection) -> Result<u64> {
    let sql = "SELECT coalesce(sum(bytes), 0) FROM blobs";
    let bytes: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(bytes.cast_unsigned())
}

/// Every blob, the one that was used least recently first.
pub(crate) fn blobs(connection: &Connection) -> Result<Vec<Blob>> {
    let sql = "SELECT shelf, digest, revision, part, bytes, used FROM blobs
        ORDER BY used, digest, revision, part, shelf";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut blobs = Vec::new();
    while let Some(row) = rows.next()? {
        let (shelf, digest, part): (String, String, String) =
            (row.get(0)?, row.get(1)?, row.get(3)?);
        let shelf = Shelf::of_name(&shelf);
        let (digest, part) = (digest.parse().ok(), Part::of_name(&part));
        // A row that makes no sense leads to no blob; whoever looks at the files finds what belongs to none.
        let (Some(shelf), Some(digest), Some(part)) = (shelf, digest, part) else { continue };
        let revision = row.get::<_, i64>(2)?.cast_unsigned();
        blobs.push(Blob {
            address: Address { shelf, key: LayerKey { digest, revision }, part },
            bytes: row.get::<_, i64>(4)?.cast_unsigned(),
            used: Time(row.get(5)?),
        });
    }
    Ok(blobs)
}
