//! What the layers of images come to, where that is kept: then their facts are not asked for, and nothing is stacked.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use model::{Digest, Files, ImageFacts};
use store::{KeptStack, StackKey};

use crate::facts::Need;
use crate::find::{Meant, Place};
use crate::layers::{How, Promise, Read, unusable};
use crate::{Event, Keep, Options, Watch};

/// What the layers of an image come to.
pub(crate) struct Stack {
    /// The layers, without their facts.
    pub(crate) layers: Vec<Arc<Read>>,
    /// What they come to.
    pub(crate) image: ImageFacts,
}

/// What is kept of what the layers of `images` come to; none for one whose layers are looked at one by one.
///
/// Of two images only those files are had in which they differ.
pub(crate) fn load<const N: usize>(
    images: &[Meant; N],
    need: Need,
    options: &Options,
    watch: &Watch<'_>,
) -> [Option<Stack>; N] {
    let Some(keep) = options.keeping().filter(|_| need == Need::Stack) else {
        return [const { None }; N];
    };
    let shelf = Shelf { keep, options, watch };
    let promised = images.each_ref().map(promised);
    let stacks = side_by_side(promised.each_ref(), |layers| {
        layers.as_ref().and_then(|layers| shelf.load(layers))
    });
    let whole = match &stacks[..] {
        [Some(old), Some(new)] => {
            let is_whole = prepare(&old.image.files, &new.image.files);
            stacks.each_ref().map(|_| is_whole)
        }
        _ => side_by_side(stacks.each_ref(), |stack| {
            stack.as_ref().is_none_or(|stack| {
                let files = &stack.image.files;
                files.iter().for_each(drop);
                files.are_whole()
            })
        }),
    };
    for (layers, _) in promised.iter().zip(whole).filter(|(_, is_whole)| !is_whole) {
        let discarded =
            layers.iter().map(|layers| keep.store.discard_stacked(&of_promises(layers)));
        for error in discarded.filter_map(Result::err) {
            watch(Event::Warning(unusable(&error)));
        }
    }
    let mut whole = whole.into_iter();
    stacks.map(|stack| stack.filter(|_| whole.next() == Some(true)))
}

/// Finds where two images differ, in two threads, each of which takes the next piece when it is done with one. Gives
/// neither image anything else. Whether what is kept makes sense.
fn prepare(old: &Files, new: &Files) -> bool {
    let stretches = old.stretches(new);
    let pieces: Vec<_> = stretches.chunks(STRETCHES).collect();
    let next = AtomicUsize::new(0);
    let found = side_by_side([(), ()], |()| {
        let mut found = Vec::new();
        while let Some((place, piece)) = taken(&pieces, &next) {
            found.push((place, old.unlike_in(new, piece)?));
        }
        Some(found)
    });
    let [Some(mut found), Some(others)] = found else { return false };
    found.extend(others);
    found.sort_unstable_by_key(|(place, _)| *place);
    old.prepare(new, found.into_iter().flat_map(|(_, unlike)| unlike).collect());
    true
}

/// Stretches that a thread goes through at once.
const STRETCHES: usize = 8;

/// The next piece that nobody has taken yet, and its place.
fn taken<T: Copy>(pieces: &[T], next: &AtomicUsize) -> Option<(usize, T)> {
    let place = next.fetch_add(1, Ordering::Relaxed);
    Some((place, *pieces.get(place)?))
}

/// What is promised of the layers of an image, where stacks of such layers are kept: those of an image that was imported are
/// not.
fn promised(meant: &Meant) -> Option<Vec<Promise>> {
    match &meant.place {
        Place::Kept(image, _) if image.imported => None,
        Place::Kept(image, _) => Some(Promise::of_image(image).collect()),
        Place::Source(image) => image.layers.iter().map(Promise::of).collect(),
    }
}

/// Keeps what `layers` were stacked to, where that is to be looked for later.
pub(crate) fn keep(
    meant: &Meant,
    layers: &[Arc<Read>],
    image: &ImageFacts,
    options: &Options,
    watch: &Watch<'_>,
) {
    let is_imported = matches!(&meant.place, Place::Kept(image, _) if image.imported);
    let Some(keep) = options.keeping().filter(|_| !is_imported && !layers.is_empty()) else {
        return;
    };
    // Without the facts of its layers, a stack is worth nothing.
    if layers.iter().any(|layer| layer.unkept().is_some()) {
        return;
    }
    let key = key(layers.iter().map(|layer| &layer.digest));
    if let Err(error) = keep.store.keep_stacked(&key, image, options.now) {
        let why = model::told(&error);
        watch(Event::Warning(format!("what the layers come to is not kept: {why}")));
    }
}

fn key<'a>(layers: impl Iterator<Item = &'a Digest>) -> StackKey {
    StackKey { layers: layers.cloned().collect(), revision: analysis::revision() }
}

fn of_promises(layers: &[Promise]) -> StackKey {
    key(layers.iter().map(Promise::digest))
}

/// Does something with each of these, in a thread each.
fn side_by_side<T: Send, R: Send, const N: usize>(
    tasks: [T; N],
    work: impl Fn(T) -> R + Sync,
) -> [R; N] {
    let work = &work;
    thread::scope(|scope| {
        let begun = tasks.map(|task| scope.spawn(move || work(task)));
        begun.map(|begun| begun.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

struct Shelf<'a> {
    keep: &'a Keep,
    options: &'a Options,
    watch: &'a Watch<'a>,
}

impl Shelf<'_> {
    fn load(&self, layers: &[Promise]) -> Option<Stack> {
        let stacked = self.keep.store.stacked(&of_promises(layers), self.options.now);
        let KeptStack { image, layers: known } = stacked.unwrap_or_else(|error| {
            (self.watch)(Event::Warning(unusable(&error)));
            None
        })?;
        let known = layers.iter().zip(known);
        let read = known.map(|(promise, layer)| {
            promise
                .is_kept_by(&layer)
                .then(|| Read {
                    facts: Arc::default(),
                    texts: Arc::default(),
                    digest: promise.digest().clone(),
                    diff_id: layer.diff_id,
                    size: layer.size,
                    how: How::Kept,
                })
                .map(Arc::new)
        });
        Some(Stack { layers: read.collect::<Option<_>>()?, image })
    }
}
