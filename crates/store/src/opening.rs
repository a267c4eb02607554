//! Opening a store: its folder, its catalogue, and what to do where the catalogue is broken.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use model::Time;
use rusqlite::Connection;

use crate::address::Address;
use crate::catalogue::{self, Blob, Opened};
use crate::folder::Folder;
use crate::{Error, Inside, Options, Store, codec, lock};

impl Store {
    /// Opens the store in `folder`, which is made where it is missing. It has to belong to the user, and to nobody else.
    ///
    /// A catalogue that is damaged is set aside, and a new one made of the blobs: the facts stay, while images and names
    /// have to be seen again. [`Store::take_warnings`] says so.
    pub fn open(folder: &Path, options: &Options) -> Result<Store, Error> {
        let folder = Folder::open(folder)?;
        let mut warnings = Vec::new();
        let is_new = !folder.path.join(catalogue::FILE).exists();
        // Whatever lies there before anybody has made a catalogue is left of one that is gone.
        let is_left = is_new && !folder.blobs()?.is_empty();
        let connection = match catalogue::open(&folder.path)? {
            Opened::Whole(connection) => connection,
            Opened::Made(connection) => {
                let count = if is_left { take_stock(&folder, &connection)? } else { 0 };
                if count > 0 {
                    warnings.push(format!("the catalogue of kept facts was gone; it was made again from {count} blobs, but names and images have to be analyzed again"));
                }
                connection
            }
            Opened::Broken => make_again(&folder, &mut warnings)?,
        };
        Ok(Store {
            inside: Arc::new(Inside {
                folder,
                options: options.clone(),
                connection: Mutex::new(connection),
                in_use: Mutex::new(BTreeSet::new()),
                warnings: Mutex::new(warnings),
            }),
        })
    }

    /// Notes blobs that the catalogue does not know of: a process may have been killed before it said so.
    pub(crate) fn adopt(&self, address: &Address, bytes: u64, now: Time) -> Result<(), Error> {
        let blob = Blob { address: address.clone(), bytes, used: now };
        self.change("note a blob", |connection| catalogue::note(connection, &blob))?;
        lock(&self.inside.in_use).insert(address.clone());
        Ok(())
    }
}

fn make_again(folder: &Folder, warnings: &mut Vec<String>) -> Result<Connection, Error> {
    // One process makes the new one; the others wait and find it.
    let _lock = folder.lock()?;
    let damaged = || Error::Corrupt {
        what: format!("the catalogue of kept facts in {} is damaged", folder.path.display()),
    };
    if let Opened::Whole(connection) | Opened::Made(connection) = catalogue::open(&folder.path)? {
        return Ok(connection);
    }
    let aside = folder.set_aside(catalogue::FILE)?;
    let (Opened::Whole(connection) | Opened::Made(connection)) = catalogue::open(&folder.path)?
    else {
        return Err(damaged());
    };
    let count = take_stock(folder, &connection)?;
    warnings.push(format!(
        "the catalogue of kept facts was damaged; it was set aside as {} and made again from {count} blobs, but names and images have to be analyzed again",
        aside.display()
    ));
    Ok(connection)
}

/// Notes every blob that lies in the folder, by what stands in it.
fn take_stock(folder: &Folder, connection: &Connection) -> Result<u64, Error> {
    let mut count = 0;
    for found in folder.blobs()? {
        let Some(bytes) = folder.read(&found.file)? else { continue };
        let address = codec::key_of(&bytes).ok().and_then(Address::parse);
        let Some(address) = address.filter(|address| address.file() == found.file) else {
            continue;
        };
        let blob = Blob { address, bytes: bytes.len() as u64, used: found.modified };
        catalogue::note(connection, &blob).map_err(Error::catalogue("note a blob"))?;
        count += 1;
    }
    Ok(count)
}
