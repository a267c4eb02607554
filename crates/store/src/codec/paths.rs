//! Paths, each written once: those of the entries in their order, then those that only evidence speaks of.

use std::collections::HashMap;

use model::Path;

use super::columns::Columns;
use super::wire::{In, Odd, Out, Read};
use super::{MOST_PATHS, MOST_THINGS};

/// Paths that are being written.
pub(super) struct Paths<'a> {
    entries: HashMap<&'a Path, u32>,
    others: HashMap<&'a Path, u32>,
    /// The others in the order in which they were met.
    order: Vec<&'a Path>,
    last: [i64; 2],
}

impl<'a> Paths<'a> {
    /// Entries are numbered from 0; where two have one path, the first is meant.
    pub(super) fn of(
        entries: impl DoubleEndedIterator<Item = &'a Path> + ExactSizeIterator,
    ) -> Self {
        let numbered: Vec<_> = (0..).zip(entries).collect();
        let entries = numbered.into_iter().rev().map(|(number, path)| (path, number)).collect();
        Paths { entries, others: HashMap::new(), order: Vec::new(), last: [0; 2] }
    }

    /// Writes which path is meant: as the distance to the one that was meant before, of its sort.
    pub(super) fn refer(&mut self, path: &'a Path, out: &mut Out) -> Option<u32> {
        let entry = self.entries.get(path).copied();
        let (sort, number) = match entry {
            Some(number) => (0, number),
            None => (1, self.other(path)),
        };
        let distance = i64::from(number) - self.last[sort];
        self.last[sort] = i64::from(number);
        out.signed(distance << 1 | i64::from(sort == 1));
        entry
    }

    fn other(&mut self, path: &'a Path) -> u32 {
        let next = u32::try_from(self.order.len()).unwrap_or(u32::MAX);
        *self.others.entry(path).or_insert_with(|| {
            self.order.push(path);
            next
        })
    }

    /// Writes the paths themselves: those of the entries, then the others.
    pub(super) fn finish(
        self,
        entries: impl Iterator<Item = &'a Path>,
        columns: &mut Columns<Out>,
    ) -> Read<()> {
        if self.order.len() > MOST_THINGS {
            return Err(TOO_MANY);
        }
        columns.texts.count(self.order.len());
        let mut before: &[u8] = b"";
        let mut total = 0;
        for path in entries.chain(self.order) {
            let path = path.as_bytes();
            total += path.len();
            columns.path(before, path);
            before = path;
        }
        if total > MOST_PATHS { Err(TOO_MANY) } else { Ok(()) }
    }
}

/// Paths that were read.
pub(super) struct Known {
    paths: Vec<Path>,
    entries: usize,
    last: [i64; 2],
}

impl Known {
    /// Reads as many paths as there are entries, and the others.
    pub(super) fn read(entries: usize, columns: &mut Columns<In<'_>>) -> Read<Known> {
        let left = columns.shared.0.len();
        let others = columns.texts.count(left)?;
        let count = entries + others;
        if count > left {
            return Err(TOO_MANY);
        }
        let paths = read_paths(count, columns)?;
        Ok(Known { paths, entries, last: [0; 2] })
    }

    /// The path of an entry.
    pub(super) fn of_entry(&self, number: usize) -> Read<Path> {
        self.paths.get(number).cloned().ok_or(NOWHERE)
    }

    /// The path that is meant, and the entry's number where it is an entry's.
    pub(super) fn referred(&mut self, read: &mut In<'_>) -> Read<(&Path, Option<usize>)> {
        let number = read.signed()?;
        let sort = usize::from(number & 1 == 1);
        let meant = self.last[sort].checked_add(number >> 1).ok_or(NOWHERE)?;
        self.last[sort] = meant;
        let meant = usize::try_from(meant).map_err(|_| NOWHERE)?;
        match sort {
            0 => {
                let path = self.paths[..self.entries].get(meant).ok_or(NOWHERE)?;
                Ok((path, Some(meant)))
            }
            _ => Ok((self.paths[self.entries..].get(meant).ok_or(NOWHERE)?, None)),
        }
    }
}

/// Reads so many paths, each beginning with some of the one before.
fn read_paths(count: usize, columns: &mut Columns<In<'_>>) -> Read<Vec<Path>> {
    if count > columns.shared.0.len() {
        return Err(TOO_MANY);
    }
    let mut paths = Vec::with_capacity(count);
    let mut row = Row::default();
    for _ in 0..count {
        let shared = columns.shared.small()?;
        let length = columns.lengths.small()?;
        paths.push(row.next(shared, columns.names.raw(length)?)?);
    }
    Ok(paths)
}

/// Paths that come in a row.
#[derive(Default)]
pub(super) struct Row {
    latest: Option<Path>,
    bytes: Vec<u8>,
    total: usize,
}

impl Row {
    /// The path that begins with the first `shared` bytes of the one before.
    pub(super) fn next(&mut self, shared: usize, rest: &[u8]) -> Read<Path> {
        if shared > self.bytes.len() {
            return Err(Odd("a path shares more with another than that has"));
        }
        self.bytes.truncate(shared);
        self.bytes.extend_from_slice(rest);
        self.total += self.bytes.len();
        if self.total > MOST_PATHS {
            return Err(TOO_MANY);
        }
        let path = match &self.latest {
            Some(latest) => latest.sharing(shared, &self.bytes),
            None => Path::root().sharing(0, &self.bytes),
        };
        let path = path.ok_or(Odd("a path is not normal"))?;
        self.latest = Some(path.clone());
        Ok(path)
    }
}

const TOO_MANY: Odd = Odd("it has more paths than are kept");
const NOWHERE: Odd = Odd("a path is meant that is not there");
