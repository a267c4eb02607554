//! Columns: what belongs to one kind of thing stands together, so that it packs well.

use std::ops::Range;

use super::wire::{In, Out, Read};

/// The columns of a layer's facts.
#[derive(Default)]
pub(super) struct Columns<C> {
    /// What each entry does.
    pub(super) kinds: C,
    /// How many bytes a path has in common with the one before.
    pub(super) shared: C,
    /// How many bytes it has besides.
    pub(super) lengths: C,
    /// Those bytes.
    pub(super) names: C,
    /// Mode, user and group, by number.
    pub(super) modes: C,
    /// Times, as the difference to the one before.
    pub(super) times: C,
    /// Lengths of files.
    pub(super) sizes: C,
    /// What only some kinds of entries have.
    pub(super) rest: C,
    /// Which path is meant.
    pub(super) references: C,
    /// What a database recorded of a path.
    pub(super) recorded: C,
    /// Packages, notices and everything that is counted.
    pub(super) texts: C,
}

/// How many columns there are.
pub(super) const COLUMNS: usize = 11;

impl<C> Columns<C> {
    /// These, in the order in which they are written.
    pub(super) fn of(columns: [C; COLUMNS]) -> Columns<C> {
        let [kinds, shared, lengths, names, modes, times, sizes, rest, references, recorded, texts] =
            columns;
        #[rustfmt::skip]
        let columns = Columns {
            kinds, shared, lengths, names, modes, times, sizes, rest, references, recorded, texts,
        };
        columns
    }

    fn each(&self) -> [&C; COLUMNS] {
        let Columns { kinds, shared, lengths, names, modes, times, .. } = self;
        let Columns { sizes, rest, references, recorded, texts, .. } = self;
        [kinds, shared, lengths, names, modes, times, sizes, rest, references, recorded, texts]
    }

    /// All of them, in that order.
    pub(super) fn all(self) -> [C; COLUMNS] {
        let Columns { kinds, shared, lengths, names, modes, times, .. } = self;
        let Columns { sizes, rest, references, recorded, texts, .. } = self;
        [kinds, shared, lengths, names, modes, times, sizes, rest, references, recorded, texts]
    }
}

impl Columns<Out> {
    /// Writes a path: what it shares with the one before, and the rest.
    pub(super) fn path(&mut self, before: &[u8], path: &[u8]) {
        let shared = before.iter().zip(path).take_while(|(one, other)| one == other).count();
        self.shared.count(shared);
        self.lengths.count(path.len() - shared);
        self.names.raw(&path[shared..]);
    }

    /// How much each has.
    pub(super) fn written(&self) -> [usize; COLUMNS] {
        self.each().map(|column| column.0.len())
    }

    /// All of them as one piece.
    pub(super) fn join(self) -> Vec<u8> {
        join(&self.all())
    }
}

impl<'a> Columns<In<'a>> {
    /// Takes apart what was joined.
    pub(super) fn part(joined: &'a [u8]) -> Read<Columns<In<'a>>> {
        part(joined).map(Columns::of)
    }

    /// That every column was read to its end.
    pub(super) fn end(&self) -> Read<()> {
        self.each().into_iter().try_for_each(|column| column.end())
    }
}

/// Several columns as one piece: their lengths, then they.
pub(super) fn join(columns: &[Out]) -> Vec<u8> {
    let mut out = Out::default();
    for column in columns {
        out.count(column.0.len());
    }
    for column in columns {
        out.raw(&column.0);
    }
    out.0
}

/// Takes apart what was joined.
pub(super) fn part<const N: usize>(joined: &[u8]) -> Read<[In<'_>; N]> {
    let mut columns = [In(&[]); N];
    for (column, range) in columns.iter_mut().zip(lie(joined, N)?) {
        *column = In(&joined[range]);
    }
    Ok(columns)
}

/// Where so many columns lie that were joined.
pub(super) fn lie(joined: &[u8], columns: usize) -> Read<Vec<Range<usize>>> {
    let mut read = In(joined);
    let mut lengths = Vec::with_capacity(columns);
    for _ in 0..columns {
        lengths.push(read.small::<usize>()?);
    }
    let mut ranges = Vec::with_capacity(columns);
    for length in lengths {
        let begin = joined.len() - read.0.len();
        read.raw(length)?;
        ranges.push(begin..begin + length);
    }
    read.end()?;
    Ok(ranges)
}
