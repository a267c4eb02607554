//! Files that are not in their places yet: written one by one, placed together; and what others left of theirs.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Folder, TEMPORARY, is_gone, open_file};
use crate::Error;
use crate::turn::Lock;

/// The file in a folder of files that says whether somebody is still writing them.
const LOCK: &str = "lock";

/// Files that come into their places together, or not at all.
#[derive(Debug)]
pub(crate) struct Staging {
    folder: TempDir,
    /// Where each file belongs; its name until then is its number.
    places: Vec<PathBuf>,
    /// Held as long as anything is written.
    _lock: File,
}

impl Folder {
    /// Begins files that will be placed together.
    pub(crate) fn staging(&self, _: &Lock) -> Result<Staging, Error> {
        let beginning = || -> io::Result<Staging> {
            let temporary = self.path.join(TEMPORARY);
            self.make(&temporary)?;
            let folder = tempfile::Builder::new().tempdir_in(temporary)?;
            let lock = File::create(folder.path().join(LOCK))?;
            lock.lock()?;
            Ok(Staging { folder, places: Vec::new(), _lock: lock })
        };
        beginning().map_err(Error::io("write into", &self.path.join(TEMPORARY)))
    }

    /// Removes what was left half-written by processes that are gone.
    pub(crate) fn tidy(&self, _: &Lock) -> Result<(), Error> {
        let folder = self.path.join(TEMPORARY);
        let tidying = || -> io::Result<()> {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    abandoned(&entry.path().join(LOCK), || fs::remove_dir_all(entry.path()))?;
                } else {
                    abandoned(&entry.path(), || fs::remove_file(entry.path()))?;
                }
            }
            Ok(())
        };
        match tidying() {
            Err(error) if is_gone(&error) => Ok(()),
            tidied => tidied.map_err(Error::io("tidy up", &folder)),
        }
    }
}

/// Does something where nobody holds the lock of a file, and holds it meanwhile: whoever has just made the file and waits
/// for its lock finds it gone, and makes another.
fn abandoned(lock: &Path, remove: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let file = open_file(lock);
    if file.as_ref().is_ok_and(|file| file.try_lock().is_err()) {
        return Ok(());
    }
    match remove() {
        Err(error) if is_gone(&error) => Ok(()),
        removed => removed,
    }
}

impl Staging {
    /// Writes a file that belongs to `place`.
    pub(crate) fn put(&mut self, place: PathBuf, bytes: &[u8]) -> Result<(), Error> {
        let path = self.path(self.places.len());
        fs::write(&path, bytes).map_err(Error::io("write", &path))?;
        self.places.push(place);
        Ok(())
    }

    /// Puts every file in its place.
    pub(crate) fn place(&self, folder: &Folder, _: &Lock) -> Result<(), Error> {
        let mut numbered = self.places.iter().enumerate();
        numbered.try_for_each(|(number, place)| folder.place(&self.path(number), place))
    }

    fn path(&self, number: usize) -> PathBuf {
        self.folder.path().join(number.to_string())
    }
}
