//! What happens while images are read, for whoever shows it. Events never carry results.

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
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
}

/// Whoever is told of events. It is called from several threads.
pub type Watch<'a> = dyn Fn(Event) + Sync + 'a;

/// Watches nothing.
pub fn unwatched(_event: Event) {}
