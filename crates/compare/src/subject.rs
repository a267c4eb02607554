//! Images that questions are asked of: a side with what is known of it beside its bytes.

use model::{Digest, ImageKind, Text, Time};

use crate::Side;

/// An image that has been analyzed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// What it is and what is in it.
    pub side: Side,
    /// Its ID: the digest of its configuration, or of what stands for it where it has none.
    pub id: Option<Digest>,
    /// Every name that it has been seen under, the latest last.
    pub names: Vec<String>,
    /// Those of its names that nothing else was seen under since: they mean it now.
    pub current: Vec<String>,
    /// What a person said that it is.
    pub kind: ImageKind,
    /// The Dockerfile that it was built from, where a person gave it.
    pub dockerfile: Option<String>,
    /// When it was analyzed.
    pub analyzed: Time,
    /// Its texts, where they were asked for.
    pub texts: Vec<Text>,
    /// The kept images whose layers are the lowest of its layers, the oldest (with the fewest layers) first.
    pub ancestors: Vec<Ancestor>,
}

/// A kept image that another is built on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ancestor {
    /// Its ID.
    pub id: Digest,
    /// Every name that it has been seen under, the latest last.
    pub names: Vec<String>,
    /// What a person said that it is.
    pub kind: ImageKind,
    /// How many layers it has: that many of the other's lowest ones are its own.
    pub layers: usize,
}
