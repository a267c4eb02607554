//! The content of the entry that the walk stands on. It is passed through, never gathered.

use super::archive::{Archive, BLOCK};
use super::sparse::Region;
use crate::Error;

static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// What is left of an entry's content.
pub(super) struct Content {
    /// Stored bytes that were not passed yet.
    stored: u64,
    /// Bytes after them that fill the last block.
    padding: u64,
    shape: Shape,
}

enum Shape {
    /// Nobody wants to see it.
    Hidden,
    /// It is the stored bytes.
    Whole,
    /// The stored bytes are its data regions, zeros lie between them.
    Sparse {
        regions: std::vec::IntoIter<Region>,
        current: Option<Region>,
        position: u64,
        size: u64,
    },
}

/// The next piece of a content.
pub(super) enum Piece {
    End,
    Hole(&'static [u8]),
    /// So many bytes are lent by the archive.
    Stored(usize),
}

impl Content {
    /// No content at all.
    pub(super) fn none() -> Content {
        Content::hidden(0)
    }

    /// `stored` bytes that nobody wants to see.
    pub(super) fn hidden(stored: u64) -> Content {
        Content { stored, padding: padding(stored), shape: Shape::Hidden }
    }

    /// `stored` bytes, as they are.
    pub(super) fn whole(stored: u64) -> Content {
        Content { shape: Shape::Whole, ..Content::hidden(stored) }
    }

    /// Spreads the stored bytes over a content of `size` bytes, of which they are these regions.
    ///
    /// The regions are in order, do not overlap, lie within `size`, and are as many bytes as are stored.
    pub(super) fn spread(&mut self, regions: Vec<Region>, size: u64) {
        let mut regions = regions.into_iter();
        let current = regions.next();
        self.shape = Shape::Sparse { regions, current, position: 0, size };
    }

    /// Hides what is left, so that it will only be passed over.
    pub(super) fn hide(&mut self) {
        self.shape = Shape::Hidden;
    }

    /// Stored bytes that were not passed yet.
    pub(super) fn stored(&self) -> u64 {
        self.stored
    }

    /// The next piece.
    pub(super) fn next(&mut self, archive: &mut Archive<'_>) -> Result<Piece, Error> {
        let most = match &mut self.shape {
            Shape::Hidden => 0,
            Shape::Whole => self.stored,
            Shape::Sparse { regions, current, position, size } => {
                while current.is_some_and(|region| region.end() <= *position) {
                    *current = regions.next();
                }
                let hole_end = current.map_or(*size, |region| region.start);
                if *position < hole_end {
                    let length = (hole_end - *position).min(ZEROS.len() as u64);
                    *position += length;
                    return Ok(Piece::Hole(
                        &ZEROS[..usize::try_from(length).unwrap_or(ZEROS.len())],
                    ));
                }
                current.map_or(0, |region| region.end() - *position)
            }
        };
        if most == 0 {
            return Ok(Piece::End);
        }
        let length = archive.lend(most)?;
        if length == 0 {
            return Err(self.cut_short(archive));
        }
        self.stored -= length as u64;
        if let Shape::Sparse { position, .. } = &mut self.shape {
            *position += length as u64;
        }
        Ok(Piece::Stored(length))
    }

    /// Reads into `target` from the front of the stored bytes; all of it or an error.
    pub(super) fn read(
        &mut self,
        archive: &mut Archive<'_>,
        target: &mut [u8],
    ) -> Result<(), Error> {
        let most = target.len().min(usize::try_from(self.stored).unwrap_or(usize::MAX));
        let length = archive.read(&mut target[..most])?;
        self.stored -= length as u64;
        if length < most {
            return Err(self.cut_short(archive));
        }
        if length < target.len() {
            return Err(archive.error("its sparse map is cut short"));
        }
        Ok(())
    }

    /// Passes over what is left, and over what fills the last block.
    pub(super) fn pass_over(&mut self, archive: &mut Archive<'_>) -> Result<(), Error> {
        let passed = archive.pass_over(self.stored)?;
        self.stored -= passed;
        if self.stored > 0 {
            return Err(self.cut_short(archive));
        }
        // Nothing is lost if only the filling is cut short; as in Go, that is no error.
        archive.pass_over(self.padding)?;
        *self = Content::none();
        Ok(())
    }

    fn cut_short(&self, archive: &Archive<'_>) -> Error {
        archive.error(format!("it is cut short, {} bytes before the end of a content", self.stored))
    }
}

/// How many bytes fill `length` up to a whole number of blocks.
fn padding(length: u64) -> u64 {
    length.wrapping_neg() % BLOCK as u64
}
