//! Sparse files: GNU's old form in header blocks, and its forms 0.0, 0.1 and 1.0 in PAX records. Maps are believed
//! only once they are checked, and never allocated by the length that they claim.

use super::archive::{Archive, BLOCK};
use super::content::Content;
use super::header::Header;
use super::number::{decimal, field};
use super::pax::Records;
use crate::{Error, Limits};

/// A run of bytes that are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) start: u64,
    pub(super) length: u64,
}

impl Region {
    pub(super) fn end(self) -> u64 {
        self.start + self.length
    }
}

/// A sparse map as it stands in the archive.
pub(super) struct Map {
    /// The size that it gives, with holes.
    pub(super) size: Option<i64>,
    /// Offset and length of each region.
    pairs: Vec<(i64, i64)>,
}

/// Which of GNU's PAX forms the records announce.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// 0.0 and 0.1: the map is a record.
    InRecords,
    /// 1.0: the map stands before the content.
    InContent,
}

impl Form {
    /// The form that `records` announce; none where the file is not sparse, or in a way that nobody knows.
    pub(super) fn of(records: &Records) -> Option<Form> {
        match (records.get("GNU.sparse.major"), records.get("GNU.sparse.minor")) {
            (Some(b"0"), Some(b"0" | b"1")) => Some(Form::InRecords),
            (Some(b"1"), Some(b"0")) => Some(Form::InContent),
            (None, None) => records.get("GNU.sparse.map").map(|_| Form::InRecords),
            _ => None,
        }
    }
}

impl Map {
    /// Reads the map of GNU's old form: four regions in the header, more in blocks that follow it.
    pub(super) fn from_blocks(
        header: &Header,
        archive: &mut Archive<'_>,
        limits: &Limits,
    ) -> Result<Map, Error> {
        const REGIONS_IN_HEADER: std::ops::Range<usize> = 386..482;
        const REGIONS_IN_BLOCK: std::ops::Range<usize> = 0..504;
        let Some(block) = &header.gnu else {
            return Err(archive.error("a sparse file's header is not GNU's"));
        };
        let not_a_number = "a sparse map has something else than numbers";
        let size = field(&block[483..495]).ok_or_else(|| archive.error(not_a_number))?;
        let mut map = Map { size: Some(size), pairs: Vec::new() };
        let mut block = **block;
        let mut read = 0;
        let mut regions = REGIONS_IN_HEADER;
        loop {
            let more = block[regions.end] != 0;
            for region in block[regions].chunks_exact(24) {
                if region[0] == 0 {
                    break;
                }
                let pair = field(&region[..12]).zip(field(&region[12..]));
                map.add(pair.ok_or_else(|| archive.error(not_a_number))?, limits)?;
            }
            if !more {
                return Ok(map);
            }
            // A block needs no regions to be followed by another.
            read += BLOCK as u64;
            if read > limits.header {
                return Err(Error::Limit { what: "bytes in a sparse map", limit: limits.header });
            }
            if archive.read(&mut block)? < BLOCK {
                return Err(archive.error("it is cut short inside a sparse map"));
            }
            regions = REGIONS_IN_BLOCK;
        }
    }

    /// Reads the map of GNU's PAX forms.
    pub(super) fn from_records(
        form: Form,
        records: &Records,
        content: &mut Content,
        archive: &mut Archive<'_>,
        limits: &Limits,
    ) -> Result<Map, Error> {
        let malformed = |archive: &Archive<'_>| archive.error("a sparse map is malformed");
        let size = records.get("GNU.sparse.size").or_else(|| records.get("GNU.sparse.realsize"));
        let size = match size {
            Some(text) => Some(decimal(text).ok_or_else(|| malformed(archive))?),
            None => None,
        };
        let mut map = Map { size, pairs: Vec::new() };
        match form {
            Form::InContent => map.read(content, archive, limits)?,
            Form::InRecords => {
                let count = records.get("GNU.sparse.numblocks").and_then(decimal);
                let text = records.get("GNU.sparse.map");
                let mut numbers =
                    text.into_iter().flat_map(|text| text.split(|&byte| byte == b','));
                while let Some(offset) = numbers.next() {
                    let pair = decimal(offset).zip(numbers.next().and_then(decimal));
                    map.add(pair.ok_or_else(|| malformed(archive))?, limits)?;
                }
                if count.and_then(|count| usize::try_from(count).ok()) != Some(map.pairs.len()) {
                    return Err(malformed(archive));
                }
            }
        }
        Ok(map)
    }

    /// Reads a map at the front of `content`: lines of one number, the first of which says how many regions follow.
    /// What fills its last block is passed over.
    fn read(
        &mut self,
        content: &mut Content,
        archive: &mut Archive<'_>,
        limits: &Limits,
    ) -> Result<(), Error> {
        let mut lines = Lines { block: [0; BLOCK], position: BLOCK };
        let count = lines.number(content, archive)?;
        let count = u64::try_from(count).map_err(|_| archive.error("a sparse map is malformed"))?;
        for _ in 0..count {
            let offset = lines.number(content, archive)?;
            let length = lines.number(content, archive)?;
            self.add((offset, length), limits)?;
        }
        Ok(())
    }

    fn add(&mut self, pair: (i64, i64), limits: &Limits) -> Result<(), Error> {
        if self.pairs.len() as u64 >= limits.sparse {
            return Err(Error::Limit {
                what: "data regions in a sparse file",
                limit: limits.sparse,
            });
        }
        self.pairs.push(pair);
        Ok(())
    }

    /// The regions, if they are in order, do not overlap, lie within `size`, and are `stored` bytes together; else a
    /// sentence.
    pub(super) fn regions(self, size: u64, stored: u64) -> Result<Vec<Region>, &'static str> {
        let mut regions = Vec::with_capacity(self.pairs.len());
        let (mut end, mut total) = (0, 0);
        for (offset, length) in self.pairs {
            let (Ok(start), Ok(length)) = (u64::try_from(offset), u64::try_from(length)) else {
                return Err("a sparse map has negative numbers");
            };
            // Neither sum can overflow: both numbers are below 2^63, and the total below the size.
            if start < end {
                return Err("a sparse map is not in order");
            }
            if start + length > size {
                return Err("a sparse map reaches beyond its file");
            }
            end = start + length;
            total += length;
            if length > 0 {
                regions.push(Region { start, length });
            }
        }
        if total != stored {
            return Err("a sparse map does not fit what is stored");
        }
        Ok(regions)
    }
}

/// The lines of a map, read block by block.
struct Lines {
    block: [u8; BLOCK],
    position: usize,
}

impl Lines {
    /// The next line's number.
    fn number(&mut self, content: &mut Content, archive: &mut Archive<'_>) -> Result<i64, Error> {
        // No number has more digits, unless it has needless zeros in front.
        let (mut line, mut length) = ([0; 32], 0);
        loop {
            if self.position == BLOCK {
                content.read(archive, &mut self.block)?;
                self.position = 0;
            }
            let byte = self.block[self.position];
            self.position += 1;
            if byte == b'\n' {
                break;
            }
            let Some(place) = line.get_mut(length) else {
                return Err(archive.error("a sparse map has a line that is no number"));
            };
            *place = byte;
            length += 1;
        }
        decimal(&line[..length])
            .ok_or_else(|| archive.error("a sparse map has a line that is no number"))
    }
}
