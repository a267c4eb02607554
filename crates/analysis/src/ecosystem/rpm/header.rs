//! The header blob that rpm keeps of an installed package: an index of tags and a store of values. Nothing that it
//! claims of itself is believed before it is checked, and nothing is allocated by a claimed count.

use super::bytes::{ByteOrder::Big, piece, size};

/// A tag of rpm's, with the name that rpm prints.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag {
    pub(super) number: u32,
    pub(super) name: &'static str,
}

/// How many bytes a single text of a header may have. Licences of the largest collections stay below 8 KiB.
const LONGEST_TEXT: usize = 64 << 10;

/// The width of an index entry: tag, type, offset, count, each of four bytes.
const ENTRY: usize = 16;

/// A header blob that is taken apart, its values still unread.
#[derive(Debug)]
pub(super) struct Header<'a> {
    /// The index, entries of 16 bytes.
    index: &'a [[u8; ENTRY]],
    /// The values.
    store: &'a [u8],
}

/// What the index says of one tag.
struct Entry<'a> {
    kind: u32,
    count: u32,
    /// The store from the entry's offset on; where the value ends is for its type to say.
    rest: &'a [u8],
}

impl<'a> Header<'a> {
    /// Takes a blob apart: two lengths, the index, the store. Bytes after the store are no concern of ours.
    pub(super) fn parse(blob: &'a [u8]) -> Result<Header<'a>, String> {
        let (Some(entries), Some(bytes)) = (Big.u32(blob, 0), Big.u32(blob, 4)) else {
            return Err(format!("it has {} bytes, too few for a header", blob.len()));
        };
        let index = size(entries).checked_mul(ENTRY).and_then(|length| piece(blob, 8, length));
        let index = index.ok_or_else(|| {
            format!("its index claims {entries} entries, more than its {} bytes hold", blob.len())
        })?;
        let store = piece(blob, 8 + index.len(), size(bytes)).ok_or_else(|| {
            format!("its store claims {bytes} bytes, more than its {} bytes hold", blob.len())
        })?;
        Ok(Header { index: index.as_chunks().0, store })
    }

    /// A text, or the first of several. Old packages are not always UTF-8; what is not is replaced.
    pub(super) fn text(&self, tag: Tag) -> Result<Option<String>, String> {
        let Some(text) = self.texts(tag)?.and_then(|mut texts| texts.next()) else {
            return Ok(None);
        };
        if text.len() > LONGEST_TEXT {
            return Err(format!("its {} is longer than {LONGEST_TEXT} bytes", tag.name));
        }
        Ok(Some(String::from_utf8_lossy(text).into_owned()))
    }

    /// The texts of a tag, in order.
    pub(super) fn texts(&self, tag: Tag) -> Result<Option<Texts<'a>>, String> {
        let Some(entry) = self.entry(tag)? else { return Ok(None) };
        match entry.kind {
            // String, array of strings, string in several languages (the untranslated one first).
            6 | 8 | 9 => Ok(Some(Texts { rest: entry.rest, left: entry.count })),
            kind => Err(format!("its {} is of type {kind}, not a text", tag.name)),
        }
    }

    /// The numbers of a tag; none where it has no such tag.
    pub(super) fn numbers(&self, tag: Tag) -> Result<Numbers<'a>, String> {
        let Some(entry) = self.entry(tag)? else { return Ok(Numbers { bytes: &[], width: 1 }) };
        let width = match entry.kind {
            1 | 2 => 1,
            3 => 2,
            4 => 4,
            5 => 8,
            kind => return Err(format!("its {} is of type {kind}, not a number", tag.name)),
        };
        let length = size(entry.count).checked_mul(width);
        let bytes = length.and_then(|length| entry.rest.get(..length)).ok_or_else(|| {
            format!("its {} claims {} numbers, beyond its end", tag.name, entry.count)
        })?;
        Ok(Numbers { bytes, width })
    }

    /// The bytes of a tag.
    pub(super) fn binary(&self, tag: Tag) -> Result<Option<&'a [u8]>, String> {
        let Some(entry) = self.entry(tag)? else { return Ok(None) };
        match (entry.kind, entry.rest.get(..size(entry.count))) {
            (7, Some(bytes)) => Ok(Some(bytes)),
            (7, None) => {
                Err(format!("its {} claims {} bytes, beyond its end", tag.name, entry.count))
            }
            (kind, _) => Err(format!("its {} is of type {kind}, not bytes", tag.name)),
        }
    }

    /// The last entry of a tag: what rpm adds at installation follows the package's own entries and replaces them.
    fn entry(&self, tag: Tag) -> Result<Option<Entry<'a>>, String> {
        let number = tag.number.to_be_bytes();
        let Some(entry) = self.index.iter().rfind(|entry| entry.starts_with(&number)) else {
            return Ok(None);
        };
        let field = |place| Big.u32(entry, place).unwrap_or_default();
        let (kind, offset, count) = (field(4), field(8), field(12));
        let rest = self
            .store
            .get(size(offset)..)
            .ok_or_else(|| format!("its {} stands at {offset}, beyond its end", tag.name))?;
        Ok(Some(Entry { kind, count, rest }))
    }
}

/// Texts that end with a zero byte each. It gives no more than there are, whatever the count says.
#[derive(Clone, Debug)]
pub(super) struct Texts<'a> {
    rest: &'a [u8],
    left: u32,
}

impl<'a> Iterator for Texts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.left = self.left.checked_sub(1)?;
        let end = self.rest.iter().position(|&byte| byte == 0)?;
        let text = &self.rest[..end];
        self.rest = &self.rest[end + 1..];
        Some(text)
    }
}

/// Numbers of one width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers<'a> {
    bytes: &'a [u8],
    width: usize,
}

impl Numbers<'_> {
    /// The number at `place`, counted from 0.
    pub(super) fn get(&self, place: usize) -> Option<u64> {
        let bytes = piece(self.bytes, place.checked_mul(self.width)?, self.width)?;
        Some(bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }
}
