//! How much a layer may have of anything.

/// Bounds on one layer. The defaults are far above any image met in the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Entries of the archive, whiteouts included.
    pub entries: u64,
    /// Bytes once inflated.
    pub inflated: u64,
    /// Inflated bytes for each compressed byte, counted once more than 64 MiB are inflated.
    pub ratio: u64,
    /// Bytes of a path or of a link's target.
    pub path: u64,
    /// Parts of a path.
    pub depth: u64,
    /// Bytes of one extended header (PAX or GNU) and of an entry's extended attributes together.
    pub header: u64,
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
            sparse: 65_536,
        }
    }
}
