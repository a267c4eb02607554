//! The one pass over a layer: every file is hashed, and those that a reader wants are read. It never sees another layer.

mod interest;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use layer::{Entries, Entry, Error, Kind};
use model::{FileEntry, FileKind, Found, LayerEntry, LayerFacts, Notice, Path, Sha256, What};
use sha2::{Digest as _, Sha256 as Hasher};

use crate::ecosystem::{Ecosystem, Input, Reader, Unreadable};
use interest::{Interest, Wanted};

/// Walks a layer to its end and keeps what it says.
pub fn scan(entries: &mut Entries<'_>) -> Result<LayerFacts, Error> {
    let interest = Interest::of_all();
    let mut facts = LayerFacts::default();
    let mut waiting: Vec<Kept> = Vec::new();
    while let Some(entry) = entries.next_entry()? {
        let wanted = interest.in_path(&entry.path);
        if !wanted.is_empty() {
            // A later entry of the same name replaces what an earlier one said.
            facts.found.retain(|found| found.path != entry.path);
            waiting.retain(|kept| kept.path != entry.path);
        }
        let what = match entry.kind {
            Kind::Whiteout => What::Whiteout,
            Kind::Opaque => What::Opaque,
            Kind::Link { ref target } => What::Link { target: target.clone() },
            Kind::Regular { size } => {
                let limit = wanted.iter().map(|wanted| wanted.reader().limit).max().unwrap_or(0);
                let (sha256, bytes) = content(entries, size.min(limit), limit)?;
                if let Some(bytes) = bytes.filter(|_| !wanted.is_empty()) {
                    let path = entry.path.clone();
                    waiting.push(Kept { path, bytes, wanted });
                    read_what_stands_alone(&mut waiting, &mut facts);
                } else if !wanted.is_empty() {
                    facts.notices.push(Notice::about(
                        entry.path.clone(),
                        format!("is larger than {limit} bytes: what it records is not known"),
                    ));
                }
                What::Put(file(&entry, FileKind::Regular { size, sha256 }))
            }
            ref kind => What::Put(file(&entry, other_kind(kind))),
        };
        facts.entries.push(LayerEntry { path: entry.path, what });
    }
    for kept in waiting.iter().filter(|kept| kept.wanted.iter().any(Wanted::is_main)) {
        read(kept, &waiting, &mut facts);
    }
    facts.notices.extend(orphaned_companions(&waiting));
    facts.notices.extend(entries.take_notices());
    Ok(facts)
}

/// A wanted file's bytes, kept until its companions have been met.
struct Kept {
    path: Path,
    bytes: Vec<u8>,
    wanted: Vec<Wanted>,
}

/// Hashes an entry's content and keeps it, unless it is longer than `limit`.
fn content(
    entries: &mut Entries<'_>,
    likely: u64,
    limit: u64,
) -> Result<(Sha256, Option<Vec<u8>>), Error> {
    // The claimed size is a hint for small files only: memory grows with the bytes that really come.
    let mut bytes = Vec::with_capacity(usize::try_from(likely.min(64 << 10)).unwrap_or(0));
    let mut fits = true;
    let mut hasher = Hasher::new();
    while let Some(chunk) = entries.chunk()? {
        hasher.update(chunk);
        fits = fits && (bytes.len() + chunk.len()) as u64 <= limit;
        if fits {
            bytes.extend_from_slice(chunk);
        }
    }
    Ok((Sha256(hasher.finalize().into()), fits.then_some(bytes)))
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

/// Reads the file that was kept last, if it needs no companion: its bytes need not wait for the layer's end.
fn read_what_stands_alone(waiting: &mut Vec<Kept>, facts: &mut LayerFacts) {
    let alone = |kept: &Kept| kept.wanted.iter().all(Wanted::stands_alone);
    if let Some(kept) = waiting.pop_if(|kept| alone(kept)) {
        read(&kept, &[], facts);
    }
}

/// Gives a file to the readers that want it. What a reader cannot read, or panics over, becomes a notice.
fn read(kept: &Kept, beside: &[Kept], facts: &mut LayerFacts) {
    for wanted in kept.wanted.iter().filter(|wanted| wanted.is_main()) {
        let (ecosystem, reader) = (wanted.ecosystem, wanted.reader());
        if kept.bytes.len() as u64 > reader.limit {
            let text =
                format!("is larger than {} bytes: what it records is not known", reader.limit);
            facts.notices.push(Notice::about(kept.path.clone(), text));
            continue;
        }
        match read_one(kept, beside, reader) {
            Ok(reading) => {
                facts.found.extend(reading.evidence.into_iter().map(|evidence| Found {
                    path: kept.path.clone(),
                    ecosystem: ecosystem.name.into(),
                    evidence,
                }));
                facts.notices.extend(
                    reading.notices.into_iter().map(|text| Notice::about(kept.path.clone(), text)),
                );
            }
            Err(Unreadable(reason)) => facts.notices.push(unreadable(kept, ecosystem, &reason)),
        }
    }
}

fn read_one(
    kept: &Kept,
    beside: &[Kept],
    reader: &Reader,
) -> Result<crate::ecosystem::Reading, Unreadable> {
    let directory = kept.path.parent();
    let companions: Vec<(&str, &[u8])> = reader
        .companions
        .iter()
        .filter_map(|&name| {
            let beside = beside.iter().find(|other| {
                other.path.name() == name.as_bytes() && other.path.parent() == directory
            })?;
            Some((name, &beside.bytes[..]))
        })
        .collect();
    let path = &kept.path.as_bytes()[1..];
    let input = Input { path, bytes: &kept.bytes, companions: &companions };
    catch_unwind(AssertUnwindSafe(|| (reader.read)(&input))).unwrap_or_else(|_| {
        Err(Unreadable("its reader failed on it, which is a fault of ours".into()))
    })
}

fn unreadable(kept: &Kept, ecosystem: &Ecosystem, reason: &str) -> Notice {
    let text =
        format!("could not be read: {reason}; what {} records there is not known", ecosystem.title);
    Notice::about(kept.path.clone(), text)
}

/// A write-ahead log without its database is told of: what it holds belongs to a database of another layer.
fn orphaned_companions(waiting: &[Kept]) -> impl Iterator<Item = Notice> {
    waiting.iter().filter(|kept| !kept.bytes.is_empty()).filter_map(|kept| {
        let companion = kept.wanted.iter().find(|wanted| !wanted.is_main())?;
        let has_main = waiting.iter().any(|other| {
            other.path.parent() == kept.path.parent()
                && other.wanted.iter().any(|main| main.is_main() && main.same_reader(companion))
        });
        let text = "belongs to a database of a lower layer, to which it was not applied: packages that it adds or removes are not known";
        (!has_main).then(|| Notice::about(kept.path.clone(), text))
    })
}

#[cfg(test)]
mod tests;
