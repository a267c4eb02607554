//! Computes digests of small things that are in memory; layers are verified where they are read.

use model::{Digest, Sha256};
use sha2::Digest as _;

/// The SHA-256 of `bytes`, as a digest.
pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    Digest::Sha256(Sha256(sha2::Sha256::digest(bytes).into()))
}

/// The digest of `bytes` in the algorithm of `like`.
pub(crate) fn of_kind(like: &Digest, bytes: &[u8]) -> Digest {
    match like {
        Digest::Sha256(_) => sha256(bytes),
        Digest::Sha512(_) => Digest::Sha512(Box::new(sha2::Sha512::digest(bytes).into())),
    }
}
