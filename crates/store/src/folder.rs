//! The folder and the files in it: whole ones only, and nobody's but ours. It does not know what they hold.

mod catalogues;
mod staging;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use model::Time;
use rustix::fs::{Access, AtFlags, CWD, OFlags, accessat};
use rustix::io::Errno;
use tempfile::NamedTempFile;

use crate::Error;

pub(crate) use staging::Staging;

/// Bytes of a file at the most.
const MOST: u64 = 1 << 30;

/// Where files are written until they are whole.
pub(crate) const TEMPORARY: &str = "temporary";

/// Where holders say what they hold.
pub(crate) const HOLDS: &str = "holds";

/// Where lies what was fetched from public places.
pub(crate) const FETCHED: &str = "fetched";

/// Folders of blobs.
const BLOBS: [&str; 2] = ["blobs", "imported"];

/// An empty file that says whose folder it is: what stands in any other is not ours to remove.
const MARK: &str = "pentimento-kept-facts";

/// A folder of the store's.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    /// Whether nothing can be written into it: then what is there is read, and nothing is kept.
    pub(crate) is_read_only: bool,
}

impl Folder {
    /// Makes the folder where it is missing, for us alone. One that others own or may write into is refused: what they
    /// put there would be believed.
    pub(crate) fn open(path: &Path) -> Result<Folder, Error> {
        make(path).map_err(Error::io("make the folder", path))?;
        // What leads there is the person's own affair; from here on no link is followed.
        let path = path.canonicalize().map_err(Error::io("open the folder", path))?;
        let about = fs::metadata(&path).map_err(Error::io("look at the folder", &path))?;
        let refuse = |why: String| Err(Error::Folder { path: path.clone(), why });
        let us = rustix::process::geteuid().as_raw();
        if about.uid() != us {
            return refuse(format!("it belongs to user {}, and this is user {us}", about.uid()));
        }
        if about.mode() & 0o022 != 0 {
            return refuse(format!("others may write into it (mode {:o})", about.mode() & 0o7777));
        }
        let mark = path.join(MARK);
        if !mark.exists() {
            let mut inside =
                fs::read_dir(&path).map_err(Error::io("look into the folder", &path))?;
            // Another process may have begun just now, with the mark.
            if inside.next().is_some() && !mark.exists() {
                return refuse("there are other things in it, which are not touched".into());
            }
            File::create(&mark).map_err(Error::io("mark the folder", &mark))?;
        }
        for name in [TEMPORARY, HOLDS, FETCHED, BLOBS[0], BLOBS[1]] {
            if path.join(name).is_symlink() {
                return refuse(format!("{name} in it is a symbolic link"));
            }
        }
        let writing = accessat(CWD, &path, Access::WRITE_OK, AtFlags::EACCESS);
        let is_read_only = matches!(writing, Err(Errno::ACCESS | Errno::ROFS));
        if !is_read_only {
            let temporary = path.join(TEMPORARY);
            make(&temporary).map_err(Error::io("make the folder", &temporary))?;
        }
        Ok(Folder { path, is_read_only })
    }

    /// The bytes of a file; none where it is not there, or is no file.
    pub(crate) fn read(&self, file: &Path) -> Result<Option<Vec<u8>>, Error> {
        self.read_some(file, MOST)
    }

    /// The first bytes of a file, which say what it is; none where it is not there, or is no file.
    pub(crate) fn beginning(&self, file: &Path) -> Result<Option<Vec<u8>>, Error> {
        self.read_some(file, 1_024)
    }

    /// Writes a file that is not in its place yet. Who is killed on the way leaves a temporary file; what a failing disk
    /// leaves half-written does not have the digest that stands in it.
    pub(crate) fn prepare(&self, bytes: &[u8]) -> Result<NamedTempFile, Error> {
        let preparing = || -> io::Result<NamedTempFile> {
            let mut temporary = self.temporary()?;
            temporary.write_all(bytes)?;
            Ok(temporary)
        };
        preparing().map_err(Error::io("write into", &self.path.join(TEMPORARY)))
    }

    /// Puts a whole file in its place.
    pub(crate) fn place(&self, temporary: &Path, file: &Path) -> Result<(), Error> {
        let path = self.path.join(file);
        let parent = path.parent().unwrap_or(&self.path);
        let placing = || -> io::Result<()> {
            self.make(parent)?;
            fs::rename(temporary, &path)
        };
        placing().map_err(Error::io("write", &path))
    }

    /// Makes a folder in ours. Ours itself is made again where somebody has taken it away, and bears its mark before anything
    /// else is in it.
    pub(crate) fn make(&self, folder: &Path) -> io::Result<()> {
        if !self.path.try_exists()? {
            make(&self.path)?;
            File::create(self.path.join(MARK))?;
        }
        make(folder)
    }

    /// Whether there is a file in a place.
    pub(crate) fn has(&self, file: &Path) -> bool {
        fs::symlink_metadata(self.path.join(file)).is_ok_and(|about| about.is_file())
    }

    /// A temporary file that nobody takes for a forgotten one: it is locked as long as it is open.
    pub(crate) fn temporary(&self) -> io::Result<NamedTempFile> {
        let folder = self.path.join(TEMPORARY);
        self.make(&folder)?;
        loop {
            let file = NamedTempFile::new_in(&folder)?;
            file.as_file().lock()?;
            // Whoever tidies up may have been quicker.
            if file.path().try_exists()? {
                return Ok(file);
            }
        }
    }

    /// Removes a file; it does not matter whether it was there.
    pub(crate) fn remove(&self, file: &Path) -> Result<(), Error> {
        let path = self.path.join(file);
        match fs::remove_file(&path) {
            Err(error) if !is_gone(&error) => Err(Error::io("remove", &path)(error)),
            _ => Ok(()),
        }
    }

    /// Every file among the blobs, ordered.
    pub(crate) fn blobs(&self) -> Result<Vec<Lying>, Error> {
        let mut lying = Vec::new();
        for folder in BLOBS {
            walk(&self.path, Path::new(folder), &mut lying)
                .map_err(Error::io("list", &self.path.join(folder)))?;
        }
        lying.sort_unstable_by(|one, other| one.file.cmp(&other.file));
        Ok(lying)
    }

    /// Every file in a folder of ours, ordered.
    pub(crate) fn lying(&self, folder: &str) -> Result<Vec<Lying>, Error> {
        let mut lying = Vec::new();
        walk(&self.path, Path::new(folder), &mut lying)
            .map_err(Error::io("list", &self.path.join(folder)))?;
        lying.sort_unstable_by(|one, other| one.file.cmp(&other.file));
        Ok(lying)
    }
}

impl Folder {
    fn read_some(&self, file: &Path, most: u64) -> Result<Option<Vec<u8>>, Error> {
        let path = self.path.join(file);
        let mut file = match open_file(&path) {
            Ok(file) => file,
            Err(error) if is_gone(&error) => return Ok(None),
            Err(error) => return Err(Error::io("open", &path)(error)),
        };
        let mut reading = || -> io::Result<Option<Vec<u8>>> {
            let about = file.metadata()?;
            if !about.is_file() || about.len() > MOST {
                return Ok(None);
            }
            let length = about.len().min(most);
            let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
            (&mut file).take(most).read_to_end(&mut bytes)?;
            Ok(Some(bytes))
        };
        reading().map_err(Error::io("read", &path))
    }
}

/// Makes a folder for us alone, and what leads there.
fn make(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Opens a file to read it, or to look at its lock. No link is followed, and no pipe waited for.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

/// A file that lies in the folder.
#[derive(Debug)]
pub(crate) struct Lying {
    /// Where, inside the folder.
    pub(crate) file: PathBuf,
    /// Its length in bytes.
    pub(crate) bytes: u64,
    /// When it was written.
    pub(crate) modified: Time,
}

/// Links are not followed.
fn walk(root: &Path, folder: &Path, lying: &mut Vec<Lying>) -> io::Result<()> {
    let entries = match fs::read_dir(root.join(folder)) {
        Err(error) if is_gone(&error) => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let file = folder.join(entry.file_name());
        match entry.metadata() {
            Ok(about) if about.is_dir() => walk(root, &file, lying)?,
            Ok(about) => {
                lying.push(Lying { file, bytes: about.len(), modified: Time(about.mtime()) });
            }
            Err(error) if is_gone(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

pub(crate) fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
