//! A shelf: the folder of kept databases, several of them, by when their data was built.

mod statements;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use model::{AdvisoryData, Time};

use crate::fetch::published;
use crate::find::is_to_come;
use crate::import::{UNFINISHED, import, settle, temporary};
use crate::unpack::io_error;
use crate::{Counts, Database, Error, Watch};

pub use statements::KeptStatements;

/// How the file of a kept database is called at its end.
const ENDING: &str = ".advisories";

/// How long nobody has written to an unfinished file before it counts as left.
const ABANDONED: Duration = Duration::from_hours(1);

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
        self.sweep();
        let unfinished = temporary(folder)?;
        let data = import(what, unfinished.path(), folder, watch)?;
        settle(unfinished.path())?;
        let path = folder.join(name(&data) + ENDING);
        unfinished.persist(&path).map_err(|error| io_error("write", &path)(error.error))?;
        settle(folder)?;
        kept(path)
    }

    /// Keeps the advisories that are published at an address, unless the kept ones have the digest that is promised of them.
    /// Whether they had to be fetched is told beside.
    pub fn update(&self, address: &str, watch: &Watch<'_>) -> Result<(KeptDatabase, bool), Error> {
        let address = &latest(address);
        let promised = published(address, watch)?.checksum;
        let is_it = |one: &KeptDatabase| promised.is_some() && one.data.digest == promised;
        match self.list()?.0.into_iter().find(is_it) {
            Some(kept) => Ok((kept, false)),
            None => self.import(address, watch).map(|kept| (kept, true)),
        }
    }

    /// Every kept database, the latest last: by when its data was built. First come those of which nobody says that, or
    /// that cannot have been built then, by when they were imported.
    /// Files that cannot be read are told of, a sentence each.
    pub fn list(&self) -> Result<(Vec<KeptDatabase>, Vec<String>), Error> {
        let (databases, broken) = self.all()?;
        Ok((databases, broken.values().map(ToString::to_string).collect()))
    }

    /// Throws away what imports have left that were killed: nobody writes it any more.
    fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for entry in entries.filter_map(Result::ok) {
            let is_unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
            let modified = entry.metadata().and_then(|about| about.modified());
            let age = modified.ok().and_then(|time| time.elapsed().ok()).unwrap_or_default();
            if is_unfinished && age > ABANDONED {
                // What cannot be thrown away now is tried again by the next import.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Every kept database, and the files that cannot be read, by name.
    fn all(&self) -> Result<(Vec<KeptDatabase>, BTreeMap<String, Error>), Error> {
        let mut databases = Vec::new();
        let mut broken = BTreeMap::new();
        for path in self.files()? {
            let name = name_of(&path);
            match kept(path) {
                Ok(database) => databases.push(database),
                Err(error) => {
                    broken.insert(name, error);
                }
            }
        }
        // Undated data is not taken for the latest where there is dated data, nor is what says that it is of days to come.
        let when = |one: &KeptDatabase| {
            let built = one.data.built.filter(|built| !is_to_come(*built, one.imported));
            (built.is_some(), built.unwrap_or(one.imported), one.name.clone())
        };
        databases.sort_by_key(when);
        Ok((databases, broken))
    }

    fn files(&self) -> Result<Vec<PathBuf>, Error> {
        self.files_ending(ENDING)
    }

    fn files_ending(&self, ending: &str) -> Result<Vec<PathBuf>, Error> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io_error("list", &self.folder)(error)),
        };
        let paths = entries.map(|entry| Ok(entry.map_err(io_error("list", &self.folder))?.path()));
        let paths: Result<Vec<PathBuf>, Error> = paths.collect();
        Ok(paths?.into_iter().filter(|path| path.to_string_lossy().ends_with(ending)).collect())
    }

    /// The kept database that a person means: its name, the beginning of it, or the day it was built. None: the latest.
    ///
    /// # Errors
    ///
    /// Also where a file that is meant, or that may be the latest, cannot be read: an older one is not asked in its place.
    pub fn find(&self, name: Option<&str>) -> Result<KeptDatabase, Error> {
        let (databases, mut broken) = self.all()?;
        let latest = databases.last().map(|latest| latest.name.clone()).unwrap_or_default();
        let is_meant = |broken: &str| match name {
            Some(name) => broken.starts_with(name),
            None => *broken > *latest,
        };
        let meant = broken.keys().find(|name| is_meant(name)).cloned();
        if let Some(error) = meant.and_then(|name| broken.remove(&name)) {
            return Err(error);
        }
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

    /// Removes the databases that a person means, each as [`Shelf::find`] finds it, or by the whole name of a file that cannot
    /// be read; and VEX documents by the beginning of their names. All of them have to be there before any is removed. Their names are returned.
    pub fn remove(&self, names: &[String]) -> Result<Vec<String>, Error> {
        let meant = |name: &String| {
            let whole = self.files()?.into_iter().find(|path| name_of(path) == *name);
            let mut documents = self.statement_files()?;
            documents.retain(|path| name_of(path).starts_with(&**name));
            match (whole, &documents[..]) {
                (Some(path), _) => Ok(path),
                (None, [document]) => Ok(document.clone()),
                (None, _) => self.find(Some(name)).map(|one| one.path),
            }
        };
        let mut paths = names.iter().map(meant).collect::<Result<Vec<PathBuf>, Error>>()?;
        paths.sort();
        paths.dedup();
        for path in &paths {
            fs::remove_file(path).map_err(io_error("remove", path))?;
        }
        Ok(paths.iter().map(|path| name_of(path)).collect())
    }
}

impl KeptDatabase {
    /// Opens it.
    pub fn open(&self) -> Result<Database, Error> {
        Database::open(&self.path)
    }

    /// Whether its data says that it was built at a time that is still to come.
    pub fn is_of_days_to_come(&self, now: Time) -> bool {
        self.data.built.is_some_and(|built| is_to_come(built, now))
    }

    /// How many whole hours old its data is, where it says when it was built.
    pub fn hours_old(&self, now: Time) -> Option<i64> {
        Some((now.0 - self.data.built?.0).max(0) / 3600)
    }
}

/// What is kept in a file is called as the file, without its ending.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let bare = [ENDING, statements::ENDING].iter().find_map(|ending| name.strip_suffix(ending));
    bare.unwrap_or(&name).to_owned()
}

/// The document at an address, which may be only where all of Grype's schemas are published.
fn latest(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let name = path.split_once("://").map_or(path, |(_, path)| path).trim_end_matches('/');
    let last = name.rsplit('/').next().unwrap_or_default();
    let is_whole = name.contains('/') && last.contains('.');
    if is_whole { address.into() } else { format!("{}/v6/latest.json", path.trim_end_matches('/')) }
}

fn kept(path: PathBuf) -> Result<KeptDatabase, Error> {
    let database = Database::open(&path)?;
    let about = fs::metadata(&path).map_err(io_error("look at", &path))?;
    let imported = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let imported = Time(imported.map_or(0, |since| since.as_secs().cast_signed()));
    let name = name_of(&path);
    let (data, counts) = (database.data().clone(), database.counts());
    Ok(KeptDatabase { name, data, counts, bytes: about.len(), imported, path })
}

fn name(data: &AdvisoryData) -> String {
    let built = data.built.map_or("undated".into(), |built| built.to_string().replace(':', ""));
    let digest = data.digest.as_deref().and_then(|digest| digest.split_once(':'));
    let digest: String = digest.map_or("", |(_, hex)| hex).chars().take(12).collect();
    format!("{built}-{digest}")
}

#[cfg(test)]
mod tests {
    use super::latest;

    #[test]
    fn where_everything_is_published_has_the_latest_of_schema_6() {
        let check = |address: &str, expect: &str| assert_eq!(latest(address), expect);
        check("https://h.io/databases", "https://h.io/databases/v6/latest.json");
        check("http://h.io:8080/", "http://h.io:8080/v6/latest.json");
        check("https://h.io/v6/latest.json?x=1", "https://h.io/v6/latest.json?x=1");
        check("https://h.io/a.tar.zst", "https://h.io/a.tar.zst");
    }
}
