//! What is kept, and what is told of it.

use crate::Part;
use model::{
    Description, Digest, Distro, ImageFacts, ImageKind, LayerFacts, Notice, Settings, Time,
};

/// What facts of a layer are kept under.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayerKey {
    /// The digest that the layer was verified by: its blob's, or its diff-id where it has no blob of its own.
    pub digest: Digest,
    /// The revision of the catalogue of readers.
    pub revision: u64,
}

/// A layer as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptLayer<F = LayerFacts> {
    /// The size of its blob in bytes.
    pub size: u64,
    /// Its diff-id, as far as it was verified or promised when it was read.
    pub diff_id: Digest,
    /// Its facts.
    pub facts: F,
}

/// What layers came to when they were stacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptStack {
    /// The image.
    pub image: ImageFacts,
    /// What is known of each layer beside its facts, the lowest first.
    pub layers: Vec<KeptLayer<()>>,
}

/// An image as it was analyzed, without its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptImage {
    /// Its ID: the digest of its configuration, or of what stands for it where it has none.
    pub id: Digest,
    /// What it is called and made of.
    pub description: Description,
    /// What a container of it starts with.
    pub settings: Settings,
    /// What was odd about its documents.
    pub notices: Vec<Notice>,
    /// What a person said that it is.
    pub kind: ImageKind,
    /// The Dockerfile that it was built from, where a person gave it.
    pub dockerfile: Option<String>,
    /// The distribution that it was found to be when it was analyzed.
    pub distro: Option<Distro>,
    /// When it was analyzed.
    pub analyzed: Time,
    /// Whether it was imported: its facts were read by somebody else, and serve for this image alone.
    pub imported: bool,
}

impl KeptImage {
    /// What the facts of its layers are kept under, the lowest first.
    pub fn layers(&self) -> impl ExactSizeIterator<Item = &Digest> {
        self.description.layers.iter().map(|layer| &layer.digest)
    }
}

/// What a text means among kept images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing that is kept.
    Nothing,
    /// One image, with every name that it was seen under, the latest last.
    One(Box<KeptImage>, Vec<String>),
    /// Several, of which one has to be chosen.
    Several(Vec<Candidate>),
}

/// An image that a text might mean.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Its ID.
    pub id: Digest,
    /// Its manifest's digest, where it has one.
    pub digest: Option<Digest>,
    /// Every name that it was seen under, the latest last.
    pub names: Vec<String>,
}

/// An image seen under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The image's ID.
    pub id: Digest,
    /// Its manifest's digest, where it has one.
    pub digest: Option<Digest>,
    /// When it was first seen there since another was.
    pub first: Time,
    /// When it was last seen there.
    pub last: Time,
    /// Whether the image is still kept.
    pub kept: bool,
    /// Whether somebody else saw it: it came with an import.
    pub imported: bool,
}

/// A blob of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBlob {
    /// What it is kept under.
    pub key: LayerKey,
    /// What it holds.
    pub part: Part,
    /// Whether it serves an imported image alone.
    pub imported: bool,
    /// Whether today's readers would read the same; what is stale is not used any more.
    pub current: bool,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was used last, give or take an hour.
    pub used: Time,
}

/// How much is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// Images.
    pub images: u64,
    /// Layers whose facts are kept.
    pub layers: u64,
    /// Bytes that they take.
    pub bytes: u64,
    /// Bytes that they may take.
    pub capacity: u64,
}

/// What is to be thrown away beside what nobody needs.
#[derive(Clone, Copy, Debug)]
pub struct Prune {
    /// The revision of the catalogue of readers; what has another one is stale.
    pub revision: u64,
    /// What was not used since then goes, too.
    pub unused_since: Option<Time>,
    /// What time it is.
    pub now: Time,
}

/// What was thrown away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Layers.
    pub layers: u64,
    /// Bytes.
    pub bytes: u64,
}

/// What came with a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The images, each with the names that it was exported with.
    pub images: Vec<(KeptImage, Vec<String>)>,
    /// Images of the file that were analyzed here already, and stay as they are.
    pub known: Vec<KeptImage>,
}

/// What a check of everything that is kept found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Layers that are whole.
    pub whole: u64,
    /// What was broken, and is gone now: a sentence each.
    pub broken: Vec<String>,
    /// Images some of whose layers have to be read again, or imported again: a sentence each.
    pub incomplete: Vec<String>,
}
