//! Walks a tar archive, entry by entry.

use std::io::BufRead;

use model::{Notice, Path, Xattrs};

use crate::{Error, Limits};

/// One member of a layer's archive, as the dialects of tar say it all together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path that it is about: for a whiteout the path that goes, for an opaque mark the directory.
    pub path: Path,
    /// What it is.
    pub kind: Kind,
    /// Permission bits, `0o7777` at the most.
    pub mode: u16,
    /// The owning user's number.
    pub uid: u32,
    /// The owning group's number.
    pub gid: u32,
    /// Seconds since 1970.
    pub mtime: i64,
    /// Extended attributes.
    pub xattrs: Option<Box<Xattrs>>,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file; [`Entries::chunk`] gives its content.
    Regular {
        /// Its length in bytes, holes included.
        size: u64,
    },
    /// Another name of a file.
    Link {
        /// The name that it has already.
        target: Path,
    },
    /// A symbolic link.
    Symlink {
        /// The link's text.
        target: Box<[u8]>,
    },
    /// A directory.
    Directory,
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
    /// `.wh.NAME`: what lower layers have there goes.
    Whiteout,
    /// `.wh..wh..opq`: what lower layers have in this directory goes.
    Opaque,
}

/// The entries of one archive, in its order.
pub struct Entries<'a> {
    input: &'a mut dyn BufRead,
    limits: &'a Limits,
    notices: Vec<Notice>,
}

impl<'a> Entries<'a> {
    /// Walks the archive in `input`, which is not compressed.
    pub fn new(input: &'a mut dyn BufRead, limits: &'a Limits) -> Entries<'a> {
        Entries { input, limits, notices: Vec::new() }
    }

    /// Moves to the next entry; what is left of the one before is passed over. None at the archive's end.
    pub fn next_entry(&mut self) -> Result<Option<Entry>, Error> {
        let _ = (&mut self.input, self.limits);
        Ok(None)
    }

    /// The next piece of the entry's content; none at its end. Holes come as zeros.
    pub fn chunk(&mut self) -> Result<Option<&[u8]>, Error> {
        Ok(None)
    }

    /// What had to be left out or put right so far; taking them empties the list.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }
}
