//! The use cases: the one room that joins reaching images, reading them and thinking about them.
//!
//! [`subject`] turns a name into a [`Subject`]; [`pair`] does so with two, reading every layer that both share once, and
//! [`Pair::compare`] tells what differs. What was read is kept in [`Options::keep`] and not read again. Meanwhile [`Event`]s tell whoever watches how far it is. Nothing here
//! knows of terminals, HTTP or the environment.

mod advisories;
mod contents;
mod error;
mod event;
mod explain;
mod facts;
mod find;
mod inside;
mod keep;
mod layers;
mod local;
mod names;
mod online;
mod stack;
mod stacks;
mod tallies;
mod verify;
mod watching;
mod written;

use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use model::{ImageKind, Name, Platform, RegistryReference, Time};

pub use advisories::{PairFindings, Scanner, findings, suppress};
pub use compare::{
    Ancestor, Budget, Comparison, ContentChange, DeviationKind, Fate, Part, Sameness, Spent,
    Subject, Verification, Vulnerabilities, sizes,
};
pub use contents::{Files, contents};
pub use error::{Candidate, Error};
pub use event::{Event, Origin, Watch, unwatched};
pub use explain::{Explained, digests, explained};
pub use facts::is_older;
pub use find::Why;
pub use inside::{NoSuchPath, inside, looked_up};
pub use names::familiar;
pub use online::{Places as ChangelogPlaces, fetch as fetch_changelogs};
pub use source::{
    EngineSocket, Error as SourceError, Options as SourceOptions, Reach, Retry, Secret,
    answer as web_answer, document as web_document, reply as web_reply,
};
pub use store::{
    Deed, Ended, Error as StoreError, Held, Imported, Job, JobState, KeptBlob, KeptImage, Ledger,
    Member, Move, Options as StoreOptions, Prune, Pruned, Sighting, Stat, Store, Thing, ThingKind,
    Verified, Wanted, Work, WorkKind,
};
pub use vuln::{
    DataChange as AdvisoryChange, Database as Advisories, Error as AdvisoryError,
    Event as AdvisoryEvent, KeptDatabase, KeptStatements, MOST_HOURS as MOST_ADVISORY_HOURS,
    PUBLIC as PUBLIC_ADVISORIES, Program as ScannerProgram, Shelf as AdvisoryShelf, Suppressions,
    difference as advisory_difference,
};

pub use tallies::tallies;
pub use verify::{ToVerify, verified};
pub use watching::{Looked, Rounds, hold, look, tagged};
pub use written::{Written, written};

use facts::{Had, Need};
use find::{Meant, Place, find};
use stack::Stacked;

/// How to read images.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How to reach them.
    pub source: source::Options,
    /// How much a layer may have of anything.
    pub limits: layer::Limits,
    /// How many layers are read at once; none takes one for each processor.
    pub threads: Option<usize>,
    /// What time it is.
    pub now: Time,
    /// Whether nothing but kept facts and local files may be asked: no engine, no registry.
    pub offline: bool,
    /// The folder that relative paths begin in. What is kept of a file or folder is kept under its whole path; none keeps it
    /// under the name that was said.
    pub folder: Option<PathBuf>,
    /// What is kept between runs; none keeps and remembers nothing.
    pub keep: Option<Keep>,
    /// Whether facts that other versions of the readers read may serve for a kept image where today's are not kept and it cannot be
    /// read again. A notice says so then.
    pub older: bool,
}

impl Options {
    /// What is kept, where what would be read now may be kept and used: under other limits than the usual ones, less is
    /// read of a layer, or more.
    pub(crate) fn keeping(&self) -> Option<&Keep> {
        self.keep.as_ref().filter(|_| self.limits == layer::Limits::default())
    }

    /// How many threads to begin for so many tasks.
    pub(crate) fn threads(&self, tasks: usize) -> usize {
        let available = thread::available_parallelism().map_or(1, usize::from);
        self.threads.unwrap_or(available).clamp(1, tasks.max(1))
    }
}

/// What is kept between runs, and how it is used.
#[derive(Clone, Debug)]
pub struct Keep {
    /// Where it is kept.
    pub store: Store,
    /// Whether images are looked at again although they are kept. What they turn out to be is kept.
    pub force: bool,
}

/// Whether an image's texts are wanted beside its facts: changelogs and whole files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// They are.
    Wanted,
    /// Most questions need none.
    Unwanted,
}

/// Two images, read.
#[derive(Debug, PartialEq, Eq)]
pub struct Pair {
    /// The image before.
    pub old: Subject,
    /// The image after.
    pub new: Subject,
}

impl Pair {
    /// What differs between them.
    pub fn compare(&self) -> Comparison<'_> {
        compare(&self.old, &self.new)
    }

    /// What differs between them, with what changelogs say of it; both have to be read with their texts.
    /// Changelogs of languages' packages are those that were read again, which `written` tells.
    pub fn compare_with_changelogs(&self, written: &Written) -> Comparison<'_> {
        let mut comparison = self.compare();
        let [old, new] = self.changelogs(&comparison, written);
        let changelogs = compare::changelogs(
            &comparison,
            |package| old.told(package),
            |package| new.told(package),
        );
        comparison.changelogs = Some(changelogs);
        comparison
    }

    /// What the images say of their packages, the old one first.
    fn changelogs<'a>(
        &'a self,
        comparison: &Comparison<'_>,
        written: &'a Written,
    ) -> [analysis::Changelogs<'a>; 2] {
        let [of_old, of_new] = written::files(comparison);
        let [old, new] = &written.sides;
        let sides = [(&self.old, of_old, old), (&self.new, of_new, new)];
        sides.map(|(subject, files, texts)| {
            analysis::Changelogs::of(&subject.side.facts, &subject.texts)
                .with_files(files, texts)
                .with_fetched(written.fetched(&subject.side.facts))
        })
    }
}

/// What a person says of an image that no byte of it does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What it is.
    pub kind: ImageKind,
    /// The Dockerfile that it was built from.
    pub dockerfile: Option<String>,
}

/// Finds an image, reads what is not kept of it, and keeps that.
pub fn subject(
    name: &Name,
    texts: Texts,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Subject, Error> {
    let subject = with_beside(one(name, texts, None, options, watch)?, options, watch);
    Ok(local::as_typed(subject, name, options))
}

/// Does as [`subject`] does, but asks no facts of a kept image: of what is in it, only the distribution is told. They may
/// be gone.
pub fn outlined(name: &Name, options: &Options, watch: &Watch<'_>) -> Result<Subject, Error> {
    let meant = find(name, options, watch)?;
    let subject = match meant.place {
        Place::Kept(image, names) => stack::outlined(meant.reference, &image, &names),
        Place::Source(_) => {
            keep::keep(stacked(meant, Texts::Unwanted, options, watch)?, None, options, watch)
        }
    };
    Ok(local::as_typed(with_beside(subject, options, watch), name, options))
}

/// Adds what is kept beside an image: those that it is built on, and which of its names mean it now.
fn with_beside(subject: Subject, options: &Options, watch: &Watch<'_>) -> Subject {
    let Some(keep) = options.keeping() else { return subject };
    let beside = keep::ancestors(&subject, &keep.store)
        .and_then(|ancestors| Ok((ancestors, keep::current(&subject, &keep.store)?)));
    match beside {
        Ok((ancestors, current)) => Subject { ancestors, current, ..subject },
        Err(error) => {
            let text =
                format!("what is kept beside the image is not known: {}", model::told(&error));
            watch(Event::Warning(text));
            subject
        }
    }
}

/// Tells which kept images an image is built on.
pub fn with_ancestors(subject: Subject, store: &Store) -> Result<Subject, StoreError> {
    let ancestors = keep::ancestors(&subject, store)?;
    Ok(Subject { ancestors, ..subject })
}

/// Does as [`subject`] does, but for ancestors, and keeps what a person says of the image. Where nothing is said, what
/// was said before stays.
pub fn analyze(
    name: &Name,
    said: Option<&Said>,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Subject, Error> {
    // What is kept of an image has its texts, too: without them it cannot be exported.
    let texts = if options.keeping().is_some() { Texts::Wanted } else { Texts::Unwanted };
    let subject = one(name, texts, said, options, watch)?;
    Ok(local::as_typed(subject, name, options))
}

fn one(
    name: &Name,
    texts: Texts,
    said: Option<&Said>,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Subject, Error> {
    let stacked = stacked(find(name, options, watch)?, texts, options, watch)?;
    Ok(keep::keep(stacked, said, options, watch))
}

/// Reads an image that was found.
fn stacked(
    meant: Meant,
    texts: Texts,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Stacked, Error> {
    let [had] = facts::have([meant], texts.into(), options, watch)?;
    watch(Event::Stacking);
    had.stack(texts.into(), options, watch)
}

/// Finds and reads two images: the one before, the one after.
///
/// Both are pinned before either is read. A layer of both is read once, and images of one digest are not read at all.
pub fn pair(
    [old, new]: [&Name; 2],
    texts: Texts,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Pair, Error> {
    let (old, new) = (find(old, options, watch)?, find(new, options, watch)?);
    if old.digest().is_some() && old.digest() == new.digest() && old.is_told() && new.is_told() {
        return Ok(Pair { old: stack::unread(&old), new: stack::unread(&new) });
    }
    let had = facts::have([old, new], texts.into(), options, watch)?;
    both(had, texts.into(), options, watch)
}

/// Stacks the layers of two images side by side.
fn both(
    [old, new]: [Had; 2],
    need: Need,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Pair, Error> {
    watch(Event::Stacking);
    let (old, new) = thread::scope(|scope| {
        let old = scope.spawn(|| old.stack(need, options, watch));
        let new = new.stack(need, options, watch);
        (old.join().unwrap_or_else(|panic| resume_unwind(panic)), new)
    });
    let (old, new) = (old?, new?);
    let old = keep::keep(old, None, options, watch);
    let new = keep::keep(new, None, options, watch);
    Ok(Pair { old, new })
}

/// What differs between two images that were had one by one.
pub fn compare<'a>(old: &'a Subject, new: &'a Subject) -> Comparison<'a> {
    compare::compare(&old.side, &new.side)
}

/// A kept image, without asking for its facts: of what is in it, only the distribution is told.
pub fn outline(image: &KeptImage, names: &[String]) -> Subject {
    stack::remembered(image, names)
}

/// What was seen under the name that `text` is, the latest first, with the name as it is kept.
pub fn history(
    store: &Store,
    text: &str,
    options: &Options,
) -> Result<(String, Vec<Sighting>), Error> {
    find::history(store, text, options)
}

/// The kept image that `text` means, with every name that it was seen under. Nothing else is asked, and its facts may be
/// gone.
pub fn kept(
    store: &Store,
    text: &str,
    options: &Options,
) -> Result<(KeptImage, Vec<String>), Error> {
    find::in_store(store, text, options)
}

/// Whether facts of all layers of a kept image are kept, as today's readers read them.
pub fn is_whole(image: &KeptImage, store: &Store) -> Result<bool, StoreError> {
    Ok(store.lacking(image, analysis::revision())? == 0)
}

/// The platforms that an image of a registry is there for, ordered. The registry is asked.
pub fn platforms(reference: &RegistryReference, options: &Options) -> Result<Vec<Platform>, Error> {
    source::platforms(reference, &options.source)
        .map_err(|source| Error::Source { reference: reference.to_string(), source })
}

/// The tags of a registry's repository, the newest-looking first. The registry is asked.
pub fn tags(reference: &RegistryReference, options: &Options) -> Result<Vec<String>, Error> {
    source::tags(reference, &options.source)
        .map_err(|source| Error::Source { reference: reference.to_string(), source })
}

/// The revision of the catalogue of readers: facts of another one are not used.
pub fn revision() -> u64 {
    analysis::revision()
}

/// The families of packages that are read of an image: the name of each, and what a person calls it.
pub fn ecosystems() -> impl Iterator<Item = (&'static str, &'static str)> {
    let with_packages = analysis::ecosystem::ALL.iter().filter(|one| one.scheme.is_some());
    with_packages.map(|one| (one.name, one.title))
}

/// No thread panics while it holds a lock, so a poisoned one is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
