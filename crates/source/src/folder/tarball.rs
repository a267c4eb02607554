//! A tar archive of a folder, made while it is read. The same folder always gives the same bytes.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use tar::{EntryType, Header};

use super::walk::{Item, Kind, Walk};

const BLOCK: usize = 512;

/// Bytes of a file that are read at once at the most.
const PIECE: usize = 256 << 10;

/// The largest numbers that fit into a header's fields of 8 and 12 octal digits.
const SHORT: u64 = 0o7_777_777;
const LONG: u64 = 0o77_777_777_777;

/// An archive that is being made.
pub(super) struct Tarball {
    walk: Walk,
    /// Headers and padding, before the content of a file or between two.
    ready: Vec<u8>,
    given: usize,
    body: Option<Body>,
    state: State,
}

/// A file while its content is read.
struct Body {
    file: File,
    path: PathBuf,
    left: u64,
    padding: usize,
}

#[derive(PartialEq)]
enum State {
    Going,
    Ended,
    Failed,
}

impl Tarball {
    pub(super) fn new(walk: Walk) -> Tarball {
        Tarball { walk, ready: Vec::new(), given: 0, body: None, state: State::Going }
    }

    fn give(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.given < self.ready.len() {
                let count = buffer.len().min(self.ready.len() - self.given);
                buffer[..count].copy_from_slice(&self.ready[self.given..self.given + count]);
                self.given += count;
                return Ok(count);
            }
            if let Some(body) = &mut self.body {
                let count = body.read(buffer)?;
                if body.left == 0 {
                    body.check_end()?;
                    let padding = body.padding;
                    self.prepare(vec![0; padding], None);
                }
                return Ok(count);
            }
            if self.state == State::Ended {
                return Ok(0);
            }
            if let Some(item) = self.walk.next().map_err(io::Error::other)? {
                let body = Body::of(&item)?;
                self.prepare(headers(&item), body);
            } else {
                self.state = State::Ended;
                self.prepare(vec![0; 2 * BLOCK], None);
            }
        }
    }

    fn prepare(&mut self, ready: Vec<u8>, body: Option<Body>) {
        self.ready = ready;
        self.given = 0;
        self.body = body;
    }
}

impl Read for Tarball {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.state == State::Failed {
            // Were it the end, half an archive would look like a whole one.
            return Err(io::Error::other("the folder could not be read to its end"));
        }
        self.give(buffer).inspect_err(|error| {
            if error.kind() != io::ErrorKind::Interrupted {
                self.state = State::Failed;
            }
        })
    }
}

impl Body {
    /// Opens what has content; none for what has none.
    fn of(item: &Item) -> io::Result<Option<Body>> {
        let left = item.metadata.len();
        if !matches!(item.kind, Kind::File) || left == 0 {
            return Ok(None);
        }
        let path = item.path.clone();
        let named = |error| named(&path, &error);
        let file = File::open(&path).map_err(named)?;
        let metadata = file.metadata().map_err(named)?;
        let identity = |metadata: &Metadata| (metadata.dev(), metadata.ino());
        if identity(&metadata) != identity(&item.metadata) {
            return Err(changed(&path, "another file took its place"));
        }
        let padding = padding(left);
        Ok(Some(Body { file, path, left, padding }))
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(PIECE).min(PIECE).min(buffer.len());
        let count =
            self.file.read(&mut buffer[..most]).map_err(|error| named(&self.path, &error))?;
        if count == 0 {
            return Err(changed(&self.path, "it became shorter"));
        }
        self.left -= count as u64;
        Ok(count)
    }

    /// Makes sure that the file ends where it ended when it was looked at.
    fn check_end(&mut self) -> io::Result<()> {
        match self.file.read(&mut [0]).map_err(|error| named(&self.path, &error))? {
            0 => Ok(()),
            _ => Err(changed(&self.path, "it became longer")),
        }
    }
}

fn named(path: &std::path::Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("could not read {}: {error}", path.display()))
}

fn changed(path: &std::path::Path, how: &str) -> io::Error {
    io::Error::other(format!("{} changed while it was read: {how}", path.display()))
}

fn padding(size: u64) -> usize {
    // A remainder of 512 fits anywhere.
    let over = usize::try_from(size % BLOCK as u64).unwrap_or(0);
    (BLOCK - over) % BLOCK
}

/// The header of a thing, with a PAX header before it where something does not fit.
fn headers(item: &Item) -> Vec<u8> {
    let metadata = &item.metadata;
    let mut header = Header::new_ustar();
    let mut records = Records(Vec::new());
    let mut name = item.name.clone();
    let mut size = 0;
    let kind = match &item.kind {
        Kind::Directory => {
            name.push(b'/');
            EntryType::Directory
        }
        Kind::File => {
            size = metadata.len();
            EntryType::Regular
        }
        Kind::Link(target) => {
            records.text(&mut header.as_old_mut().linkname, "linkpath", target);
            EntryType::Link
        }
        Kind::Symlink(target) => {
            records.text(&mut header.as_old_mut().linkname, "linkpath", target);
            EntryType::Symlink
        }
        Kind::Char => EntryType::Char,
        Kind::Block => EntryType::Block,
        Kind::Fifo => EntryType::Fifo,
    };
    header.set_entry_type(kind);
    records.text(&mut header.as_old_mut().name, "path", &name);
    header.set_mode(metadata.mode() & 0o7777);
    header.set_uid(records.number("uid", metadata.uid().into(), SHORT));
    header.set_gid(records.number("gid", metadata.gid().into(), SHORT));
    header.set_size(records.number("size", size, LONG));
    header.set_mtime(records.time(metadata.mtime()));
    if matches!(item.kind, Kind::Char | Kind::Block)
        && let Some(ustar) = header.as_ustar_mut()
    {
        let (major, minor) = device(metadata.rdev());
        ustar.set_device_major(major);
        ustar.set_device_minor(minor);
    }
    for (key, value) in &item.xattrs {
        records.add(&[b"SCHILY.xattr.", &key[..]].concat(), value);
    }
    header.set_cksum();
    [records.header(), header.as_bytes().to_vec()].concat()
}

/// A device's major and minor number, as Linux packs them.
fn device(number: u64) -> (u32, u32) {
    let major = (number >> 8) & 0xfff | (number >> 32) & 0xffff_f000;
    let minor = number & 0xff | (number >> 12) & 0xffff_ff00;
    let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    (narrow(major), narrow(minor))
}

/// PAX records: `LENGTH KEY=VALUE` and a line feed, where the length counts itself too.
struct Records(Vec<u8>);

impl Records {
    fn add(&mut self, key: &[u8], value: &[u8]) {
        let rest = key.len() + value.len() + 3;
        let mut length = rest + 1;
        while rest + length.to_string().len() != length {
            length = rest + length.to_string().len();
        }
        let parts = [length.to_string().as_bytes(), b" ", key, b"=", value, b"\n"].concat();
        self.0.extend(parts);
    }

    /// Puts a text into its field, and into a record as well where it is too long for it or not ASCII.
    fn text(&mut self, field: &mut [u8], key: &str, text: &[u8]) {
        let count = text.len().min(field.len());
        field[..count].copy_from_slice(&text[..count]);
        if count < text.len() || !text.is_ascii() {
            self.add(key.as_bytes(), text);
        }
    }

    /// The number where it fits into its field; else zero and a record.
    fn number(&mut self, key: &str, number: u64, most: u64) -> u64 {
        if number <= most {
            return number;
        }
        self.add(key.as_bytes(), number.to_string().as_bytes());
        0
    }

    /// The time where it fits into its field; else zero and a record.
    fn time(&mut self, seconds: i64) -> u64 {
        if let Ok(seconds) = u64::try_from(seconds) {
            return self.number("mtime", seconds, LONG);
        }
        self.add(b"mtime", seconds.to_string().as_bytes());
        0
    }

    /// The header that holds the records; nothing where there are none.
    fn header(mut self) -> Vec<u8> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::XHeader);
        header.as_old_mut().name[..3].copy_from_slice(b"pax");
        header.set_mode(0o644);
        header.set_size(self.0.len() as u64);
        header.set_cksum();
        let padding = padding(self.0.len() as u64);
        self.0.resize(self.0.len() + padding, 0);
        [header.as_bytes().to_vec(), self.0].concat()
    }
}
