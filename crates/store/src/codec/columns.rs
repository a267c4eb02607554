//! Columns: what belongs to one kind of thing stands together, so that it packs well.

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

impl<C> Columns<C> {
    fn all(self) -> [C; 11] {
        let Columns { kinds, shared, lengths, names, modes, times, .. } = self;
        let Columns { sizes, rest, references, recorded, texts, .. } = self;
        [kinds, shared, lengths, names, modes, times, sizes, rest, references, recorded, texts]
    }
}

impl Columns<Out> {
    /// All of them as one piece.
    pub(super) fn join(self) -> Vec<u8> {
        join(&self.all())
    }
}

impl<'a> Columns<In<'a>> {
    /// Takes apart what was joined.
    pub(super) fn part(joined: &'a [u8]) -> Read<Columns<In<'a>>> {
        let columns = part(joined)?;
        let [kinds, shared, lengths, names, modes, times, sizes, rest, references, recorded, texts] =
            columns;
        #[rustfmt::skip]
        let columns = Columns {
            kinds, shared, lengths, names, modes, times, sizes, rest, references, recorded, texts,
        };
        Ok(columns)
    }

    /// That every column was read to its end.
    pub(super) fn end(self) -> Read<()> {
        self.all().into_iter().try_for_each(In::end)
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
    let mut read = In(joined);
    let mut lengths = [0; N];
    for length in &mut lengths {
        *length = read.small()?;
    }
    let mut columns = [In(&[]); N];
    for (column, length) in columns.iter_mut().zip(lengths) {
        *column = In(read.raw(length)?);
    }
    read.end()?;
    Ok(columns)
}
