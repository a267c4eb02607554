//! A shelf: the folder of kept databases, several of them, by when their data was built.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use model::{AdvisoryData, Time};
use tempfile::NamedTempFile;

use crate::import::{import, settle};
use crate::unpack::io_error;
use crate::{Counts, Database, Error, Watch};

/// How the file of a kept database is called at its end.
const ENDING: &str = ".advisories";

/// A folder of kept databases.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: PathBuf,
}

/// A database that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptDatabase {
    /// What it is called: the moment it was built, and the beginning of its digest (`2024-12-31T000000Z-948ace5a2eb2`).
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// What the data is.
    pub data: AdvisoryData,
    /// How much there is.
    pub counts: Counts,
    /// Bytes of its file.
    pub bytes: u64,
    /// When it was imported, in seconds since 1970.
    pub imported: Time,
}

impl Shelf {
    /// The databases that are kept in a folder, which need not be there yet.
    pub fn at(folder: &Path) -> Shelf {
        Shelf { folder: folder.into() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Imports advisories from an address, a file or a folder, and keeps them. What is of the same name already is replaced.
    pub fn import(&self, what: &str, watch: &Watch<'_>) -> Result<KeptDatabase, Error> {
        let folder = &self.folder;
        fs::create_dir_all(folder).map_err(io_error("make the folder", folder))?;
        let unfinished =
            NamedTempFile::new_in(folder).map_err(io_error("write a file in", folder))?;
        let data = import(what, unfinished.path(), folder, watch)?;
        settle(unfinished.path())?;
        let path = folder.join(name(&data) + ENDING);
        unfinished.persist(&path).map_err(|error| io_error("write", &path)(error.error))?;
        settle(folder)?;
        kept(path)
    }

    /// Every kept database, the latest last: by when its data was built or, where nobody says that, by when it was imported. Files that cannot be read are told of, a sentence each.
    pub fn list(&self) -> Result<(Vec<KeptDatabase>, Vec<String>), Error> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok((Vec::new(), Vec::new()));
            }
            Err(error) => return Err(io_error("list", &self.folder)(error)),
        };
        let (mut databases, mut warnings) = (Vec::new(), Vec::new());
        for entry in entries {
            let path = entry.map_err(io_error("list", &self.folder))?.path();
            if !path.to_string_lossy().ends_with(ENDING) {
                continue;
            }
            match kept(path) {
                Ok(database) => databases.push(database),
                Err(error) => warnings.push(error.to_string()),
            }
        }
        let when = |one: &KeptDatabase| (one.data.built.unwrap_or(one.imported), one.name.clone());
        databases.sort_by_key(when);
        warnings.sort();
        Ok((databases, warnings))
    }

    /// The kept database that a person means: its name, the beginning of it, or the day it was built. None: the latest.
    pub fn find(&self, name: Option<&str>) -> Result<KeptDatabase, Error> {
        let (databases, _) = self.list()?;
        let hint = || "`db list` lists them, `db update` and `db import` bring new ones".to_owned();
        let Some(name) = name else {
            return databases.into_iter().next_back().ok_or_else(|| Error::NotFound {
                what: "there is no database of advisories yet".into(),
                hint: hint(),
            });
        };
        let is_meant = |one: &KeptDatabase| {
            one.name.starts_with(name)
                || one.data.digest.as_deref().is_some_and(|digest| digest.starts_with(name))
                || one.data.built.is_some_and(|built| built.to_string().starts_with(name))
        };
        let mut meant: Vec<KeptDatabase> = databases.into_iter().filter(is_meant).collect();
        match (meant.pop(), &meant[..]) {
            (Some(one), []) => Ok(one),
            (None, _) => Err(Error::NotFound {
                what: format!("no kept database of advisories is called {name}"),
                hint: hint(),
            }),
            (Some(one), others) => {
                let names: Vec<&str> =
                    others.iter().map(|one| &*one.name).chain([&*one.name]).collect();
                Err(Error::Invalid {
                    what: format!("{name} is the beginning of several databases' names"),
                    hint: format!("say more of the one that is meant: {}", names.join(", ")),
                })
            }
        }
    }

    /// Removes a kept database.
    pub fn remove(&self, database: &KeptDatabase) -> Result<(), Error> {
        fs::remove_file(&database.path).map_err(io_error("remove", &database.path))
    }
}

impl KeptDatabase {
    /// Opens it.
    pub fn open(&self) -> Result<Database, Error> {
        Database::open(&self.path)
    }

    /// How many whole hours old its data is, where it says when it was built.
    pub fn hours_old(&self, now: Time) -> Option<i64> {
        Some((now.0 - self.data.built?.0).max(0) / 3600)
    }
}

fn kept(path: PathBuf) -> Result<KeptDatabase, Error> {
    let database = Database::open(&path)?;
    let about = fs::metadata(&path).map_err(io_error("look at", &path))?;
    let imported = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let imported = Time(imported.map_or(0, |since| since.as_secs().cast_signed()));
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name = name.strip_suffix(ENDING).unwrap_or(&name).to_owned();
    let (data, counts) = (database.data().clone(), database.counts());
    Ok(KeptDatabase { name, data, counts, bytes: about.len(), imported, path })
}

fn name(data: &AdvisoryData) -> String {
    let built = data.built.map_or("undated".into(), |built| built.to_string().replace(':', ""));
    let digest = data.digest.as_deref().and_then(|digest| digest.split_once(':'));
    let digest: String = digest.map_or("", |(_, hex)| hex).chars().take(12).collect();
    format!("{built}-{digest}")
}
