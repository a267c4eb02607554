//! Which kept image a name means.

use model::{Digest, Reference, RegistryReference};
use store::{Found, KeptImage, Sighting, Store};

use super::{Meant, Place, again};
use crate::{Candidate, Error, Event, Options, Origin, Watch, local, names};

/// What a text was understood as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// A name that may mean another image tomorrow.
    Name,
    /// A digest or an ID, or the beginning of one: it means one image for ever.
    Identity,
}

/// The kept image that a bare name means.
pub(crate) fn kept(
    text: &str,
    registry: Option<&RegistryReference>,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Option<Meant>, Error> {
    let Some(keep) = options.keeping() else { return Ok(None) };
    let found = match lookup(&keep.store, text, registry, options) {
        Err(Error::Store { source }) => {
            watch(Event::Warning(format!("what is kept cannot be used: {}", model::told(&source))));
            return Ok(None);
        }
        found => found?,
    };
    let Some((image, names, by)) = found else { return Ok(None) };
    let asked = options.source.platform.as_ref();
    if let (Some(asked), Some(own)) = (asked, &image.description.platform)
        && !names::is_alike(asked, own)
    {
        return match by {
            By::Name => Ok(None),
            By::Identity => Err(Error::Platform {
                name: text.into(),
                asked: asked.to_string(),
                own: own.to_string(),
            }),
        };
    }
    if keep.force {
        return match by {
            By::Name => Ok(None),
            By::Identity => again(&image, &names, options).map(Some).map_err(Error::of_force),
        };
    }
    let origin = Origin::Kept { since: image.analyzed, imported: image.imported };
    watch(Event::Found { name: text.into(), digest: Some(image.id.clone()), origin });
    let said = registry.filter(|_| by == By::Name).map(ToString::to_string);
    let reference = said.unwrap_or_else(|| image.description.reference.clone());
    let origin = image.description.reference.clone();
    let place = Place::Kept(Box::new(image), names);
    Ok(Some(Meant { reference, origin, place, seen: Vec::new(), expected: None }))
}

/// The kept image that was reached by this very reference.
pub(super) fn named(
    reference: &Reference,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Option<Meant>, Error> {
    if let Reference::Registry(registry) = reference {
        return kept(&names::familiar(registry), Some(registry), options, watch);
    }
    let meant = kept(&reference.to_string(), None, options, watch)?;
    Ok(meant.map(|meant| Meant { reference: reference.to_string(), ..meant }))
}

/// The kept image that `text` means, whether its facts are there or not.
pub(crate) fn in_store(
    store: &Store,
    text: &str,
    options: &Options,
) -> Result<(KeptImage, Vec<String>), Error> {
    let registry = match text.parse() {
        Ok(Reference::Registry(reference)) => Some(reference),
        _ => None,
    };
    let found = lookup(store, &local::as_kept(text, options), registry.as_ref(), options)?;
    let (image, names, _) = found.ok_or_else(|| Error::NotKept { name: text.into() })?;
    Ok((image, names))
}

/// What was seen under the name that `text` is. An ID means the name that its image was seen under last.
pub(crate) fn history(
    store: &Store,
    text: &str,
    options: &Options,
) -> Result<(String, Vec<Sighting>), Error> {
    let registry = match text.parse() {
        Ok(Reference::Registry(reference)) => Some(names::familiar(&reference)),
        _ => None,
    };
    let names = [registry, Some(local::as_kept(text, options))].into_iter().flatten();
    for name in names.map(|name| names::for_platform(name, options)) {
        let sightings = store.history(&name)?;
        if !sightings.is_empty() {
            return Ok((name, sightings));
        }
    }
    let (_, mut names) = in_store(store, text, options)?;
    let name = names.pop().ok_or_else(|| Error::NotKept { name: text.into() })?;
    let sightings = store.history(&name)?;
    Ok((name, sightings))
}

/// Asks for the name as it is kept, for the digest in it, and for the text as it stands, in this order: as Docker does,
/// a name wins over the beginning of an ID.
fn lookup(
    store: &Store,
    text: &str,
    registry: Option<&RegistryReference>,
    options: &Options,
) -> Result<Option<(KeptImage, Vec<String>, By)>, Error> {
    // `sha256:…` would be a tag of a repository called `sha256`.
    let repository = registry.filter(|_| !text.starts_with("sha256:"));
    let name = repository.map(|registry| names::for_platform(names::familiar(registry), options));
    let digest = repository.and_then(|registry| registry.digest.as_ref()).map(ToString::to_string);
    let literal = names::for_platform(text.into(), options);
    let as_it_stands = if names::may_be_identity(text) {
        (text.into(), By::Identity)
    } else {
        (literal, By::Name)
    };
    let name = name.map(|name| (name, By::Name));
    let digest = digest.map(|digest| (digest, By::Name));
    let texts = [name, digest, Some(as_it_stands)].into_iter().flatten();
    let mut imported = None;
    for (asked, by) in texts {
        // Also as `shop@sha256:…`: of an index, that means the image for one platform.
        let digest = asked.rsplit_once('@').map_or(&*asked, |(_, digest)| digest);
        let of_index = match digest.parse() {
            Ok(index) => of_index(store, &index, options)?,
            Err(_) => None,
        };
        match of_index.map_or_else(|| store.find(&asked), Ok)? {
            Found::Nothing => {}
            // Whoever made a file chose its names: none of them takes the place of an ID.
            Found::One(image, names)
                if image.imported && by == By::Name && names::may_be_identity(text) =>
            {
                imported = Some((*image, names, by));
            }
            Found::One(image, names) => return Ok(Some((*image, names, by))),
            Found::Several(candidates) => {
                return Err(ambiguous(store, text, candidates));
            }
        }
    }
    Ok(imported)
}

/// Of the images that an index with this digest led to, the one for the platform that is asked for, or for this machine;
/// no image where none is kept for that. None where the digest is not an index's, or only somebody else says that it is one
/// and it is the digest of an image that was read here.
fn of_index(store: &Store, index: &Digest, options: &Options) -> Result<Option<Found>, Error> {
    let wanted = options.source.platform.as_ref().unwrap_or(&options.source.host);
    let mut images = store.images_of_index(index)?;
    if images.iter().all(|(image, _)| image.imported) {
        let own = store.find(&index.to_string())?;
        if images.is_empty() || matches!(own, Found::One(own, _) if !own.imported) {
            return Ok(None);
        }
    }
    images.sort_by_key(|(image, _)| image.imported);
    let suits = |image: &KeptImage| {
        image.description.platform.as_ref().is_none_or(|own| names::is_alike(wanted, own))
    };
    let found = images.into_iter().find(|(image, _)| suits(image));
    Ok(Some(found.map_or(Found::Nothing, |(image, names)| Found::One(Box::new(image), names))))
}

/// The error of a beginning that several IDs have, with what helps to choose.
fn ambiguous(store: &Store, text: &str, candidates: Vec<store::Candidate>) -> Error {
    let images = store.images().unwrap_or_default();
    let analyzed = |candidate: &store::Candidate| {
        let image = images.iter().find(|(image, _)| image.id == candidate.id);
        image.map(|(image, _)| image.analyzed)
    };
    let candidates = candidates.into_iter().map(|candidate| Candidate {
        analyzed: analyzed(&candidate),
        id: candidate.id,
        names: candidate.names,
    });
    Error::Ambiguous { name: text.into(), candidates: candidates.collect() }
}
