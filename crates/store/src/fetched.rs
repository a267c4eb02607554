//! What was fetched from public places about packages of images, by its address: changelogs that images leave out. It never
//! changes where it is published, can be had again, and is bounded by itself: what was kept first goes first.

use std::path::{Path, PathBuf};

use model::{Digest, Sha256, Time};
use sha2::Digest as _;

use crate::folder::{FETCHED, Lying};
use crate::{Error, Store, codec};

/// Bytes of all of it at the most.
const MOST: u64 = 128 << 20;

/// What there was at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// When it was asked for.
    pub at: Time,
    /// What was there; none where nothing was.
    pub content: Option<Vec<u8>>,
}

impl Store {
    /// What was fetched from an address; none where nothing of that is kept. What is broken is removed, and told of.
    pub fn fetched(&self, address: &str) -> Result<Option<Fetched>, Error> {
        let (folder, file) = (&self.inside.folder, file(address));
        let Some(bytes) = folder.read(&file)? else { return Ok(None) };
        match codec::read_fetched(&key(address), &bytes) {
            Ok(fetched) => Ok(Some(fetched)),
            Err(odd) => {
                let what = folder.path.join(&file);
                self.warn(format!("{} is broken ({}) and is fetched again", what.display(), odd.0));
                if !folder.is_read_only {
                    folder.remove(&file)?;
                }
                Ok(None)
            }
        }
    }

    /// Keeps what was fetched from an address. Where nothing can be written, nothing is kept.
    pub fn keep_fetched(&self, address: &str, fetched: &Fetched) -> Result<(), Error> {
        let folder = &self.inside.folder;
        if folder.is_read_only {
            return Ok(());
        }
        // What is too large to be kept is fetched again.
        let Ok(bytes) = codec::fetched(&key(address), fetched) else { return Ok(()) };
        let temporary = folder.prepare(&bytes)?;
        folder.place(temporary.path(), &file(address))?;
        self.make_room_for_fetched()
    }

    fn make_room_for_fetched(&self) -> Result<(), Error> {
        let folder = &self.inside.folder;
        let mut lying = folder.lying(FETCHED)?;
        let mut bytes = lying.iter().fold(0_u64, |sum, one| sum.saturating_add(one.bytes));
        lying.sort_by_key(|one| one.modified);
        for Lying { file, bytes: length, .. } in lying {
            if bytes <= MOST {
                break;
            }
            folder.remove(&file)?;
            bytes = bytes.saturating_sub(length);
        }
        Ok(())
    }
}

/// What it is kept under.
fn key(address: &str) -> String {
    format!("fetched {address}")
}

fn file(address: &str) -> PathBuf {
    let digest = Digest::Sha256(Sha256(sha2::Sha256::digest(address).into()));
    Path::new(FETCHED).join(digest.hex())
}
