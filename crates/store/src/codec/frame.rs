//! What stands around everything that is written: what it is, what it was written for, and a digest over all of it.

use std::io::{self, Read as _};

use twox_hash::xxhash3_128::Hasher;

use super::wire::{In, Odd, Out, Read};
use super::{MOST_UNPACKED, VERSION};

const MAGIC: &[u8; 8] = b"pentkept";

/// How the content of a frame is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// zstd: few bytes.
    Small,
    /// A block of LZ4: a quarter more of them, unpacked in a fifth of the time.
    Quick,
}

/// How hard zstd tries. Facts are written once and read often.
const SMALL_LEVEL: i32 = 6;

/// How hard LZ4 tries: as long as zstd does.
const QUICK_LEVEL: i32 = 5;

/// A digest over everything of a frame: XXH3 of 128 bits. It tells damage, at the speed of memory; it is no proof against
/// whoever means to deceive, and need not be: the folder is its owner's alone.
pub(crate) type Seal = [u8; 16];

/// What a frame holds once it is open.
pub(crate) struct Opened<'a> {
    /// What was packed.
    pub(crate) unpacked: Vec<u8>,
    /// What would not have become smaller.
    pub(crate) raw: &'a [u8],
    /// The digest over everything.
    pub(crate) digest: Seal,
}

/// Packs `content` and seals it, with `raw` behind it as it is, for `key`.
pub(super) fn seal(key: &str, content: &[u8], raw: &[u8]) -> Read<Vec<u8>> {
    seal_packed(Packing::Small, key, content, raw)
}

/// As [`seal`], packed in this way.
pub(super) fn seal_packed(
    packing: Packing,
    key: &str,
    content: &[u8],
    raw: &[u8],
) -> Read<Vec<u8>> {
    if content.len() > MOST_UNPACKED {
        return Err(Odd("it is too large to be kept"));
    }
    let packed = packing.pack(content).map_err(|_| Odd("it could not be packed"))?;
    let header = Header { key, packing, unpacked: content.len(), packed: packed.len() };
    Ok(header.seal(&[&packed, raw]))
}

/// Seals for `key` what was sealed for another one, as it is.
pub(crate) fn reseal(sealed_for: &str, key: &str, bytes: &[u8]) -> Read<Vec<u8>> {
    let Checked { header, rest, .. } = check(sealed_for, bytes)?;
    Ok(Header { key, ..header }.seal(&[rest.0]))
}

/// Opens a frame that was sealed for `key`.
pub(crate) fn open<'a>(key: &str, bytes: &'a [u8]) -> Read<Opened<'a>> {
    let Checked { header, digest, mut rest } = check(key, bytes)?;
    let packed = rest.raw(header.packed)?;
    Ok(Opened { unpacked: header.packing.unpack(packed, header.unpacked)?, raw: rest.0, digest })
}

/// The digest over everything of a frame that was sealed for `key`, and where what was not packed begins. Nothing is
/// unpacked.
pub(super) fn raw_of(key: &str, bytes: &[u8]) -> Read<(Seal, usize)> {
    let Checked { header, digest, mut rest } = check(key, bytes)?;
    rest.raw(header.packed)?;
    Ok((digest, bytes.len() - rest.0.len()))
}

/// A frame whose digest over everything is the one that was written.
struct Checked<'a> {
    header: Header<'a>,
    digest: Seal,
    /// What stands behind the header.
    rest: In<'a>,
}

fn check<'a>(key: &str, bytes: &'a [u8]) -> Read<Checked<'a>> {
    let (header, mut rest) = header(bytes)?;
    if header.key != key {
        return Err(Odd("it was written for something else"));
    }
    let before = &bytes[..bytes.len() - rest.0.len()];
    let digest: Seal = rest.array()?;
    if digest_of(&[before, rest.0]) != digest {
        return Err(Odd("its bytes are not those that were written"));
    }
    Ok(Checked { header, digest, rest })
}

/// What a frame says that it was sealed for. Nothing is proven by that.
pub(crate) fn key_of(bytes: &[u8]) -> Read<&str> {
    header(bytes).map(|(header, _)| header.key)
}

struct Header<'a> {
    key: &'a str,
    packing: Packing,
    unpacked: usize,
    packed: usize,
}

impl Header<'_> {
    /// The header with a digest over it and the parts, and the parts.
    fn seal(&self, parts: &[&[u8]]) -> Vec<u8> {
        let mut out = Out::default();
        out.raw(MAGIC);
        out.raw(&VERSION.to_le_bytes());
        out.text(self.key);
        out.flag(self.packing == Packing::Quick);
        out.count(self.unpacked);
        out.count(self.packed);
        let digest = digest_of(&[&[&out.0[..]], parts].concat());
        out.raw(&digest);
        for part in parts {
            out.raw(part);
        }
        out.0
    }
}

fn header(bytes: &[u8]) -> Read<(Header<'_>, In<'_>)> {
    let mut read = In(bytes);
    if &read.array()? != MAGIC {
        return Err(Odd("it does not begin as what is kept does"));
    }
    if u16::from_le_bytes(read.array()?) != VERSION {
        return Err(Odd("another version of the program wrote it"));
    }
    let key = read.str()?;
    let packing = if read.flag()? { Packing::Quick } else { Packing::Small };
    let header = Header { key, packing, unpacked: read.small()?, packed: read.small()? };
    Ok((header, read))
}

fn digest_of(parts: &[&[u8]]) -> Seal {
    let mut hasher = Hasher::new();
    for part in parts {
        hasher.write(part);
    }
    hasher.finish_128().to_be_bytes()
}

impl Packing {
    fn pack(self, content: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Packing::Small => zstd::bulk::compress(content, SMALL_LEVEL),
            Packing::Quick => {
                let mode = lz4::block::CompressionMode::HIGHCOMPRESSION(QUICK_LEVEL);
                lz4::block::compress(content, Some(mode), false)
            }
        }
    }

    /// Unpacks as much as is claimed and no more. Memory grows with what comes out, beyond what such sizes usually promise.
    fn unpack(self, packed: &[u8], claimed: usize) -> Read<Vec<u8>> {
        if claimed > MOST_UNPACKED {
            return Err(Odd("it is larger than anything that is kept"));
        }
        let unpacked = match self {
            Packing::Small if claimed <= packed.len().saturating_mul(64) => {
                zstd::bulk::decompress(packed, claimed)
            }
            Packing::Small => zstd::Decoder::with_buffer(packed).and_then(|decoder| {
                let mut unpacked = Vec::new();
                decoder.take(claimed as u64 + 1).read_to_end(&mut unpacked)?;
                Ok(unpacked)
            }),
            // A byte of LZ4 stands for 255 at the most.
            Packing::Quick if claimed <= packed.len().saturating_mul(255) => {
                let length = i32::try_from(claimed).ok();
                lz4::block::decompress(packed, length)
            }
            Packing::Quick => return Err(Odd("its length is not what it says")),
        };
        let unpacked = unpacked.map_err(|_| Odd("it cannot be unpacked"))?;
        let is_whole = unpacked.len() == claimed;
        if is_whole { Ok(unpacked) } else { Err(Odd("its length is not what it says")) }
    }
}
