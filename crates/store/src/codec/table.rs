//! Digests, each written once. They do not become smaller, so they stand apart from what is packed.

use std::collections::HashMap;

use super::wire::{Odd, Out, Read};

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

    /// As if nothing had been met yet. What was written stays known.
    pub(super) fn restart(&mut self) {
        self.expected = 0;
    }

    /// Whether nothing was met that was not known already.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Says how many were written, and puts them behind `raw`.
    pub(super) fn finish(self, out: &mut Out, raw: &mut Vec<u8>) {
        out.count(self.bytes.len() / N);
        raw.extend_from_slice(&self.bytes);
    }
}

/// Digests of one algorithm that are being read.
pub(super) struct Known<'a, const N: usize> {
    /// Tables whose digests are numbered through, the first one's first.
    tables: Vec<&'a [[u8; N]]>,
    next: usize,
    expected: i64,
}

impl<'a, const N: usize> Known<'a, N> {
    /// Those of one table, none of which was met yet.
    pub(super) fn new(table: &'a [[u8; N]]) -> Known<'a, N> {
        Known { tables: vec![table], next: 0, expected: 0 }
    }

    /// Those of several tables, all of which were met already.
    pub(super) fn of_tables(tables: Vec<&'a [[u8; N]]>) -> Known<'a, N> {
        let next = tables.iter().map(|table| table.len()).sum();
        Known { tables, next, expected: 0 }
    }

    /// The one that was not met yet.
    pub(super) fn next(&mut self) -> Read<&'a [u8; N]> {
        let digest = self.of_number(self.next)?;
        self.next += 1;
        Ok(digest)
    }

    /// One that was met before, by the distance of its number.
    pub(super) fn at(&mut self, distance: i64) -> Read<&'a [u8; N]> {
        let number = self.expected.checked_add(distance).ok_or(MISSING)?;
        self.expected = number.checked_add(1).ok_or(MISSING)?;
        let number = usize::try_from(number).map_err(|_| MISSING)?;
        self.of_number(number)
    }

    fn of_number(&self, mut number: usize) -> Read<&'a [u8; N]> {
        for table in &self.tables {
            match table.get(number) {
                Some(digest) => return Ok(digest),
                None => number -= table.len(),
            }
        }
        Err(MISSING)
    }
}

const MISSING: Odd = Odd("a digest is not there");
