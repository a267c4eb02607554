//! What can go wrong with what is kept.

use std::io;
use std::path::PathBuf;

use model::ErrorKind;

/// Why something could not be kept or had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or the folder could not be used.
    #[error("could not {doing} {}", path.display())]
    Io {
        /// `open`, `write`, …
        doing: &'static str,
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The catalogue could not be asked or written.
    #[error("could not {doing} in the catalogue of kept facts")]
    Catalogue {
        /// `look up an image`, …
        doing: &'static str,
        /// Why.
        source: rusqlite::Error,
    },
    /// What was kept is not what it should be.
    #[error("{what}")]
    Corrupt {
        /// What is wrong with what.
        what: String,
    },
}

impl Error {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Io { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => ErrorKind::NotFound,
                io::ErrorKind::PermissionDenied => ErrorKind::Denied,
                _ => ErrorKind::Unavailable,
            },
            Error::Catalogue { .. } => ErrorKind::Unavailable,
            Error::Corrupt { .. } => ErrorKind::Corrupt,
        }
    }
}
