//! A mark that tells one secret from another. Only what machines make at random gets one: of a password, anybody could try
//! out which one has this mark.

use sha2::{Digest as _, Sha256};

/// The mark of a secret, by the rule that met it.
pub(crate) fn mark(rule: &str, secret: &[u8]) -> [u8; 6] {
    let mut hasher = Sha256::new();
    hasher.update(b"pentimento secret\0");
    hasher.update(rule.as_bytes());
    hasher.update(b"\0");
    hasher.update(secret);
    let digest = hasher.finalize();
    let mut mark = [0; 6];
    mark.copy_from_slice(&digest[..6]);
    mark
}
