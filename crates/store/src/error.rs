//! What can go wrong with what is kept.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use model::{Digest, ErrorKind};

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
    /// The ledger of the service could not be asked or written.
    #[error("could not {doing} in the ledger of the service")]
    Ledger {
        /// `look something up`, …
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
    /// The catalogue is damaged, and so is the one that was made in its place.
    #[error("the catalogue of kept facts in {} is damaged, and a new one does not last", path.display())]
    Damaged {
        /// The folder.
        path: PathBuf,
    },
    /// Another process does not let go of what is kept.
    #[error("another process has been changing what is kept in {} for {} seconds", path.display(), patience.as_secs())]
    Busy {
        /// The folder.
        path: PathBuf,
        /// How long it was waited for.
        patience: Duration,
    },
    /// Something was to be changed in a folder that cannot be written into.
    #[error("nothing can be changed in {}: it cannot be written into", path.display())]
    ReadOnly {
        /// The folder.
        path: PathBuf,
    },
    /// Facts of an image that is to be exported are gone.
    #[error("the {part} of layer {layer} of image {image} are not kept any more")]
    Gone {
        /// The image's ID.
        image: Digest,
        /// The layer's digest.
        layer: Digest,
        /// `facts` or `texts`.
        part: &'static str,
    },
    /// An exported file could not be written or read.
    #[error("could not {doing} {file}")]
    Transfer {
        /// `write` or `read`.
        doing: &'static str,
        /// The file, as a person calls it.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// A file is not what `export` writes, or not all of it.
    #[error("{file} is no file of kept facts that can be imported: {why}")]
    Unimportable {
        /// The file, as a person calls it.
        file: String,
        /// What is odd about it.
        why: &'static str,
    },
    /// A file was written by another version of the program.
    #[error(
        "{file} has version {version} of the format, and this program reads version {known} alone"
    )]
    OtherVersion {
        /// The file, as a person calls it.
        file: String,
        /// Its version, as it says.
        version: String,
        /// The version that is read here.
        known: u32,
    },
    /// The facts of a file are those of other readers.
    #[error(
        "{file} has facts of revision {revision:016x} of the readers, and this program uses those of revision {known:016x} alone"
    )]
    OtherRevision {
        /// The file, as a person calls it.
        file: String,
        /// The revision of its facts.
        revision: u64,
        /// The revision that is used here.
        known: u64,
    },
    /// A file has more facts than may be kept.
    #[error("{file} has more facts than the {capacity} bytes that may be kept")]
    NoRoom {
        /// The file, as a person calls it.
        file: String,
        /// How much may be kept.
        capacity: u64,
    },
    /// More images should be exported than one file has.
    #[error("could not export {images} images: no import takes more than {most} at once")]
    Images {
        /// How many there are.
        images: usize,
        /// How many there may be.
        most: usize,
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
            Error::Io { source, .. } | Error::Transfer { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => ErrorKind::NotFound,
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    ErrorKind::Denied
                }
                io::ErrorKind::IsADirectory => ErrorKind::Invalid,
                _ => ErrorKind::Unavailable,
            },
            Error::Folder { .. } | Error::ReadOnly { .. } => ErrorKind::Denied,
            Error::Catalogue { .. }
            | Error::Ledger { .. }
            | Error::Newer { .. }
            | Error::Busy { .. } => ErrorKind::Unavailable,
            Error::Damaged { .. } | Error::Unimportable { .. } => ErrorKind::Corrupt,
            Error::OtherVersion { .. } | Error::OtherRevision { .. } => ErrorKind::Invalid,
            Error::Gone { .. } => ErrorKind::NotFound,
            Error::NoRoom { .. } | Error::TooLarge { .. } | Error::Images { .. } => {
                ErrorKind::Limit
            }
        }
    }

    /// What somebody can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Error::Folder { .. } => {
                "say --cache-folder FOLDER with a folder of your own, or --no-cache"
            }
            Error::Newer { .. } => "use that version, or another folder",
            Error::Damaged { .. } => "the disk may be failing; say another folder",
            Error::Busy { .. } => "it may have been stopped; go on with it, or end it",
            Error::ReadOnly { .. } => "say --cache-folder FOLDER with one that can",
            Error::Gone { .. } => "analyze the image again, then export it",
            Error::Unimportable { .. } => "a file is imported whole or not at all: export it again",
            Error::OtherVersion { .. } => "export it again with this version of the program",
            Error::OtherRevision { .. } => {
                "nothing of it was kept; export it again, both with the same version of the program"
            }
            Error::Images { .. } => "name some of them, and export the others to another file",
            Error::NoRoom { .. } => "PENTIMENTO_CACHE_SIZE says how much may be kept",
            Error::Transfer { doing: "write", .. } => "nothing that is kept has changed",
            Error::Transfer { .. } => "nothing of it was kept",
            Error::Io { .. }
            | Error::Catalogue { .. }
            | Error::Ledger { .. }
            | Error::TooLarge { .. } => return None,
        };
        Some(hint.into())
    }

    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { doing, path, source }
    }

    pub(crate) fn catalogue(doing: &'static str) -> impl FnOnce(rusqlite::Error) -> Error {
        move |source| Error::Catalogue { doing, source }
    }

    pub(crate) fn ledger(doing: &'static str) -> impl FnOnce(rusqlite::Error) -> Error {
        move |source| Error::Ledger { doing, source }
    }
}
