//! What can be wrong with a layer.

use std::io;

use model::{Digest, ErrorKind};

/// Why a layer could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bytes could not be had.
    #[error("its bytes could not be had: {0}")]
    Io(#[from] io::Error),
    /// The blob is not the one that was asked for.
    #[error("its bytes are not what {expected} promises (got {actual} after {bytes} bytes)")]
    Digest {
        /// The digest that was promised.
        expected: Digest,
        /// The digest of what came.
        actual: Digest,
        /// How many bytes came.
        bytes: u64,
    },
    /// The blob is longer or shorter than promised.
    #[error("it should have {expected} bytes and has {}", counted(*.expected, *.actual))]
    Size {
        /// The size that was promised.
        expected: u64,
        /// How many bytes came before the end, or before we stopped reading.
        actual: u64,
    },
    /// The compressed stream is broken.
    #[error("its {compression} stream is broken after {bytes} inflated bytes: {reason}")]
    Inflate {
        /// `gzip` or `zstd`.
        compression: &'static str,
        /// How many bytes could be inflated.
        bytes: u64,
        /// What the decoder says.
        reason: String,
    },
    /// It is not an archive of any kind that layers come in.
    #[error("it is not a tar archive: {0}")]
    NotAnArchive(String),
    /// The archive is broken or cut short.
    #[error("its archive is broken at byte {offset}: {reason}")]
    Archive {
        /// Where, counted in inflated bytes.
        offset: u64,
        /// What is wrong.
        reason: String,
    },
    /// A limit was reached.
    #[error("it has more than {limit} {what}")]
    Limit {
        /// What was counted.
        what: &'static str,
        /// How many are allowed.
        limit: u64,
    },
}

/// What is longer than promised is not read to its end.
fn counted(expected: u64, actual: u64) -> String {
    if actual > expected { "more".into() } else { actual.to_string() }
}

impl Error {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Io(_) => ErrorKind::Unavailable,
            Error::Limit { .. } => ErrorKind::Limit,
            _ => ErrorKind::Corrupt,
        }
    }
}
