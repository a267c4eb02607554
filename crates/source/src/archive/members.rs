//! Walks the members of an archive from outside: names, places and links. Never what is in them, and never a layer.
//!
//! Extended headers are read up to a limit, whatever they claim: this archive is as hostile as a layer is.

use std::io::{self, Read};

use tar::{EntryType, Header, PaxExtensions};

const BLOCK: u64 = 512;

/// Bytes of an extended header at the most.
const EXTENSION: u64 = 1 << 20;

/// Bytes of a member's name or a link's target at the most.
const NAME: usize = 4096;

/// Members of an archive at the most: images have thousands at the worst.
const MEMBERS: u64 = 100_000;

/// What can be read, and passed over faster than that.
pub(super) trait Input: Read {
    /// Passes over `bytes`; it is an error if there are fewer.
    fn skip(&mut self, bytes: u64) -> io::Result<()>;
}

/// Why an archive could not be walked.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Its bytes could not be had.
    Io(io::Error),
    /// It does not even begin like an archive.
    NotTar(Box<[u8]>),
    /// It is broken: a clause about "it".
    Broken(String),
    /// It is too much of something: a clause about "it".
    Limit(String),
}

/// One member.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// Its name, without `./` and the like.
    pub(super) name: String,
    /// What it is.
    pub(super) kind: Kind,
    /// Where its content begins.
    pub(super) offset: u64,
    /// The length of its content.
    pub(super) size: u64,
}

/// What a member is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file.
    File,
    /// Another name for a member, of whichever kind of link.
    Link(String),
    /// A folder or something else that images have no use for.
    Other,
}

/// Walks an archive.
pub(super) struct Members<R> {
    input: R,
    /// Where `input` stands.
    at: u64,
    /// Where the next header stands.
    next: u64,
    count: u64,
}

impl<R: Input> Members<R> {
    pub(super) fn new(input: R) -> Members<R> {
        Members { input, at: 0, next: 0, count: 0 }
    }

    /// The next member; none at the archive's end.
    pub(super) fn next(&mut self) -> Result<Option<Member>, Trouble> {
        let mut said = Said::default();
        loop {
            let Some(block) = self.header()? else { return Ok(None) };
            let header = Header::from_byte_slice(&block);
            let kind = header.entry_type();
            let size = header.entry_size().map_err(|_| broken("a header without a size"))?;
            if kind.is_pax_local_extensions() || kind.is_gnu_longname() || kind.is_gnu_longlink() {
                let text = self.extension(size)?;
                said.hear(kind, &text);
                continue;
            }
            let mut size = said.size.unwrap_or(size);
            let is_bare = matches!(
                kind,
                EntryType::Link
                    | EntryType::Symlink
                    | EntryType::Directory
                    | EntryType::Fifo
                    | EntryType::Char
                    | EntryType::Block
            );
            if is_bare {
                // Their size is not followed by as many bytes, whatever it says.
                size = 0;
            }
            self.pass(size)?;
            if kind.is_pax_global_extensions() {
                continue;
            }
            return said.member(header, self.at, size).map(Some);
        }
    }

    /// The content of the member that came last. Call it once at the most, before the next member.
    pub(super) fn content(&mut self, size: u64) -> Result<Vec<u8>, Trouble> {
        let mut content = Vec::new();
        let read = (&mut self.input).take(size).read_to_end(&mut content).map_err(trouble)?;
        self.at += read as u64;
        if read as u64 == size { Ok(content) } else { Err(cut_short()) }
    }

    /// Reads from the content of the member that came last, of which `left` bytes are left.
    pub(super) fn read(&mut self, left: &mut u64, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(*left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.input.read(&mut buffer[..most])?;
        if read == 0 && most > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += read as u64;
        *left -= read as u64;
        Ok(read)
    }

    /// The next header with a right checksum; none at the end.
    fn header(&mut self) -> Result<Option<[u8; 512]>, Trouble> {
        let Some(ahead) = self.next.checked_sub(self.at) else {
            return Err(broken("a member that was read too far"));
        };
        self.input.skip(ahead).map_err(trouble)?;
        let mut block = [0; 512];
        let mut filled = 0;
        while filled < block.len() {
            match self.input.read(&mut block[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(trouble(error)),
            }
        }
        let is_first = self.next == 0;
        self.at = self.next + filled as u64;
        self.next = self.at;
        if is_first && (filled < block.len() || !has_right_checksum(&block)) {
            return Err(Trouble::NotTar(block[..filled].into()));
        }
        match filled {
            // Some archives lack the two empty blocks at the end.
            0 => return Ok(None),
            512 => {}
            _ => return Err(cut_short()),
        }
        if block.iter().all(|&byte| byte == 0) {
            return Ok(None);
        }
        if !has_right_checksum(&block) {
            return Err(broken("a header with a wrong checksum"));
        }
        self.count += 1;
        if self.count > MEMBERS {
            return Err(Trouble::Limit(format!("it has more than {MEMBERS} members")));
        }
        Ok(Some(block))
    }

    /// Reads an extended header.
    fn extension(&mut self, size: u64) -> Result<Vec<u8>, Trouble> {
        if size > EXTENSION {
            return Err(Trouble::Limit(format!("it has a header of more than {EXTENSION} bytes")));
        }
        self.pass(size)?;
        self.content(size)
    }

    /// Notes that `size` bytes and their padding come before the next header.
    fn pass(&mut self, size: u64) -> Result<(), Trouble> {
        self.next = (size.checked_next_multiple_of(BLOCK))
            .and_then(|padded| padded.checked_add(self.at))
            .ok_or_else(|| broken("a member of an impossible size"))?;
        Ok(())
    }
}

/// What extended headers said about the member to come.
#[derive(Default)]
struct Said {
    name: Option<Vec<u8>>,
    target: Option<Vec<u8>>,
    size: Option<u64>,
}

impl Said {
    fn hear(&mut self, kind: EntryType, text: &[u8]) {
        let until_nul =
            || text.split(|&byte| byte == 0).next().map(<[u8]>::to_vec).unwrap_or_default();
        if kind.is_gnu_longname() {
            self.name = Some(until_nul());
        } else if kind.is_gnu_longlink() {
            self.target = Some(until_nul());
        } else {
            for record in PaxExtensions::new(text).flatten() {
                let value = record.value_bytes();
                match record.key_bytes() {
                    b"path" => self.name = Some(value.to_vec()),
                    b"linkpath" => self.target = Some(value.to_vec()),
                    b"size" => {
                        self.size = str::from_utf8(value).ok().and_then(|text| text.parse().ok());
                    }
                    _ => {}
                }
            }
        }
    }

    fn member(self, header: &Header, offset: u64, size: u64) -> Result<Member, Trouble> {
        let name = self.name.unwrap_or_else(|| header.path_bytes().into_owned());
        let target = || {
            self.target.unwrap_or_else(|| {
                header.link_name_bytes().map(std::borrow::Cow::into_owned).unwrap_or_default()
            })
        };
        let name = plain(&name)?;
        let kind = match header.entry_type() {
            EntryType::Regular | EntryType::Continuous => Kind::File,
            EntryType::Link => Kind::Link(plain(&target())?),
            EntryType::Symlink => {
                let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
                let target = target();
                let from = if target.starts_with(b"/") { "" } else { folder };
                Kind::Link(plain(&[from.as_bytes(), b"/", &target].concat())?)
            }
            EntryType::GNUSparse => return Err(broken("a sparse member")),
            _ => Kind::Other,
        };
        Ok(Member { name, kind, offset, size })
    }
}

/// A name as one looks it up: `./a//b` and `/a/b` are `a/b`, and `..` leads no further up than to the top.
fn plain(name: &[u8]) -> Result<String, Trouble> {
    if name.len() > NAME {
        return Err(Trouble::Limit(format!("it has a name of more than {NAME} bytes")));
    }
    let name = String::from_utf8_lossy(name);
    let mut parts = Vec::new();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

fn has_right_checksum(block: &[u8; 512]) -> bool {
    let sum: u32 = (block.iter().enumerate())
        .map(|(at, &byte)| u32::from(if (148..156).contains(&at) { b' ' } else { byte }))
        .sum();
    Header::from_byte_slice(block).cksum().is_ok_and(|said| said == sum)
}

fn trouble(error: io::Error) -> Trouble {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => cut_short(),
        io::ErrorKind::FileTooLarge => Trouble::Limit(error.to_string()),
        // What decoders say of broken streams.
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::Other => {
            Trouble::Broken(format!("its compressed stream is broken: {error}"))
        }
        _ => Trouble::Io(error),
    }
}

fn cut_short() -> Trouble {
    Trouble::Broken("it is cut short".into())
}

fn broken(what: &str) -> Trouble {
    Trouble::Broken(format!("it has {what}"))
}
