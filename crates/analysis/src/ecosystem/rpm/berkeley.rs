//! Berkeley DB's hash tables (`Packages`): every page of records is read in the order of the file, buckets and hashes
//! are never asked. The environment files beside it (`__db.001`, logs) are of no use to a reader.

use std::borrow::Cow;
use std::collections::HashSet;

use super::bytes::{
    ByteOrder::{self, Big, Little},
    piece, size,
};
use crate::ecosystem::Unreadable;

/// The kinds of database, told by the number at byte 12.
const HASH: u32 = 0x0006_1561;
const BTREE: u32 = 0x0005_3162;

/// Every page begins with this much: log position, own number, neighbours, count of items, kind.
const PAGE_HEAD: usize = 26;

/// Kinds of pages. An unused one is all zeros, or was freed.
const UNUSED: u8 = 0;
const HASH_UNSORTED: u8 = 2;
const OVERFLOW: u8 = 7;
const HASH_META: u8 = 8;
const HASH_SORTED: u8 = 13;

/// Kinds of items on a page of records: the bytes themselves, or where they stand.
const INLINE: u8 = 1;
const OFF_PAGE: u8 = 3;

/// The header blobs of a database.
pub(super) fn blobs(file: &[u8]) -> Result<Blobs<'_>, Unreadable> {
    let pages = Pages::of(file)?;
    let stated = pages.order.u32(file, 88).unwrap_or(0);
    Ok(Blobs { pages, seen: HashSet::new(), page: 1, item: 0, met: 0, stated })
}

/// A database as pages.
#[derive(Clone, Copy)]
struct Pages<'a> {
    file: &'a [u8],
    order: ByteOrder,
    page_size: usize,
    count: usize,
}

impl<'a> Pages<'a> {
    fn of(file: &'a [u8]) -> Result<Pages<'a>, Unreadable> {
        let Some(order) = [Little, Big].into_iter().find(|order| order.u32(file, 12) == Some(HASH))
        else {
            return Err(Unreadable(what_else(file)));
        };
        let page_size = order.u32(file, 20).map_or(0, size);
        // Berkeley DB's own limits.
        if !page_size.is_power_of_two() || !(512..=65536).contains(&page_size) {
            return Err(Unreadable(format!("its pages claim to have {page_size} bytes")));
        }
        match file.get(24..27) {
            Some(&[0, HASH_META, flags]) if flags & 1 == 0 => {}
            Some(&[0, HASH_META, _]) => {
                return Err(Unreadable(
                    "its pages have checksums, which rpm never asked for".into(),
                ));
            }
            Some(&[0, kind, _]) => {
                return Err(Unreadable(format!("its first page is of kind {kind}")));
            }
            _ => return Err(Unreadable("it is encrypted".into())),
        }
        Ok(Pages { file, order, page_size, count: file.len().div_ceil(page_size) })
    }

    /// A page; none beyond the end of the file, nor one that is cut.
    fn get(self, number: usize) -> Option<&'a [u8]> {
        piece(self.file, number.checked_mul(self.page_size)?, self.page_size)
    }

    fn u16(self, bytes: &[u8], place: usize) -> usize {
        self.order.u16(bytes, place).unwrap_or(0).into()
    }

    fn u32(self, bytes: &[u8], place: usize) -> u32 {
        self.order.u32(bytes, place).unwrap_or(0)
    }

    /// Item number `item` of a page of records. Items fill the page from its end, each right before the last one, so
    /// that none can share bytes with another.
    fn item(self, page: &'a [u8], item: usize) -> Option<&'a [u8]> {
        let place = |item: usize| self.u16(page, PAGE_HEAD + 2 * item);
        let end = if item == 0 { page.len() } else { place(item - 1) };
        let begin = place(item);
        (begin >= PAGE_HEAD + 2 * self.items(page)).then(|| page.get(begin..end))?
    }

    fn items(self, page: &[u8]) -> usize {
        self.u16(page, 20)
    }
}

/// What a file without a hash table's number is.
fn what_else(file: &[u8]) -> String {
    if file.is_empty() {
        return "it is empty".into();
    }
    if [Little, Big].into_iter().any(|order| order.u32(file, 12) == Some(BTREE)) {
        return "it is a B-tree of Berkeley DB; rpm keeps its packages in a hash table".into();
    }
    if file.starts_with(b"SQLite format 3\0") {
        return "it is an SQLite database, which rpm would call rpmdb.sqlite".into();
    }
    "it is no hash table of Berkeley DB".into()
}

/// Walks through the pages of records and their items.
pub(super) struct Blobs<'a> {
    pages: Pages<'a>,
    /// Overflow pages that belong to a record already: no two records share one.
    seen: HashSet<u32>,
    /// The page and item to be read next; items come in pairs of key and value.
    page: usize,
    item: usize,
    /// How many records were met, and how many the database states.
    met: u32,
    stated: u32,
}

impl<'a> Iterator for Blobs<'a> {
    type Item = Result<Cow<'a, [u8]>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.page < self.pages.count {
            match self.record() {
                Some(Ok(None)) => {}
                Some(Ok(Some(blob))) => return Some(Ok(blob)),
                Some(Err(problem)) => return Some(Err(problem)),
                None => (self.page, self.item) = (self.page + 1, 0),
            }
        }
        self.missing().map(Err)
    }
}

impl<'a> Blobs<'a> {
    /// The next record of the page; none if there is no further one on it.
    fn record(&mut self) -> Option<Result<Option<Cow<'a, [u8]>>, String>> {
        let number = self.page;
        let Some(page) = self.pages.get(number) else {
            // Only the last page can be cut; going on finds the end.
            self.page = self.pages.count;
            return Some(Err(format!("the database ends within its page {number}")));
        };
        match page[25] {
            HASH_UNSORTED | HASH_SORTED => {}
            UNUSED | OVERFLOW => return None,
            kind => {
                (self.page, self.item) = (number + 1, 0);
                return Some(Err(format!("page {number} is left out: its kind {kind} is unknown")));
            }
        }
        if self.item + 1 >= self.pages.items(page) {
            return None;
        }
        let item = self.item;
        self.item += 2;
        self.met += 1;
        let problem = |reason| format!("a package on page {number} is left out: {reason}");
        Some(self.value(page, item).map_err(problem))
    }

    /// The value of the record whose key is item number `item`; none for what is no package.
    fn value(&mut self, page: &'a [u8], item: usize) -> Result<Option<Cow<'a, [u8]>>, String> {
        let damaged = || String::from("its record is damaged");
        let key = self.pages.item(page, item).ok_or_else(damaged)?;
        let value = self.pages.item(page, item + 1).ok_or_else(damaged)?;
        // Key 0 is where rpm keeps the number that its next package will get.
        if key == [INLINE, 0, 0, 0, 0] {
            return Ok(None);
        }
        match value.split_first() {
            Some((&INLINE, bytes)) => Ok(Some(Cow::Borrowed(bytes))),
            Some((&OFF_PAGE, _)) => {
                let first = self.pages.u32(value, 4);
                let length = self.pages.u32(value, 8);
                self.chain(first, size(length)).map(|bytes| Some(Cow::Owned(bytes)))
            }
            Some((kind, _)) => Err(format!("its record is of kind {kind}")),
            None => Err(damaged()),
        }
    }

    /// Puts together what stands on a chain of overflow pages.
    fn chain(&mut self, first: u32, length: usize) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let mut number = first;
        while bytes.len() < length {
            let page = self.pages.get(size(number)).filter(|page| page[25] == OVERFLOW);
            let page = page.ok_or_else(|| format!("page {number} should hold a part of it"))?;
            if !self.seen.insert(number) {
                return Err(format!("page {number} is part of another package too"));
            }
            // On such a page, the offset says how many bytes of it are used.
            let part = piece(page, PAGE_HEAD, self.pages.u16(page, 22));
            bytes.extend(part.ok_or_else(|| format!("page {number}, a part of it, is damaged"))?);
            number = self.pages.u32(page, 16);
        }
        bytes.truncate(length);
        Ok(bytes)
    }

    /// Says, once, that there are fewer records than the database states: a page of them is lost.
    fn missing(&mut self) -> Option<String> {
        let (met, stated) = (self.met, std::mem::take(&mut self.stated));
        (met < stated)
            .then(|| format!("the database states that it has {stated} records; {met} were found"))
    }
}
