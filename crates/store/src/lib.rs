//! What is kept between runs: facts by layer, images, and the names that they were seen under.
//!
//! A [`Store`] is a folder: a catalogue in SQLite, and blobs of facts beside it. Facts are kept under the verified digest
//! of their layer and the revision of the catalogue of readers ([`LayerKey`]); names only lead to images. Everything here
//! may be thrown away at any time and is read again from the image. Several processes may use one folder at once; a
//! process that is killed leaves nothing behind that another would believe.
//!
//! Nothing here asks a clock: whoever calls says what time it is.

mod error;
mod shapes;

use std::path::{Path, PathBuf};

use model::{LayerFacts, Text, Time};

pub use error::Error;
pub use shapes::{
    Candidate, Found, KeptImage, KeptLayer, LayerKey, Pruned, Sighting, Stat, Verified,
};

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
    folder: PathBuf,
}

impl Store {
    /// Opens the store in `folder`, which is made where it is missing.
    pub fn open(folder: &Path, _options: &Options) -> Result<Store, Error> {
        Ok(Store { folder: folder.into() })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The facts kept under `key`; none where there are none, or where they are broken (they are gone then).
    pub fn layer(&self, _key: &LayerKey, _now: Time) -> Result<Option<KeptLayer>, Error> {
        Ok(None)
    }

    /// The texts kept under `key`, as [`Store::layer`].
    pub fn texts(&self, _key: &LayerKey, _now: Time) -> Result<Option<Vec<Text>>, Error> {
        Ok(None)
    }

    /// Keeps what a layer was read to be.
    pub fn keep_layer(
        &self,
        _key: &LayerKey,
        _layer: &KeptLayer<&LayerFacts>,
        _texts: &[Text],
        _now: Time,
    ) -> Result<(), Error> {
        Ok(())
    }

    /// Keeps an image, and that it was seen under `names` now.
    pub fn keep_image(
        &self,
        _image: &KeptImage,
        _names: &[String],
        _now: Time,
    ) -> Result<(), Error> {
        Ok(())
    }

    /// What `text` means among kept images: an ID, a digest, the beginning of one (with or without `sha256:`), or a name
    /// that an image was seen under last.
    pub fn find(&self, _text: &str) -> Result<Found, Error> {
        Ok(Found::Nothing)
    }

    /// Every kept image, the one analyzed last first, with every name that it was seen under, the latest last.
    pub fn images(&self) -> Result<Vec<(KeptImage, Vec<String>)>, Error> {
        Ok(Vec::new())
    }

    /// What was seen under `name`, the latest first.
    pub fn history(&self, _name: &str) -> Result<Vec<Sighting>, Error> {
        Ok(Vec::new())
    }
}
