//! What a layer does to each path.

use std::collections::HashMap;
use std::sync::Arc;

use model::{FileEntry, FileKind, LayerEntry, Path, Sha256, What, Xattrs};

use super::columns::Columns;
use super::paths::{Known, Paths};
use super::table;
use super::wire::{In, Odd, Out, Read};

const NEW_CONTENT: u8 = 0;
const KNOWN_CONTENT: u8 = 1;
const DIRECTORY: u8 = 2;
const SYMLINK: u8 = 3;
const CHAR_DEVICE: u8 = 4;
const BLOCK_DEVICE: u8 = 5;
const FIFO: u8 = 6;
const SOCKET: u8 = 7;
const LINK: u8 = 8;
const WHITEOUT: u8 = 9;
const OPAQUE: u8 = 10;
/// Added to the kind of a file that has extended attributes.
const XATTRS: u8 = 0x10;

/// Mode, user and group, which few combinations of are met.
pub(super) type Rights = (u16, u32, u32);

/// Entries that are being written.
#[derive(Default)]
pub(super) struct Writing {
    rights: HashMap<Rights, u32>,
    order: Vec<Rights>,
    time: i64,
}

impl Writing {
    pub(super) fn entry<'a>(
        &mut self,
        entry: &'a LayerEntry,
        columns: &mut Columns<Out>,
        paths: &mut Paths<'a>,
        contents: &mut table::Digests<32>,
    ) {
        match &entry.what {
            What::Put(file) => self.file(file, columns, contents),
            What::Link { target } => {
                columns.kinds.byte(LINK);
                paths.refer(target, &mut columns.references);
            }
            What::Whiteout => columns.kinds.byte(WHITEOUT),
            What::Opaque => columns.kinds.byte(OPAQUE),
        }
    }

    /// As if nothing had been written yet that a file is told by.
    pub(super) fn restart(&mut self) {
        self.time = 0;
    }

    pub(super) fn file(
        &mut self,
        file: &FileEntry,
        columns: &mut Columns<Out>,
        contents: &mut table::Digests<32>,
    ) {
        let kind = match &file.kind {
            FileKind::Regular { size, sha256: Sha256(content) } => {
                columns.sizes.number(*size);
                match contents.put(content) {
                    None => NEW_CONTENT,
                    Some(distance) => {
                        columns.rest.signed(distance);
                        KNOWN_CONTENT
                    }
                }
            }
            FileKind::Directory => DIRECTORY,
            FileKind::Symlink { target } => {
                columns.texts.bytes(target);
                SYMLINK
            }
            FileKind::CharDevice { major, minor } => {
                columns.rest.number((*major).into());
                columns.rest.number((*minor).into());
                CHAR_DEVICE
            }
            FileKind::BlockDevice { major, minor } => {
                columns.rest.number((*major).into());
                columns.rest.number((*minor).into());
                BLOCK_DEVICE
            }
            FileKind::Fifo => FIFO,
            FileKind::Socket => SOCKET,
        };
        columns.kinds.byte(kind | if file.xattrs.is_some() { XATTRS } else { 0 });
        columns.modes.number(self.number((file.mode, file.uid, file.gid)).into());
        columns.times.signed(file.mtime.wrapping_sub(self.time));
        self.time = file.mtime;
        if let Some(xattrs) = &file.xattrs {
            columns.rest.list(xattrs.iter(), |out, (name, value)| {
                out.bytes(name);
                out.bytes(value);
            });
        }
    }

    fn number(&mut self, rights: Rights) -> u32 {
        let next = u32::try_from(self.order.len()).unwrap_or(u32::MAX);
        *self.rights.entry(rights).or_insert_with(|| {
            self.order.push(rights);
            next
        })
    }

    /// Writes which combinations of mode, user and group there are.
    pub(super) fn finish(self, out: &mut Out) {
        out.list(self.order.iter(), |out, &(mode, uid, gid)| {
            out.number(mode.into());
            out.number(uid.into());
            out.number(gid.into());
        });
    }
}

/// Entries that are being read.
pub(super) struct Reading {
    rights: Arc<[Rights]>,
    time: i64,
}

/// Reads which combinations of mode, user and group there are.
pub(super) fn read_rights(read: &mut In<'_>) -> Read<Arc<[Rights]>> {
    let rights = read.list(|read| Ok((read.small()?, read.small()?, read.small()?)))?;
    Ok(rights.into())
}

impl Reading {
    pub(super) fn new(rights: Arc<[Rights]>) -> Reading {
        Reading { rights, time: 0 }
    }

    pub(super) fn entry(
        &mut self,
        path: Path,
        columns: &mut Columns<In<'_>>,
        paths: &mut Known,
        contents: &mut table::Known<'_, 32>,
    ) -> Read<LayerEntry> {
        let what = match columns.kinds.byte()? {
            LINK => What::Link { target: paths.referred(&mut columns.references)?.0.clone() },
            WHITEOUT => What::Whiteout,
            OPAQUE => What::Opaque,
            kind => What::Put(Arc::new(self.file(kind, columns, contents)?)),
        };
        Ok(LayerEntry { path, what })
    }

    /// A file, of whose kind the byte has been read.
    pub(super) fn file(
        &mut self,
        kind: u8,
        columns: &mut Columns<In<'_>>,
        contents: &mut table::Known<'_, 32>,
    ) -> Read<FileEntry> {
        let has_xattrs = kind & XATTRS != 0;
        let kind = match kind & !XATTRS {
            NEW_CONTENT => FileKind::Regular {
                size: columns.sizes.number()?,
                sha256: Sha256(*contents.next()?),
            },
            KNOWN_CONTENT => {
                let content = *contents.at(columns.rest.signed()?)?;
                FileKind::Regular { size: columns.sizes.number()?, sha256: Sha256(content) }
            }
            DIRECTORY => FileKind::Directory,
            SYMLINK => FileKind::Symlink { target: columns.texts.bytes()?.into() },
            CHAR_DEVICE => {
                FileKind::CharDevice { major: columns.rest.small()?, minor: columns.rest.small()? }
            }
            BLOCK_DEVICE => {
                FileKind::BlockDevice { major: columns.rest.small()?, minor: columns.rest.small()? }
            }
            FIFO => FileKind::Fifo,
            SOCKET => FileKind::Socket,
            _ => return Err(Odd("an entry of no known kind")),
        };
        let number: usize = columns.modes.small()?;
        let &(mode, uid, gid) = self.rights.get(number).ok_or(Odd("a mode is not there"))?;
        self.time = self.time.wrapping_add(columns.times.signed()?);
        let xattrs = if has_xattrs { Some(Box::new(xattrs(&mut columns.rest)?)) } else { None };
        Ok(FileEntry { kind, mode, uid, gid, mtime: self.time, xattrs })
    }
}

fn xattrs(read: &mut In<'_>) -> Read<Xattrs> {
    let pairs = read.list(|read| Ok((read.bytes()?.into(), read.bytes()?.into())))?;
    Ok(pairs.into_iter().collect())
}
