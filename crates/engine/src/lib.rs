//! The use cases: the one room that joins reaching images, reading them and thinking about them.
//!
//! [`subject`] turns a name into a [`Subject`]; [`pair`] does so with two, reading every layer that both share once, and
//! [`Pair::compare`] tells what differs. What was read is kept in [`Options::keep`] and not read again. Meanwhile [`Event`]s tell whoever watches how far it is. Nothing here
//! knows of terminals, HTTP or the environment.

mod error;
mod event;
mod layers;

use std::sync::Arc;

use compare::{Comparison, Side};
use model::{Description, InvalidReference, LayerFacts, Name, Notice, Reference, Text, Time};
use source::Image;

pub use compare::Subject;
pub use error::Error;
pub use event::{Event, Origin, Watch, unwatched};
pub use source::{EngineSocket, Options as SourceOptions, Retry, Secret};
pub use store::{
    Candidate, Error as StoreError, Found, KeptImage, Options as StoreOptions, Pruned, Sighting,
    Stat, Store, Verified,
};

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
    /// What time it is.
    pub now: Time,
    /// Whether nothing but kept facts and local files may be asked: no engine, no registry.
    pub offline: bool,
    /// What is kept between runs; none keeps and remembers nothing.
    pub keep: Option<Keep>,
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
        compare::compare(&self.old.side, &self.new.side)
    }
}

/// Finds an image, reads what is not kept of it, and keeps that.
pub fn subject(
    name: &Name,
    texts: Texts,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Subject, Error> {
    let image = find(name, options, watch)?;
    let [read] = layers::read([&image], options, watch)?;
    watch(Event::Stacking);
    Ok(stacked(image, &read, texts, options))
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
    let is_promised =
        |image: &Image| image.layers.iter().all(|layer| layers::promised(layer).is_some());
    if old.digest.is_some() && old.digest == new.digest && is_promised(&old) && is_promised(&new) {
        return Ok(Pair { old: unread(old), new: unread(new) });
    }
    let [read_old, read_new] = layers::read([&old, &new], options, watch)?;
    watch(Event::Stacking);
    let old = stacked(old, &read_old, texts, options);
    let new = stacked(new, &read_new, texts, options);
    Ok(Pair { old, new })
}

/// Finds the image that `name` means.
fn find(name: &Name, options: &Options, watch: &Watch<'_>) -> Result<Image, Error> {
    let invalid = |source: &InvalidReference| Error::Name { source: source.clone() };
    let (text, registry) = match name {
        Name::Reference(reference) => return open(reference, options),
        Name::Bare { text, registry } => (text, registry),
    };
    let local = source::local(text, &options.source);
    let unasked = local.notices.into_iter().map(|notice| notice.text);
    unasked.for_each(|text| watch(Event::Warning(text)));
    let (image, origin) = match local.image {
        Some(image) if image.reference.starts_with("podman:") => (image, Origin::Podman),
        Some(image) => (image, Origin::Docker),
        None => {
            let reference = Reference::Registry(registry.as_ref().map_err(invalid)?.clone());
            (open(&reference, options)?, Origin::Registry)
        }
    };
    watch(Event::Found { name: text.clone(), digest: image.config_digest.clone(), origin });
    Ok(image)
}

fn open(reference: &Reference, options: &Options) -> Result<Image, Error> {
    source::open(reference, &options.source)
        .map_err(|source| Error::Source { reference: reference.to_string(), source })
}

/// Stacks the layers of an image that have been read; what only it has of their facts is gone afterwards.
fn stacked(image: Image, read: &[Arc<Read>], texts: Texts, options: &Options) -> Subject {
    let mut notices = image.notices.clone();
    for (number, (layer, read)) in (1..).zip(image.layers.iter().zip(read)) {
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
        image.layers.iter().zip(read).map(|(layer, read)| read.description(layer)).collect();
    let facts: Vec<Arc<LayerFacts>> = read.iter().map(|read| read.facts.clone()).collect();
    let facts = analysis::squash(&facts);
    let texts = match texts {
        Texts::Wanted => {
            let texts: Vec<Arc<Vec<Text>>> = read.iter().map(|read| read.texts.clone()).collect();
            analysis::texts(&facts, &texts)
        }
        Texts::Unwanted => Vec::new(),
    };
    let id = image.config_digest.clone();
    let side = Side { facts, ..documents(image, layers, notices) };
    Subject { side, id, texts, analyzed: options.now, ..Subject::default() }
}

/// What the documents alone say of an image: enough where its digest says that it is the same as another.
fn unread(image: Image) -> Subject {
    let layers = image.layers.iter().filter_map(layers::promised).collect();
    let notices = image.notices.clone();
    let id = image.config_digest.clone();
    Subject { side: documents(image, layers, notices), id, ..Subject::default() }
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
