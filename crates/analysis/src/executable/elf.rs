//! ELF: what Linux runs. It reads the tables of sections and of segments, nothing else.

use std::ops::Range;

use super::{Image, MOST, Order, Pieces, Section, Segment};

pub(super) fn is_one(beginning: &[u8]) -> bool {
    beginning.starts_with(b"\x7fELF")
}

/// Where the fields of a header are: they depend on the width of addresses.
struct Header<'a> {
    pieces: &'a Pieces<'a>,
    order: Order,
}

/// Where the table of sections is, as the beginning of a file says.
pub(super) fn table(beginning: &[u8]) -> Option<Range<u64>> {
    let pieces = Pieces { first: beginning, others: &[] };
    let header = Header::of(&pieces)?;
    let (start, size, count) = header.sections()?;
    Some(start..start.checked_add(size.checked_mul(count)?)?)
}

/// Where the names of sections are, where the beginning of a file has the table of sections.
pub(super) fn names(beginning: &[u8]) -> Option<Range<u64>> {
    let pieces = Pieces { first: beginning, others: &[] };
    Header::of(&pieces)?.names()
}

pub(super) fn read(pieces: &Pieces<'_>) -> Option<Image> {
    let header = Header::of(pieces)?;
    let segments = header.segments();
    let sections = header.named_sections().unwrap_or_default();
    Some(Image { sections, segments })
}

impl<'a> Header<'a> {
    fn of(pieces: &'a Pieces<'a>) -> Option<Header<'a>> {
        if !is_one(pieces.first) {
            return None;
        }
        let (class, data) = (*pieces.first.get(4)?, *pieces.first.get(5)?);
        let is_known = matches!(class, 1 | 2) && matches!(data, 1 | 2);
        let order = Order { is_big: data == 2, is_wide: class == 2 };
        is_known.then_some(Header { pieces, order })
    }

    /// A number that stands elsewhere in files of short and of long addresses: place and length of both.
    fn field(&self, base: u64, short: (u64, u64), long: (u64, u64)) -> Option<u64> {
        let (at, length) = if self.order.is_wide { long } else { short };
        self.pieces.number(base.checked_add(at)?, length, self.order)
    }

    /// Place, size of a row and number of rows of the table of sections.
    fn sections(&self) -> Option<(u64, u64, u64)> {
        let start = self.field(0, (32, 4), (40, 8))?;
        let size = self.field(0, (46, 2), (58, 2))?;
        let count = self.field(0, (48, 2), (60, 2))?;
        (start > 0 && count <= MOST).then_some((start, size, count))
    }

    fn segments(&self) -> Vec<Segment> {
        let table = || {
            let start = self.field(0, (28, 4), (32, 8))?;
            let size = self.field(0, (42, 2), (54, 2))?;
            Some((start, size, self.field(0, (44, 2), (56, 2))?.min(MOST)))
        };
        let Some((start, size, count)) = table() else { return Vec::new() };
        (0..count).filter_map(|row| self.segment(start.checked_add(row * size)?)).collect()
    }

    /// A segment that is loaded.
    fn segment(&self, at: u64) -> Option<Segment> {
        const LOAD: u64 = 1;
        const RUNS: u64 = 1;
        const WRITES: u64 = 2;
        let kind = self.field(at, (0, 4), (0, 4))?;
        let flags = self.field(at, (24, 4), (4, 4))?;
        let start = self.field(at, (4, 4), (8, 8))?;
        let address = self.field(at, (8, 4), (16, 8))?;
        let length = self.field(at, (16, 4), (32, 8))?;
        let is_data = flags & (RUNS | WRITES) == WRITES;
        let place = start..start.checked_add(length)?;
        (kind == LOAD).then_some(Segment { address, place, is_data })
    }

    fn named_sections(&self) -> Option<Vec<Section>> {
        let (start, size, count) = self.sections()?;
        let row = |number: u64| start.checked_add(number.checked_mul(size)?);
        let names = self.names()?;
        let section = |number| {
            let row = row(number)?;
            let name = names.start.checked_add(self.field(row, (0, 4), (0, 4))?)?;
            Some(Section { name: self.name(name), place: self.place(row)? })
        };
        Some((0..count).filter_map(section).collect())
    }

    /// Where the names of sections are.
    fn names(&self) -> Option<Range<u64>> {
        let (start, size, _) = self.sections()?;
        let number = self.field(0, (50, 2), (62, 2))?;
        self.place(start.checked_add(number.checked_mul(size)?)?)
    }

    fn place(&self, row: u64) -> Option<Range<u64>> {
        let start = self.field(row, (16, 4), (24, 8))?;
        Some(start..start.checked_add(self.field(row, (20, 4), (32, 8))?)?)
    }

    /// A name up to its zero. Those that are looked for are short.
    fn name(&self, at: u64) -> Vec<u8> {
        let bytes = (0..32).map_while(|place| self.pieces.bytes(at.checked_add(place)?, 1));
        bytes.map(|byte| byte[0]).take_while(|&byte| byte != 0).collect()
    }
}
