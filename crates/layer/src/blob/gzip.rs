//! gzip: any number of members, one after the other. It keeps nothing of what their headers tell.
//!
//! As in Go, each member's checksum and length must be right, and what follows the last one must be another. Zeros at
//! the end are the exception, which every gzip program accepts because tapes and some writers fill up their blocks.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::inflate::Decoder;
use super::stored::{Stop, Stored};
use crate::Error;

/// The decoder of a whole blob.
pub(super) struct Gzip {
    inflate: Decompress,
    checksum: Crc,
    state: State,
    /// Inflated bytes so far.
    count: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// A member follows, or the end.
    Between,
    /// Inside a member's compressed bytes.
    Inside,
    End,
}

/// Flags of a member's header.
const HEADER_CHECKSUM: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;

impl Gzip {
    pub(super) fn new() -> Gzip {
        let inflate = Decompress::new(false);
        Gzip { inflate, checksum: Crc::new(), state: State::Between, count: 0 }
    }

    fn broken(&self, reason: impl Into<String>) -> Stop {
        Error::Inflate { compression: "gzip", bytes: self.count, reason: reason.into() }.into()
    }

    /// Reads the header of the next member, if there is one.
    fn begin(&mut self, stored: &mut Stored<'_>) -> Result<(), Stop> {
        let Some(first) = stored.byte()? else {
            self.state = State::End;
            return Ok(());
        };
        if first == 0 {
            return self.filling(stored);
        }
        let mut header = [first, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        for byte in &mut header[1..] {
            *byte = self.byte(stored)?;
        }
        if !header.starts_with(b"\x1f\x8b\x08") {
            return Err(self.broken("what follows is not gzip"));
        }
        let flags = header[3];
        self.checksum.reset();
        self.checksum.update(&header);
        if flags & EXTRA != 0 {
            let length = u16::from_le_bytes([self.header_byte(stored)?, self.header_byte(stored)?]);
            for _ in 0..length {
                self.header_byte(stored)?;
            }
        }
        for text in [NAME, COMMENT] {
            if flags & text != 0 {
                while self.header_byte(stored)? != 0 {}
            }
        }
        let [low, high, ..] = self.checksum.sum().to_le_bytes();
        if flags & HEADER_CHECKSUM != 0 && [low, high] != [self.byte(stored)?, self.byte(stored)?] {
            return Err(self.broken("the checksum of a header is wrong"));
        }
        self.checksum.reset();
        self.inflate.reset(false);
        self.state = State::Inside;
        Ok(())
    }

    /// Reads the zeros that fill the end.
    fn filling(&mut self, stored: &mut Stored<'_>) -> Result<(), Stop> {
        while let Some(byte) = stored.byte()? {
            if byte != 0 {
                return Err(self.broken("what follows is not gzip"));
            }
        }
        self.state = State::End;
        Ok(())
    }

    /// Inflates bytes of a member; their number.
    fn inflate(&mut self, stored: &mut Stored<'_>, space: &mut [u8]) -> Result<usize, Stop> {
        let bytes = stored.fill()?;
        if bytes.is_empty() {
            return Err(self.broken("it is cut short"));
        }
        let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
        let status = self.inflate.decompress(bytes, space, FlushDecompress::None);
        let status = status.map_err(|error| self.broken(error.to_string()))?;
        // Neither number is larger than the slice that it is about.
        let read = usize::try_from(self.inflate.total_in() - read).unwrap_or_default();
        let written = usize::try_from(self.inflate.total_out() - written).unwrap_or_default();
        stored.consume(read);
        self.checksum.update(&space[..written]);
        self.count += written as u64;
        match status {
            Status::StreamEnd => self.end(stored)?,
            _ if read == 0 && written == 0 => return Err(self.broken("it does not go on")),
            _ => {}
        }
        Ok(written)
    }

    /// Reads what stands after a member: the checksum and the length of what came out.
    fn end(&mut self, stored: &mut Stored<'_>) -> Result<(), Stop> {
        let mut trailer = [0; 8];
        for byte in &mut trailer {
            *byte = self.byte(stored)?;
        }
        let [sum @ .., _, _, _, _] = trailer;
        let [_, _, _, _, amount @ ..] = trailer;
        if u32::from_le_bytes(sum) != self.checksum.sum() {
            return Err(self.broken("the checksum of what came out is wrong"));
        }
        if u32::from_le_bytes(amount) != self.checksum.amount() {
            return Err(self.broken("the length of what came out is wrong"));
        }
        self.state = State::Between;
        Ok(())
    }

    fn header_byte(&mut self, stored: &mut Stored<'_>) -> Result<u8, Stop> {
        let byte = self.byte(stored)?;
        self.checksum.update(&[byte]);
        Ok(byte)
    }

    fn byte(&self, stored: &mut Stored<'_>) -> Result<u8, Stop> {
        stored.byte()?.ok_or_else(|| self.broken("it is cut short"))
    }
}

impl Decoder for Gzip {
    fn fill(&mut self, stored: &mut Stored<'_>, space: &mut [u8]) -> Result<usize, Stop> {
        let mut length = 0;
        while length < space.len() {
            match self.state {
                State::Between => self.begin(stored)?,
                State::Inside => length += self.inflate(stored, &mut space[length..])?,
                State::End => break,
            }
        }
        Ok(length)
    }
}
