//! Has the layers of one or two images: from what is kept, else by reading them, several at once, each distinct one once.

mod kept;
mod queue;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;

use layer::{Expect, Seen};
use model::{Digest, LayerDescription, LayerFacts, Scanned, Text};
use source::{Image, Layer};

pub(crate) use kept::{Promise, load, load_older, unusable};

use crate::{Error, Event, Options, Watch};

/// A layer that has been read and verified, now or when it was kept.
pub(crate) struct Read {
    pub(crate) facts: Arc<LayerFacts>,
    /// Its texts; none may be here where none are wanted.
    pub(crate) texts: Arc<Vec<Text>>,
    /// The digest of its blob: what its facts are kept under.
    pub(crate) digest: Digest,
    pub(crate) diff_id: Digest,
    pub(crate) size: u64,
    pub(crate) how: How,
}

/// How a layer was had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// It was kept.
    Kept,
    /// It was read now.
    Read,
    /// It was read now, and could not be kept although it should have been. Why.
    Unkept(String),
}

impl Read {
    /// Why its facts could not be kept, where they should have been.
    pub(crate) fn unkept(&self) -> Option<&str> {
        match &self.how {
            How::Unkept(why) => Some(why),
            How::Kept | How::Read => None,
        }
    }

    /// What it turned out to be.
    pub(crate) fn description(&self, media_type: &str) -> LayerDescription {
        LayerDescription {
            digest: self.digest.clone(),
            diff_id: self.diff_id.clone(),
            size: self.size,
            media_type: media_type.to_owned(),
        }
    }
}

/// What the documents promise of a layer, where they promise all of it.
pub(crate) fn promised(layer: &Layer) -> Option<LayerDescription> {
    Some(LayerDescription {
        digest: layer.digest.clone()?,
        diff_id: layer.diff_id.clone()?,
        size: layer.size?,
        media_type: layer.media_type.clone(),
    })
}

/// What makes two layers one: the digest that one of them will be verified by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Identity {
    /// A blob with all that is promised of it: two images that promise otherwise of one blob are not both right.
    Blob(Digest, Option<u64>, Option<Digest>),
    Content(Digest),
    Place(Place),
}

/// Where a layer is: the image's and the layer's number.
type Place = (usize, usize);

fn identity(place: Place, layer: &Layer) -> Identity {
    match (&layer.digest, &layer.diff_id) {
        (Some(digest), diff_id) => Identity::Blob(digest.clone(), layer.size, diff_id.clone()),
        (None, Some(diff_id)) => Identity::Content(diff_id.clone()),
        (None, None) => Identity::Place(place),
    }
}

/// Reads all layers of all `images` but those that are `kept`, and gives them all by image and layer.
pub(crate) fn read(
    images: &[&Image],
    kept: &BTreeMap<Promise, Arc<Read>>,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Vec<Vec<Arc<Read>>>, Error> {
    let places = images.iter().enumerate().flat_map(|(image, opened)| {
        opened.layers.iter().enumerate().map(move |(number, layer)| ((image, number), layer))
    });
    let mut distinct: HashMap<Identity, Place> = HashMap::new();
    let mut wanted: BTreeMap<Place, &Layer> = BTreeMap::new();
    let mut sources: BTreeMap<Place, Place> = BTreeMap::new();
    let mut layers: BTreeMap<Place, Arc<Read>> = BTreeMap::new();
    for (place, layer) in places {
        let first = *distinct.entry(identity(place, layer)).or_insert(place);
        sources.insert(place, first);
        if first == place {
            match Promise::of(layer).and_then(|promise| kept.get(&promise)) {
                Some(read) => drop(layers.insert(place, read.clone())),
                None => drop(wanted.insert(place, layer)),
            }
        }
    }
    if !wanted.is_empty() {
        let mut sizes = wanted.values().map(|layer| layer.size);
        let bytes = sizes.try_fold(0_u64, |sum, size| Some(sum.saturating_add(size?)));
        watch(Event::Reading { layers: wanted.len(), bytes });
        layers.extend(queue::work(images, &wanted, options, watch)?);
    }
    let of_image = |image: usize| {
        let numbers = 0..images[image].layers.len();
        numbers.filter_map(|number| layers.get(&sources[&(image, number)]).cloned()).collect()
    };
    Ok((0..images.len()).map(of_image).collect())
}

/// Reads one layer.
fn read_one(
    image: &Image,
    number: usize,
    bytes: impl io::Read + Send,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Read, Error> {
    let layer = &image.layers[number];
    let expect =
        Expect { digest: layer.digest.clone(), size: layer.size, diff_id: layer.diff_id.clone() };
    let broken = |source: layer::Error| Error::Layer {
        reference: image.reference.clone(),
        number: number + 1,
        digest: layer.digest.clone(),
        source: Box::new(source),
    };
    let counted = Counted { bytes, watch };
    let (scanned, seen) =
        layer::read(counted, &expect, &options.limits, analysis::scan).map_err(broken)?;
    // Without a digest of its own, a layer is what its diff-id promises, or broken.
    if let (None, Some(promised)) = (&layer.digest, &layer.diff_id)
        && *promised != seen.diff_id
    {
        let (expected, actual) = (promised.clone(), seen.diff_id);
        return Err(broken(layer::Error::Digest { expected, actual, bytes: seen.inflated }));
    }
    watch(Event::Layer);
    let Scanned { facts, texts } = scanned;
    let Seen { digest, diff_id, size, .. } = seen;
    let (facts, texts) = (Arc::new(facts), Arc::new(texts));
    let mut read = Read { facts, texts, digest, diff_id, size, how: How::Read };
    if let Some(why) = kept::keep(&read, options) {
        read.how = How::Unkept(why);
    }
    Ok(read)
}

/// Tells of every byte that passes.
pub(crate) struct Counted<'a, 'w, R> {
    pub(crate) bytes: R,
    pub(crate) watch: &'a Watch<'w>,
}

impl<R: io::Read> io::Read for Counted<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        (self.watch)(Event::Bytes(count as u64));
        Ok(count)
    }
}
