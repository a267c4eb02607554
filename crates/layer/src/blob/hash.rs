//! Digests of what passes by, of either algorithm.

use model::{Digest, Sha256};
use sha2::Digest as _;

/// A digest in the making.
pub(super) enum Hasher {
    Sha256(sha2::Sha256),
    Sha512(Box<sha2::Sha512>),
}

impl Hasher {
    /// Begins a digest of the algorithm that was promised, or SHA-256.
    pub(super) fn like(promised: Option<&Digest>) -> Hasher {
        match promised {
            Some(Digest::Sha512(_)) => Hasher::Sha512(Box::default()),
            _ => Hasher::Sha256(sha2::Sha256::new()),
        }
    }

    pub(super) fn is_sha256(&self) -> bool {
        matches!(self, Hasher::Sha256(_))
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Hasher::Sha256(hasher) => hasher.update(bytes),
            Hasher::Sha512(hasher) => hasher.update(bytes),
        }
    }

    pub(super) fn finish(self) -> Digest {
        match self {
            Hasher::Sha256(hasher) => Digest::Sha256(Sha256(hasher.finalize().into())),
            Hasher::Sha512(hasher) => Digest::Sha512(Box::new(hasher.finalize().into())),
        }
    }
}
