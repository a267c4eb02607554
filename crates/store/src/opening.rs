//! Opening a store: its folder, its catalogue, and what to do where the catalogue is broken.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::address::Address;
use crate::catalogue::{self, Blob, Catalogue, CatalogueFile, Opened};
use crate::folder::Folder;
use crate::turn::Lock;
use crate::{Error, Inside, Options, Store, codec, lock};

impl Store {
    /// Opens the store in `folder`, which is made where it is missing. It has to belong to the user, and to nobody else.
    ///
    /// A catalogue that is damaged is set aside, and a new one made of the blobs: the facts stay, while images and names
    /// have to be seen again. Of a folder that cannot be written into, what is there is read. [`Store::take_warnings`]
    /// says so.
    pub fn open(folder: &Path, options: &Options) -> Result<Store, Error> {
        let folder = Folder::open(folder)?;
        let mut warnings = Vec::new();
        let catalogue = if folder.is_read_only {
            to_read(&folder, &mut warnings)?
        } else {
            // Whoever finds a whole one waits for nobody.
            match folder.latest()?.map(|file| catalogue::open(&folder.path, file.number)) {
                Some(Ok(Opened::Whole(catalogue))) => catalogue,
                _ => current(&folder, &folder.lock()?, &mut warnings)?,
            }
        };
        Ok(Store {
            inside: Arc::new(Inside {
                folder,
                options: options.clone(),
                catalogue: Mutex::new(catalogue),
                in_use: Mutex::new(BTreeSet::new()),
                warnings: Mutex::new(warnings),
            }),
        })
    }

    /// The catalogue that counts now, made where there is none.
    pub(crate) fn current(&self, turn: &Lock) -> Result<Catalogue, Error> {
        let mut warnings = Vec::new();
        let catalogue = current(&self.inside.folder, turn, &mut warnings)?;
        lock(&self.inside.warnings).extend(warnings);
        Ok(catalogue)
    }

    /// A catalogue in place of this one, which turned out to be damaged. Another process may have made it
    /// already.
    pub(crate) fn made_again(
        &self,
        turn: &Lock,
        file: Option<CatalogueFile>,
    ) -> Result<Catalogue, Error> {
        let folder = &self.inside.folder;
        if folder.latest()? != file {
            return self.current(turn);
        }
        let mut warnings = Vec::new();
        let catalogue = make(folder, turn, file, &mut warnings)?;
        lock(&self.inside.warnings).extend(warnings);
        Ok(catalogue)
    }
}

fn current(folder: &Folder, lock: &Lock, warnings: &mut Vec<String>) -> Result<Catalogue, Error> {
    let Some(file) = folder.latest()? else { return make(folder, lock, None, warnings) };
    match catalogue::open(&folder.path, file.number)? {
        Opened::Whole(catalogue) => Ok(catalogue),
        Opened::Broken => make(folder, lock, Some(file), warnings),
    }
}

/// Makes a catalogue of the blobs that are there. It counts from the moment on that it has its name, and is whole then.
fn make(
    folder: &Folder,
    lock: &Lock,
    broken: Option<CatalogueFile>,
    warnings: &mut Vec<String>,
) -> Result<Catalogue, Error> {
    let number = folder.next(lock)?;
    let blobs = stock(folder)?;
    let unborn = folder.unborn(number)?;
    catalogue::make(&unborn, &blobs)?;
    let aside = broken.map(|file| folder.set_aside(file.number)).transpose()?;
    folder.place(&unborn, Path::new(&catalogue::file(number)))?;
    let lost = match &aside {
        Some(aside) => format!("was damaged; it was set aside as {} and", aside.display()),
        None => "was gone; it was".into(),
    };
    if aside.is_some() || !blobs.is_empty() {
        warnings.push(format!(
            "the catalogue of kept facts {lost} made again from {} blobs, but names and images have to be analyzed or imported again",
            blobs.len()
        ));
    }
    match catalogue::open(&folder.path, number)? {
        Opened::Whole(catalogue) => Ok(catalogue),
        Opened::Broken => Err(Error::Damaged { path: folder.path.clone() }),
    }
}

/// The catalogue of a folder that nothing can be written into.
fn to_read(folder: &Folder, warnings: &mut Vec<String>) -> Result<Catalogue, Error> {
    warnings.push(format!(
        "{} cannot be written into: what is kept there is used, and nothing is added",
        folder.path.display()
    ));
    let opened = folder.latest()?.map(|file| catalogue::open_to_read(&folder.path, file.number));
    match opened {
        Some(Ok(Opened::Whole(catalogue))) => Ok(catalogue),
        Some(Err(error @ Error::Newer { .. })) => Err(error),
        unreadable => {
            let why = if unreadable.is_some() { "cannot be read" } else { "is not there" };
            warnings
                .push(format!("the catalogue of kept facts {why}: names and images are not known"));
            catalogue::make_in_memory(&stock(folder)?)
        }
    }
}

/// Every blob that lies in the folder, by what stands in it.
fn stock(folder: &Folder) -> Result<Vec<Blob>, Error> {
    let mut stock = Vec::new();
    for found in folder.blobs()? {
        let Some(beginning) = folder.beginning(&found.file)? else { continue };
        let address = codec::key_of(&beginning).ok().and_then(Address::parse);
        let Some(address) = address.filter(|address| address.file() == found.file) else {
            continue;
        };
        stock.push(Blob { address, bytes: found.bytes, used: found.modified });
    }
    Ok(stock)
}
