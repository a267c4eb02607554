//! The one pass over a layer: every file is hashed, and those that a reader wants are read. It never sees another layer.

mod interest;
mod keeping;
mod looking;
mod names;
mod search;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use layer::{Entries, Entry, Error, Kind};
use model::{
    Evidence, FileEntry, FileKind, Found, Hit, LayerEntry, LayerFacts, Notice, Path, Scanned,
    Sha256, Text, TextKind, What,
};
use sha2::{Digest as _, Sha256 as Hasher};

use crate::ecosystem::{Ecosystem, Input, Reader, Reading, Unreadable};
use interest::{Interest, Wanted};
use keeping::Keeping;
use looking::Looking;
use names::Names;
use search::Search;

/// Bytes of one layer that the readers of an ecosystem are given at the most: what a hostile layer repeats must not fill
/// the memory, and many archives must not take what a package database needs.
const MOST_BYTES: u64 = 1 << 30;

/// Bytes of texts that are kept of one layer.
const MOST_TEXT: usize = 32 << 20;

/// Packages that one layer may name: lists in executables are packed, and few bytes may hold many.
const MOST_PACKAGES: usize = 2_000_000;

/// Paths that the package databases of one layer may claim.
const MOST_CLAIMS: usize = 4_000_000;

/// Places of one layer in which rules are met and that are kept.
const MOST_HITS: usize = 20_000;

/// What is said of a file by rules, not by an ecosystem's reader.
pub(crate) const RULES: &str = "rules";

/// Walks a layer to its end and keeps what it says.
pub fn scan(entries: &mut Entries<'_>) -> Result<Scanned, Error> {
    let interest = Interest::of_all();
    let mut scan = Scan { executables: interest.in_executables().into(), ..Scan::default() };
    while let Some(mut entry) = entries.next_entry()? {
        scan.names.share(&mut entry.path);
        let wanted = interest.in_path(&entry.path);
        // Whiteouts act on lower layers only, so they replace nothing here.
        let is_mark = matches!(entry.kind, Kind::Whiteout | Kind::Opaque);
        // What was found in an executable of this name is replaced as well.
        if !is_mark && (!wanted.is_empty() || scan.latest.contains_key(&entry.path)) {
            scan.latest.insert(entry.path.clone(), scan.facts.entries.len());
        }
        let what = match entry.kind {
            Kind::Whiteout => What::Whiteout,
            Kind::Opaque => What::Opaque,
            Kind::Link { ref target } => What::Link { target: target.clone() },
            Kind::Regular { size } => {
                let sha256 = scan.content(entries, &entry, size, wanted)?;
                What::Put(file(&entry, FileKind::Regular { size, sha256 }))
            }
            ref kind => {
                if matches!(kind, Kind::Directory) {
                    scan.read_folder(&entry.path, interest.in_folder(&entry.path));
                }
                What::Put(file(&entry, other_kind(kind)))
            }
        };
        scan.facts.entries.push(LayerEntry { path: entry.path, what });
    }
    scan.facts.notices.extend(entries.take_notices());
    Ok(scan.finish())
}

/// A layer on its way to be facts.
#[derive(Default)]
struct Scan {
    facts: LayerFacts,
    /// Who wants every executable.
    executables: Vec<Wanted>,
    /// What is kept of the file that goes by, as far as it is one.
    keeping: Keeping,
    /// What is looked through of it.
    looking: Looking,
    names: Names,
    /// Files that wait for their companions.
    waiting: Vec<Kept>,
    /// The place of the last entry of each wanted path: it replaces what earlier ones of that name said.
    latest: HashMap<Path, usize>,
    /// For each piece of evidence the place of its entry.
    places: Vec<usize>,
    /// Texts that are kept, each with the place of its entry.
    texts: Vec<(Text, usize)>,
    /// Bytes of those texts.
    text_bytes: usize,
    /// Bytes that the readers of each ecosystem were given.
    bytes: HashMap<&'static str, u64>,
    /// Paths that databases claim.
    claims: usize,
    /// Packages that were named.
    packages: usize,
    /// Places in which rules are met.
    hits: usize,
}

/// A file that is read.
struct File {
    path: Path,
    /// The place of its entry.
    place: usize,
}

/// A wanted file's bytes, kept until its companions have been met.
struct Kept {
    file: File,
    bytes: Vec<u8>,
    wanted: Vec<Wanted>,
}

impl Scan {
    /// Hashes a file's content, and keeps it for the readers that want it.
    fn content(
        &mut self,
        entries: &mut Entries<'_>,
        entry: &Entry,
        size: u64,
        wanted: Vec<Wanted>,
    ) -> Result<Sha256, Error> {
        let (seekers, wanted): (Vec<_>, Vec<_>) = wanted.into_iter().partition(Wanted::is_searched);
        let mut searches: Vec<Search> = seekers.iter().filter_map(Search::of).collect();
        let limit = wanted.iter().map(|wanted| wanted.reader().limit).max().unwrap_or(0);
        let used = wanted.iter().filter_map(|wanted| self.bytes.get(wanted.ecosystem.name)).max();
        let limit = limit.min(MOST_BYTES - used.copied().unwrap_or(0));
        let mut kept = Whole::new(size, limit);
        self.keeping.start();
        self.looking.start(size);
        let mut hits = Vec::new();
        let path = &entry.path.as_bytes()[1..];
        let sha256 = hash(entries, |chunk| {
            kept.take(chunk);
            self.keeping.take(chunk);
            hits.extend(self.looking.take(path, chunk));
            for search in &mut searches {
                search.take(chunk);
            }
        })?;
        let bytes = kept.into_bytes();
        self.keep_hits(&entry.path, hits);
        self.read_executable(&entry.path);
        self.read_searched(&entry.path, searches);
        if wanted.is_empty() {
            return Ok(sha256);
        }
        let Some(bytes) = bytes else {
            self.too_large(&entry.path);
            return Ok(sha256);
        };
        for wanted in &wanted {
            let used = self.bytes.entry(wanted.ecosystem.name).or_default();
            *used = used.saturating_add(bytes.len() as u64).min(MOST_BYTES);
        }
        let file = File { path: entry.path.clone(), place: self.facts.entries.len() };
        let kept = Kept { file, bytes, wanted };
        if kept.wanted.iter().all(Wanted::stands_alone) {
            // Its bytes need not wait for the layer's end.
            self.read(&kept, &[]);
        } else {
            self.waiting.push(kept);
        }
        Ok(sha256)
    }

    /// Keeps where rules are met in a file.
    fn keep_hits(&mut self, path: &Path, hits: Vec<Hit>) {
        if hits.is_empty() {
            return;
        }
        let had = self.hits;
        self.hits += hits.len();
        let file = File { path: path.clone(), place: self.facts.entries.len() };
        if self.hits > MOST_HITS {
            if had <= MOST_HITS {
                let text = "has more secrets and weak settings beside it than are told of a layer: not all of them are known";
                self.facts.notices.push(Notice::about(file.path, text));
            }
            return;
        }
        let (path, evidence) = (file.path.clone(), Evidence::Hits(hits));
        self.facts.found.push(Found { path, ecosystem: RULES.into(), evidence });
        self.places.push(file.place);
        self.latest.insert(file.path, file.place);
    }

    /// Gives what was kept of an executable to those that want every one.
    fn read_executable(&mut self, path: &Path) {
        let Some((bytes, beyond)) = self.keeping.executable() else { return };
        let input = Input { path: &path.as_bytes()[1..], bytes, beyond: &beyond, companions: &[] };
        let readings = self
            .executables
            .iter()
            .map(|wanted| (wanted.ecosystem, read_one(&input, wanted.reader())));
        let readings: Vec<_> = readings.collect();
        let file = File { path: path.clone(), place: self.facts.entries.len() };
        for (ecosystem, reading) in readings {
            self.keep_reading(&file, ecosystem, reading);
        }
    }

    /// Gives what was found by looking for it to those that looked.
    fn read_searched(&mut self, path: &Path, searches: Vec<Search>) {
        for search in searches {
            let (wanted, bytes) = search.finish();
            if bytes.is_empty() {
                continue;
            }
            let name = &path.as_bytes()[1..];
            let input = Input { path: name, bytes: &bytes, beyond: &[], companions: &[] };
            let file = File { path: path.clone(), place: self.facts.entries.len() };
            self.keep_reading(&file, wanted.ecosystem, read_one(&input, wanted.reader()));
        }
    }

    /// Gives a directory's path to those that want it.
    fn read_folder(&mut self, path: &Path, wanted: &[Wanted]) {
        for wanted in wanted {
            let name = &path.as_bytes()[1..];
            let input = Input { path: name, bytes: &[], beyond: &[], companions: &[] };
            let file = File { path: path.clone(), place: self.facts.entries.len() };
            self.keep_reading(&file, wanted.ecosystem, read_one(&input, wanted.reader()));
        }
    }

    fn too_large(&mut self, path: &Path) {
        let text = "is larger than its reader allows, or comes after a thousand megabytes of its like: what it records is not known";
        self.facts.notices.push(Notice::about(path.clone(), text));
    }

    /// Reads what has waited, and drops what later entries replaced.
    fn finish(mut self) -> Scanned {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.retain(|kept| self.latest.get(&kept.file.path) == Some(&kept.file.place));
        for kept in waiting.iter().filter(|kept| kept.wanted.iter().any(Wanted::is_main)) {
            self.read(kept, &waiting);
        }
        let mut places = self.places.iter();
        let latest = &self.latest;
        self.facts.found.retain(|found| latest.get(&found.path) == places.next());
        self.facts.notices.extend(orphaned_companions(&waiting));
        self.texts.retain(|(text, place)| latest.get(&text.path) == Some(place));
        let texts = self.texts.into_iter().map(|(text, _)| text).collect();
        Scanned { facts: self.facts, texts }
    }

    /// Gives a file to the readers that want it.
    fn read(&mut self, kept: &Kept, beside: &[Kept]) {
        for wanted in kept.wanted.iter().filter(|wanted| wanted.is_main()) {
            let reader = wanted.reader();
            if kept.bytes.len() as u64 > reader.limit {
                self.too_large(&kept.file.path);
                continue;
            }
            let companions = companions(kept, beside, reader);
            let path = &kept.file.path.as_bytes()[1..];
            let input = Input { path, bytes: &kept.bytes, beyond: &[], companions: &companions };
            self.keep_reading(&kept.file, wanted.ecosystem, read_one(&input, reader));
        }
    }

    /// Keeps what a reader gave. What it could not read, or panicked over, becomes a notice.
    fn keep_reading(
        &mut self,
        file: &File,
        ecosystem: &Ecosystem,
        reading: Result<Reading, Unreadable>,
    ) {
        let about = |text: String| Notice::about(file.path.clone(), text);
        match reading {
            Ok(reading) => {
                self.facts.notices.extend(reading.notices.into_iter().map(about));
                for evidence in reading.evidence {
                    self.keep(file, ecosystem, evidence);
                }
                for (kind, bytes) in reading.texts {
                    self.keep_text(file, kind, bytes);
                }
            }
            Err(Unreadable(reason)) => self.facts.notices.push(about(format!(
                "could not be read: {reason}; what {} records there is not known",
                ecosystem.title
            ))),
        }
    }

    fn keep_text(&mut self, file: &File, kind: TextKind, bytes: Box<[u8]>) {
        let had = self.text_bytes;
        self.text_bytes = had.saturating_add(bytes.len());
        if self.text_bytes > MOST_TEXT {
            // It is told once: a layer of nothing but changelogs is not worth a notice each.
            if had <= MOST_TEXT {
                let text = "has more text beside it than a layer may keep: changelogs of this layer are not all known";
                self.facts.notices.push(Notice::about(file.path.clone(), text));
            }
            return;
        }
        self.texts.push((Text { path: file.path.clone(), kind, bytes }, file.place));
    }

    fn keep(&mut self, file: &File, ecosystem: &Ecosystem, mut evidence: Evidence) {
        let had = self.packages;
        self.packages = had.saturating_add(names::packages(&evidence));
        names::without_credentials(&mut evidence);
        if self.packages > MOST_PACKAGES {
            // It is told once: what comes after is of the same making.
            if had <= MOST_PACKAGES {
                let text = "names more packages than a layer may: packages of this layer are not all known";
                self.facts.notices.push(Notice::about(file.path.clone(), text));
            }
            return;
        }
        self.claims += names::claims(&evidence);
        if self.claims > MOST_CLAIMS {
            let text = "claims more paths than a layer may: whose files these are is not known";
            self.facts.notices.push(Notice::about(file.path.clone(), text));
            names::drop_claims(&mut evidence);
        }
        self.names.share_claims(&mut evidence);
        let path = file.path.clone();
        self.facts.found.push(Found { path, ecosystem: ecosystem.name.into(), evidence });
        self.places.push(file.place);
        self.latest.insert(file.path.clone(), file.place);
    }
}

/// Hashes an entry's content and shows it to others.
fn hash(entries: &mut Entries<'_>, mut show: impl FnMut(&[u8])) -> Result<Sha256, Error> {
    let mut hasher = Hasher::new();
    while let Some(chunk) = entries.chunk()? {
        hasher.update(chunk);
        show(chunk);
    }
    Ok(Sha256(hasher.finalize().into()))
}

/// A file's whole content, unless it is longer than its readers allow.
struct Whole {
    bytes: Vec<u8>,
    limit: u64,
    fits: bool,
}

impl Whole {
    /// The claimed size is a hint for small files only: memory grows with the bytes that really come.
    fn new(likely: u64, limit: u64) -> Whole {
        let likely = usize::try_from(likely.min(limit).min(64 << 10)).unwrap_or(0);
        Whole { bytes: Vec::with_capacity(likely), limit, fits: true }
    }

    fn take(&mut self, chunk: &[u8]) {
        self.fits = self.fits && (self.bytes.len() + chunk.len()) as u64 <= self.limit;
        if self.fits {
            self.bytes.extend_from_slice(chunk);
        }
    }

    fn into_bytes(self) -> Option<Vec<u8>> {
        self.fits.then_some(self.bytes)
    }
}

fn file(entry: &Entry, kind: FileKind) -> Arc<FileEntry> {
    Arc::new(FileEntry {
        kind,
        mode: entry.mode,
        uid: entry.uid,
        gid: entry.gid,
        mtime: entry.mtime,
        xattrs: entry.xattrs.clone(),
    })
}

fn other_kind(kind: &Kind) -> FileKind {
    match *kind {
        Kind::Symlink { ref target } => FileKind::Symlink { target: target.clone() },
        Kind::CharDevice { major, minor } => FileKind::CharDevice { major, minor },
        Kind::BlockDevice { major, minor } => FileKind::BlockDevice { major, minor },
        Kind::Fifo => FileKind::Fifo,
        _ => FileKind::Directory,
    }
}

/// The files beside the wanted one that its reader looks at.
fn companions<'a>(
    kept: &Kept,
    beside: &'a [Kept],
    reader: &Reader,
) -> Vec<(&'static str, &'a [u8])> {
    let directory = kept.file.path.parent();
    let companion = |name: &&'static str| {
        let beside = beside.iter().find(|other| {
            let path = &other.file.path;
            path.name() == name.as_bytes() && path.parent() == directory
        })?;
        Some((*name, &beside.bytes[..]))
    };
    reader.companions.iter().filter_map(companion).collect()
}

fn read_one(input: &Input<'_>, reader: &Reader) -> Result<Reading, Unreadable> {
    catch_unwind(AssertUnwindSafe(|| (reader.read)(input))).unwrap_or_else(|_| {
        Err(Unreadable("its reader failed on it, which is a fault of ours".into()))
    })
}

/// A write-ahead log without its database is told of: what it holds belongs to a database of another layer.
fn orphaned_companions(waiting: &[Kept]) -> impl Iterator<Item = Notice> {
    waiting.iter().filter(|kept| !kept.bytes.is_empty()).filter_map(|kept| {
        let companion = kept.wanted.iter().find(|wanted| !wanted.is_main())?;
        let has_main = waiting.iter().any(|other| {
            other.file.path.parent() == kept.file.path.parent()
                && other.wanted.iter().any(|main| main.is_main() && main.same_reader(companion))
        });
        let text = "belongs to a database of a lower layer, to which it was not applied: packages that it adds or removes are not known";
        (!has_main).then(|| Notice::about(kept.file.path.clone(), text))
    })
}

#[cfg(test)]
mod tests;
