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
    /// All of them as one piece: their lengths, then they.
    pub(super) fn join(self) -> Vec<u8> {
        let columns = self.all();
        let mut out = Out::default();
        for column in &columns {
            out.count(column.0.len());
        }
        for column in columns {
            out.raw(&column.0);
        }
        out.0
    }
}

impl<'a> Columns<In<'a>> {
    /// Takes apart what was joined.
    pub(super) fn part(joined: &'a [u8]) -> Read<Columns<In<'a>>> {
        let mut read = In(joined);
        let mut lengths = [0; 11];
        for length in &mut lengths {
            *length = read.small()?;
        }
        let mut next = lengths.into_iter();
        let mut column = || -> Read<In<'a>> { read.raw(next.next().unwrap_or(0)).map(In) };
        let columns = Columns {
            kinds: column()?,
            shared: column()?,
            lengths: column()?,
            names: column()?,
            modes: column()?,
            times: column()?,
            sizes: column()?,
            rest: column()?,
            references: column()?,
            recorded: column()?,
            texts: column()?,
        };
        read.end()?;
        Ok(columns)
    }

    /// That every column was read to its end.
    pub(super) fn end(self) -> Read<()> {
        self.all().into_iter().try_for_each(In::end)
    }
}
