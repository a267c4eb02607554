//! Files: what stands at one path of a file system.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Owner, Path, Sha256};

/// Extended attributes by name, in bytes: `security.capability`, `user.mime_type`, …
pub type Xattrs = BTreeMap<Box<[u8]>, Box<[u8]>>;

/// What an inode says: everything about a file but its names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileEntry {
    /// What kind of thing it is, with what only that kind has.
    pub kind: FileKind,
    /// Permission bits with setuid, setgid and sticky: `0o7777` at the most.
    pub mode: u16,
    /// The owning user's number.
    pub uid: u32,
    /// The owning group's number.
    pub gid: u32,
    /// The time of the last change in seconds since 1970, as the layer says.
    pub mtime: i64,
    /// Extended attributes; none is the common case and costs nothing.
    pub xattrs: Option<Box<Xattrs>>,
}

/// What kind of thing stands at a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A regular file.
    Regular {
        /// Its length in bytes, holes included.
        size: u64,
        /// The SHA-256 of its content.
        sha256: Sha256,
    },
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink {
        /// The text of the link, as it stands there.
        target: Box<[u8]>,
    },
    /// A character device.
    CharDevice {
        /// The major number.
        major: u32,
        /// The minor number.
        minor: u32,
    },
    /// A block device.
    BlockDevice {
        /// The major number.
        major: u32,
        /// The minor number.
        minor: u32,
    },
    /// A named pipe.
    Fifo,
    /// A socket; only file systems have them, tar archives cannot.
    Socket,
}

impl FileKind {
    /// The kind's name in reports.
    pub fn name(&self) -> &'static str {
        match self {
            FileKind::Regular { .. } => "file",
            FileKind::Directory => "directory",
            FileKind::Symlink { .. } => "symlink",
            FileKind::CharDevice { .. } => "char-device",
            FileKind::BlockDevice { .. } => "block-device",
            FileKind::Fifo => "fifo",
            FileKind::Socket => "socket",
        }
    }
}

impl FileEntry {
    /// A directory that no layer names, but that something lies in: root's, `0755`.
    pub fn implied_directory() -> FileEntry {
        FileEntry { kind: FileKind::Directory, mode: 0o755, uid: 0, gid: 0, mtime: 0, xattrs: None }
    }

    /// Its length in bytes where it is a regular file, else 0.
    pub fn size(&self) -> u64 {
        match self.kind {
            FileKind::Regular { size, .. } => size,
            _ => 0,
        }
    }
}

/// A file as a container sees it: one path of a squashed image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where it stands.
    pub path: Path,
    /// What stands there. Hard links of one file share it.
    pub entry: Arc<FileEntry>,
    /// The layer that it comes from, counted from 0 at the bottom.
    pub layer: u32,
    /// The packages that claim the path, in the order of the image's packages.
    pub owners: Box<[Owner]>,
    /// Whether it is a package manager's own record, which changes whenever packages do.
    pub record: bool,
}
