//! The catalogue: which blobs there are, which images, and what names were seen to mean. All SQL about facts is here.
//!
//! It is never what makes a fact true: blobs prove themselves, and a catalogue that is lost is made again from them.

mod blobs;
mod images;
mod sightings;

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, ffi};

use crate::Error;

pub(crate) use blobs::{Blob, blobs, forget, held, note, revisions, touch, use_of};
pub(crate) use images::{
    New, Row, forget_image, image, images, keep, layers, layers_of, look_up, of_index, of_name,
    on_layer, with_prefix,
};
pub(crate) use sightings::{Seen, names_of, see, see_elsewhere, sightings, sightings_of};

/// The version of the tables, kept as SQLite's `user_version`.
pub(crate) const VERSION: i64 = 2;

/// How long another process may keep the catalogue to itself before that is an error.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

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
        lowest TEXT,
        analyzed INTEGER NOT NULL,
        imported INTEGER NOT NULL,
        record BLOB NOT NULL,
        UNIQUE (id, manifest)
    );
    CREATE INDEX images_by_manifest ON images (manifest);
    CREATE INDEX images_by_index ON images (index_digest);
    CREATE INDEX images_by_lowest ON images (lowest);
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

/// A catalogue that is open.
#[derive(Debug)]
pub(crate) struct Catalogue {
    /// Its file; none where it is only what was found in a folder that nothing can be written into.
    pub(crate) file: Option<CatalogueFile>,
    /// The way to ask it.
    pub(crate) connection: Connection,
}

/// Which file a catalogue is, whatever else is given its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CatalogueFile {
    /// Its number: the catalogue with the highest one counts.
    pub(crate) number: u32,
    device: u64,
    inode: u64,
}

impl CatalogueFile {
    /// The file with this number, where there is one.
    pub(crate) fn of(folder: &Path, number: u32) -> Option<CatalogueFile> {
        let about = fs::symlink_metadata(folder.join(file(number))).ok()?;
        Some(CatalogueFile { number, device: about.dev(), inode: about.ino() })
    }
}

/// What opening a catalogue came to.
pub(crate) enum Opened {
    /// It is there.
    Whole(Catalogue),
    /// The file is not a catalogue, or not one any more.
    Broken,
}

/// The name of a catalogue's file, inside the store's folder. No number is used twice, so that what SQLite has beside a file is
/// never taken for that of another.
pub(crate) fn file(number: u32) -> String {
    format!("catalogue-{number}.sqlite")
}

/// Opens a catalogue that is there.
pub(crate) fn open(folder: &Path, number: u32) -> Result<Opened, Error> {
    // Before it is opened: what takes its place meanwhile is another.
    let this = CatalogueFile::of(folder, number);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OTHERWISE;
    let connected = Connection::open_with_flags(folder.join(file(number)), flags);
    let connected = connected.and_then(|connection| {
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // A power cut may take the last rows along. The blobs they spoke of are found again.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        Ok((version(&connection)?, connection))
    });
    judge(folder, this, connected)
}

/// Opens a catalogue in a folder that nothing can be written into.
pub(crate) fn open_to_read(folder: &Path, number: u32) -> Result<Opened, Error> {
    let this = CatalogueFile::of(folder, number);
    let path = folder.join(file(number));
    let connect = |path: &Path, flags| {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        Ok((version(&connection)?, connection))
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OTHERWISE;
    // Somebody else may be writing into it elsewhere, with a log beside it. Without one, SQLite would want to make one.
    let connected = connect(&path, flags).or_else(|_| {
        let unchanging = PathBuf::from(format!("file:{}?immutable=1", escaped(&path)));
        connect(&unchanging, flags | OpenFlags::SQLITE_OPEN_URI)
    });
    judge(folder, this, connected)
}

const OTHERWISE: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX.union(OpenFlags::SQLITE_OPEN_NOFOLLOW);

/// A path as an address has it.
fn escaped(path: &Path) -> String {
    let byte = |&byte: &u8| match byte {
        b'/' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02x}"),
    };
    path.as_os_str().as_bytes().iter().map(byte).collect()
}

fn judge(
    folder: &Path,
    file: Option<CatalogueFile>,
    connected: rusqlite::Result<(i64, Connection)>,
) -> Result<Opened, Error> {
    match connected {
        Ok((VERSION, connection)) => Ok(Opened::Whole(Catalogue { file, connection })),
        Ok((version, _)) if version > VERSION => {
            Err(Error::Newer { path: folder.into(), version, known: VERSION })
        }
        // Ours is whole as soon as it has its name.
        Ok(_) => Ok(Opened::Broken),
        Err(error) if is_broken(&error) => Ok(Opened::Broken),
        Err(error) => Err(Error::catalogue("look")(error)),
    }
}

/// Makes a catalogue with these blobs in a file that nobody else knows of yet.
pub(crate) fn make(path: &Path, blobs: &[Blob]) -> Result<(), Error> {
    let making = || {
        let mut connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        fill(&mut connection, blobs)?;
        // Closing takes the log into the file.
        connection.close().map_err(|(_, error)| error)
    };
    making().map_err(Error::catalogue("begin anew"))
}

/// A catalogue with these blobs that is no file.
pub(crate) fn make_in_memory(blobs: &[Blob]) -> Result<Catalogue, Error> {
    let making = || {
        let mut connection = Connection::open_in_memory()?;
        fill(&mut connection, blobs)?;
        Ok(Catalogue { file: None, connection })
    };
    making().map_err(Error::catalogue("begin anew"))
}

fn fill(connection: &mut Connection, blobs: &[Blob]) -> rusqlite::Result<()> {
    let filling = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    filling.execute_batch(TABLES)?;
    filling.pragma_update(None, "user_version", VERSION)?;
    for blob in blobs {
        note(&filling, blob)?;
    }
    filling.commit()
}

/// Whether an error says that the file is damaged, or that another has made it: our questions are always the same, and
/// ours has answers of the right kind to all of them.
pub(crate) fn is_broken(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{
        FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, SqlInputError,
        SqliteFailure,
    };
    match error {
        SqliteFailure(error, _) => match error.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => true,
            // A table or a column is not there.
            ErrorCode::Unknown => error.extended_code & 0xff == ffi::SQLITE_ERROR,
            _ => false,
        },
        SqlInputError { .. }
        | InvalidColumnType(..)
        | FromSqlConversionFailure(..)
        | IntegralValueOutOfRange(..) => true,
        _ => false,
    }
}

/// Forgets everything.
pub(crate) fn clear(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("DELETE FROM blobs; DELETE FROM images; DELETE FROM sightings;")
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}
