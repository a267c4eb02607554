//! Digests and compression of blobs. It writes no files.

use std::io::Write as _;

use model::{Digest, Sha256};
use sha2::Digest as _;

/// How a layer is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// A plain archive.
    None,
    /// gzip, without a name or a time.
    #[default]
    Gzip,
    /// zstd.
    Zstd,
}

/// Compresses `bytes`, always to the same bytes.
pub fn compress(bytes: &[u8], compression: Compression) -> Vec<u8> {
    let compressed = match compression {
        Compression::None => Ok(bytes.to_vec()),
        Compression::Gzip => {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        Compression::Zstd => zstd::encode_all(bytes, 3),
    };
    compressed.unwrap_or_else(|error| panic!("could not compress {} bytes: {error}", bytes.len()))
}

/// The SHA-256 of `bytes`, as a digest.
pub fn digest(bytes: &[u8]) -> Digest {
    Digest::Sha256(Sha256(sha2::Sha256::digest(bytes).into()))
}
