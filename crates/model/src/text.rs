//! Texts: what people read of an image, kept whole beside the facts that programs compare.

use crate::Path;

/// A text of one layer. It lasts as long as the file it was found in does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text {
    /// The file that it stands in.
    pub path: Path,
    /// What it is.
    pub kind: TextKind,
    /// The text as the file has it, or packed in gzip where the file is.
    pub bytes: Box<[u8]>,
}

/// What a kept text is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextKind {
    /// A whole file that is worth keeping (`/etc/passwd`).
    File,
    /// A Debian package's changelog, of the documentation folder that the path names.
    DebianChangelog,
    /// The changelog in the header of an rpm package, as `rpm -q --changelog` writes it.
    RpmChangelog {
        /// The package's name.
        name: String,
        /// Its version as the package has it.
        version: String,
        /// Its architecture.
        architecture: Option<String>,
    },
}
