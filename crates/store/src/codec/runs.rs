//! The files of an image in runs: each can be read without the others, and has a digest of what stands there.
//!
//! Where a run ends is told by a path, so that images which have files in common have runs in common, whatever stands
//! before them.

use std::any::Any;
use std::cmp::Ordering;
use std::mem;
use std::ops::Range;
use std::sync::Arc;

use model::{File, FileEntry, FileKind, Owner, Path, RunSource, Stretch, Unlike};
use sha2::{Digest as _, Sha256};

use super::claims::{self, Counts};
use super::columns::{COLUMNS, Columns};
use super::entries::{self, Rights};
use super::stack::Sealed;
use super::wire::{In, Odd, Out, Read};
use super::{MOST_THINGS, columns};

/// What of a byte says what kind of file it is, and whether that has extended attributes.
const ENTRY: u8 = 0x17;
/// It comes from another layer than the file before.
const MOVED: u8 = 0x08;
const RECORD: u8 = 0x20;
const OWNED: u8 = 0x40;
/// It has several owners.
const SHARED: u8 = 0x80;

/// About so many files come in a run.
const USUAL: u64 = 32;

/// Files of a run at the most.
const MOST: usize = 256;

/// Cuts files into runs.
pub(super) fn cut(files: &[File]) -> impl Iterator<Item = &[File]> {
    files.chunk_by(|_, next| !is_first(next)).flat_map(|run| run.chunks(MOST))
}

/// Whether a run begins with this file: that hangs on its path alone.
fn is_first(file: &File) -> bool {
    // FNV-1a. Whoever chooses paths so that no run begins, or every one does, has a slower comparison.
    let hash = file.path.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash >> 32).is_multiple_of(USUAL)
}

/// Runs that are being written.
pub(super) struct Writing {
    columns: Columns<Out>,
    entries: entries::Writing,
    claims: claims::Writing,
    index: Out,
    contents: Vec<u8>,
}

/// Runs that were written.
pub(super) struct Written {
    pub(super) columns: Columns<Out>,
    /// How many files each run has, and how much of each column.
    pub(super) index: Out,
    /// The digest of each.
    pub(super) contents: Vec<u8>,
}

impl Writing {
    pub(super) fn new(claims: claims::Writing) -> Writing {
        let (columns, entries) = (Columns::default(), entries::Writing::default());
        Writing { columns, entries, claims, index: Out::default(), contents: Vec::new() }
    }

    pub(super) fn run(&mut self, files: &[File]) {
        self.entries.restart();
        self.claims.restart();
        let before = self.columns.written();
        let (mut path, mut layer, mut package): (&[u8], u32, i64) = (b"", 0, 0);
        for file in files {
            let bytes = file.path.as_bytes();
            self.columns.path(path, bytes);
            path = bytes;
            let flags = self.columns.kinds.0.len();
            self.entries.file(&file.entry, &mut self.columns, &mut self.claims.contents);
            let mut told = if file.record { RECORD } else { 0 };
            if file.layer != layer {
                told |= MOVED;
                layer = file.layer;
                self.columns.references.number(layer.into());
            }
            told |= match file.owners.len() {
                0 => 0,
                1 => OWNED,
                several => {
                    self.columns.references.count(several);
                    SHARED
                }
            };
            self.columns.kinds.0[flags] |= told;
            for owner in &file.owners {
                self.columns.references.signed(i64::from(owner.package) - package);
                package = owner.package.into();
                let recorded = &mut self.columns.recorded;
                self.claims.recorded(&owner.recorded, Some(&file.entry), recorded);
            }
        }
        // Of kinds there are as many as files.
        for (written, before) in self.columns.written().into_iter().zip(before) {
            self.index.count(written - before);
        }
        self.contents.extend_from_slice(&content(files));
    }

    /// What was written. What it is read with besides goes into `head`.
    pub(super) fn finish(self, head: &mut Out) -> Read<Written> {
        let Writing { columns, entries, claims, index, contents } = self;
        if !claims.is_empty() {
            return Err(Odd("a file has a digest that its layers have not"));
        }
        entries.finish(head);
        Ok(Written { columns, index, contents })
    }
}

/// The digest of a run: of paths, and of what stands there. Whose it is and which layer it comes from is not in it.
fn content(files: &[File]) -> [u8; 32] {
    let mut out = Out::default();
    for file in files {
        out.path(&file.path);
        let FileEntry { kind, mode, uid, gid, mtime, xattrs } = &*file.entry;
        out.text(kind.name());
        match kind {
            FileKind::Regular { size, sha256 } => {
                out.number(*size);
                out.raw(&sha256.0);
            }
            FileKind::Symlink { target } => out.bytes(target),
            FileKind::CharDevice { major, minor } | FileKind::BlockDevice { major, minor } => {
                out.number((*major).into());
                out.number((*minor).into());
            }
            FileKind::Directory | FileKind::Fifo | FileKind::Socket => {}
        }
        out.number((*mode).into());
        out.number((*uid).into());
        out.number((*gid).into());
        out.signed(*mtime);
        out.option(xattrs.as_ref(), |out, xattrs| {
            out.list(xattrs.iter(), |out, (name, value)| {
                out.bytes(name);
                out.bytes(value);
            });
        });
    }
    Sha256::digest(out.0).into()
}

/// Where a run begins in each column.
type Place = [usize; COLUMNS];

/// Where each run begins, and where the last one ends.
pub(super) struct Places(Vec<Place>);

impl Places {
    /// How many runs there are.
    pub(super) fn len(&self) -> usize {
        self.0.len() - 1
    }
}

/// Reads where runs begin.
pub(super) fn places(mut index: In<'_>) -> Read<Places> {
    let mut end = [0_usize; COLUMNS];
    let mut places = vec![end];
    while !index.0.is_empty() {
        for end in &mut end {
            *end = end.checked_add(index.small()?).ok_or(NOT_THERE)?;
        }
        places.push(end);
    }
    Ok(Places(places))
}

/// Runs as they are kept.
pub(super) struct Rows {
    unpacked: Vec<u8>,
    /// Where each column lies.
    columns: [Range<usize>; COLUMNS],
    places: Places,
    rights: Arc<[Rights]>,
    /// The layers whose digests are meant.
    layers: Vec<(Sealed, Counts)>,
    /// How many packages there are.
    packages: usize,
}

impl Rows {
    /// The runs that `unpacked` has, behind so many other columns.
    pub(super) fn new(
        unpacked: Vec<u8>,
        beside: usize,
        places: Places,
        (rights, layers, packages): (Arc<[Rights]>, Vec<(Sealed, Counts)>, usize),
    ) -> Read<Rows> {
        let all = columns::lie(&unpacked, beside + COLUMNS)?;
        let columns = std::array::from_fn(|column| all[beside + column].clone());
        let ends = columns.each_ref().map(|column: &Range<usize>| column.len());
        if places.0.last() != Some(&ends) || ends[0] > MOST_THINGS {
            return Err(NOT_THERE);
        }
        Ok(Rows { unpacked, columns, places, rights, layers, packages })
    }

    /// The files of a run.
    pub(super) fn read(&self, number: usize) -> Read<Vec<File>> {
        let mut run = self.begin(number)?;
        let mut files = Vec::with_capacity(run.columns.kinds.0.len());
        let mut entry = nothing();
        while run.step(&mut entry)? {
            files.push(run.file(mem::replace(&mut entry, nothing()))?);
        }
        Ok(files)
    }

    fn begin(&self, number: usize) -> Read<Reading<'_>> {
        let [Some(begin), Some(end)] = [number, number + 1].map(|number| self.places.0.get(number))
        else {
            return Err(NOT_THERE);
        };
        let mut columns = [In(&[]); COLUMNS];
        for (number, column) in columns.iter_mut().enumerate() {
            let all = &self.unpacked[self.columns[number].clone()];
            *column = In(all.get(begin[number]..end[number]).ok_or(NOT_THERE)?);
        }
        if columns[0].0.len() > MOST {
            return Err(Odd("a run has more files than runs have"));
        }
        let digests = self.layers.iter().map(|(layer, counts)| layer.digests(*counts));
        let digests = digests.collect::<Read<Vec<_>>>()?;
        Ok(Reading {
            columns: Columns::of(columns),
            entries: entries::Reading::new(self.rights.clone()),
            claims: claims::Reading::of_layers(&digests),
            packages: self.packages,
            path: Vec::new(),
            layer: 0,
            package: 0,
            owners: Vec::new(),
            is_record: false,
        })
    }

    fn walk(&self, runs: &Range<usize>) -> Walk<'_> {
        Walk { rows: self, ahead: runs.clone(), run: None, entry: nothing(), is_over: false }
    }
}

impl RunSource for Rows {
    fn run(&self, number: usize) -> Option<Vec<File>> {
        self.read(number).ok()
    }

    fn unlike(&self, other: &dyn RunSource, [ours, theirs]: &Stretch) -> Option<Unlike> {
        let other = (other as &dyn Any).downcast_ref::<Rows>()?;
        unlike(self.walk(ours), other.walk(theirs)).ok()
    }
}

/// What is not the same on both ways. What is the same takes no memory.
fn unlike<'a>(mut ours: Walk<'a>, mut theirs: Walk<'a>) -> Read<Unlike> {
    let [mut of_ours, mut of_theirs] = Unlike::default();
    ours.step()?;
    theirs.step()?;
    loop {
        let order = match (ours.is_over, theirs.is_over) {
            (true, true) => return Ok([of_ours, of_theirs]),
            (false, true) => Ordering::Less,
            (true, false) => Ordering::Greater,
            (false, false) => Path::order(ours.path(), theirs.path()),
        };
        let are_same = order.is_eq() && ours.entry == theirs.entry;
        for (walk, files, is_next) in
            [(&mut ours, &mut of_ours, order.is_le()), (&mut theirs, &mut of_theirs, order.is_ge())]
        {
            if is_next {
                if !are_same {
                    files.extend(walk.file()?);
                }
                walk.step()?;
            }
        }
    }
}

/// A way through runs, file by file.
struct Walk<'a> {
    rows: &'a Rows,
    ahead: Range<usize>,
    run: Option<Reading<'a>>,
    /// What stands where the way has come to.
    entry: FileEntry,
    /// Whether it has come to its end.
    is_over: bool,
}

impl Walk<'_> {
    /// Goes on to the next file.
    fn step(&mut self) -> Read<()> {
        loop {
            if let Some(run) = &mut self.run
                && run.step(&mut self.entry)?
            {
                return Ok(());
            }
            let Some(number) = self.ahead.next() else {
                self.is_over = true;
                return Ok(());
            };
            self.run = Some(self.rows.begin(number)?);
        }
    }

    fn path(&self) -> &[u8] {
        self.run.as_ref().map(|run| &run.path[..]).unwrap_or_default()
    }

    /// The file where the way has come to.
    fn file(&mut self) -> Read<Option<File>> {
        let entry = mem::replace(&mut self.entry, nothing());
        self.run.as_mut().map(|run| run.file(entry)).transpose()
    }
}

/// A run that is being read. Of a file, nothing has a piece of memory of its own before it is asked for.
struct Reading<'a> {
    columns: Columns<In<'a>>,
    entries: entries::Reading,
    claims: claims::Reading<'a>,
    packages: usize,
    // What was read last:
    path: Vec<u8>,
    layer: u32,
    package: i64,
    owners: Vec<(u32, claims::Plain<'a>)>,
    is_record: bool,
}

impl<'a> Reading<'a> {
    /// Reads what stands at the next path into `entry`, in its place; whether there is one.
    fn step(&mut self, entry: &mut FileEntry) -> Read<bool> {
        if self.columns.kinds.0.is_empty() {
            return self.columns.end().map(|()| false);
        }
        let shared = self.columns.shared.small()?;
        let length = self.columns.lengths.small()?;
        if shared > self.path.len() {
            return Err(Odd("a path shares more with another than that has"));
        }
        self.path.truncate(shared);
        self.path.extend_from_slice(self.columns.names.raw(length)?);
        let flags = self.columns.kinds.byte()?;
        let (columns, contents) = (&mut self.columns, &mut self.claims.contents);
        *entry = self.entries.file(flags & ENTRY, columns, contents)?;
        if flags & MOVED != 0 {
            self.layer = self.columns.references.small()?;
        }
        self.is_record = flags & RECORD != 0;
        let owners = match flags & (OWNED | SHARED) {
            0 => 0,
            OWNED => 1,
            _ => self.columns.references.count(self.columns.recorded.0.len())?,
        };
        self.owners.clear();
        for _ in 0..owners {
            let owner = self.owner(entry)?;
            self.owners.push(owner);
        }
        Ok(true)
    }

    fn owner(&mut self, entry: &FileEntry) -> Read<(u32, claims::Plain<'a>)> {
        let package = self.package.checked_add(self.columns.references.signed()?);
        self.package = package.ok_or(OTHER_PACKAGES)?;
        let package = u32::try_from(self.package).map_err(|_| OTHER_PACKAGES)?;
        if package as usize >= self.packages {
            return Err(OTHER_PACKAGES);
        }
        Ok((package, self.claims.plain(Some(entry), &mut self.columns.recorded)?))
    }

    /// The file that was read last, `entry` being what stands there.
    fn file(&mut self, entry: FileEntry) -> Read<File> {
        let path = Path::of_normal(&self.path).ok_or(Odd("a path is not normal"))?;
        let owners = self.owners.drain(..);
        let owners = owners.map(|(package, plain)| Owner { package, recorded: plain.recorded() });
        Ok(File {
            path,
            entry: Arc::new(entry),
            layer: self.layer,
            owners: owners.collect(),
            record: self.is_record,
        })
    }
}

/// What stands in the place of an entry that was given away.
fn nothing() -> FileEntry {
    FileEntry::implied_directory()
}

const NOT_THERE: Odd = Odd("a run of files is not there");
const OTHER_PACKAGES: Odd = Odd("a file belongs to a package that is not there");
