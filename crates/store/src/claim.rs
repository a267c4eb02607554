//! Claims: who is about to read a layer says so, and whoever else wants to read it waits instead of doing the same. A claim is a
//! locked file, which the kernel lets go when its holder ends, however that comes: nobody has to be found dead.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use crate::folder::{TEMPORARY, is_gone};
use crate::{Error, LayerKey, Store};

/// That somebody reads a layer; dropping it says that they do not any more.
#[derive(Debug)]
pub struct Claim {
    /// None where nothing can be kept: then everybody reads for themselves.
    held: Option<(PathBuf, File)>,
}

impl Store {
    /// Claims a layer that is about to be read; none where somebody else has. It asks nobody to wait.
    pub fn claim(&self, key: &LayerKey) -> Result<Option<Claim>, Error> {
        let folder = &self.inside.folder;
        if folder.is_read_only {
            return Ok(Some(Claim { held: None }));
        }
        let name = format!("reading-{}-{:016x}", key.digest, key.revision).replace(':', "-");
        let path = folder.path.join(TEMPORARY).join(name);
        let claiming = || -> io::Result<Option<Claim>> {
            folder.make(&folder.path.join(TEMPORARY))?;
            loop {
                let flags = OFlags::NOFOLLOW.bits().cast_signed();
                let mut options = OpenOptions::new();
                options.write(true).create(true).truncate(false).mode(0o600).custom_flags(flags);
                let file = options.open(&path)?;
                match file.try_lock() {
                    Ok(()) => {}
                    Err(TryLockError::WouldBlock) => return Ok(None),
                    Err(TryLockError::Error(error)) => return Err(error),
                }
                // Whoever had it, or whoever tidies up, may have taken the file away before it was ours.
                if is_still(&file, &path)? {
                    return Ok(Some(Claim { held: Some((path.clone(), file)) }));
                }
            }
        };
        claiming().map_err(Error::io("claim", &path))
    }
}

fn is_still(file: &File, path: &Path) -> io::Result<bool> {
    let own = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (own.dev(), own.ino())),
        Err(error) if is_gone(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some((path, file)) = &self.held {
            // Before the lock is let go: nobody else's file has this name meanwhile.
            if is_still(file, path).unwrap_or(false) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use model::{Digest, Sha256};

    use super::*;
    use crate::Options;

    fn key(number: u8) -> LayerKey {
        LayerKey { digest: Digest::Sha256(Sha256([number; 32])), revision: 7 }
    }

    #[test]
    fn what_one_reads_nobody_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &Options::default()).unwrap();
        let other = Store::open(folder.path(), &Options::default()).unwrap();
        let claim = store.claim(&key(1)).unwrap().unwrap();
        assert!(store.claim(&key(1)).unwrap().is_none());
        assert!(other.claim(&key(1)).unwrap().is_none());
        assert!(other.claim(&key(2)).unwrap().is_some());
        drop(claim);
        assert!(other.claim(&key(1)).unwrap().is_some());
        // Nothing is left behind.
        let left = fs::read_dir(folder.path().join(TEMPORARY)).unwrap().count();
        assert_eq!(left, 0);
    }

    #[test]
    fn of_many_that_come_and_go_one_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &Options::default()).unwrap();
        let (inside, had) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        if let Some(_claim) = store.claim(&key(1)).unwrap() {
                            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                            had.fetch_add(1, Ordering::SeqCst);
                            inside.fetch_sub(1, Ordering::SeqCst);
                        }
                    }
                });
            }
        });
        assert!(had.into_inner() > 0);
    }
}
