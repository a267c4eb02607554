//! Has the layers of images that were found: from what is kept, and where that is not enough, from their sources.

use std::collections::BTreeMap;
use std::sync::Arc;

use compare::Side;
use model::{ImageFacts, LayerFacts, Notice};
use source::Image;
use store::KeptImage;

use crate::find::{Meant, Place, again};
use crate::layers::{self, Promise, Read};
use crate::stacks::{self, Stack};
use crate::{Error, Event, Options, Texts, Watch};

/// How much is needed of images: each has what comes before it, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// What their layers come to.
    Stack,
    /// The facts of each layer.
    Layers,
    /// The texts of each layer.
    Texts,
}

impl From<Texts> for Need {
    fn from(texts: Texts) -> Need {
        match texts {
            Texts::Wanted => Need::Texts,
            Texts::Unwanted => Need::Stack,
        }
    }
}

/// An image that was found, with its layers.
pub(crate) struct Had {
    /// The image.
    pub(crate) meant: Meant,
    /// Its layers, the lowest first; without their facts where it is known what they come to.
    pub(crate) layers: Vec<Arc<Read>>,
    /// What they come to, where that was kept.
    pub(crate) image: Option<ImageFacts>,
}

impl Had {
    /// The facts of its layers, the lowest first; empty ones unless they were needed.
    pub(crate) fn layer_facts(&self) -> Vec<Arc<LayerFacts>> {
        self.layers.iter().map(|read| read.facts.clone()).collect()
    }
}

/// Has the layers of `images`. A kept image of which something is gone is read again where it came from.
pub(crate) fn have<const N: usize>(
    images: [Meant; N],
    need: Need,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<[Had; N], Error> {
    let mut stacks = stacks::load(&images, need, options, watch);
    let unstacked = images.iter().zip(&stacks).filter(|(_, stack)| stack.is_none());
    let kept = layers::load(wanted(unstacked.map(|(meant, _)| meant)), need, options, watch);
    let mut images = images;
    let mut older = [const { None }; N];
    for ((meant, stack), older) in images.iter_mut().zip(&stacks).zip(&mut older) {
        if let (Place::Kept(image, names), None) = (&mut meant.place, stack)
            && of_kept(image, &kept).is_none()
        {
            let error = match again(image, names, options) {
                Ok(source) => {
                    let reference = meant.reference.clone();
                    *meant = Meant { reference, ..source };
                    continue;
                }
                Err(error) => error,
            };
            *older = layers::load_older(image, &kept, need, options, watch);
            if older.is_none() {
                return Err(error);
            }
            image.notices.push(Notice::general(OLDER));
        }
    }
    let unstacked = images.iter().zip(&stacks).filter(|(_, stack)| stack.is_none());
    let opened: Vec<&Image> = unstacked.filter_map(|(meant, _)| meant.image()).collect();
    let mut read = layers::read(&opened, &kept, options, watch)?.into_iter();
    let (mut stacks, mut older) = (stacks.iter_mut(), older.into_iter());
    let had = images.map(|meant| {
        let older = older.next().flatten();
        if let Some(Stack { layers, image }) = stacks.next().and_then(Option::take) {
            return Had { meant, layers, image: Some(image) };
        }
        let layers = match &meant.place {
            Place::Kept(image, _) => older.or_else(|| of_kept(image, &kept)),
            Place::Source(_) => read.next(),
        };
        Had { meant, layers: layers.unwrap_or_default(), image: None }
    });
    tell(&had, options, watch);
    Ok(had)
}

/// What is odd about an image of which facts of another version are all that there is.
const OLDER: &str = "was read by another version of this program, and cannot be read again: that version may have known less, or something else";

/// Whether what is told of an image was read by another version of the readers.
pub fn is_older(side: &Side) -> bool {
    side.notices.iter().any(|notice| notice.text == OLDER)
}

/// The layers that may be kept, and the kept image that one belongs to.
fn wanted<'a>(images: impl Iterator<Item = &'a Meant>) -> BTreeMap<Promise, Option<&'a KeptImage>> {
    let mut wanted = BTreeMap::new();
    for meant in images {
        match &meant.place {
            Place::Kept(image, _) => {
                wanted.extend(Promise::of_image(image).map(|promise| (promise, Some(&**image))));
            }
            Place::Source(image) => {
                let promises = image.layers.iter().filter_map(Promise::of);
                for promise in promises {
                    wanted.entry(promise).or_insert(None);
                }
            }
        }
    }
    wanted
}

/// The layers of a kept image, where all of them are there.
fn of_kept(image: &KeptImage, kept: &BTreeMap<Promise, Arc<Read>>) -> Option<Vec<Arc<Read>>> {
    Promise::of_image(image).map(|promise| kept.get(&promise).cloned()).collect()
}

/// Tells what could not be kept of what was read, once for all layers, and what was kept and turned out to be broken.
fn tell(had: &[Had], options: &Options, watch: &Watch<'_>) {
    let unkept = had.iter().flat_map(|had| &had.layers).find_map(|read| read.unkept());
    let broken = options.keeping().map(|keep| keep.store.take_warnings()).unwrap_or_default();
    for warning in unkept.map(ToOwned::to_owned).into_iter().chain(broken) {
        watch(Event::Warning(warning));
    }
}
