//! The use cases: the one room that joins reaching images, reading them and thinking about them.
//!
//! [`inspect`] turns a reference into a [`Side`]; [`inspect_pair`] does so with two, reading every layer that both share
//! once, and [`Pair::compare`] tells what differs. Meanwhile [`Event`]s tell whoever watches how far it is. Nothing here
//! knows of terminals, HTTP or the environment.

mod error;
mod event;
mod layers;

use std::sync::Arc;

use compare::{Comparison, Side};
use model::{Description, LayerFacts, Notice, Reference};
use source::Image;

pub use error::Error;
pub use event::{Event, Watch, unwatched};
pub use source::{EngineSocket, Options as SourceOptions, Retry, Secret};

use layers::Read;

/// How to read images.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How to reach them.
    pub source: source::Options,
    /// How much a layer may have of anything.
    pub limits: layer::Limits,
    /// How many layers are read at once; none takes one for each processor.
    pub threads: Option<usize>,
}

/// Two images, read.
#[derive(Debug, PartialEq, Eq)]
pub struct Pair {
    /// The image before.
    pub old: Side,
    /// The image after.
    pub new: Side,
}

impl Pair {
    /// What differs between them.
    pub fn compare(&self) -> Comparison<'_> {
        compare::compare(&self.old, &self.new)
    }
}

/// Reads one image.
pub fn inspect(reference: &Reference, options: &Options, watch: &Watch<'_>) -> Result<Side, Error> {
    let image = open(reference, options)?;
    let [read] = layers::read([&image], options, watch)?;
    watch(Event::Stacking);
    Ok(side(image, read))
}

/// Reads two images. Both references are pinned before either is read, and images of one digest are not read at all.
pub fn inspect_pair(
    old: &Reference,
    new: &Reference,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Pair, Error> {
    let (old, new) = (open(old, options)?, open(new, options)?);
    let is_promised =
        |image: &Image| image.layers.iter().all(|layer| layers::promised(layer).is_some());
    if old.digest.is_some() && old.digest == new.digest && is_promised(&old) && is_promised(&new) {
        return Ok(Pair { old: unread(old), new: unread(new) });
    }
    let [read_old, read_new] = layers::read([&old, &new], options, watch)?;
    watch(Event::Stacking);
    Ok(Pair { old: side(old, read_old), new: side(new, read_new) })
}

fn open(reference: &Reference, options: &Options) -> Result<Image, Error> {
    source::open(reference, &options.source)
        .map_err(|source| Error::Source { reference: reference.to_string(), source })
}

/// Stacks the layers of an image that have been read; what only it has of their facts is gone afterwards.
fn side(image: Image, read: Vec<Arc<Read>>) -> Side {
    let mut notices = image.notices.clone();
    for (number, (layer, read)) in (1..).zip(image.layers.iter().zip(&read)) {
        if let Some(promised) =
            layer.diff_id.as_ref().filter(|&promised| *promised != read.seen.diff_id)
        {
            notices.push(Notice::general(format!(
                "layer {number} holds {} and not {promised}, as the configuration promises: container engines refuse such an image",
                read.seen.diff_id
            )));
        }
    }
    let layers =
        image.layers.iter().zip(&read).map(|(layer, read)| read.description(layer)).collect();
    let facts: Vec<Arc<LayerFacts>> = read.into_iter().map(|read| read.facts.clone()).collect();
    Side { facts: analysis::squash(&facts), ..documents(image, layers, notices) }
}

/// What the documents alone say of an image: enough where its digest says that it is the same as another.
fn unread(image: Image) -> Side {
    let layers = image.layers.iter().filter_map(layers::promised).collect();
    let notices = image.notices.clone();
    documents(image, layers, notices)
}

fn documents(image: Image, layers: Vec<model::LayerDescription>, notices: Vec<Notice>) -> Side {
    Side {
        image: Description {
            reference: image.reference,
            digest: image.digest,
            config_digest: image.config_digest,
            index_digest: image.index_digest,
            platform: image.platform,
            created: image.created,
            layers,
        },
        settings: image.settings,
        notices,
        ..Side::default()
    }
}

#[cfg(test)]
mod tests;
