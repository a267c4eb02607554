//! One header block: the fields that old tars, ustar, star and GNU tar have in common. It never looks at another block.

use super::archive::BLOCK;
use super::number::{field, octal, text};

/// What a header block says.
pub(super) struct Header {
    pub(super) name: Vec<u8>,
    pub(super) link: Vec<u8>,
    pub(super) kind: Type,
    pub(super) size: i64,
    pub(super) mode: i64,
    pub(super) uid: i64,
    pub(super) gid: i64,
    pub(super) mtime: i64,
    pub(super) major: i64,
    pub(super) minor: i64,
    /// Where GNU tar says so, the block for its old form of sparse files.
    pub(super) gnu: Option<Box<[u8; BLOCK]>>,
}

/// What the type flag says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// `0` and `7` (contiguous files, which nobody keeps contiguous).
    Regular,
    /// A zero byte: a file, or a directory if its name ends with a slash.
    Old,
    Link,
    Symlink,
    CharDevice,
    BlockDevice,
    Directory,
    Fifo,
    /// GNU's `D`: a directory with a list of what was in it.
    DumpDirectory,
    /// GNU's `S`: a file with holes.
    Sparse,
    /// GNU's `V`: a name of the archive.
    VolumeLabel,
    /// GNU's `L`: the name of the next entry.
    LongName,
    /// GNU's `K`: the link of the next entry.
    LongLink,
    /// `x`: records on the next entry.
    Pax,
    /// `g`: records on all that follow.
    PaxGlobal,
    Unknown(u8),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    V7,
    Ustar,
    Star,
    Gnu,
}

impl Header {
    /// Reads a block; a sentence where that cannot be done.
    pub(super) fn parse(block: &[u8; BLOCK]) -> Result<Header, &'static str> {
        if !has_checksum(block) {
            return Err("a header's checksum is wrong");
        }
        let dialect = dialect(block);
        let number = |from: usize, length: usize, reason: &'static str| {
            field(&block[from..from + length]).ok_or(reason)
        };
        let device = |from| match dialect {
            Dialect::V7 => Ok(0),
            _ => number(from, 8, "a header's device is not a number"),
        };
        let kind = Type::of(block[156]);
        let size = number(124, 12, "a header's size is not a number")?;
        if size < 0 && !kind.is_header_only() {
            return Err("a header's size is negative");
        }
        Ok(Header {
            name: name(block, dialect)?,
            link: text(&block[157..257]).into(),
            kind,
            size,
            mode: number(100, 8, "a header's mode is not a number")?,
            uid: number(108, 8, "a header's user is not a number")?,
            gid: number(116, 8, "a header's group is not a number")?,
            mtime: number(136, 12, "a header's time is not a number")?,
            major: device(329)?,
            minor: device(337)?,
            gnu: (dialect == Dialect::Gnu && block[156] == b'S').then(|| Box::new(*block)),
        })
    }
}

impl Type {
    fn of(flag: u8) -> Type {
        match flag {
            0 => Type::Old,
            b'0' | b'7' => Type::Regular,
            b'1' => Type::Link,
            b'2' => Type::Symlink,
            b'3' => Type::CharDevice,
            b'4' => Type::BlockDevice,
            b'5' => Type::Directory,
            b'6' => Type::Fifo,
            b'D' => Type::DumpDirectory,
            b'S' => Type::Sparse,
            b'V' => Type::VolumeLabel,
            b'L' => Type::LongName,
            b'K' => Type::LongLink,
            b'x' => Type::Pax,
            b'g' => Type::PaxGlobal,
            flag => Type::Unknown(flag),
        }
    }

    /// Whether nothing is stored after the header, whatever size it gives.
    pub(super) fn is_header_only(self) -> bool {
        use Type::{BlockDevice, CharDevice, Directory, Fifo, Link, Symlink};
        matches!(self, Link | Symlink | CharDevice | BlockDevice | Directory | Fifo)
    }
}

/// Whether the block's checksum is right; old tars summed signed bytes, all others unsigned ones.
pub(super) fn has_checksum(block: &[u8; BLOCK]) -> bool {
    let sum = |bytes: &[u8]| bytes.iter().map(|&byte| i64::from(byte)).sum::<i64>();
    let high = |bytes: &[u8]| bytes.iter().map(|&byte| i64::from(byte >> 7)).sum::<i64>();
    // The checksum's own eight bytes count as spaces.
    let unsigned = sum(&block[..148]) + 8 * i64::from(b' ') + sum(&block[156..]);
    let signed = unsigned - 256 * (high(&block[..148]) + high(&block[156..]));
    octal(&block[148..156]).is_some_and(|stated| stated == unsigned || stated == signed)
}

fn dialect(block: &[u8; BLOCK]) -> Dialect {
    match &block[257..265] {
        b"ustar  \0" => Dialect::Gnu,
        [b'u', b's', b't', b'a', b'r', 0, ..] if block[508..] == *b"tar\0" => Dialect::Star,
        [b'u', b's', b't', b'a', b'r', 0, ..] => Dialect::Ustar,
        _ => Dialect::V7,
    }
}

fn name(block: &[u8; BLOCK], dialect: Dialect) -> Result<Vec<u8>, &'static str> {
    let prefix = match dialect {
        Dialect::V7 => &[][..],
        Dialect::Ustar => text(&block[345..500]),
        Dialect::Star => {
            let is_time = |from| field(&block[from..from + 12]).is_some();
            if !is_time(476) || !is_time(488) {
                return Err("a header's access or change time is not a number");
            }
            text(&block[345..476])
        }
        Dialect::Gnu => prefix_of_old_go(block),
    };
    let name = text(&block[..100]);
    Ok(if prefix.is_empty() { name.into() } else { [prefix, b"/", name].concat() })
}

/// The prefix that Go wrote into GNU headers before its version 1.8, where these have two times; Go reads it still.
fn prefix_of_old_go(block: &[u8; BLOCK]) -> &[u8] {
    let is_time = |from| block[from] == 0 || field(&block[from..from + 12]).is_some();
    let prefix = text(&block[345..500]);
    if is_time(345) && is_time(357) || !prefix.is_ascii() { &[] } else { prefix }
}
