//! What is kept between runs: facts by layer, images, and the names that they were seen under.
//!
//! A [`Store`] is a folder: a catalogue in SQLite, and blobs of facts beside it. Facts are kept under the verified digest
//! of their layer and the revision of the catalogue of readers ([`LayerKey`]); names only lead to images. Everything here
//! may be thrown away at any time and is read again from the image. Several processes may use one folder at once; a
//! process that is killed leaves nothing behind that another would believe.
//!
//! Nothing here asks a clock: whoever calls says what time it is. `docs/kept-facts.md` says what lies where.

mod address;
mod catalogue;
mod codec;
mod error;
mod find;
mod folder;
mod images;
mod layers;
mod opening;
mod shapes;
mod stacks;
mod transfer;
mod upkeep;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, TransactionBehavior};

use address::Address;
use folder::Folder;

pub use address::Part;
pub use codec::reread;
pub use error::Error;
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
    connection: Mutex<Connection>,
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

    /// Asks the catalogue.
    fn ask<T>(
        &self,
        doing: &'static str,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        ask(&lock(&self.inside.connection)).map_err(|error| self.fail(doing, error))
    }

    /// Changes the catalogue: all of it or nothing.
    fn change<T>(
        &self,
        doing: &'static str,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        let mut connection = lock(&self.inside.connection);
        let changing = || {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let changed = change(&transaction)?;
            transaction.commit()?;
            Ok(changed)
        };
        changing().map_err(|error| self.fail(doing, error))
    }

    /// A catalogue that turns out to be damaged makes room for a new one, which the next process makes from the blobs.
    fn fail(&self, doing: &'static str, error: rusqlite::Error) -> Error {
        if catalogue::is_broken(&error)
            && let Ok(_lock) = self.inside.folder.lock()
        {
            let _ = self.inside.folder.set_aside(catalogue::FILE);
        }
        Error::catalogue(doing)(error)
    }
}

/// A panic of another thread's leaves nothing half-done behind that matters here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
