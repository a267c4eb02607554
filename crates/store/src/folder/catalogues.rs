//! The files of catalogues: which one counts, and what becomes of one that is damaged. It does not open any.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Folder, TEMPORARY, is_gone};
use crate::Error;
use crate::catalogue;

/// What follows the name of a catalogue that was found damaged.
const BROKEN: &str = ".broken";

impl Folder {
    /// The number of the catalogue that counts: the highest one.
    pub(crate) fn latest(&self) -> Result<Option<u32>, Error> {
        Ok(self.catalogues()?.into_iter().filter(|one| !one.is_broken).map(|one| one.number).max())
    }

    /// A number that no catalogue has had, as far as can be told.
    pub(crate) fn next(&self) -> Result<u32, Error> {
        let highest = self.catalogues()?.into_iter().map(|one| one.number).max();
        Ok(highest.unwrap_or_default().saturating_add(1))
    }

    /// Gives a damaged catalogue another name, so that it does not count any more and can be looked at. One that was
    /// damaged before makes room for it.
    pub(crate) fn set_aside(&self, number: u32) -> Result<PathBuf, Error> {
        for earlier in self.catalogues()?.into_iter().filter(|one| one.is_broken) {
            self.remove(Path::new(&broken(earlier.number)))?;
        }
        let path = self.path.join(catalogue::file(number));
        let aside = self.path.join(broken(number));
        fs::rename(&path, &aside).map_err(Error::io("set aside", &path))?;
        self.remove_beside(number)?;
        Ok(aside)
    }

    /// Where the next catalogue is written before it counts.
    pub(crate) fn unborn(&self, number: u32) -> Result<PathBuf, Error> {
        let unborn = Path::new(TEMPORARY).join(catalogue::file(number));
        // Whoever was killed while he wrote one has left it.
        for beside in ["", "-journal", "-wal", "-shm"] {
            self.remove(Path::new(&format!("{}{beside}", unborn.display())))?;
        }
        self.remove_beside(number)?;
        Ok(self.path.join(unborn))
    }

    /// Removes what SQLite has beside a file: without that file it means nothing.
    fn remove_beside(&self, number: u32) -> Result<(), Error> {
        let beside = ["-wal", "-shm", "-journal"];
        beside.iter().try_for_each(|end| self.remove(Path::new(&(catalogue::file(number) + end))))
    }

    fn catalogues(&self) -> Result<Vec<Numbered>, Error> {
        let list = || -> io::Result<Vec<Numbered>> {
            let mut numbered = Vec::new();
            for entry in fs::read_dir(&self.path)? {
                numbered.extend(entry?.file_name().to_str().and_then(Numbered::of));
            }
            Ok(numbered)
        };
        match list() {
            Err(error) if is_gone(&error) => Ok(Vec::new()),
            listed => listed.map_err(Error::io("look into the folder", &self.path)),
        }
    }
}

/// A file that is or was a catalogue.
struct Numbered {
    number: u32,
    is_broken: bool,
}

impl Numbered {
    fn of(name: &str) -> Option<Numbered> {
        let (whole, is_broken) = match name.strip_suffix(BROKEN) {
            Some(whole) => (whole, true),
            None => (name, false),
        };
        let number = whole.strip_prefix("catalogue-")?.strip_suffix(".sqlite")?.parse().ok()?;
        // `007` is nobody's.
        (catalogue::file(number) == whole).then_some(Numbered { number, is_broken })
    }
}

fn broken(number: u32) -> String {
    catalogue::file(number) + BROKEN
}
