//! Imports: finds out what a file, a folder or an address is, has it read, and gives the database its name when it is whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use model::AdvisoryData;
use serde::Deserialize;
use tempfile::NamedTempFile;

use crate::fetch::{archive, published};
use crate::mirror::mirrored;
use crate::unpack::{Looks, Packing, Unpacked, digest, io_error, looks, unpack};
use crate::{Error, Watch, Writer, feed, grype};

/// Reads advisories into a database at `into`, a file that is there already and empty. `what` is an address, or the path of
/// a file or folder. `scratch` is a folder for what is only needed meanwhile.
pub(crate) fn import(
    what: &str,
    into: &Path,
    scratch: &Path,
    watch: &Watch<'_>,
) -> Result<AdvisoryData, Error> {
    let mut writer = Writer::create(into)?;
    let mut data = if what.contains("://") {
        let published = published(what, watch)?;
        let fetched = temporary(scratch)?;
        let digest = archive(&published, fetched.path(), watch)?;
        let data = file(fetched.path(), &published.address, scratch, &mut writer, watch)?;
        AdvisoryData { digest: Some(digest), origin: published.address, ..data }
    } else {
        let path = Path::new(what);
        // Of an archive whose promise was proved, the digest is known.
        let database = match mirrored(path, watch)? {
            Some((digest, path)) => Some((Some(digest), path)),
            None => database_in(path).map(|path| (None, path)),
        };
        match database {
            Some((known, path)) => {
                let data = file(&path, what, scratch, &mut writer, watch)?;
                let digest = known.map_or_else(|| digest(&path), Ok)?;
                AdvisoryData { digest: Some(digest), origin: what.into(), ..data }
            }
            None => feed::read(path, what, &mut writer, watch)?,
        }
    };
    data.providers.sort();
    writer.finish(&data)?;
    Ok(data)
}

/// The file itself, or the database of a folder: of one that Grype keeps (`6/` or `5/` in it), or one that has it in itself.
/// None: a folder without one.
fn database_in(path: &Path) -> Option<PathBuf> {
    if !path.is_dir() {
        return Some(path.into());
    }
    let places = ["6/vulnerability.db", "5/vulnerability.db", "vulnerability.db"];
    let below = ["", "db", "grype/db"].map(|folder| path.join(folder));
    let mut there = below.iter().flat_map(|folder| places.map(|place| folder.join(place)));
    there.find(|path| path.is_file())
}

/// How files begin that are not finished.
pub(crate) const UNFINISHED: &str = ".unfinished-";

/// A file that is gone when it is not needed any more.
pub(crate) fn temporary(folder: &Path) -> Result<NamedTempFile, Error> {
    let made = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder);
    made.map_err(io_error("write a file in", folder))
}

/// Reads a file by what it is; `said` is what a person calls it.
fn file(
    path: &Path,
    said: &str,
    scratch: &Path,
    writer: &mut Writer,
    watch: &Watch<'_>,
) -> Result<AdvisoryData, Error> {
    let strange = |why: &str| {
        Error::Corrupt {
        what: format!("could not import {said}: {why}"),
        hint: "databases of Grype are imported as an archive, as vulnerability.db, or as the folder that Grype keeps; OSV and secdb as JSON, as ZIP or as a folder of these".into(),
    }
    };
    match looks(path)? {
        Looks::Database => {
            if let Some(metadata) = beside(path) {
                prove(&metadata, &digest(path)?, said)?;
            }
            grype::read(path, writer, watch)
        }
        Looks::Packed(packing) => packed(path, packing, said, scratch, writer, watch),
        Looks::Zip | Looks::Json => feed::read(path, said, writer, watch),
        Looks::Other => Err(strange("it is no database and no archive")),
    }
}

fn packed(
    path: &Path,
    packing: Packing,
    said: &str,
    scratch: &Path,
    writer: &mut Writer,
    watch: &Watch<'_>,
) -> Result<AdvisoryData, Error> {
    let mut database = temporary(scratch)?;
    let Unpacked { has_database, digest, metadata } =
        unpack(path, packing, database.as_file_mut(), watch)?;
    if !has_database {
        return Err(Error::Corrupt {
            what: format!("could not import {said}: there is no vulnerability.db in it"),
            hint: "an archive of Grype's has one at its top".into(),
        });
    }
    if let Some(metadata) = metadata {
        prove(&metadata, &digest, said)?;
    }
    grype::read(database.path(), writer, watch)
}

/// What stands beside a database of schema 5.
#[derive(Deserialize)]
struct Metadata {
    checksum: String,
}

fn beside(database: &Path) -> Option<String> {
    let path = database.with_file_name("metadata.json");
    let is_small = fs::metadata(&path).is_ok_and(|about| about.len() < 1 << 20);
    is_small.then(|| fs::read_to_string(path).ok())?
}

/// Proves that a database is the one that its metadata speaks of. Metadata of another shape proves nothing.
fn prove(metadata: &str, digest: &str, said: &str) -> Result<(), Error> {
    let Ok(Metadata { checksum }) = serde_json::from_str(metadata) else { return Ok(()) };
    if !checksum.starts_with("sha256:") || checksum.eq_ignore_ascii_case(digest) {
        return Ok(());
    }
    Err(Error::Corrupt {
        what: format!(
            "the database in {said} is not the one that its metadata.json speaks of: it has {digest}, promised was {checksum}"
        ),
        hint: "fetch it again".into(),
    })
}

/// Makes a file's content last before it gets its name.
pub(crate) fn settle(path: &Path) -> Result<(), Error> {
    let file = File::open(path).map_err(io_error("open", path))?;
    file.sync_all().map_err(io_error("write", path))
}
