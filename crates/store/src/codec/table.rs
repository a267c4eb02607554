//! Digests, each written once. They do not become smaller, so they stand apart from what is packed.

use std::collections::HashMap;

use super::wire::{In, Odd, Out, Read};

/// Digests of one algorithm that are being written.
pub(super) struct Digests<const N: usize> {
    bytes: Vec<u8>,
    known: HashMap<[u8; N], u32>,
}

impl<const N: usize> Digests<N> {
    pub(super) fn new() -> Digests<N> {
        Digests { bytes: Vec::new(), known: HashMap::new() }
    }

    /// The number of a digest that was written before; none for a new one, which is written now.
    pub(super) fn put(&mut self, digest: &[u8; N]) -> Option<u32> {
        let next = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        match self.known.entry(*digest) {
            std::collections::hash_map::Entry::Occupied(known) => Some(*known.get()),
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(next);
                self.bytes.extend_from_slice(digest);
                None
            }
        }
    }

    /// Says how many there are, and puts them behind `raw`.
    pub(super) fn finish(self, out: &mut Out, raw: &mut Vec<u8>) {
        out.count(self.known.len());
        raw.extend_from_slice(&self.bytes);
    }
}

/// Digests of one algorithm that are being read.
pub(super) struct Known<'a, const N: usize> {
    digests: &'a [[u8; N]],
    next: usize,
}

impl<'a, const N: usize> Known<'a, N> {
    /// Takes as many as `read` says from `raw`.
    pub(super) fn new(read: &mut In<'_>, raw: &mut In<'a>) -> Read<Known<'a, N>> {
        let count = read.count(raw.0.len() / N)?;
        let (digests, _) = raw.raw(count * N)?.as_chunks();
        Ok(Known { digests, next: 0 })
    }

    /// The one that was not met yet.
    pub(super) fn next(&mut self) -> Read<[u8; N]> {
        let digest = self.digests.get(self.next).ok_or(MISSING)?;
        self.next += 1;
        Ok(*digest)
    }

    /// One that was met before.
    pub(super) fn at(&self, number: usize) -> Read<[u8; N]> {
        self.digests.get(number).copied().ok_or(MISSING)
    }
}

const MISSING: Odd = Odd("a digest is not there");
