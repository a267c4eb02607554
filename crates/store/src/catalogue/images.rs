//! Which images there are.

use rusqlite::{Connection, OptionalExtension as _, Params, Result, params};

use model::Digest;

use super::sightings::LATEST_FIRST;
use crate::address::ImageKey;

/// An image as the catalogue has it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) key: ImageKey,
    pub(crate) imported: bool,
    /// The image, as `codec` writes it.
    pub(crate) record: Vec<u8>,
}

/// What is kept of an image.
pub(crate) struct New<'a> {
    pub(crate) key: &'a ImageKey,
    pub(crate) index: Option<&'a Digest>,
    /// The lowest layer, by what it is unpacked.
    pub(crate) lowest: Option<&'a Digest>,
    pub(crate) analyzed: i64,
    pub(crate) imported: bool,
    pub(crate) layers: &'a [Digest],
    pub(crate) record: &'a [u8],
}

/// Keeps an image in place of what was kept of it before.
pub(crate) fn keep(connection: &Connection, image: &New<'_>) -> Result<()> {
    forget_image(connection, image.key)?;
    let sql = "INSERT INTO images (id, manifest, index_digest, lowest, analyzed, imported, record)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    connection.prepare_cached(sql)?.execute(params![
        image.key.id.to_string(),
        image.key.manifest_text(),
        image.index.map(ToString::to_string),
        image.lowest.map(ToString::to_string),
        image.analyzed,
        image.imported,
        image.record
    ])?;
    let number = connection.last_insert_rowid();
    let sql = "INSERT OR IGNORE INTO layers (digest, image) VALUES (?1, ?2)";
    let mut statement = connection.prepare_cached(sql)?;
    for layer in image.layers {
        statement.execute(params![layer.to_string(), number])?;
    }
    Ok(())
}

/// Forgets an image, and says whether it was known.
pub(crate) fn forget_image(connection: &Connection, key: &ImageKey) -> Result<bool> {
    let sql = "DELETE FROM images WHERE id = ?1 AND manifest = ?2";
    let key = params![key.id.to_string(), key.manifest_text()];
    Ok(connection.prepare_cached(sql)?.execute(key)? > 0)
}

/// One image.
pub(crate) fn image(connection: &Connection, key: &ImageKey) -> Result<Option<Row>> {
    let rows = select(
        connection,
        "WHERE id = ?1 AND manifest = ?2",
        params![key.id.to_string(), key.manifest_text()],
    )?;
    Ok(rows.into_iter().next())
}

/// Every image, the one analyzed last first.
pub(crate) fn images(connection: &Connection) -> Result<Vec<Row>> {
    select(connection, "", [])
}

/// Images that an index with this digest led to.
pub(crate) fn of_index(connection: &Connection, index: &Digest) -> Result<Vec<Row>> {
    select(connection, "WHERE index_digest = ?1", params![index.to_string()])
}

/// Images whose lowest layer, unpacked, has this digest.
pub(crate) fn on_layer(connection: &Connection, lowest: &Digest) -> Result<Vec<Row>> {
    select(connection, "WHERE lowest = ?1", params![lowest.to_string()])
}

/// Images of which a digest is the ID, the manifest's or the index's.
pub(crate) fn look_up(connection: &Connection, digest: &Digest) -> Result<Vec<Row>> {
    let condition = "WHERE id = ?1 OR manifest = ?1 OR index_digest = ?1";
    select(connection, condition, params![digest.to_string()])
}

/// Images whose ID or manifest's digest begins so.
pub(crate) fn with_prefix(connection: &Connection, prefix: &str) -> Result<Vec<Row>> {
    // No digit is greater than `f`.
    let behind = format!("{prefix}g");
    let condition = "WHERE (id >= ?1 AND id < ?2) OR (manifest >= ?1 AND manifest < ?2)";
    select(connection, condition, params![prefix, behind])
}

/// What a name means: what it was seen as last, here rather than elsewhere. The image need not be kept any more.
pub(crate) fn of_name(connection: &Connection, name: &str) -> Result<Option<ImageKey>> {
    let sql = format!(
        "SELECT id, manifest FROM sightings WHERE name = ?1 ORDER BY {LATEST_FIRST} LIMIT 1"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement
        .query_row([name], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
        .optional()?;
    Ok(found.and_then(|(id, manifest)| key(&id, &manifest)))
}

/// A layer that a kept image has.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    pub(crate) digest: Digest,
    pub(crate) image: ImageKey,
    pub(crate) imported: bool,
}

/// Every layer of every image.
pub(crate) fn layers(connection: &Connection) -> Result<Vec<Layer>> {
    let sql = "SELECT digest, id, manifest, imported FROM layers JOIN images ON number = image
        ORDER BY digest, number";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut layers = Vec::new();
    while let Some(row) = rows.next()? {
        let (digest, id): (String, String) = (row.get(0)?, row.get(1)?);
        let image = key(&id, &row.get::<_, String>(2)?);
        let (Some(image), Ok(digest)) = (image, digest.parse()) else { continue };
        layers.push(Layer { digest, image, imported: row.get(3)? });
    }
    Ok(layers)
}

/// Every layer of the images that were read here and of which a digest is the ID, the manifest's or the index's.
pub(crate) fn layers_of(connection: &Connection, digest: &Digest) -> Result<Vec<Digest>> {
    let sql = "SELECT DISTINCT digest FROM layers JOIN images ON number = image
        WHERE (id = ?1 OR manifest = ?1 OR index_digest = ?1) AND NOT imported ORDER BY digest";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([digest.to_string()], |row| row.get::<_, String>(0))?;
    let mut layers = Vec::new();
    for row in rows {
        layers.extend(row?.parse().ok());
    }
    Ok(layers)
}

fn select(connection: &Connection, condition: &str, values: impl Params) -> Result<Vec<Row>> {
    let sql = format!(
        "SELECT id, manifest, imported, record FROM images {condition}
        ORDER BY analyzed DESC, number DESC"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(values)?;
    let mut images = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, manifest): (String, String) = (row.get(0)?, row.get(1)?);
        let Some(key) = key(&id, &manifest) else { continue };
        images.push(Row { key, imported: row.get(2)?, record: row.get(3)? });
    }
    Ok(images)
}

pub(super) fn key(id: &str, manifest: &str) -> Option<ImageKey> {
    let manifest = match manifest {
        "" => None,
        manifest => Some(manifest.parse().ok()?),
    };
    Some(ImageKey { id: id.parse().ok()?, manifest })
}
