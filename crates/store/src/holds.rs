//! Holds: layers that somebody's history refers to, whose facts stay even where there is no room. Each holder says which in a
//! file of its own, which stands beside the catalogue, so that it outlasts it.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use model::{Digest, Sha256};
use sha2::Digest as _;

use crate::address::{Address, Shelf};
use crate::catalogue::{self, Blob};
use crate::folder::{HOLDS, is_gone};
use crate::{Error, Store};

/// Bytes of a holder's file at the most, and holders that are heeded.
const LONGEST: u64 = 64 << 20;
const MOST: usize = 100;

/// How much somebody holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Images of which something is kept.
    pub images: u64,
    /// Bytes of their facts.
    pub bytes: u64,
    /// Bytes that may be kept of everything.
    pub capacity: u64,
}

impl Store {
    /// Says which images a holder refers to, by any of their digests, in place of those before. Their facts stay from then on
    /// whatever room there is; those of other images may go. What is not kept is not held.
    pub fn hold<'a>(
        &self,
        holder: &str,
        images: impl IntoIterator<Item = &'a Digest>,
    ) -> Result<Held, Error> {
        let mut layers = BTreeSet::new();
        let mut held = Held { capacity: self.inside.options.capacity, ..Held::default() };
        for digest in images {
            let own = |connection: &_| catalogue::layers_of(connection, digest);
            let own = self.ask("look up layers", own)?;
            held.images += u64::from(!own.is_empty());
            layers.extend(own);
        }
        for Blob { address, bytes, .. } in self.ask("list blobs", catalogue::blobs)? {
            if address.shelf == Shelf::Verified && layers.contains(&address.key.digest) {
                held.bytes = held.bytes.saturating_add(bytes);
            }
        }
        if self.inside.folder.is_read_only {
            return Ok(held);
        }
        let text: String = layers.iter().map(|layer| format!("{layer}\n")).collect();
        let file = PathBuf::from(HOLDS).join(name(holder));
        // Most of the time nothing has changed.
        if self.inside.folder.read(&file)?.is_none_or(|there| there != text.as_bytes()) {
            let temporary = self.inside.folder.prepare(text.as_bytes())?;
            self.inside.folder.place(temporary.path(), &file)?;
        }
        Ok(held)
    }

    /// The layers that anybody holds.
    pub(crate) fn held(&self) -> Result<BTreeSet<Digest>, Error> {
        let folder = self.inside.folder.path.join(HOLDS);
        let entries = match fs::read_dir(&folder) {
            Err(error) if is_gone(&error) => return Ok(BTreeSet::new()),
            entries => entries.map_err(Error::io("look into the folder", &folder))?,
        };
        let mut held = BTreeSet::new();
        for entry in entries.flatten().take(MOST) {
            if entry.metadata().is_ok_and(|about| about.len() > LONGEST) {
                continue;
            }
            let file = PathBuf::from(HOLDS).join(entry.file_name());
            let bytes = self.inside.folder.read(&file)?.unwrap_or_default();
            // A line that makes no sense holds nothing.
            held.extend(
                String::from_utf8_lossy(&bytes).lines().filter_map(|line| line.parse().ok()),
            );
        }
        Ok(held)
    }
}

/// Whether somebody holds a blob.
pub(crate) fn is_held(held: &BTreeSet<Digest>, address: &Address) -> bool {
    address.shelf == Shelf::Verified && held.contains(&address.key.digest)
}

/// A holder's name, as a file may be called: its beginning for people, and a digest that tells it from all others.
fn name(holder: &str) -> String {
    let plain = |one: char| if one.is_ascii_alphanumeric() || one == '-' { one } else { '_' };
    let begins: String = holder.chars().map(plain).take(40).collect();
    let digest = Digest::Sha256(Sha256(sha2::Sha256::digest(holder).into()));
    format!("{begins}-{}", &digest.hex()[..16])
}
