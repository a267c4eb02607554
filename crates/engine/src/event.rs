//! What happens while images are read, for whoever shows it. Events never carry results.

use model::{Digest, Time};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is known which image a name means.
    Found {
        /// The name, as it was said.
        name: String,
        /// The image's ID, or its manifest's digest where that is known first.
        digest: Option<Digest>,
        /// Where it was found.
        origin: Origin,
    },
    /// Something did not work that the result can do without; a sentence.
    Warning(String),
    /// Reading begins.
    Reading {
        /// How many layers there are to read.
        layers: usize,
        /// How many bytes they have together, where that is known beforehand.
        bytes: Option<u64>,
    },
    /// So many more bytes were read.
    Bytes(u64),
    /// A layer was read to its end.
    Layer,
    /// Layers are read and now stacked.
    Stacking,
    /// Something happened while advisories were fetched or read.
    Advisories(vuln::Event),
}

/// Where an image was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Among kept images.
    Kept {
        /// When it was analyzed.
        since: Time,
        /// Whether somebody else analyzed it, and it was imported.
        imported: bool,
    },
    /// At the Docker engine of this machine.
    Docker,
    /// At the Podman engine of this machine.
    Podman,
    /// In a registry.
    Registry,
    /// Where the name said.
    Named,
}

/// Whoever is told of events. It is called from several threads.
pub type Watch<'a> = dyn Fn(Event) + Sync + 'a;

/// Watches nothing.
pub fn unwatched(_event: Event) {}
