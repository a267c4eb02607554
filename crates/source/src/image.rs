//! An opened image: what its documents say, and a way to its layers.

use std::io::Read;
use std::ops::ControlFlow;

use model::{Digest, Notice, Platform, Settings};

use crate::Error;

/// An image whose manifest and configuration have been read and verified.
pub struct Image {
    /// The reference, as it was given.
    pub reference: String,
    /// Where an engine of this machine has it: all tags that it has there.
    pub tags: Vec<String>,
    /// The manifest's digest; none where there is no manifest.
    pub digest: Option<Digest>,
    /// The configuration's digest.
    pub config_digest: Option<Digest>,
    /// The index that the manifest was chosen from.
    pub index_digest: Option<Digest>,
    /// What it runs on, from its configuration or its descriptor.
    pub platform: Option<Platform>,
    /// When it was built (RFC 3339).
    pub created: Option<String>,
    /// What a container starts with.
    pub settings: Settings,
    /// The layers, the lowest first.
    pub layers: Vec<Layer>,
    /// What was odd about its documents.
    pub notices: Vec<Notice>,
    pub(crate) blobs: Box<dyn Blobs>,
}

/// A layer as the documents describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Its blob's digest; none where only reading tells.
    pub digest: Option<Digest>,
    /// The diff-id that the configuration promises.
    pub diff_id: Option<Digest>,
    /// Its blob's size in bytes, where it is known beforehand.
    pub size: Option<u64>,
    /// Its media type; empty where nothing says it.
    pub media_type: String,
}

/// In which order layers can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Any of them at any time, several at once: [`Image::layer`].
    Any,
    /// One after the other in the order of a compressed archive: [`Image::each_layer`].
    InOrder,
}

/// Reads blobs of one opened image.
pub(crate) trait Blobs: Send + Sync {
    /// See [`Image::access`].
    fn access(&self) -> Access {
        Access::Any
    }

    /// Opens the blob of layer `index`.
    fn open(&self, index: usize, layer: &Layer) -> Result<Box<dyn Read + Send>, Error>;

    /// See [`Image::each_layer`].
    fn each(&self, wanted: &[usize], visit: &mut Visit<'_>) -> Result<(), Error>;
}

/// What is done with each blob, and whether there is to be another.
pub(crate) type Visit<'a> = dyn FnMut(usize, &mut (dyn Read + Send)) -> ControlFlow<()> + 'a;

impl Image {
    /// In which order its layers can be read. Both ways work for both kinds, but the other one may be slow.
    pub fn access(&self) -> Access {
        self.blobs.access()
    }

    /// Opens the blob of layer `index` as it is stored. Its digest is not verified here.
    pub fn layer(&self, index: usize) -> Result<Box<dyn Read + Send>, Error> {
        self.blobs.open(index, &self.layers[index])
    }

    /// Gives the blobs of the `wanted` layers to `visit`, in the order that they are stored in, until it breaks off.
    pub fn each_layer(&self, wanted: &[usize], visit: &mut Visit<'_>) -> Result<(), Error> {
        self.blobs.each(wanted, visit)
    }
}
