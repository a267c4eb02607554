//! The files of catalogues: which one counts, and what becomes of one that is damaged. It does not open any.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Folder, TEMPORARY};
use crate::Error;
use crate::catalogue::{self, CatalogueFile};
use crate::turn::Lock;

/// What follows the name of a catalogue that was found damaged.
const BROKEN: &str = ".broken";

/// What SQLite has beside a file.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

impl Folder {
    /// The catalogue that counts: the one with the highest number.
    pub(crate) fn latest(&self) -> Result<Option<CatalogueFile>, Error> {
        let listed = self.catalogues().map_err(Error::io("look into the folder", &self.path))?;
        let number = listed.iter().filter(|one| !one.is_broken).map(|one| one.number).max();
        Ok(number.and_then(|number| CatalogueFile::of(&self.path, number)))
    }

    /// The highest number of a catalogue that is there, damaged or not.
    pub(crate) fn highest(&self) -> io::Result<u32> {
        Ok(self.catalogues()?.into_iter().map(|one| one.number).max().unwrap_or_default())
    }

    /// Gives a damaged catalogue another name, so that it does not count any more and can be looked at. One that was
    /// damaged before makes room for it.
    pub(crate) fn set_aside(&self, number: u32) -> Result<PathBuf, Error> {
        let listed = self.catalogues().map_err(Error::io("look into the folder", &self.path))?;
        for earlier in listed.into_iter().filter(|one| one.is_broken) {
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
        let temporary = self.path.join(TEMPORARY);
        self.make(&temporary).map_err(Error::io("make the folder", &temporary))?;
        let unborn = Path::new(TEMPORARY).join(catalogue::file(number));
        // Whoever was killed while he wrote one has left it.
        for beside in [""].iter().chain(&BESIDE) {
            self.remove(Path::new(&format!("{}{beside}", unborn.display())))?;
        }
        self.remove_beside(number)?;
        Ok(self.path.join(unborn))
    }

    /// Removes what SQLite had beside catalogues that do not count any more.
    pub(crate) fn tidy_catalogues(&self, _: &Lock) -> Result<(), Error> {
        let Some(latest) = self.latest()? else { return Ok(()) };
        let failed = || Error::io("look into the folder", &self.path);
        for entry in fs::read_dir(&self.path).map_err(failed())? {
            let name = entry.map_err(failed())?.file_name();
            let name = name.to_str().unwrap_or_default();
            let whole = BESIDE.iter().find_map(|end| name.strip_suffix(end));
            if whole.and_then(Numbered::of).is_some_and(|one| one.number < latest.number) {
                self.remove(Path::new(name))?;
            }
        }
        Ok(())
    }

    /// Removes what SQLite has beside a file: without that file it means nothing.
    fn remove_beside(&self, number: u32) -> Result<(), Error> {
        BESIDE.iter().try_for_each(|end| self.remove(Path::new(&(catalogue::file(number) + end))))
    }

    fn catalogues(&self) -> io::Result<Vec<Numbered>> {
        let mut numbered = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            numbered.extend(entry?.file_name().to_str().and_then(Numbered::of));
        }
        Ok(numbered)
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
