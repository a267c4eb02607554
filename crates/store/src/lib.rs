//! What is kept between runs: facts by layer, images, and the names that they were seen under.
//!
//! A [`Store`] is a folder: a catalogue in SQLite, and blobs of facts beside it. Facts are kept under the verified digest
//! of their layer and the revision of the catalogue of readers ([`LayerKey`]); names only lead to images. Facts that were
//! read here may be thrown away at any time, and are read again from the image; imports and the history of names cannot be
//! had again. Several processes may use one folder at once (`turn.rs`); a process that is killed leaves nothing behind that
//! another would believe.
//!
//! What the service keeps is elsewhere: a [`Ledger`] is a file of its own.
//!
//! Nothing here asks a clock: whoever calls says what time it is. `docs/kept-facts.md` says what lies where.

mod address;
mod catalogue;
mod claim;
mod codec;
mod error;
mod fetched;
mod find;
mod folder;
mod holds;
mod images;
mod layers;
mod ledger;
mod opening;
mod shapes;
mod stacks;
mod transfer;
mod turn;
mod upkeep;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use address::Address;
use catalogue::Catalogue;
use folder::Folder;

pub use address::Part;
pub use claim::Claim;
pub use codec::reread;
pub use error::Error;
pub use fetched::Fetched;
pub use holds::Held;
pub use layers::OlderLayer;
pub use ledger::{
    Deed, Ended, Job, JobState, Ledger, Member, Move, Thing, ThingKind, Wanted, Work, WorkKind,
};
pub use shapes::{
    Candidate, Found, Imported, KeptBlob, KeptImage, KeptLayer, KeptStack, LayerKey, Prune, Pruned,
    Sighting, Stat, Verified,
};

pub use stacks::StackKey;

/// How much may be kept.
#[derive(Clone, Debug)]
pub struct Options {
    /// Bytes of facts at the most; what was used least recently goes first.
    pub capacity: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options { capacity: 2 << 30 }
    }
}

/// A folder of kept facts. Cloning gives another handle on the same folder.
#[derive(Clone, Debug)]
pub struct Store {
    inside: Arc<Inside>,
}

#[derive(Debug)]
struct Inside {
    folder: Folder,
    options: Options,
    catalogue: Mutex<Catalogue>,
    /// Blobs that this handle was asked for or has kept: whoever made room with them would only read them again.
    in_use: Mutex<BTreeSet<Address>>,
    warnings: Mutex<Vec<String>>,
}

impl Store {
    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.inside.folder.path
    }

    /// What was found broken since this was asked last, a sentence each: what it was, and that it is read again.
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.inside.warnings))
    }

    fn warn(&self, warning: String) {
        lock(&self.inside.warnings).push(warning);
    }

    /// Asks the catalogue. One that turns out to be damaged is made again, and then asked once more.
    fn ask<T>(
        &self,
        doing: &'static str,
        ask: impl Fn(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        // Not in the condition: the catalogue would stay locked while another process is waited for.
        let asked = ask(&lock(&self.inside.catalogue).connection);
        match asked {
            Err(error) if catalogue::is_broken(&error) && !self.inside.folder.is_read_only => {
                self.turn()?.ask(doing, ask)
            }
            asked => asked.map_err(Error::catalogue(doing)),
        }
    }
}

/// A panic of another thread's leaves nothing half-done behind that matters here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
