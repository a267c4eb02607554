//! Layers whose facts are kept: asked for before anything is read, and kept once they are.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use model::{Digest, Text, Time};
use source::Layer;
use store::{Claim, KeptImage, KeptLayer, LayerKey, OlderLayer, Store};

use super::{How, Read};
use crate::facts::Need;
use crate::{Event, Options, Watch};

/// How long one waits while somebody else reads a layer. Who takes longer is not waited for.
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// How long to wait before asking again, at first and at the most.
const PAUSES: [Duration; 2] = [Duration::from_millis(5), Duration::from_millis(200)];

/// What has to be true of a kept layer for it to stand for another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Promise {
    /// What its facts are kept under.
    digest: Digest,
    /// Facts of a layer that promised another diff-id would tell another digest than reading does.
    diff_id: Digest,
    /// The size of its blob, where it is promised.
    size: Option<u64>,
    /// The ID and the manifest of the image that it was imported with: such facts serve no other.
    imported: Option<(Digest, Option<Digest>)>,
}

impl Promise {
    /// What the documents promise of a layer; none where only reading tells what it is.
    pub(crate) fn of(layer: &Layer) -> Option<Promise> {
        let diff_id = layer.diff_id.clone()?;
        // A layer without a digest of its own is verified by its diff-id, which is also its digest where it is stored
        // unpacked. Where it is packed, nothing is kept under that.
        let digest = layer.digest.clone().unwrap_or_else(|| diff_id.clone());
        Some(Promise { digest, diff_id, size: layer.size, imported: None })
    }

    /// What a kept image says of its layers, the lowest first.
    pub(crate) fn of_image(image: &KeptImage) -> impl Iterator<Item = Promise> {
        let own = || (image.id.clone(), image.description.digest.clone());
        let imported = image.imported.then(own);
        image.description.layers.iter().map(move |layer| Promise {
            digest: layer.digest.clone(),
            diff_id: layer.diff_id.clone(),
            size: Some(layer.size),
            imported: imported.clone(),
        })
    }

    /// What its facts are kept under.
    pub(crate) fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The layer that was promised, as it is kept.
    fn kept_as(&self, layer: KeptLayer, texts: Vec<Text>) -> Read {
        Read {
            facts: Arc::new(layer.facts),
            texts: Arc::new(texts),
            digest: self.digest.clone(),
            diff_id: layer.diff_id,
            size: layer.size,
            how: How::Kept,
        }
    }

    /// Whether what is kept is what was promised.
    pub(crate) fn is_kept_by<F>(&self, layer: &KeptLayer<F>) -> bool {
        self.diff_id == layer.diff_id && self.size.is_none_or(|size| size == layer.size)
    }
}

/// Loads what is kept of these layers, several at once. What is missing or broken is left out.
pub(crate) fn load(
    wanted: BTreeMap<Promise, Option<&KeptImage>>,
    need: Need,
    options: &Options,
    watch: &Watch<'_>,
) -> BTreeMap<Promise, Arc<Read>> {
    let Some(keep) = options.keeping() else { return BTreeMap::new() };
    let shelf = Shelf { store: &keep.store, need, now: options.now };
    let wanted: Vec<_> = wanted.into_iter().collect();
    let next = AtomicUsize::new(0);
    let found = Mutex::new(BTreeMap::new());
    let work = || {
        while let Some((promise, image)) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
            match shelf.load(promise, *image) {
                Ok(Some(read)) => {
                    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                    found.insert(promise.clone(), Arc::new(read));
                }
                Ok(None) => {}
                Err(error) => watch(Event::Warning(unusable(&error))),
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..options.threads(wanted.len()) {
            scope.spawn(work);
        }
        work();
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// The layers of a kept image, those that are not among `kept` as other versions of the readers read them; none where that may not
/// be, or is not kept either.
pub(crate) fn load_older(
    image: &KeptImage,
    kept: &BTreeMap<Promise, Arc<Read>>,
    need: Need,
    options: &Options,
    watch: &Watch<'_>,
) -> Option<Vec<Arc<Read>>> {
    let keep = options.keeping().filter(|_| options.older)?;
    let shelf = Shelf { store: &keep.store, need, now: options.now };
    let load = |promise: Promise| {
        if let Some(read) = kept.get(&promise) {
            return Some(read.clone());
        }
        let loaded = shelf.load_older(&promise, image);
        let read = loaded.unwrap_or_else(|error| {
            watch(Event::Warning(unusable(&error)));
            None
        });
        read.map(Arc::new)
    };
    Promise::of_image(image).map(load).collect()
}

/// What every layer is loaded from, and with what.
struct Shelf<'a> {
    store: &'a Store,
    need: Need,
    now: Time,
}

impl Shelf<'_> {
    fn load(
        &self,
        promise: &Promise,
        image: Option<&KeptImage>,
    ) -> Result<Option<Read>, store::Error> {
        let key = key(&promise.digest);
        let layer = match image {
            Some(image) => self.store.layer_of(image, &key, self.now)?,
            None => self.store.layer(&key, self.now)?,
        };
        let Some(layer) = layer.filter(|layer| promise.is_kept_by(layer)) else { return Ok(None) };
        let texts = match (self.need, image) {
            (Need::Stack | Need::Layers, _) => Some(Vec::new()),
            (Need::Texts, Some(image)) => self.store.texts_of(image, &key, self.now)?,
            (Need::Texts, None) => self.store.texts(&key, self.now)?,
        };
        Ok(texts.map(|texts| promise.kept_as(layer, texts)))
    }

    fn load_older(
        &self,
        promise: &Promise,
        image: &KeptImage,
    ) -> Result<Option<Read>, store::Error> {
        let found = self.store.older_layer_of(image, &key(&promise.digest), self.now)?;
        let found = found.filter(|older| promise.is_kept_by(&older.layer));
        Ok(found.and_then(|OlderLayer { layer, texts }| {
            let texts = match self.need {
                Need::Stack | Need::Layers => Some(Vec::new()),
                Need::Texts => texts,
            };
            Some(promise.kept_as(layer, texts?))
        }))
    }
}

/// Who reads a layer.
pub(super) enum Claimed {
    /// We do; the claim is held as long as that takes, where there is one.
    Ours(Option<Claim>),
    /// Somebody else has done it.
    Kept(Box<Read>),
}

/// Claims a layer that is to be read, and waits while somebody else reads it: what they have kept need not be read once more.
pub(super) fn claimed(layer: &Layer, options: &Options, watch: &Watch<'_>) -> Claimed {
    let (Some(keep), Some(promise)) = (options.keeping(), Promise::of(layer)) else {
        return Claimed::Ours(None);
    };
    let (begun, mut pause) = (Instant::now(), PAUSES[0]);
    let claim = loop {
        match keep.store.claim(&key(&promise.digest)) {
            Ok(Some(claim)) => break Some(claim),
            Ok(None) if begun.elapsed() < LONGEST_WAIT => {
                thread::sleep(pause);
                pause = PAUSES[1].min(pause * 2);
            }
            // Whoever cannot claim it reads it all the same: it is the same that comes of it.
            Ok(None) | Err(_) => break None,
        }
    };
    let shelf = Shelf { store: &keep.store, need: Need::Texts, now: options.now };
    match shelf.load(&promise, None) {
        Ok(Some(read)) => {
            watch(Event::Bytes(read.size));
            watch(Event::Layer);
            Claimed::Kept(Box::new(read))
        }
        Ok(None) => Claimed::Ours(claim),
        Err(error) => {
            watch(Event::Warning(unusable(&error)));
            Claimed::Ours(claim)
        }
    }
}

/// Keeps a layer that has been read. Why it could not be, where it should have been.
pub(super) fn keep(read: &Read, options: &Options) -> Option<String> {
    let keep = options.keeping()?;
    let layer = KeptLayer { size: read.size, diff_id: read.diff_id.clone(), facts: &*read.facts };
    let kept = keep.store.keep_layer(&key(&read.digest), &layer, &read.texts, options.now);
    kept.err().map(|error| format!("what was read is not kept: {}", model::told(&error)))
}

fn key(digest: &Digest) -> LayerKey {
    LayerKey { digest: digest.clone(), revision: analysis::revision() }
}

/// Why what is kept does not serve.
pub(crate) fn unusable(error: &store::Error) -> String {
    format!("kept facts cannot be used and are read again: {}", model::told(error))
}
