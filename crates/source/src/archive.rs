//! Images in tar files: OCI archives and what `docker save` writes, plain or compressed as a whole. Nothing is
//! unpacked to disk.

mod contents;
mod docker;
mod export;
mod file;
mod members;
mod oci;

use std::io::Read;
use std::path::Path;

use model::Selector;

pub(crate) use self::export::Export;
use self::file::{Archive, Place};
use crate::image::Visit;
use crate::layout::no_blob;
use crate::{Access, Blobs, Error, Image, Layer, Options};

/// What kind of archive was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An OCI image layout.
    Oci,
    /// What `docker save` writes.
    Docker,
    /// Whatever is in it; `manifest.json` first, for it has the names.
    Any,
}

/// Opens an image of the archive at `path`.
pub(crate) fn open(
    path: &Path,
    kind: Kind,
    selector: Option<&Selector>,
    reference: String,
    options: &Options,
) -> Result<Image, Error> {
    let archive = Archive::open(path, options.document_limit)?;
    let (docker, oci) = (archive.has("manifest.json"), archive.has("index.json"));
    match kind {
        Kind::Docker | Kind::Any if docker => docker::open(archive, selector, reference, options),
        Kind::Oci | Kind::Any if oci => oci::open(archive, selector, reference, options),
        _ => Err(not_an_image(&archive, kind, docker, oci)),
    }
}

/// The error of an archive in which no image was found, with what it looks like.
fn not_an_image(archive: &Archive, kind: Kind, docker: bool, oci: bool) -> Error {
    let path = archive.path.display();
    let wanted = match kind {
        Kind::Oci => "no index.json",
        Kind::Docker => "no manifest.json",
        Kind::Any => "neither manifest.json nor index.json",
    };
    let roots = ["etc/", "usr/", "bin/", "var/"];
    let hint = if docker {
        format!("it is what `docker save` writes; say docker-archive:{path}")
    } else if oci {
        format!("it holds an OCI layout; say oci-archive:{path}")
    } else if archive.has("repositories") {
        "it was saved by a Docker before 1.10; load it into a current one and save it again".into()
    } else if archive.names().any(|name| roots.iter().any(|root| name.starts_with(root))) {
        "it looks like a packed root file system; unpack it and say dir:FOLDER".into()
    } else {
        "`docker save` and `skopeo copy … oci-archive:FILE` write archives of images".into()
    };
    Error::Corrupt { what: format!("{path} is not an image: there is {wanted} in it"), hint }
}

/// The layers of an opened image, where they stand in their archive.
struct Stored {
    archive: Archive,
    name: String,
    layers: Vec<Layer>,
    /// Where each layer stands; none where the archive lacks it.
    places: Vec<Option<Place>>,
}

impl Stored {
    fn place(&self, index: usize) -> Result<Place, Error> {
        self.places[index].ok_or_else(|| no_blob(&self.name, index, &self.layers[index]))
    }
}

impl Blobs for Stored {
    fn access(&self) -> Access {
        if self.archive.is_compressed() { Access::InOrder } else { Access::Any }
    }

    fn open(&self, index: usize, _: &Layer) -> Result<Box<dyn Read + Send>, Error> {
        self.archive.stream(self.place(index)?)
    }

    fn each(&self, wanted: &[usize], visit: &mut Visit<'_>) -> Result<(), Error> {
        let places: Result<Vec<_>, Error> =
            wanted.iter().map(|&index| Ok((index, self.place(index)?))).collect();
        self.archive.each(places?, visit)
    }
}

#[cfg(test)]
mod tests;
