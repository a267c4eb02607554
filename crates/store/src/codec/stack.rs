//! An image as its layers come to it, written as numbers of what their facts have already.
//!
//! It says nothing that the facts of the layers do not: it spares stacking them again.

use std::collections::HashMap;
use std::sync::Arc;

use model::{File, FileEntry, ImageFacts, InstalledPackage, LayerFacts, Owner, Path, What};

use super::evidence::{read_distro, read_package, write_distro, write_package, write_text};
use super::facts::{Head, read_notice, write_notice};
use super::frame::Opened;
use super::paths::Row;
use super::wire::{In, Odd, Out, Read};
use super::{MOST_THINGS, claims, columns, frame};
use crate::{KeptLayer, KeptStack};

/// Its path is not that of its entry: a layer wrote through a link, or it is another name of a file.
const NAMED: u8 = 1;
/// No entry names it: a directory that something lies in.
const IMPLIED: u8 = 2;
/// Another layer than that of its entry brought it there.
const MOVED: u8 = 4;
const RECORD: u8 = 8;
const OWNED: u8 = 0x10;
/// It has several owners.
const SHARED: u8 = 0x20;

/// What is written or read, each kind of thing in a row.
#[derive(Default)]
struct Rows<C> {
    flags: C,
    entries: C,
    owners: C,
    recorded: C,
    shared: C,
    lengths: C,
    names: C,
}

/// Writes down, for `key`, what `facts` come to, whose layers are kept as in `opened`. `stacking` says how they were
/// stacked.
pub(crate) fn stack(
    key: &str,
    stacking: u64,
    layers: &[(&LayerFacts, Opened<'_>)],
    image: &ImageFacts,
) -> Read<Vec<u8>> {
    let heads = layers.iter().map(|(_, opened)| Head::of(opened)).collect::<Read<Vec<_>>>()?;
    let known: Vec<&claims::Reading<'_>> = heads.iter().map(|head| &head.claims).collect();
    let facts: Vec<&LayerFacts> = layers.iter().map(|(facts, _)| *facts).collect();
    if heads.iter().zip(&facts).any(|(head, facts)| head.count != facts.entries.len()) {
        return Err(OTHER_LAYERS);
    }
    let mut writing = Writing::new(&facts, claims::Writing::behind(&known));
    for file in &image.files {
        writing.file(file)?;
    }
    let Writing { rows, claims, numbers, .. } = writing;
    let (mut head, mut raw) = (Out::default(), Vec::new());
    head.number(stacking);
    head.list(facts.iter(), |out, facts| out.count(facts.entries.len()));
    claims.finish(&mut head, &mut raw);
    let root = image.root.as_ref().map(|root| numbers.of(root).ok_or(OTHER_LAYERS)).transpose()?;
    head.option(root.as_ref(), |out, number| out.signed(*number));
    head.option(image.distro.as_ref(), write_distro);
    head.list(image.notices.iter(), write_notice);
    head.list(image.packages.iter(), write_installed);
    let Rows { flags, entries, owners, recorded, shared, lengths, names } = rows;
    let rows = [flags, entries, owners, recorded, shared, lengths, names, head];
    frame::seal(key, &columns::join(&rows), &raw)
}

/// What every file that a layer puts somewhere is called here: a number through all layers, the lowest first.
struct Numbers<'a> {
    numbers: HashMap<*const FileEntry, i64>,
    /// The path and the layer of each.
    entries: Vec<(&'a Path, u32)>,
}

impl<'a> Numbers<'a> {
    fn of_layers(layers: &[&'a LayerFacts]) -> Numbers<'a> {
        let mut numbers = Numbers { numbers: HashMap::new(), entries: Vec::new() };
        let entries = (0..)
            .zip(layers)
            .flat_map(|(layer, facts)| facts.entries.iter().map(move |entry| (entry, layer)));
        for (number, (entry, layer)) in (0..).zip(entries) {
            if let What::Put(file) = &entry.what {
                numbers.numbers.insert(Arc::as_ptr(file), number);
            }
            numbers.entries.push((&entry.path, layer));
        }
        numbers
    }

    fn of(&self, file: &Arc<FileEntry>) -> Option<i64> {
        self.numbers.get(&Arc::as_ptr(file)).copied()
    }
}

struct Writing<'a> {
    rows: Rows<Out>,
    claims: claims::Writing,
    numbers: Numbers<'a>,
    expected: i64,
    package: i64,
    /// The path that was written last.
    path: Vec<u8>,
}

impl<'a> Writing<'a> {
    fn new(layers: &[&'a LayerFacts], claims: claims::Writing) -> Writing<'a> {
        let numbers = Numbers::of_layers(layers);
        let (rows, path) = (Rows::default(), Vec::new());
        Writing { rows, claims, numbers, expected: 0, package: 0, path }
    }

    fn file(&mut self, file: &File) -> Read<()> {
        let number = self.numbers.of(&file.entry);
        let entry = number
            .and_then(|number| self.numbers.entries.get(usize::try_from(number).ok()?).copied());
        let mut flags = if file.record { RECORD } else { 0 };
        match number {
            Some(number) => {
                self.rows.entries.signed(number - self.expected);
                self.expected = number + 1;
            }
            None if *file.entry == FileEntry::implied_directory() => flags |= IMPLIED,
            None => return Err(OTHER_LAYERS),
        }
        if entry.is_none_or(|(path, _)| *path != file.path) {
            flags |= NAMED;
            self.path(&file.path);
        }
        if entry.is_none_or(|(_, layer)| layer != file.layer) {
            flags |= MOVED;
            self.rows.entries.number(file.layer.into());
        }
        flags |= match file.owners.len() {
            0 => 0,
            1 => OWNED,
            several => {
                self.rows.owners.count(several);
                SHARED
            }
        };
        self.rows.flags.byte(flags);
        for owner in &file.owners {
            self.rows.owners.signed(i64::from(owner.package) - self.package);
            self.package = owner.package.into();
            self.claims.recorded(&owner.recorded, Some(&file.entry), &mut self.rows.recorded);
        }
        Ok(())
    }

    fn path(&mut self, path: &Path) {
        let path = path.as_bytes();
        let shared = self.path.iter().zip(path).take_while(|(one, other)| one == other).count();
        self.rows.shared.count(shared);
        self.rows.lengths.count(path.len() - shared);
        self.rows.names.raw(&path[shared..]);
        self.path = path.into();
    }
}

fn write_installed(out: &mut Out, installed: &InstalledPackage) {
    let InstalledPackage { package, database, inside } = installed;
    write_package(out, package);
    out.path(database);
    write_text(out, inside.as_ref());
}

/// Reads what `layers` come to, as it was written for `key`, and what is known of each beside its facts; none where they
/// were stacked in another way.
pub(crate) fn read_stack(
    key: &str,
    stacking: u64,
    layers: &[Opened<'_>],
    bytes: &[u8],
) -> Read<Option<KeptStack>> {
    let opened = frame::open(key, bytes)?;
    let [flags, entries, owners, recorded, shared, lengths, names, mut texts] =
        columns::part(&opened.unpacked)?;
    if texts.number()? != stacking {
        return Ok(None);
    }
    let mut heads = layers.iter().map(Head::of).collect::<Read<Vec<_>>>()?;
    let counts = texts.list(In::small::<usize>)?;
    if !heads.iter().map(|head| head.count).eq(counts) {
        return Err(OTHER_LAYERS);
    }
    let claims = claims::Reading::new(&mut texts, opened.raw)?;
    let known: Vec<&claims::Reading<'_>> = heads.iter().map(|head| &head.claims).collect();
    let claims = claims.behind(&known);
    let root = texts.option(In::signed)?;
    let distro = texts.option(read_distro)?;
    let notices = texts.list(read_notice)?;
    let packages = texts.list(read_installed)?;
    texts.end()?;
    let mut files = Vec::new();
    for (layer, head) in (0..).zip(&mut heads) {
        files.extend(head.files()?.into_iter().map(|(path, file)| (path, file, layer)));
    }
    let rows = Rows { flags, entries, owners, recorded, shared, lengths, names };
    let root = root.map(|root| put(&files, root)).transpose()?.map(|(_, file, _)| file.clone());
    let packages_count = packages.len();
    let reading = Reading {
        rows,
        claims,
        entries: files,
        packages: packages_count,
        implied: Arc::new(FileEntry::implied_directory()),
        expected: 0,
        package: 0,
        row: Row::default(),
    };
    let image = ImageFacts { root, files: reading.files()?, packages, distro, notices };
    let layers =
        heads.into_iter().map(|Head { size, diff_id, .. }| KeptLayer { size, diff_id, facts: () });
    Ok(Some(KeptStack { image, layers: layers.collect() }))
}

type Entry = (Path, Option<Arc<FileEntry>>, u32);

struct Reading<'a> {
    rows: Rows<In<'a>>,
    claims: claims::Reading<'a>,
    entries: Vec<Entry>,
    packages: usize,
    implied: Arc<FileEntry>,
    expected: i64,
    package: i64,
    row: Row,
}

impl Reading<'_> {
    fn files(mut self) -> Read<Vec<File>> {
        let count = self.rows.flags.0.len();
        if count > MOST_THINGS {
            return Err(Odd("it has more files than are kept"));
        }
        let mut files = Vec::with_capacity(count);
        for _ in 0..count {
            files.push(self.file()?);
        }
        let Rows { flags, entries, owners, recorded, shared, lengths, names } = self.rows;
        for row in [flags, entries, owners, recorded, shared, lengths, names] {
            row.end()?;
        }
        Ok(files)
    }

    fn file(&mut self) -> Read<File> {
        let flags = self.rows.flags.byte()?;
        let number = match flags & IMPLIED {
            0 => {
                let number = self.expected.checked_add(self.rows.entries.signed()?);
                let number = number.ok_or(OTHER_LAYERS)?;
                self.expected = number.checked_add(1).ok_or(OTHER_LAYERS)?;
                Some(number)
            }
            _ => None,
        };
        let named = if flags & NAMED == 0 { None } else { Some(self.path()?) };
        let moved = if flags & MOVED == 0 { None } else { Some(self.rows.entries.small()?) };
        let (path, entry, layer) = if let Some(number) = number {
            let (path, entry, layer) = put(&self.entries, number)?;
            (named.unwrap_or_else(|| path.clone()), entry.clone(), moved.unwrap_or(layer))
        } else {
            let path = named.ok_or(OTHER_LAYERS)?;
            (path, self.implied.clone(), moved.ok_or(OTHER_LAYERS)?)
        };
        let owners = match flags & (OWNED | SHARED) {
            0 => Box::new([]) as Box<[Owner]>,
            OWNED => Box::new([self.owner(&entry)?]),
            _ => {
                let count = self.rows.owners.count(self.rows.recorded.0.len())?;
                (0..count).map(|_| self.owner(&entry)).collect::<Read<Box<[Owner]>>>()?
            }
        };
        Ok(File { path, entry, layer, owners, record: flags & RECORD != 0 })
    }

    fn path(&mut self) -> Read<Path> {
        let shared = self.rows.shared.small()?;
        let length = self.rows.lengths.small()?;
        self.row.next(shared, self.rows.names.raw(length)?)
    }

    fn owner(&mut self, entry: &FileEntry) -> Read<Owner> {
        let package = self.package.checked_add(self.rows.owners.signed()?).ok_or(OTHER_PACKAGES)?;
        self.package = package;
        let package = u32::try_from(package).map_err(|_| OTHER_PACKAGES)?;
        if package as usize >= self.packages {
            return Err(OTHER_PACKAGES);
        }
        let recorded = self.claims.recorded(Some(entry), &mut self.rows.recorded)?;
        Ok(Owner { package, recorded })
    }
}

/// The file of that number.
fn put(entries: &[Entry], number: i64) -> Read<(&Path, &Arc<FileEntry>, u32)> {
    let number = usize::try_from(number).map_err(|_| OTHER_LAYERS)?;
    match entries.get(number) {
        Some((path, Some(file), layer)) => Ok((path, file, *layer)),
        _ => Err(OTHER_LAYERS),
    }
}

fn read_installed(read: &mut In<'_>) -> Read<InstalledPackage> {
    let (package, database) = (read_package(read)?, read.path()?);
    Ok(InstalledPackage { package, database, inside: read.option(In::text)? })
}

const OTHER_LAYERS: Odd = Odd("it was stacked of other layers");
const OTHER_PACKAGES: Odd = Odd("a file belongs to a package that is not there");
