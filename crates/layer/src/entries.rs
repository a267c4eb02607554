//! Walks a tar archive, entry by entry. It never reads ahead of the entry that it stands on, and never touches a disk.
//!
//! Where the dialects of tar contradict each other, what counts is what container engines do, and these read layers
//! with the `archive/tar` of Go: another reading would show other files than the container gets. So an extended header
//! counts only for the next entry, GNU's long names win over PAX's, a size given to a link or a directory is no size,
//! global headers change nothing, and a malformed number breaks the archive. We differ from Go on purpose where
//!
//! - the end mark is cut short: a piece of a block that has only zeros ends the archive as well as two blocks do;
//! - a member is of a type that we do not know: it is passed over with a notice, where engines refuse the layer;
//! - `LIBARCHIVE.xattr.` is given without `SCHILY.xattr.`: it counts, with a notice;
//! - a sparse file's map does not fit what is stored: the entry is refused before its content is read;
//! - one of [`Limits`] is reached: Go has few of them.

use std::cell::Cell;
use std::io::BufRead;
use std::rc::Rc;

use model::{ErrorKind, Notice, Path, Xattrs};

use crate::{Error, Limits};

mod archive;
mod content;
mod header;
mod member;
mod name;
mod notices;
mod number;
mod pax;
mod sparse;

use archive::{Archive, BLOCK};
use content::{Content, Piece};
use header::{Header, Type};
use member::Extensions;
use notices::Notices;

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
    archive: Archive<'a>,
    limits: &'a Limits,
    content: Content,
    /// Entries so far.
    count: u64,
    /// Bytes of holes so far: they cost time like any content, but nothing to store.
    holes: u64,
    /// Stored bytes so far, where they are not the archive's own.
    stored: Option<Rc<Cell<u64>>>,
    /// Bytes so far of what the entries are kept by: names, links, attributes.
    metadata: u64,
    notices: Notices,
    broken: Option<ErrorKind>,
}

impl<'a> Entries<'a> {
    /// Walks the archive in `input`, which is not compressed.
    pub fn new(input: &'a mut dyn BufRead, limits: &'a Limits) -> Entries<'a> {
        Entries {
            archive: Archive::new(input),
            limits,
            content: Content::none(),
            count: 0,
            holes: 0,
            stored: None,
            metadata: 0,
            notices: Notices::default(),
            broken: None,
        }
    }

    /// Walks the archive that comes out of a blob, of which so many bytes were `stored` for what came out so far.
    pub(crate) fn packed(
        input: &'a mut dyn BufRead,
        limits: &'a Limits,
        stored: Rc<Cell<u64>>,
    ) -> Entries<'a> {
        Entries { stored: Some(stored), ..Entries::new(input, limits) }
    }

    /// Moves to the next entry; what is left of the one before is passed over. None at the archive's end.
    ///
    /// The end is reached when all input is: what follows the end mark is read, and a notice tells if it is not zeros.
    /// After an error there is nothing but errors.
    pub fn next_entry(&mut self) -> Result<Option<Entry>, Error> {
        self.unless_broken(Entries::advance)
    }

    /// The next piece of the entry's content; none at its end. Holes come as zeros.
    pub fn chunk(&mut self) -> Result<Option<&[u8]>, Error> {
        match self.unless_broken(Entries::next_piece)? {
            Piece::End => Ok(None),
            Piece::Hole(zeros) => Ok(Some(zeros)),
            Piece::Stored(length) => Ok(Some(self.archive.lent(length))),
        }
    }

    /// What had to be left out or put right so far; taking them empties the list.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        self.notices.take()
    }

    /// What kind of error ended the walk, if one did.
    pub(crate) fn broken(&self) -> Option<ErrorKind> {
        self.broken
    }

    fn unless_broken<T>(
        &mut self,
        step: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.broken.is_some() {
            return Err(self.archive.error("it broke before, and nothing can be read after that"));
        }
        step(self).inspect_err(|error| self.broken = Some(error.kind()))
    }

    fn next_piece(&mut self) -> Result<Piece, Error> {
        self.content.next(&mut self.archive)
    }

    fn advance(&mut self) -> Result<Option<Entry>, Error> {
        let mut extensions = Extensions::default();
        loop {
            self.content.pass_over(&mut self.archive)?;
            let Some(header) = self.next_header()? else {
                self.finish()?;
                return Ok(None);
            };
            match header.kind {
                Type::Pax => extensions.pax = self.pax(&header)?,
                Type::PaxGlobal => {
                    // As in Go, a global header also takes away what was said for the next entry.
                    extensions = Extensions::default();
                    self.global(&header)?;
                }
                Type::LongName => extensions.long_name = self.long_text(&header)?,
                Type::LongLink => extensions.long_link = self.long_text(&header)?,
                _ => {
                    self.count += 1;
                    if self.count > self.limits.entries {
                        return Err(Error::Limit { what: "entries", limit: self.limits.entries });
                    }
                    let extensions = std::mem::take(&mut extensions);
                    if let Some(entry) = self.member(header, extensions)? {
                        return Ok(Some(entry));
                    }
                }
            }
        }
    }

    /// The next header; none at the archive's end.
    fn next_header(&mut self) -> Result<Option<Box<Header>>, Error> {
        self.hold_down()?;
        let start = self.archive.offset();
        let mut block = [0; BLOCK];
        let length = self.archive.read(&mut block)?;
        if block == [0; BLOCK] {
            return if length < BLOCK { Ok(None) } else { self.second_zero_block() };
        }
        if length < BLOCK {
            return Err(match start {
                0 => not_an_archive(&block[..length]),
                _ => self.archive.error("it is cut short inside a header"),
            });
        }
        match Header::parse(&block) {
            Ok(header) => Ok(Some(Box::new(header))),
            Err(_) if start == 0 && !header::has_checksum(&block) => Err(not_an_archive(&block)),
            Err(reason) => Err(Error::Archive { offset: start, reason: reason.into() }),
        }
    }

    fn second_zero_block(&mut self) -> Result<Option<Box<Header>>, Error> {
        let mut block = [0; BLOCK];
        self.archive.read(&mut block)?;
        if block == [0; BLOCK] {
            return Ok(None);
        }
        Err(self.archive.error("a block of zeros stands between its entries"))
    }

    /// Reads what follows the end mark, so that whoever stands before us sees all its bytes.
    fn finish(&mut self) -> Result<(), Error> {
        let end = self.archive.offset();
        let mut bits = 0;
        loop {
            let bytes = self.archive.fill()?;
            if bytes.is_empty() {
                break;
            }
            bits |= bytes.iter().fold(0, |bits, byte| bits | byte);
            let length = bytes.len();
            self.archive.consume(length);
        }
        if bits != 0 {
            self.notices.general(format!(
                "the archive ends at byte {end}, and bytes that follow it are not part of the layer \
                 for any engine"
            ));
        }
        Ok(())
    }
}

/// Says what the first bytes are instead of a tar header.
fn not_an_archive(start: &[u8]) -> Error {
    let known: [(&[u8], &str); 10] = [
        (b"\xfd7zXZ\0", "xz"),
        (b"BZh", "bzip2"),
        (b"\x1f\x8b", "gzip"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"\x04\x22\x4d\x18", "lz4"),
        (b"LZIP", "lzip"),
        (b"PK\x03\x04", "a zip archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"hsqs", "a squashfs image"),
        (b"\x7fELF", "an ELF program"),
    ];
    Error::NotAnArchive(match known.iter().find(|(magic, _)| start.starts_with(magic)) {
        Some((_, name)) => format!("it is {name}"),
        None if start.len() < BLOCK => format!("it has only {} bytes", start.len()),
        None => "its first block is no header".into(),
    })
}
