//! SQLite's write-ahead log: pages as they are after changes that the database file does not have yet. It believes no
//! frame after the first whose checksum is wrong, and none that was not committed.

use std::collections::HashMap;

use super::super::bytes::{
    ByteOrder::{self, Big, Little},
    size,
};

/// What stands before the first frame, and before the page of each.
const HEAD: usize = 32;
const FRAME_HEAD: usize = 24;

/// A log's first four bytes; the second kind has checksums of numbers whose high end is first.
const MAGIC: u32 = 0x377f_0682;
const MAGIC_BIG: u32 = 0x377f_0683;
/// The only version of the format.
const VERSION: u32 = 3_007_000;

/// The pages of a log's committed frames.
#[derive(Default)]
pub(super) struct Log<'a> {
    pages: HashMap<u32, &'a [u8]>,
    /// How many pages the database has after the last commit.
    count: Option<u32>,
}

impl<'a> Log<'a> {
    /// Reads a log. One that is empty or was started anew without a commit changes nothing.
    pub(super) fn read(log: &'a [u8], page_size: usize) -> Result<Log<'a>, String> {
        if log.is_empty() {
            return Ok(Log::default());
        }
        let Some(head) = log.first_chunk::<HEAD>() else {
            // SQLite takes what it has not finished to begin for nothing, too.
            return Ok(Log::default());
        };
        let order = match Big.u32(head, 0) {
            Some(MAGIC) => Little,
            Some(MAGIC_BIG) => Big,
            _ => return Err("it is no such log".into()),
        };
        if Big.u32(head, 4) != Some(VERSION) {
            return Err("it is of an unknown version".into());
        }
        if Big.u32(head, 8).map(size) != Some(page_size) {
            return Err("its pages are not as large as those of the database".into());
        }
        let sum = checksum(order, [0, 0], &head[..24]);
        if sum != stated_sum(head, 24) {
            return Err("the checksum of its head is wrong".into());
        }
        Ok(committed(order, head, sum, &log[HEAD..], page_size))
    }

    /// The page as it is after the log.
    pub(super) fn page(&self, number: u32) -> Option<&'a [u8]> {
        self.pages.get(&number).copied()
    }

    /// How many pages the database has after the log; none if the log changes nothing.
    pub(super) fn count(&self) -> Option<u32> {
        self.count
    }

    /// How many of the pages it has anew.
    pub(super) fn len(&self) -> usize {
        self.pages.len()
    }
}

/// The pages of all frames up to the last that commits. Frames of an earlier use of the file follow them: their salts
/// are others, or their checksums do not continue.
fn committed<'a>(
    order: ByteOrder,
    head: &[u8; HEAD],
    mut sum: [u32; 2],
    frames: &'a [u8],
    page_size: usize,
) -> Log<'a> {
    let mut log = Log::default();
    let mut open: Vec<(u32, &[u8])> = Vec::new();
    for frame in frames.chunks_exact(FRAME_HEAD + page_size) {
        let (frame_head, page) = frame.split_at(FRAME_HEAD);
        sum = checksum(order, sum, &frame_head[..8]);
        sum = checksum(order, sum, page);
        if frame_head[8..16] != head[16..24] || sum != stated_sum(frame_head, 16) {
            break;
        }
        let field = |place| Big.u32(frame_head, place).unwrap_or_default();
        open.push((field(0), page));
        let count = field(4);
        if count != 0 {
            log.pages.extend(open.drain(..));
            log.count = Some(count);
        }
    }
    if let Some(count) = log.count {
        // Pages that a later commit cut off.
        log.pages.retain(|&number, _| number <= count);
    }
    log
}

fn stated_sum(bytes: &[u8], place: usize) -> [u32; 2] {
    [place, place + 4].map(|place| Big.u32(bytes, place).unwrap_or_default())
}

/// SQLite's checksum, continued: two sums over pairs of numbers. The length must be a multiple of 8.
fn checksum(order: ByteOrder, [mut first, mut second]: [u32; 2], bytes: &[u8]) -> [u32; 2] {
    for pair in bytes.as_chunks::<8>().0 {
        let number = |place| order.u32(pair, place).unwrap_or_default();
        first = first.wrapping_add(number(0)).wrapping_add(second);
        second = second.wrapping_add(number(4)).wrapping_add(first);
    }
    [first, second]
}
