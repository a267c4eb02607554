//! Notices: what could not be read or not be told for sure. Data, not errors; every report shows them.

use crate::Path;

/// Something that a reader of the report must know before trusting it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Notice {
    /// The file that it is about, where it is about one.
    pub path: Option<Path>,
    /// A sentence without its final full stop: what could not be known and why.
    pub text: String,
}

impl Notice {
    /// A notice about one file of the image.
    pub fn about(path: Path, text: impl Into<String>) -> Notice {
        Notice { path: Some(path), text: text.into() }
    }

    /// A notice about the image as a whole.
    pub fn general(text: impl Into<String>) -> Notice {
        Notice { path: None, text: text.into() }
    }
}
