//! Has the layers of images that were found: from what is kept, and where that is not enough, from their sources.

use std::collections::BTreeMap;
use std::sync::Arc;

use source::Image;
use store::KeptImage;

use crate::find::{Meant, Place, again};
use crate::layers::{self, Promise, Read};
use crate::{Error, Event, Options, Texts, Watch};

/// An image that was found, with its layers.
pub(crate) struct Had {
    /// The image.
    pub(crate) meant: Meant,
    /// Its layers, the lowest first.
    pub(crate) layers: Vec<Arc<Read>>,
}

/// Has the layers of `images`. A kept image of which something is gone is read again where it came from.
pub(crate) fn have<const N: usize>(
    images: [Meant; N],
    texts: Texts,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<[Had; N], Error> {
    let kept = layers::load(wanted(&images), texts, options, watch);
    let mut images = images;
    for meant in &mut images {
        if let Place::Kept(image, names) = &meant.place
            && of_kept(image, &kept).is_none()
        {
            let reference = meant.reference.clone();
            *meant = Meant { reference, ..again(image, names, options)? };
        }
    }
    let opened: Vec<&Image> = images.iter().filter_map(Meant::image).collect();
    let mut read = layers::read(&opened, &kept, options, watch)?.into_iter();
    let had = images.map(|meant| {
        let layers = match &meant.place {
            Place::Kept(image, _) => of_kept(image, &kept),
            Place::Source(_) => read.next(),
        };
        Had { meant, layers: layers.unwrap_or_default() }
    });
    tell(&had, options, watch);
    Ok(had)
}

/// The layers that may be kept, and the kept image that one belongs to.
fn wanted(images: &[Meant]) -> BTreeMap<Promise, Option<&KeptImage>> {
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
