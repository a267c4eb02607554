//! What can go wrong with what is kept.

use std::io;
use std::path::{Path, PathBuf};

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
    /// The folder is not ours alone: what lies in it could be anybody's.
    #[error("{} cannot hold kept facts: {why}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Whose it is, or who else may write there.
        why: String,
    },
    /// The catalogue could not be asked or written.
    #[error("could not {doing} in the catalogue of kept facts")]
    Catalogue {
        /// `look up an image`, …
        doing: &'static str,
        /// Why.
        source: rusqlite::Error,
    },
    /// A later version of the program made the catalogue.
    #[error(
        "the kept facts in {} were written by a later version of the program (their catalogue has version {version}, and this program reads up to {known})",
        path.display()
    )]
    Newer {
        /// The folder.
        path: PathBuf,
        /// The version of the catalogue.
        version: i64,
        /// The latest that is known here.
        known: i64,
    },
    /// What was kept is not what it should be.
    #[error("{what}")]
    Corrupt {
        /// What is wrong with what.
        what: String,
    },
    /// An exported file could not be written or read.
    #[error("could not {doing} the file of kept facts")]
    Transfer {
        /// `write` or `read`.
        doing: &'static str,
        /// Why.
        source: io::Error,
    },
    /// What should be kept is larger than anything that is.
    #[error("could not keep {what}: {why}")]
    TooLarge {
        /// What it is.
        what: String,
        /// What there is too much of.
        why: &'static str,
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
            Error::Folder { .. } => ErrorKind::Denied,
            Error::Catalogue { .. } | Error::Newer { .. } | Error::Transfer { .. } => {
                ErrorKind::Unavailable
            }
            Error::Corrupt { .. } => ErrorKind::Corrupt,
            Error::TooLarge { .. } => ErrorKind::Limit,
        }
    }

    /// What somebody can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Folder { .. } => {
                Some("say --cache-folder FOLDER with a folder of your own, or --no-cache".into())
            }
            Error::Newer { .. } => Some("use that version, or another folder".into()),
            _ => None,
        }
    }

    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { doing, path, source }
    }

    pub(crate) fn catalogue(doing: &'static str) -> impl FnOnce(rusqlite::Error) -> Error {
        move |source| Error::Catalogue { doing, source }
    }
}
