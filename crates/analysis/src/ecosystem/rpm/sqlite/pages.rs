//! An SQLite database as numbered pages, those of the write-ahead log laid over those of the file. It knows nothing
//! of what stands on them.

use super::super::bytes::{ByteOrder::Big, piece, size};
use super::wal::Log;
use crate::ecosystem::Unreadable;

/// What every SQLite database begins with.
pub(crate) const MAGIC: &[u8] = b"SQLite format 3\0";

/// A database as pages, counted from 1.
pub(super) struct Pages<'a> {
    file: &'a [u8],
    log: Log<'a>,
    page_size: usize,
    /// How many bytes of each page are in use; the rest is reserved for extensions.
    pub(super) usable: usize,
}

impl<'a> Pages<'a> {
    /// Checks the header of the file and lays the log over it. A log that is no good is a notice.
    pub(super) fn open(
        file: &'a [u8],
        log: &'a [u8],
    ) -> Result<(Pages<'a>, Option<String>), Unreadable> {
        if file.is_empty() {
            return Err(Unreadable("it is empty".into()));
        }
        if !file.starts_with(MAGIC) {
            return Err(Unreadable("it is no SQLite database".into()));
        }
        let page_size = page_size(file)?;
        let (log, notice) = match Log::read(log, page_size) {
            Ok(log) => (log, None),
            Err(reason) => {
                let text = format!("its write-ahead log was not applied: {reason}");
                (Log::default(), Some(text))
            }
        };
        let mut pages = Pages { file, log, page_size, usable: page_size };
        // The first page may have been written anew.
        let head =
            pages.get(1).ok_or_else(|| Unreadable("it ends within its first page".into()))?;
        let reserved = usize::from(head[20]);
        // SQLite's own lower limit.
        pages.usable =
            page_size.checked_sub(reserved).filter(|&usable| usable >= 480).ok_or_else(|| {
                Unreadable(format!("it claims to reserve {reserved} bytes of each page"))
            })?;
        match Big.u32(head, 56) {
            Some(0 | 1) => Ok((pages, notice)),
            encoding => Err(Unreadable(format!(
                "its texts are of encoding {}; rpm writes UTF-8",
                encoding.unwrap_or_default()
            ))),
        }
    }

    /// A page; none beyond the end of the database.
    pub(super) fn get(&self, number: u32) -> Option<&'a [u8]> {
        if let Some(page) = self.log.page(number) {
            return Some(page);
        }
        if self.log.count().is_some_and(|count| number > count) {
            return None;
        }
        let place = size(number).checked_sub(1)?.checked_mul(self.page_size)?;
        piece(self.file, place, self.page_size)
    }

    /// How many bytes all pages have together.
    pub(super) fn bytes(&self) -> usize {
        self.file.len().saturating_add(self.log.len().saturating_mul(self.page_size))
    }
}

/// The size of a page: a power of two from 512 to 65536, the last of which is written as 1.
fn page_size(file: &[u8]) -> Result<usize, Unreadable> {
    let page_size = match Big.u16(file, 16).map_or(0, usize::from) {
        1 => 65536,
        other => other,
    };
    if page_size.is_power_of_two() && page_size >= 512 {
        Ok(page_size)
    } else {
        Err(Unreadable(format!("its pages claim to have {page_size} bytes")))
    }
}
