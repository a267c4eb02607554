//! The bytes of an archive, counted. It knows nothing of what they mean.

use std::io::{self, BufRead};

use crate::Error;

/// Headers and contents are filled up to a multiple of this many bytes.
pub(super) const BLOCK: usize = 512;

/// The rest of an archive.
pub(super) struct Archive<'a> {
    input: &'a mut dyn BufRead,
    offset: u64,
    /// Bytes at the front of `input`'s buffer that the caller still looks at.
    lent: usize,
}

impl<'a> Archive<'a> {
    pub(super) fn new(input: &'a mut dyn BufRead) -> Archive<'a> {
        Archive { input, offset: 0, lent: 0 }
    }

    /// How many bytes were passed so far, lent ones included.
    pub(super) fn offset(&self) -> u64 {
        self.offset + self.lent as u64
    }

    /// The error that the archive is broken here.
    pub(super) fn error(&self, reason: impl Into<String>) -> Error {
        Error::Archive { offset: self.offset(), reason: reason.into() }
    }

    /// What is buffered; more is read if that is nothing. Empty at the end only.
    pub(super) fn fill(&mut self) -> Result<&[u8], Error> {
        self.give_back();
        loop {
            // The buffer is asked for twice: the borrow checker cannot see that the loop ends with it.
            match self.input.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::Io(error)),
            }
        }
        Ok(self.input.fill_buf()?)
    }

    /// Passes over `length` bytes of what is buffered.
    pub(super) fn consume(&mut self, length: usize) {
        self.input.consume(length);
        self.offset += length as u64;
    }

    /// Lets the caller look at up to `most` bytes, which the next call passes over; their number, 0 at the end.
    pub(super) fn lend(&mut self, most: u64) -> Result<usize, Error> {
        let length = self.fill()?.len();
        self.lent = usize::try_from(most).map_or(length, |most| most.min(length));
        Ok(self.lent)
    }

    /// The bytes that were lent last.
    pub(super) fn lent(&mut self, length: usize) -> &[u8] {
        // The buffer is filled already, so that nothing is read and nothing can fail.
        self.input.fill_buf().map_or(&[], |bytes| &bytes[..length.min(bytes.len())])
    }

    /// Fills `target` as far as there are bytes; how far.
    pub(super) fn read(&mut self, target: &mut [u8]) -> Result<usize, Error> {
        let mut filled = 0;
        while filled < target.len() {
            let bytes = self.fill()?;
            if bytes.is_empty() {
                break;
            }
            let length = bytes.len().min(target.len() - filled);
            target[filled..filled + length].copy_from_slice(&bytes[..length]);
            self.consume(length);
            filled += length;
        }
        Ok(filled)
    }

    /// Passes over `count` bytes, or as many as there are; how many there were.
    pub(super) fn pass_over(&mut self, count: u64) -> Result<u64, Error> {
        let mut left = count;
        while left > 0 {
            let length = self.lend(left)?;
            if length == 0 {
                break;
            }
            left -= length as u64;
        }
        self.give_back();
        Ok(count - left)
    }

    fn give_back(&mut self) {
        let lent = std::mem::take(&mut self.lent);
        if lent > 0 {
            self.consume(lent);
        }
    }
}
