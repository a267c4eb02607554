//! Unpacks what advisories are published in: an archive in tar, packed by gzip, zstd or xz, or a bare database. What it
//! is, is told by its first bytes, not by its name.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom, Write};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;
use sha2::{Digest as _, Sha256};

use crate::{Error, Event, Watch};

/// Bytes that a database may have once it is unpacked.
pub(crate) const MOST_BYTES: u64 = 32 << 30;
/// Members of an archive that are looked at.
const MOST_MEMBERS: usize = 1_000;
/// Bytes of a document that stands beside a database.
const MOST_DOCUMENT: u64 = 1 << 20;

const SQLITE: &[u8] = b"SQLite format 3\0";
const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const XZ: &[u8] = &[0xfd, b'7', b'z', b'X', b'Z', 0];
const ZIP: &[u8] = b"PK";

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looks {
    /// A database of `SQLite`.
    Database,
    /// Something packed.
    Packed(Packing),
    /// A ZIP archive.
    Zip,
    /// A JSON document, or so it begins.
    Json,
    /// Something else.
    Other,
}

/// How an archive is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    /// By gzip.
    Gzip,
    /// By zstd.
    Zstd,
    /// By xz.
    Xz,
}

/// Looks at the first bytes of a file.
pub(crate) fn looks(path: &Path) -> Result<Looks, Error> {
    let mut first = Vec::new();
    let file = File::open(path).map_err(io_error("open", path))?;
    file.take(64).read_to_end(&mut first).map_err(io_error("read", path))?;
    let text = first.iter().find(|byte| !byte.is_ascii_whitespace());
    Ok(match () {
        () if first.starts_with(SQLITE) => Looks::Database,
        () if first.starts_with(GZIP) => Looks::Packed(Packing::Gzip),
        () if first.starts_with(ZSTD) => Looks::Packed(Packing::Zstd),
        () if first.starts_with(XZ) => Looks::Packed(Packing::Xz),
        () if first.starts_with(ZIP) => Looks::Zip,
        () if matches!(text, Some(b'{' | b'[')) => Looks::Json,
        () => Looks::Other,
    })
}

/// What was found in an archive.
#[derive(Debug, Default)]
pub(crate) struct Unpacked {
    /// Whether there was a database; it is in the file that was given.
    pub(crate) has_database: bool,
    /// The SHA-256 of the database, as `sha256:…`.
    pub(crate) digest: String,
    /// The document beside it (`metadata.json`), where there is one.
    pub(crate) metadata: Option<String>,
}

/// Unpacks the database of an archive into `into`.
pub(crate) fn unpack(
    path: &Path,
    packing: Packing,
    into: &mut File,
    watch: &Watch<'_>,
) -> Result<Unpacked, Error> {
    watch(Event::Unpacking);
    let packed =
        BufReader::with_capacity(1 << 16, File::open(path).map_err(io_error("open", path))?);
    match packing {
        Packing::Gzip => members(MultiGzDecoder::new(packed), path, into),
        Packing::Zstd => {
            let mut decoder =
                zstd::Decoder::with_buffer(packed).map_err(io_error("unpack", path))?;
            // Grype's are packed with a window of 128 MiB at the most.
            decoder.window_log_max(27).map_err(io_error("unpack", path))?;
            members(decoder, path, into)
        }
        Packing::Xz => members(XzReader::new_mem_limit(packed, true, 256 << 10), path, into),
    }
}

fn members(unpacked: impl Read, path: &Path, into: &mut File) -> Result<Unpacked, Error> {
    let broken = io_error("unpack", path);
    let mut found = Unpacked::default();
    let mut archive = tar::Archive::new(unpacked.take(MOST_BYTES));
    // Raw, so that long names and extended headers, which nothing needs here, are not read into memory.
    for member in archive.entries().map_err(&broken)?.raw(true).take(MOST_MEMBERS) {
        let mut member = member.map_err(&broken)?;
        if !member.header().entry_type().is_file() {
            continue;
        }
        let promised = member.size();
        if promised >= MOST_BYTES {
            let path = path.display();
            let what = format!("the database in {path} is larger than {MOST_BYTES} bytes");
            return Err(Error::Limit { what });
        }
        let name = member.path().map_err(&broken)?;
        let name = name.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match &*name {
            "vulnerability.db" if !found.has_database => {
                into.set_len(0).map_err(&broken)?;
                into.seek(SeekFrom::Start(0)).map_err(&broken)?;
                let mut hashing = Hashing { into, hash: Sha256::new() };
                let length = io::copy(&mut member, &mut hashing).map_err(&broken)?;
                if length != promised {
                    return Err(broken(io::ErrorKind::UnexpectedEof.into()));
                }
                found.digest = shown(hashing.hash);
                found.has_database = true;
            }
            "metadata.json" => {
                let mut text = String::new();
                member.take(MOST_DOCUMENT).read_to_string(&mut text).map_err(&broken)?;
                found.metadata = Some(text);
            }
            _ => {}
        }
    }
    Ok(found)
}

/// Writes, and hashes what goes by.
struct Hashing<'a> {
    into: &'a mut File,
    hash: Sha256,
}

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.into.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.into.flush()
    }
}

/// The digest of a file, as `sha256:…`.
pub(crate) fn digest(path: &Path) -> Result<String, Error> {
    let mut file = File::open(path).map_err(io_error("open", path))?;
    let mut hash = Sha256::new();
    let mut bytes = vec![0; 1 << 16];
    loop {
        match file.read(&mut bytes).map_err(io_error("read", path))? {
            0 => return Ok(shown(hash)),
            length => hash.update(&bytes[..length]),
        }
    }
}

/// A digest as documents write it.
pub(crate) fn shown(hash: Sha256) -> String {
    hash.finalize().iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

/// An error about a file.
pub(crate) fn io_error(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> Error + use<> {
    let object = path.display().to_string();
    move |source| Error::Io { doing, object: object.clone(), source }
}
