//! Whose turn it is to change what is kept. One process at a time moves files and their rows, so that nobody else meets
//! one without the other; whoever only reads waits for nobody.
//!
//! Who has the turn may be killed at any moment, and then there may be a file without a row, which is adopted or thrown
//! away later. There is never a row without a file: it is written after the file, and removed before it.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};
use rustix::fs::OFlags;

use crate::address::Address;
use crate::catalogue::{self, Blob, PATIENCE};
use crate::folder::{Folder, is_gone};
use crate::{Error, Store, lock};

/// The file that whoever has the turn holds locked.
const FILE: &str = "lock";

/// How long to wait before asking again, at first and at the most.
const PAUSES: [Duration; 2] = [Duration::from_micros(200), Duration::from_millis(20)];

/// The lock of a folder, held until it is dropped or the process ends. In it stands the highest number that a catalogue
/// has had.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

/// The turn: the lock, and the catalogue that counts.
#[derive(Debug)]
pub(crate) struct Turn<'s> {
    store: &'s Store,
    pub(crate) lock: Lock,
}

impl Folder {
    /// Waits until nobody else has the turn.
    pub(crate) fn lock(&self) -> Result<Lock, Error> {
        self.lock_within(PATIENCE)
    }

    /// Waits no longer than this.
    pub(crate) fn lock_within(&self, patience: Duration) -> Result<Lock, Error> {
        if self.is_read_only {
            return Err(Error::ReadOnly { path: self.path.clone() });
        }
        let path = self.path.join(FILE);
        let flags = OFlags::NOFOLLOW.bits().cast_signed();
        let open = || -> io::Result<File> {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).custom_flags(flags).open(&path)
        };
        let mut opened = open();
        if opened.as_ref().is_err_and(is_gone) {
            self.make(&self.path).map_err(Error::io("make the folder", &self.path))?;
            opened = open();
        }
        let file = opened.map_err(Error::io("lock", &path))?;
        let [mut pause, longest] = PAUSES;
        let begun = Instant::now();
        // The kernel would wait for ever, for a process that was stopped, say.
        while let Err(error) = file.try_lock() {
            match error {
                std::fs::TryLockError::WouldBlock if begun.elapsed() < patience => {}
                std::fs::TryLockError::WouldBlock => {
                    return Err(Error::Busy { path: self.path.clone(), patience });
                }
                std::fs::TryLockError::Error(error) => {
                    return Err(Error::io("lock", &path)(error));
                }
            }
            thread::sleep(pause);
            pause = longest.min(pause * 2);
        }
        Ok(Lock { file })
    }

    /// A number that no catalogue has had, also of those that somebody else has taken away. It is used up.
    pub(crate) fn next(&self, Lock { file }: &Lock) -> Result<u32, Error> {
        let numbering = || -> io::Result<u32> {
            let mut digits = [0; 16];
            let length = file.read_at(&mut digits, 0)?;
            let noted =
                str::from_utf8(&digits[..length]).ok().and_then(|text| text.trim().parse().ok());
            let number = noted.unwrap_or(0).max(self.highest()?).saturating_add(1);
            file.write_all_at(format!("{number:<15}\n").as_bytes(), 0)?;
            Ok(number)
        };
        numbering().map_err(Error::io("number a catalogue in", &self.path))
    }
}

impl Store {
    /// Waits for the turn to change something.
    pub(crate) fn turn(&self) -> Result<Turn<'_>, Error> {
        self.turn_within(PATIENCE)
    }

    /// The turn, where nobody else has it.
    pub(crate) fn turn_at_once(&self) -> Result<Turn<'_>, Error> {
        self.turn_within(Duration::ZERO)
    }

    fn turn_within(&self, patience: Duration) -> Result<Turn<'_>, Error> {
        let lock = self.inside.folder.lock_within(patience)?;
        let turn = Turn { store: self, lock };
        turn.follow()?;
        Ok(turn)
    }

    /// The turn, for what need not be kept: none where nothing can be.
    pub(crate) fn turn_if_any(&self) -> Result<Option<Turn<'_>>, Error> {
        if self.inside.folder.is_read_only { Ok(None) } else { self.turn().map(Some) }
    }
}

impl Turn<'_> {
    /// Asks the catalogue.
    pub(crate) fn ask<T>(
        &self,
        doing: &'static str,
        ask: impl Fn(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        self.mending(doing, |connection| ask(connection))
    }

    /// Changes the catalogue: all of it or nothing.
    pub(crate) fn change<T>(
        &self,
        doing: &'static str,
        change: impl Fn(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        self.mending(doing, |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let changed = change(&transaction)?;
            transaction.commit()?;
            Ok(changed)
        })
    }

    /// Notes blobs whose files are in their places.
    pub(crate) fn note(&self, blobs: &[Blob]) -> Result<(), Error> {
        self.change("note blobs", |connection| {
            blobs.iter().try_for_each(|blob| catalogue::note(connection, blob))
        })
    }

    /// Removes blobs: first their rows, then their files.
    pub(crate) fn discard(&self, addresses: &[Address]) -> Result<(), Error> {
        if addresses.is_empty() {
            return Ok(());
        }
        self.change("forget blobs", |connection| {
            let mut forgotten = addresses.iter();
            forgotten.try_for_each(|address| catalogue::forget(connection, address).map(drop))
        })?;
        let mut files = addresses.iter().map(Address::file);
        files.try_for_each(|file| self.store.inside.folder.remove(&file))
    }

    /// Does something with the catalogue, and once more with a new one where it turns out to be damaged.
    fn mending<T>(
        &self,
        doing: &'static str,
        work: impl Fn(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        let mut catalogue = lock(&self.store.inside.catalogue);
        let mut worked = work(&mut catalogue.connection);
        if worked.as_ref().is_err_and(catalogue::is_broken) {
            *catalogue = self.store.made_again(&self.lock, catalogue.file)?;
            worked = work(&mut catalogue.connection);
        }
        worked.map_err(Error::catalogue(doing))
    }

    /// Goes over to the catalogue that counts now: another process may have found ours damaged, and made a new one.
    fn follow(&self) -> Result<(), Error> {
        let mut catalogue = lock(&self.store.inside.catalogue);
        if self.store.inside.folder.latest()? != catalogue.file {
            *catalogue = self.store.current(&self.lock)?;
        }
        Ok(())
    }
}
