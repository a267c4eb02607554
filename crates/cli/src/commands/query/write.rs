//! Writes files of an image below a folder. Their paths come from strangers: nothing is ever written outside of the folder
//! or through a symbolic link, and nothing is replaced.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use model::ErrorKind;
use report::rows::Answer;
use rustix::fs::{AtFlags, Mode, OFlags, mkdirat, openat, unlinkat};
use rustix::io::Errno;

use crate::error::{self, Error};

/// Writes the files of an answer below `folder`, which is made where it is missing.
pub(super) fn files(answer: &Answer, folder: &Path) -> Result<(), Error> {
    for (path, bytes) in &answer.files {
        write(folder, path, bytes).map_err(|source| {
            let hint = match source.kind() {
                io::ErrorKind::AlreadyExists => {
                    "another file is there, and none is replaced; write to an empty folder"
                }
                _ => "the folder has to be one that may be written to, without links in the way",
            };
            let sentence = format!("could not write {path} below {}: {source}", folder.display());
            error::said(ErrorKind::Invalid, sentence, Some(hint.into()))
        })?;
    }
    Ok(())
}

/// A folder that is entered and never left through a link.
const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// What only the asker may read: the image may hold secrets.
const PRIVATE: Mode = Mode::RUSR.union(Mode::WUSR);

fn write(folder: &Path, path: &model::Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    // Where the folder itself is a link, whoever named it meant what it leads to.
    let mut place: OwnedFd = File::open(folder)?.into();
    if let Some(parent) = path.parent() {
        for name in parent.components() {
            place = enter(&place, OsStr::from_bytes(name))?;
        }
    }
    let name = OsStr::from_bytes(path.name());
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
    match openat(&place, name, flags, PRIVATE) {
        Ok(file) => File::from(file).write_all(bytes).inspect_err(|_| {
            // Half a file is worse than none; that it cannot be taken away is told by the first error.
            let _ = unlinkat(&place, name, AtFlags::empty());
        }),
        Err(Errno::EXIST) if is_same(&place, name, bytes)? => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn enter(place: &impl AsFd, name: &OsStr) -> io::Result<OwnedFd> {
    match mkdirat(place, name, Mode::from_raw_mode(0o777)) {
        Ok(()) | Err(Errno::EXIST) => Ok(openat(place, name, FOLDER, Mode::empty())?),
        Err(error) => Err(error.into()),
    }
}

/// Whether a regular file with these very bytes is there already.
fn is_same(place: &impl AsFd, name: &OsStr, bytes: &[u8]) -> io::Result<bool> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let Ok(file) = openat(place, name, flags, Mode::empty()) else { return Ok(false) };
    let file = File::from(file);
    if !file.metadata()?.is_file() {
        return Ok(false);
    }
    let mut there = Vec::new();
    file.take(bytes.len() as u64 + 1).read_to_end(&mut there)?;
    Ok(there == bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn nothing_is_written_through_links_or_over_other_files() {
        let folder = tempfile::tempdir().unwrap();
        let (out, outside) = (folder.path().join("out"), folder.path().join("outside"));
        fs::create_dir(&outside).unwrap();
        let write = |path: &str, text: &str| {
            super::write(&out, &model::Path::from(path), text.as_bytes()).map_err(|e| e.kind())
        };
        assert_eq!(write("/etc/passwd", "root"), Ok(()));
        assert_eq!(fs::read_to_string(out.join("etc/passwd")).unwrap(), "root");
        assert_eq!(write("/etc/passwd", "root"), Ok(()), "the same again");
        assert_eq!(write("/etc/passwd", "other"), Err(io::ErrorKind::AlreadyExists));
        assert_eq!(write("/../../escape", "x"), Ok(()));
        assert!(out.join("escape").is_file() && !folder.path().join("escape").exists());
        symlink(&outside, out.join("link")).unwrap();
        assert_eq!(write("/link/x", "x"), Err(io::ErrorKind::NotADirectory));
        symlink(outside.join("x"), out.join("dangling")).unwrap();
        assert_eq!(write("/dangling", "x"), Err(io::ErrorKind::AlreadyExists));
        fs::write(outside.join("same"), "x").unwrap();
        symlink(outside.join("same"), out.join("alike")).unwrap();
        assert_eq!(write("/alike", "x"), Err(io::ErrorKind::AlreadyExists));
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
    }
}
