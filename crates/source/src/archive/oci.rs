//! OCI image layouts in an archive. What they mean is said in `layout`; here is only where they stand.

use model::{Digest, Selector};

use super::Stored;
use super::file::Archive;
use crate::layout::{blob_path, check_version, entries, select};
use crate::resolve::{Documents, resolve_among};
use crate::{Error, Image, Options};

/// Opens an image of the layout in `archive`.
pub(super) fn open(
    archive: Archive,
    selector: Option<&Selector>,
    reference: String,
    options: &Options,
) -> Result<Image, Error> {
    let limit = options.document_limit;
    let place = format!("archive {}", archive.path.display());
    let broken = |reason: String| Error::Corrupt {
        what: format!("could not open {place}: {reason}"),
        hint: "write the archive again; `skopeo copy … oci-archive:FILE` writes good ones".into(),
    };
    match archive.read("oci-layout", 4096)? {
        Some(marker) => check_version(&marker).map_err(broken)?,
        None => return Err(broken("there is no oci-layout in it".into())),
    }
    let Some(index) = archive.read("index.json", limit)? else {
        return Err(broken("there is no index.json in it".into()));
    };
    let entries = select(&place, &entries(&place, &index)?, selector, &archive, options)?;
    let name = reference.clone();
    let resolved = resolve_among(&name, reference, entries, &archive, options)?;
    let layers = resolved.layers.clone();
    let places: Result<Vec<_>, Error> = layers
        .iter()
        .map(|layer| {
            layer.digest.as_ref().map_or(Ok(None), |digest| archive.find(&blob_path(digest)))
        })
        .collect();
    let stored = Stored { name, layers, places: places?, archive };
    Ok(resolved.with(Box::new(stored)))
}

impl Documents for Archive {
    fn document(&self, digest: &Digest, _: Option<u64>, limit: u64) -> Result<Vec<u8>, Error> {
        let path = blob_path(digest);
        self.read(&path, limit)?.ok_or_else(|| Error::NotFound {
            what: format!("archive {} has no {path}", self.path.display()),
            hint: "the copy is not complete; save the image again".into(),
        })
    }
}
