//! Where images come from: registries, OCI layouts, archives, folders.
//!
//! [`open`] turns a [`model::Reference`] into an [`Image`]: its manifest and configuration are read, its platform is
//! chosen, its layers can be read one by one as the bytes they are stored as. Nothing here inflates a layer or looks
//! into one; descriptors' `urls` are never followed.

mod absolute;
mod archive;
mod digests;
mod documents;
mod engine;
mod error;
#[cfg(test)]
mod fixtures;
mod folder;
mod image;
mod layout;
mod listing;
mod looks;
mod options;
mod path;
mod registry;
mod resolve;
mod secret;
#[cfg(test)]
mod testing;

pub use absolute::absolute;
pub use engine::Local;
pub use error::Error;
pub use image::{Access, Image, Layer};
pub use options::{EngineSocket, Options, Reach, Retry};
pub use secret::Secret;

use model::{Digest, Platform, Reference, RegistryReference};

pub(crate) use image::Blobs;

/// Opens the image that `reference` means, without reading any layer.
pub fn open(reference: &Reference, options: &Options) -> Result<Image, Error> {
    let said = reference.to_string();
    match reference {
        Reference::Registry(reference) => registry::open(reference, options),
        Reference::OciLayout { path, selector } => {
            layout::open(path, selector.as_ref(), said, options)
        }
        Reference::OciArchive { path, selector } => {
            archive::open(path, archive::Kind::Oci, selector.as_ref(), said, options)
        }
        Reference::DockerArchive { path, selector } => {
            archive::open(path, archive::Kind::Docker, selector.as_ref(), said, options)
        }
        Reference::Directory { path } => folder::open(path, said),
        Reference::Engine { engine, name } => engine::open(*engine, name, &said, options),
        Reference::Path { path } => path::open(path, said, options),
    }
}

/// Looks for what a person just calls `name` (`shop:1.4`, an ID, the beginning of one) at the engines of this machine:
/// Docker's first, then Podman's. Only sockets that are there are asked.
///
/// It never fails: an engine that has no such image, or has it for another platform than was asked for, is passed over,
/// and one that gives no usable answer becomes a notice.
pub fn local(name: &str, options: &Options) -> Local {
    engine::local(name, options)
}

/// The tags of a registry's repository, the newest-looking first.
pub fn tags(reference: &RegistryReference, options: &Options) -> Result<Vec<String>, Error> {
    registry::tags(reference, options)
}

/// The platforms that an image of a registry is there for, ordered.
pub fn platforms(reference: &RegistryReference, options: &Options) -> Result<Vec<Platform>, Error> {
    registry::platforms(reference, options)
}

/// The digest that a tag of a registry means now: of an index, the index's own. It is asked for with as little work for the
/// registry as there is (`HEAD`), and nothing is read.
pub fn tagged(reference: &RegistryReference, options: &Options) -> Result<Digest, Error> {
    registry::tagged(reference, options)
}

/// The document at an address of the web, of so many bytes at the most: what an issuer of tokens publishes of itself, a
/// changelog. `what` is what messages call it. It is fetched by the rules that registries are asked by.
pub fn document(
    address: &str,
    what: &str,
    limit: u64,
    options: &Options,
) -> Result<Vec<u8>, Error> {
    registry::document(address, what, limit, options)
}

/// What a server answers to an encoded form that is posted to it, by the same rules.
pub fn answer(
    address: &str,
    what: &str,
    form: &Secret,
    limit: u64,
    options: &Options,
) -> Result<Vec<u8>, Error> {
    registry::answer(address, what, form, limit, options)
}

/// The same with its status: also what it says when it refuses.
pub fn reply(
    address: &str,
    what: &str,
    form: &Secret,
    limit: u64,
    options: &Options,
) -> Result<(u16, Vec<u8>), Error> {
    registry::reply(address, what, form, limit, options)
}
