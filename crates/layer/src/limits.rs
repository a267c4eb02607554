//! How much a layer may have of anything. It counts nothing itself.

use crate::Error;

/// Ratios are not looked at before so much is inflated: small things may be as dense as they like.
const RATIO_COUNTS_FROM: u64 = 64 << 20;

/// The largest zstd window that is accepted, as a power of two: 128 MiB, which is also the most memory that one frame
/// can make us take. No preset of the encoder exceeds it; `--long=28` and more do.
pub(crate) const ZSTD_WINDOW_LOG: u32 = 27;

/// Bounds on one layer. The defaults are far above any image met in the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Entries of the archive, whiteouts included.
    pub entries: u64,
    /// Bytes once inflated, holes of sparse files included; and, where its size was not promised, of the blob itself.
    pub inflated: u64,
    /// Inflated bytes for each stored byte, holes of sparse files included, counted once more than 64 MiB are inflated.
    pub ratio: u64,
    /// Bytes of a path or of a link's target.
    pub path: u64,
    /// Parts of a path.
    pub depth: u64,
    /// Bytes of one extended header (PAX or GNU) and of an entry's extended attributes together.
    pub header: u64,
    /// Bytes of all names, links' targets and extended attributes together, each attribute as 64 more.
    pub metadata: u64,
    /// Data regions of a sparse file.
    pub sparse: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            entries: 4_000_000,
            inflated: 256 << 30,
            ratio: 1_100,
            path: 4_096,
            depth: 512,
            header: 1 << 20,
            metadata: 256 << 20,
            sparse: 65_536,
        }
    }
}

impl Limits {
    /// Complains if `inflated` bytes are too many to come out of `stored` ones.
    pub(crate) fn hold_ratio_down(&self, stored: u64, inflated: u64) -> Result<(), Error> {
        if inflated > RATIO_COUNTS_FROM && inflated > stored.saturating_mul(self.ratio) {
            let what = "inflated bytes for each stored byte";
            return Err(Error::Limit { what, limit: self.ratio });
        }
        Ok(())
    }
}
