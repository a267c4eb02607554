//! From a name to the image that it means: kept, at an engine of this machine, in a registry, or where the name says.
//!
//! `docs/names.md` tells people the order. Nothing here reads a layer.

mod again;
mod kept;

use model::{Digest, Name, Reference, RegistryReference};
use source::Image;
use store::KeptImage;

pub use again::Why;
pub(crate) use again::again;
pub(crate) use kept::{history, in_store, kept};

use crate::layers::promised;
use crate::{Error, Event, Options, Origin, Watch, local, names};

/// An image that was found.
pub(crate) struct Meant {
    /// What it is called where it is shown: the same wherever it was found.
    pub(crate) reference: String,
    /// By what it can be had again, from whatever folder.
    pub(crate) origin: String,
    /// Where it is.
    pub(crate) place: Place,
    /// The names that it was seen under just now, the most familiar last.
    pub(crate) seen: Vec<String>,
    /// The ID that it has to turn out to have, where it is read again.
    pub(crate) expected: Option<Digest>,
}

/// Where an image was found.
pub(crate) enum Place {
    /// Among what is kept; every name that it was seen under, the latest last.
    Kept(Box<KeptImage>, Vec<String>),
    /// At its source, which was opened.
    Source(Box<Image>),
}

impl Meant {
    fn opened(reference: String, image: Image, seen: Vec<String>) -> Meant {
        let origin = image.reference.clone();
        let place = Place::Source(Box::new(image));
        Meant { reference, origin, place, seen, expected: None }
    }

    /// The opened source, where it was opened.
    pub(crate) fn image(&self) -> Option<&Image> {
        match &self.place {
            Place::Kept(..) => None,
            Place::Source(image) => Some(image),
        }
    }

    /// The opened source itself.
    pub(crate) fn into_image(self) -> Option<Image> {
        match self.place {
            Place::Kept(..) => None,
            Place::Source(image) => Some(*image),
        }
    }

    /// Whether its documents tell all of its layers' digests and sizes.
    pub(crate) fn is_told(&self) -> bool {
        match &self.place {
            // That an import has the digest that it says is proven by nothing.
            Place::Kept(image, _) => !image.imported,
            Place::Source(image) => image.layers.iter().all(|layer| promised(layer).is_some()),
        }
    }

    /// The manifest's digest, where there is one.
    pub(crate) fn digest(&self) -> Option<&Digest> {
        match &self.place {
            Place::Kept(image, _) => image.description.digest.as_ref(),
            Place::Source(image) => image.digest.as_ref(),
        }
    }
}

/// Finds the image that `name` means.
pub(crate) fn find(name: &Name, options: &Options, watch: &Watch<'_>) -> Result<Meant, Error> {
    let (text, registry) = match name {
        Name::Reference(reference) => return named(reference, options, watch),
        Name::Bare { text, registry } => (text, registry.as_ref().ok()),
    };
    if let Some(meant) = kept(text, registry, options, watch)? {
        return Ok(meant);
    }
    if options.offline {
        return Err(nobody_is_asked(text.clone(), options));
    }
    if let Some(meant) = local(text, registry, options, watch) {
        return Ok(meant);
    }
    match registry {
        Some(registry) if !names::is_identity(text) => remote(text, registry, options, watch),
        _ => Err(Error::Unknown { name: text.clone() }),
    }
}

/// Opens the source that the name itself says.
fn named(reference: &Reference, options: &Options, watch: &Watch<'_>) -> Result<Meant, Error> {
    let is_elsewhere = matches!(reference, Reference::Registry(_) | Reference::Engine { .. });
    if is_elsewhere && options.offline {
        let found = kept::named(reference, options, watch)?;
        return found.ok_or_else(|| nobody_is_asked(reference.to_string(), options));
    }
    let image = open(reference, options)?;
    let seen = match reference {
        Reference::Engine { name, .. } => names::at_engine(reference, name, &image, options),
        other => names::of_reference(other, options),
    };
    let meant = Meant::opened(image.reference.clone(), image, seen);
    Ok(match reference {
        Reference::Registry(_) | Reference::Engine { .. } => meant,
        local => Meant { origin: local::whole(local, options).to_string(), ..meant },
    })
}

/// Why nothing was found where neither engines nor registries may be asked.
fn nobody_is_asked(name: String, options: &Options) -> Error {
    match options.keeping() {
        Some(keep) if keep.force => Error::ForcedOffline { name },
        _ => Error::Offline { name },
    }
}

/// Asks the engines of this machine.
fn local(
    text: &str,
    registry: Option<&RegistryReference>,
    options: &Options,
    watch: &Watch<'_>,
) -> Option<Meant> {
    let local = source::local(text, &options.source);
    for notice in local.notices {
        watch(Event::Warning(notice.text));
    }
    let image = local.image?;
    let is_podman = image.reference.starts_with("podman:");
    let origin = if is_podman { Origin::Podman } else { Origin::Docker };
    watch(found(text, &image, origin));
    let said = registry.filter(|_| !names::may_be_identity(text));
    let reference = said.map_or_else(|| image.reference.clone(), ToString::to_string);
    let own = image.reference.parse();
    let seen = own.map(|own| names::at_engine(&own, text, &image, options));
    let seen = seen.unwrap_or_default();
    Some(Meant::opened(reference, image, seen))
}

/// Asks the registry.
fn remote(
    text: &str,
    registry: &RegistryReference,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Meant, Error> {
    let reference = Reference::Registry(registry.clone());
    let image = open(&reference, options)?;
    watch(found(text, &image, Origin::Registry));
    let seen = names::of_reference(&reference, options);
    Ok(Meant::opened(image.reference.clone(), image, seen))
}

fn found(text: &str, image: &Image, origin: Origin) -> Event {
    let digest = image.config_digest.clone().or_else(|| image.digest.clone());
    Event::Found { name: text.into(), digest, origin }
}

fn open(reference: &Reference, options: &Options) -> Result<Image, Error> {
    source::open(reference, &options.source)
        .map_err(|source| Error::Source { reference: reference.to_string(), source })
}
