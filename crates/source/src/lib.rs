//! Where images come from: registries, OCI layouts, archives, folders.
//!
//! [`open`] turns a [`model::Reference`] into an [`Image`]: its manifest and configuration are read, its platform is
//! chosen, its layers can be read one by one as the bytes they are stored as. Nothing here inflates a layer or looks
//! into one; descriptors' `urls` are never followed.

mod archive;
mod digests;
mod documents;
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
mod resolve;
#[cfg(test)]
mod testing;

pub use error::Error;
pub use image::{Access, Image, Layer};
pub use options::{Options, Retry};

use model::Reference;

pub(crate) use image::Blobs;

/// Opens the image that `reference` means, without reading any layer.
pub fn open(reference: &Reference, options: &Options) -> Result<Image, Error> {
    let said = reference.to_string();
    match reference {
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
        Reference::Path { path } => path::open(path, said, options),
        Reference::Registry(_) => Err(Error::NotFound { what: said, hint: String::new() }),
    }
}
