//! Reads a kept image again where it came from, and takes no other for it.

use model::Reference;
use store::KeptImage;

use super::{Meant, Place, open};
use crate::{Error, Options};

/// Opens the source that a kept image came from, pinned to that image.
pub(crate) fn again(kept: &KeptImage, names: &[String], options: &Options) -> Result<Meant, Error> {
    let reference = &kept.description.reference;
    let lost = |why: Why| Error::Lost {
        name: names.last().unwrap_or(reference).clone(),
        id: kept.id.clone(),
        why,
    };
    if kept.imported {
        return Err(lost(Why::Imported));
    }
    let place: Reference = reference.parse().map_err(|_| lost(Why::Nowhere))?;
    let pinned = pin(place.clone(), kept);
    if options.offline && matches!(pinned, Reference::Registry(_) | Reference::Engine { .. }) {
        return Err(lost(Why::Offline));
    }
    let mut options = options.clone();
    options.source.platform.clone_from(&kept.description.platform);
    // An engine may call images by digests of another kind than their configurations'.
    let opened = match (open(&pinned, &options), &pinned) {
        (Err(_), Reference::Engine { .. }) => open(&place, &options),
        (opened, _) => opened,
    };
    let mut image = opened.map_err(|error| lost(Why::Failed(Box::new(error))))?;
    if image.config_digest.as_ref().is_some_and(|digest| *digest != kept.id) {
        return Err(lost(Why::Other(reference.clone())));
    }
    image.reference.clone_from(reference);
    Ok(Meant {
        reference: reference.clone(),
        origin: reference.clone(),
        place: Place::Source(Box::new(image)),
        seen: Vec::new(),
        // A folder has no documents that could tell beforehand.
        expected: Some(kept.id.clone()),
    })
}

/// Why a kept image cannot be read again.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// It was imported, and nobody here has it.
    #[error("it was imported")]
    Imported,
    /// What it was called names no place.
    #[error("nothing says where it is")]
    Nowhere,
    /// Its source would have to be asked.
    #[error("nobody is asked with --offline")]
    Offline,
    /// Its source does not give it.
    #[error("{0}")]
    Failed(Box<Error>),
    /// This reference means another image now.
    #[error("{0} is another image now")]
    Other(String),
}

impl Why {
    /// What somebody can do about it.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Why::Imported => "import it again, or analyze the image itself",
            Why::Nowhere => "analyze it again by a name that says where it is",
            Why::Offline => "without --offline it is read again where it came from",
            Why::Failed(_) | Why::Other(_) => {
                "--force looks at what its name means now; `pentimento rm` forgets it"
            }
        }
    }
}

/// A reference to this image alone, where its source can be asked for one.
fn pin(reference: Reference, kept: &KeptImage) -> Reference {
    match reference {
        Reference::Registry(mut registry) => {
            registry.digest = kept.description.digest.clone().or(registry.digest);
            Reference::Registry(registry)
        }
        Reference::Engine { engine, .. } => Reference::Engine { engine, name: kept.id.to_string() },
        other => other,
    }
}
