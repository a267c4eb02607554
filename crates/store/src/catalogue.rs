//! The catalogue: which blobs there are, which images, and what names were seen to mean. All SQL of the house is here.
//!
//! It is never what makes a fact true: blobs prove themselves, and a catalogue that is lost is made again from them.

mod blobs;
mod images;
mod sightings;

use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::Error;

pub(crate) use blobs::{Blob, blobs, forget, held, note, touch, use_of};
pub(crate) use images::{
    New, Row, forget_image, image, images, keep, layers, look_up, of_name, with_prefix,
};
pub(crate) use sightings::{Seen, names_of, see, sightings};

/// The file, inside the store's folder.
pub(crate) const FILE: &str = "catalogue.sqlite";

/// The version of the tables, kept as SQLite's `user_version`.
pub(crate) const VERSION: i64 = 1;

/// How long another process may keep the catalogue to itself before that is an error.
const PATIENCE: Duration = Duration::from_secs(10);

const TABLES: &str = "
    CREATE TABLE blobs (
        shelf TEXT NOT NULL,
        digest TEXT NOT NULL,
        revision INTEGER NOT NULL,
        part TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        used INTEGER NOT NULL,
        PRIMARY KEY (digest, revision, part, shelf)
    ) WITHOUT ROWID;
    CREATE INDEX blobs_by_use ON blobs (used);
    CREATE TABLE images (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        manifest TEXT NOT NULL,
        index_digest TEXT,
        analyzed INTEGER NOT NULL,
        imported INTEGER NOT NULL,
        record BLOB NOT NULL,
        UNIQUE (id, manifest)
    );
    CREATE INDEX images_by_manifest ON images (manifest);
    CREATE INDEX images_by_index ON images (index_digest);
    CREATE TABLE layers (
        digest TEXT NOT NULL,
        image INTEGER NOT NULL REFERENCES images ON DELETE CASCADE,
        PRIMARY KEY (digest, image)
    ) WITHOUT ROWID;
    CREATE INDEX layers_by_image ON layers (image);
    CREATE TABLE sightings (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        id TEXT NOT NULL,
        manifest TEXT NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        imported INTEGER NOT NULL
    );
    CREATE INDEX sightings_by_name ON sightings (name, number);
    CREATE INDEX sightings_by_image ON sightings (id, manifest);
";

/// What opening a catalogue came to.
pub(crate) enum Opened {
    /// It is there.
    Whole(Connection),
    /// It was not there, and was made now.
    Made(Connection),
    /// The file is not a catalogue, or not one any more.
    Broken,
}

/// Opens the catalogue in `folder`, or makes it.
pub(crate) fn open(folder: &Path) -> Result<Opened, Error> {
    let mut connected = connect(folder);
    // While another process makes it, SQLite does not wait for its turn.
    for _ in 0..100 {
        match &connected {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                thread::sleep(Duration::from_millis(20));
                connected = connect(folder);
            }
            _ => break,
        }
    }
    match connected {
        Ok((connection, VERSION, true)) => Ok(Opened::Made(connection)),
        Ok((connection, VERSION, false)) => Ok(Opened::Whole(connection)),
        Ok((_, version, _)) => Err(Error::Newer { path: folder.into(), version, known: VERSION }),
        Err(error) if is_broken(&error) => Ok(Opened::Broken),
        Err(error) => Err(Error::catalogue("look")(error)),
    }
}

/// Whether an error says that the file is damaged.
pub(crate) fn is_broken(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// The catalogue, its version, and whether it was made now.
fn connect(folder: &Path) -> rusqlite::Result<(Connection, i64, bool)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut connection = Connection::open_with_flags(folder.join(FILE), flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A power cut may take the last rows along. The blobs they spoke of are found again.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let version = version(&connection)?;
    if version != 0 {
        return Ok((connection, version, false));
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let making = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been quicker.
    let is_first = self::version(&making)? == 0;
    if is_first {
        making.execute_batch(TABLES)?;
        making.pragma_update(None, "user_version", VERSION)?;
    }
    making.commit()?;
    let version = self::version(&connection)?;
    Ok((connection, version, is_first))
}

/// Forgets everything.
pub(crate) fn clear(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("DELETE FROM blobs; DELETE FROM images; DELETE FROM sightings;")
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}
