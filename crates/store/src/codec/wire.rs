//! Numbers, bytes and texts, one after the other. It knows nothing of what they mean.

use model::{Digest, Path, Sha256};

/// Why bytes are not what they should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Odd(pub(crate) &'static str);

/// What is read, or why it cannot be.
pub(crate) type Read<T> = Result<T, Odd>;

/// Bytes that are being written.
#[derive(Debug, Default)]
pub(crate) struct Out(pub(crate) Vec<u8>);

/// Bytes that are being read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct In<'a>(pub(crate) &'a [u8]);

impl Out {
    pub(crate) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// A number in as many bytes as it needs, seven bits in each, the lowest first.
    pub(crate) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(low_byte(number) | 0x80);
            number >>= 7;
        }
        self.0.push(low_byte(number));
    }

    pub(crate) fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    /// A number that may be negative, small ones of both signs in few bytes.
    pub(crate) fn signed(&mut self, number: i64) {
        self.number((number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned());
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.raw(bytes);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(crate) fn flag(&mut self, flag: bool) {
        self.byte(u8::from(flag));
    }

    pub(crate) fn digest(&mut self, digest: &Digest) {
        match digest {
            Digest::Sha256(Sha256(bytes)) => {
                self.byte(0);
                self.raw(bytes);
            }
            Digest::Sha512(bytes) => {
                self.byte(1);
                self.raw(&bytes[..]);
            }
        }
    }

    pub(crate) fn path(&mut self, path: &Path) {
        self.bytes(path.as_bytes());
    }

    /// Whether there is one, and it.
    pub(crate) fn option<T>(&mut self, value: Option<&T>, write: impl FnOnce(&mut Out, &T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }

    /// How many there are, and each of them.
    pub(crate) fn list<T>(
        &mut self,
        values: impl ExactSizeIterator<Item = T>,
        mut write: impl FnMut(&mut Out, T),
    ) {
        self.count(values.len());
        values.for_each(|value| write(self, value));
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low byte is what is meant")]
fn low_byte(number: u64) -> u8 {
    number as u8
}

impl<'a> In<'a> {
    #[inline]
    pub(crate) fn byte(&mut self) -> Read<u8> {
        let (&byte, rest) = self.0.split_first().ok_or(ENDS)?;
        self.0 = rest;
        Ok(byte)
    }

    #[inline]
    pub(crate) fn number(&mut self) -> Read<u64> {
        // Most numbers are small.
        match self.0 {
            [byte, rest @ ..] if *byte < 0x80 => {
                self.0 = rest;
                Ok(u64::from(*byte))
            }
            _ => self.long_number(),
        }
    }

    fn long_number(&mut self) -> Read<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Odd("a number has too many bytes"))
    }

    #[inline]
    pub(crate) fn small<N: TryFrom<u64>>(&mut self) -> Read<N> {
        self.number()?.try_into().map_err(|_| Odd("a number is too large"))
    }

    #[inline]
    pub(crate) fn signed(&mut self) -> Read<i64> {
        let number = self.number()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// A count of things, of which there can be `left` at the most.
    pub(crate) fn count(&mut self, left: usize) -> Read<usize> {
        let count = self.small()?;
        if count > left || count > super::MOST_THINGS {
            return Err(Odd("more things are claimed than there are"));
        }
        Ok(count)
    }

    #[inline]
    pub(crate) fn raw(&mut self, length: usize) -> Read<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(ENDS)?;
        self.0 = rest;
        Ok(bytes)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(ENDS)?;
        self.0 = rest;
        Ok(*bytes)
    }

    /// So many arrays, which stand there as they are.
    pub(crate) fn arrays<const N: usize>(&mut self, count: usize) -> Read<&'a [[u8; N]]> {
        let length = count.checked_mul(N).ok_or(ENDS)?;
        Ok(self.raw(length)?.as_chunks().0)
    }

    pub(crate) fn bytes(&mut self) -> Read<&'a [u8]> {
        let length = self.small()?;
        self.raw(length)
    }

    pub(crate) fn str(&mut self) -> Read<&'a str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Odd("a text is not UTF-8"))
    }

    pub(crate) fn text(&mut self) -> Read<String> {
        self.str().map(Into::into)
    }

    pub(crate) fn flag(&mut self) -> Read<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Odd("neither yes nor no")),
        }
    }

    pub(crate) fn digest(&mut self) -> Read<Digest> {
        match self.byte()? {
            0 => Ok(Digest::Sha256(Sha256(self.array()?))),
            1 => Ok(Digest::Sha512(Box::new(self.array()?))),
            _ => Err(Odd("a digest of no known algorithm")),
        }
    }

    pub(crate) fn path(&mut self) -> Read<Path> {
        Path::of_normal(self.bytes()?).ok_or(Odd("a path is not normal"))
    }

    pub(crate) fn option<T>(
        &mut self,
        read: impl FnOnce(&mut In<'a>) -> Read<T>,
    ) -> Read<Option<T>> {
        self.flag()?.then(|| read(self)).transpose()
    }

    /// As many things as are claimed; each takes a byte at least.
    pub(crate) fn list<T>(&mut self, read: impl FnMut(&mut In<'a>) -> Read<T>) -> Read<Vec<T>> {
        // No more than that are counted anyway.
        self.list_within(usize::MAX, ENDS, read)
    }

    /// As [`In::list`], and where there are more than `most`, what is odd about it.
    pub(crate) fn list_within<T>(
        &mut self,
        most: usize,
        too_many: Odd,
        mut read: impl FnMut(&mut In<'a>) -> Read<T>,
    ) -> Read<Vec<T>> {
        let count = self.count(self.0.len())?;
        if count > most {
            return Err(too_many);
        }
        let mut things = Vec::with_capacity(count.min(4_096));
        for _ in 0..count {
            things.push(read(self)?);
        }
        Ok(things)
    }

    /// That everything was read.
    pub(crate) fn end(self) -> Read<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Odd("something follows its end")) }
    }
}

const ENDS: Odd = Odd("it ends early");
