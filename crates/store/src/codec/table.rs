//! Digests, each written once. They do not become smaller, so they stand apart from what is packed.

use std::borrow::Cow;
use std::collections::HashMap;

use super::wire::{In, Odd, Out, Read};

/// Digests of one algorithm that are being written.
#[derive(Default)]
pub(super) struct Digests<const N: usize> {
    bytes: Vec<u8>,
    numbers: HashMap<[u8; N], i64>,
    /// How many numbers were given.
    count: i64,
    /// The number behind the one that was met last: what lies side by side once, most likely does so again.
    expected: i64,
}

impl<const N: usize> Digests<N> {
    /// As if `digests` had been written already, each under the next number.
    pub(super) fn behind<'a>(digests: impl Iterator<Item = &'a [u8; N]>) -> Digests<N> {
        let mut known = Digests { numbers: HashMap::new(), ..Digests::default() };
        for digest in digests {
            known.numbers.entry(*digest).or_insert(known.count);
            known.count += 1;
        }
        known
    }

    /// How far the number of a digest that was written before is from the one that was expected; none for a new one,
    /// which is written now.
    pub(super) fn put(&mut self, digest: &[u8; N]) -> Option<i64> {
        if let Some(&number) = self.numbers.get(digest) {
            let distance = number - self.expected;
            self.expected = number + 1;
            return Some(distance);
        }
        self.numbers.insert(*digest, self.count);
        self.count += 1;
        self.bytes.extend_from_slice(digest);
        None
    }

    /// Says how many were written, and puts them behind `raw`.
    pub(super) fn finish(self, out: &mut Out, raw: &mut Vec<u8>) {
        out.count(self.bytes.len() / N);
        raw.extend_from_slice(&self.bytes);
    }
}

/// Digests of one algorithm that are being read.
pub(super) struct Known<'a, const N: usize> {
    digests: Cow<'a, [[u8; N]]>,
    next: usize,
    expected: i64,
}

impl<'a, const N: usize> Known<'a, N> {
    /// Takes as many as `read` says from `raw`.
    pub(super) fn new(read: &mut In<'_>, raw: &mut In<'a>) -> Read<Known<'a, N>> {
        let count = read.count(raw.0.len() / N)?;
        let (digests, _) = raw.raw(count * N)?.as_chunks();
        Ok(Known { digests: Cow::Borrowed(digests), next: 0, expected: 0 })
    }

    /// These, numbered behind `others`.
    pub(super) fn behind<'o>(self, others: impl Iterator<Item = &'o Known<'o, N>>) -> Self {
        let mut digests = Vec::new();
        others.for_each(|other| digests.extend_from_slice(&other.digests));
        let next = digests.len();
        digests.extend_from_slice(&self.digests);
        Known { digests: Cow::Owned(digests), next, expected: 0 }
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &[u8; N]> {
        self.digests.iter()
    }

    /// The one that was not met yet.
    pub(super) fn next(&mut self) -> Read<[u8; N]> {
        let digest = self.digests.get(self.next).ok_or(MISSING)?;
        self.next += 1;
        Ok(*digest)
    }

    /// One that was met before, by the distance of its number.
    pub(super) fn at(&mut self, distance: i64) -> Read<[u8; N]> {
        let number = self.expected.checked_add(distance).ok_or(MISSING)?;
        self.expected = number.checked_add(1).ok_or(MISSING)?;
        let number = usize::try_from(number).map_err(|_| MISSING)?;
        self.digests.get(number).copied().ok_or(MISSING)
    }
}

const MISSING: Odd = Odd("a digest is not there");
