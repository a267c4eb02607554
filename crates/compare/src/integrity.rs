//! Sets what a package's database recorded of a file against what is there. It reads no contents: digests in other
//! algorithms than the facts have are given to it, by whoever read the file again.

use model::{FileEntry, FileKind, Recorded, RecordedDigest};

/// Digests of one content in the algorithms that databases use beside SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digests {
    /// dpkg, old rpm.
    pub md5: [u8; 16],
    /// apk, some rpm.
    pub sha1: [u8; 20],
}

/// Whether something is as it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is.
    Matches,
    /// It is not.
    Differs,
    /// It cannot be told without reading the content again.
    Unread,
    /// Nothing is recorded of it.
    Unrecorded,
}

impl Verdict {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Matches => "matches",
            Verdict::Differs => "differs",
            Verdict::Unread => "unread",
            Verdict::Unrecorded => "unrecorded",
        }
    }

    fn of(is_as_recorded: bool) -> Verdict {
        if is_as_recorded { Verdict::Matches } else { Verdict::Differs }
    }
}

/// Whether a content is the one that was recorded.
pub(crate) fn content(
    recorded: &Recorded,
    entry: &FileEntry,
    digests: Option<&Digests>,
) -> Verdict {
    let Some(digest) = recorded.digest.as_deref() else { return Verdict::Unrecorded };
    let sha256 = match (&entry.kind, digests) {
        (FileKind::Regular { sha256, .. }, _) => Some(sha256),
        // apk records the digest of a link's text.
        (FileKind::Symlink { .. }, Some(_)) => None,
        (FileKind::Symlink { .. }, None) => return Verdict::Unrecorded,
        _ => return Verdict::Differs,
    };
    match (digest, digests) {
        (RecordedDigest::Sha256(recorded), _) => Verdict::of(Some(recorded) == sha256),
        (RecordedDigest::Md5(recorded), Some(digests)) => Verdict::of(*recorded == digests.md5),
        (RecordedDigest::Sha1(recorded), Some(digests)) => Verdict::of(*recorded == digests.sha1),
        (RecordedDigest::Md5(_) | RecordedDigest::Sha1(_), None)
        | (RecordedDigest::Other(..), _) => Verdict::Unread,
    }
}

/// Whether permission bits are those that were recorded; those of a link mean nothing.
pub(crate) fn mode(recorded: &Recorded, entry: &FileEntry) -> Verdict {
    match recorded.mode {
        Some(mode) if !matches!(entry.kind, FileKind::Symlink { .. }) => {
            Verdict::of(mode == entry.mode)
        }
        _ => Verdict::Unrecorded,
    }
}

/// Whether a content has to be read again to be set against what was recorded.
pub fn needs_reading(recorded: &Recorded, entry: &FileEntry) -> bool {
    let is_of_another_kind = matches!(
        recorded.digest.as_deref(),
        Some(RecordedDigest::Md5(_) | RecordedDigest::Sha1(_))
    );
    is_of_another_kind && matches!(entry.kind, FileKind::Regular { .. })
}

/// A recorded digest's algorithm and digits.
pub fn digits(digest: &RecordedDigest) -> (String, String) {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    match digest {
        RecordedDigest::Md5(bytes) => ("md5".into(), hex(bytes)),
        RecordedDigest::Sha1(bytes) => ("sha1".into(), hex(bytes)),
        RecordedDigest::Sha256(digest) => ("sha256".into(), digest.to_string()),
        RecordedDigest::Other(number, digits) => {
            (format!("algorithm {number}"), digits.to_string())
        }
    }
}
