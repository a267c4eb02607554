//! SUSE's NDB (`Packages.db`): pages of slots, each of which says where a header blob stands. It takes no blob whose
//! frame or checksum is wrong.

use super::bytes::{ByteOrder::Little, piece, size};
use crate::ecosystem::Unreadable;

const FILE_MAGIC: &[u8] = b"RpmP";
const SLOT_MAGIC: &[u8] = b"Slot";
const BLOB_MAGIC: &[u8] = b"BlbS";
const BLOB_END_MAGIC: &[u8] = b"BlbE";

/// Slots stand in pages at the beginning of the file; the file's own header takes the room of the first two.
const PAGE: usize = 4096;
const SLOT: usize = 16;
/// Blobs stand at multiples of this and are padded to one.
const BLOCK: usize = 16;
/// What stands before a blob: magic, package number, generation, length.
const BLOB_HEAD: usize = 16;
/// What stands after its padding: checksum, length, magic.
const BLOB_TAIL: usize = 12;

/// The header blobs of a database, in the order of its slots.
pub(super) fn blobs(file: &[u8]) -> Result<Blobs<'_>, Unreadable> {
    if !file.starts_with(FILE_MAGIC) {
        return Err(Unreadable("it is no NDB database".into()));
    }
    let (Some(version), Some(pages)) = (Little.u32(file, 4), Little.u32(file, 12)) else {
        return Err(Unreadable("it ends within its header".into()));
    };
    if version != 0 {
        return Err(Unreadable(format!("it is of NDB's version {version}; only 0 is known")));
    }
    let length = size(pages).saturating_mul(PAGE);
    let slots = file.get(2 * SLOT..length.min(file.len())).unwrap_or_default();
    Ok(Blobs {
        file,
        slots: slots.as_chunks().0.iter(),
        left: file.len(),
        is_cut: length > file.len(),
    })
}

/// Walks through the slots.
pub(super) struct Blobs<'a> {
    file: &'a [u8],
    slots: std::slice::Iter<'a, [u8; SLOT]>,
    /// How many bytes further blobs can have: blobs do not overlap in a database that rpm wrote.
    left: usize,
    /// The file ends within its slots; the packages of those that are left are still good.
    is_cut: bool,
}

impl<'a> Iterator for Blobs<'a> {
    type Item = Result<&'a [u8], String>;

    fn next(&mut self) -> Option<Result<&'a [u8], String>> {
        for slot in self.slots.by_ref() {
            let field = |place| Little.u32(slot, place).unwrap_or_default();
            let (package, block, blocks) = (field(4), field(8), field(12));
            if !slot.starts_with(SLOT_MAGIC) {
                return Some(Err("a slot is damaged: its package is left out".into()));
            }
            // A free slot.
            if block == 0 {
                continue;
            }
            let frame = self.frame(block, blocks);
            let blob = frame.and_then(|frame| blob(frame, package));
            return Some(
                blob.map_err(|reason| format!("package number {package} is left out: {reason}")),
            );
        }
        let is_cut = std::mem::take(&mut self.is_cut);
        is_cut.then(|| Err("the database ends within its table of packages".into()))
    }
}

impl<'a> Blobs<'a> {
    /// The blob with what stands around it.
    fn frame(&mut self, block: u32, blocks: u32) -> Result<&'a [u8], String> {
        let (place, length) =
            (size(block).saturating_mul(BLOCK), size(blocks).saturating_mul(BLOCK));
        let frame = piece(self.file, place, length)
            .ok_or("its header should stand beyond the end of the database")?;
        self.left =
            self.left.checked_sub(length).ok_or("its header overlaps those of other packages")?;
        Ok(frame)
    }
}

/// The blob of a frame that is sound.
fn blob(frame: &[u8], package: u32) -> Result<&[u8], String> {
    let damaged = || String::from("its header is damaged");
    let (sealed, tail) = frame.split_last_chunk::<BLOB_TAIL>().ok_or_else(damaged)?;
    let (head, padded) = sealed.split_first_chunk::<BLOB_HEAD>().ok_or_else(damaged)?;
    let length = Little.u32(head, 12);
    let is_sound = head.starts_with(BLOB_MAGIC)
        && Little.u32(head, 4) == Some(package)
        && Little.u32(tail, 4) == length
        && tail.ends_with(BLOB_END_MAGIC);
    if !is_sound {
        return Err(damaged());
    }
    if Little.u32(tail, 0) != Some(adler32(sealed)) {
        return Err("the checksum of its header is wrong".into());
    }
    length.and_then(|length| padded.get(..size(length))).ok_or_else(damaged)
}

/// The checksum of RFC 1950.
fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    // As many bytes as can be added before the sums have to be reduced to stay within 32 bits.
    const RUN: usize = 5_552;
    let (mut low, mut high) = (1, 0);
    for run in bytes.chunks(RUN) {
        for &byte in run {
            low += u32::from(byte);
            high += low;
        }
        low %= MODULUS;
        high %= MODULUS;
    }
    high << 16 | low
}
