//! Programs and libraries as linkers write them: ELF, PE and Mach-O. It finds sections by their names and bytes by their
//! addresses; it runs nothing, and looks at no code.

mod elf;
mod macho;
mod pe;

use std::ops::Range;

/// A program or a library.
pub(crate) struct Executable<'a> {
    pieces: Pieces<'a>,
    image: Image,
}

/// Bytes of a file, and where they begin in it.
pub(crate) type Piece<'a> = (u64, &'a [u8]);

/// The bytes of a file, or of a large one those pieces that were kept: each with where it begins, ordered.
#[derive(Clone, Copy)]
pub(crate) struct Pieces<'a> {
    first: &'a [u8],
    others: &'a [Piece<'a>],
}

/// Where things are in a file.
#[derive(Default)]
struct Image {
    sections: Vec<Section>,
    segments: Vec<Segment>,
}

/// How numbers are written, and how long addresses are.
#[derive(Clone, Copy, Default)]
struct Order {
    is_big: bool,
    is_wide: bool,
}

struct Section {
    name: Vec<u8>,
    place: Range<u64>,
}

/// A part of the file that is put at an address.
struct Segment {
    address: u64,
    place: Range<u64>,
    is_data: bool,
}

/// Sections that readers look at.
const NOTES: [&[u8]; 3] = [b".dep-v0", b".go.buildinfo", b"__go_buildinfo"];

/// Sections and segments of one file at the most.
const MOST: u64 = 4_096;

/// Whether a file that begins so is a program or a library.
pub(crate) fn is_one(beginning: &[u8]) -> bool {
    elf::is_one(beginning) || pe::is_one(beginning) || macho::is_one(beginning)
}

/// The parts of a large file that are worth keeping, as its beginning says: where its parts are told of, and of its data
/// `most` bytes.
pub(crate) fn worth(beginning: &[u8], mut most: u64) -> Vec<Range<u64>> {
    const HEADERS: u64 = 64 << 10;
    const TABLE: u64 = 1 << 20;
    // Names of sections stand right before the table of sections, or where it says.
    let tables = elf::table(beginning).into_iter().chain(elf::names(beginning));
    let tables = tables.map(|table| {
        let start = table.start.saturating_sub(HEADERS);
        start..table.end.min(table.start.saturating_add(TABLE))
    });
    let mut parts: Vec<Range<u64>> = tables.collect();
    let image = read(&Pieces { first: beginning, others: &[] });
    let Image { sections, segments } = image.unwrap_or_default();
    // What is not loaded stands behind what is, notes before symbols.
    let end = segments.iter().map(|segment| segment.place.end).max();
    parts.extend(end.map(|end| end..end.saturating_add(TABLE)));
    let notes = sections.into_iter().filter(|section| NOTES.contains(&&section.name[..]));
    parts.extend(
        notes.map(|note| {
            note.place.start..note.place.end.min(note.place.start.saturating_add(TABLE))
        }),
    );
    for data in segments.into_iter().filter(|segment| segment.is_data) {
        let Range { start, end } = data.place;
        let end = end.min(start.saturating_add(most));
        most -= end.saturating_sub(start);
        parts.push(start..end);
    }
    parts.sort_by_key(|part| part.start);
    parts
}

fn read(pieces: &Pieces<'_>) -> Option<Image> {
    if elf::is_one(pieces.first) {
        elf::read(pieces)
    } else if pe::is_one(pieces.first) {
        pe::read(pieces)
    } else {
        macho::read(pieces)
    }
}

impl<'a> Pieces<'a> {
    /// The bytes of a file from its beginning, and those that were kept of what follows.
    pub(crate) fn new(first: &'a [u8], others: &'a [Piece<'a>]) -> Pieces<'a> {
        Pieces { first, others }
    }

    /// So many bytes from there, where they were kept.
    fn bytes(&self, at: u64, length: u64) -> Option<&'a [u8]> {
        let pieces = [(0, self.first)].into_iter().chain(self.others.iter().copied());
        pieces.into_iter().find_map(|(start, bytes)| {
            let at = usize::try_from(at.checked_sub(start)?).ok()?;
            bytes.get(at..at.checked_add(usize::try_from(length).ok()?)?)
        })
    }

    fn number(&self, at: u64, length: u64, order: Order) -> Option<u64> {
        Some(order.number(self.bytes(at, length)?))
    }
}

impl Order {
    fn number(self, bytes: &[u8]) -> u64 {
        let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        if self.is_big { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) }
    }
}

/// What is known of a part of a file.
pub(crate) enum Part<'a> {
    /// Its bytes.
    Bytes(&'a [u8]),
    /// It is there, but its bytes were not kept, or the file is cut short.
    Unknown,
    /// There is none.
    Nothing,
}

impl<'a> Executable<'a> {
    /// Reads where things are; none where this is no executable, or a damaged one.
    pub(crate) fn of(pieces: Pieces<'a>) -> Option<Executable<'a>> {
        Some(Executable { pieces, image: read(&pieces)? })
    }

    /// The content of the section of this name.
    pub(crate) fn section(&self, name: &str) -> Part<'a> {
        let section = self.image.sections.iter().find(|section| section.name == name.as_bytes());
        section.map_or(Part::Nothing, |section| self.part(&section.place))
    }

    /// The parts that may be written to when the program runs.
    pub(crate) fn data(&self) -> impl Iterator<Item = Part<'a>> {
        // Linkers make one or two; many that overlap would only cost time.
        const MOST: usize = 8;
        let segments = self.image.segments.iter().filter(|segment| segment.is_data);
        segments.take(MOST).map(|segment| self.part(&segment.place))
    }

    /// So many bytes from an address on.
    pub(crate) fn at(&self, address: u64, length: u64) -> Option<&'a [u8]> {
        self.image.segments.iter().find_map(|segment| {
            let inside = address.checked_sub(segment.address)?;
            let start = segment.place.start.checked_add(inside)?;
            let is_inside = start.checked_add(length)? <= segment.place.end;
            is_inside.then(|| self.pieces.bytes(start, length))?
        })
    }

    fn part(&self, place: &Range<u64>) -> Part<'a> {
        let length = place.end.saturating_sub(place.start);
        self.pieces.bytes(place.start, length).map_or(Part::Unknown, Part::Bytes)
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod write;
