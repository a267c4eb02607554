//! OCI image layouts in folders: `oci-layout`, `index.json` and blobs by digest. Nothing is ever written there.

mod select;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use model::{Digest, Selector};
use serde::Deserialize;

pub(crate) use select::{ends_in_tag, same_name, select};

use crate::documents::{Descriptor, Document, is_foreign, json};
use crate::image::Visit;
use crate::resolve::{Documents, resolve_among, too_large};
use crate::{Blobs, Error, Image, Layer, Options};

/// Opens an image of the layout in folder `path`.
pub(crate) fn open(
    path: &Path,
    selector: Option<&Selector>,
    reference: String,
    options: &Options,
) -> Result<Image, Error> {
    let folder = Folder { path: path.into(), name: reference.clone(), layers: Vec::new() };
    folder.check()?;
    let limit = options.document_limit;
    let Some(index) = folder.read(Path::new("index.json"), limit)? else {
        return Err(folder.not_a_layout("no index.json there"));
    };
    let place = format!("layout {}", path.display());
    let entries = select(&place, &entries(&place, &index)?, selector, &folder, options)?;
    let resolved = resolve_among(&reference.clone(), reference, entries, &folder, options)?;
    let folder = Folder { layers: resolved.layers.clone(), ..folder };
    Ok(resolved.with(Box::new(folder)))
}

/// The entries of an `index.json`. `place` is what messages call the layout.
pub(crate) fn entries(place: &str, index: &[u8]) -> Result<Vec<Descriptor>, Error> {
    let reason = match Document::parse(index) {
        Ok(Document::Index(entries)) => return Ok(entries),
        Ok(_) => "it is a manifest".into(),
        Err(reason) => reason,
    };
    Err(Error::Corrupt {
        what: format!("could not open {place}: its index.json is no index: {reason}"),
        hint: "write the layout again; nothing can be found in it without its index".into(),
    })
}

/// Checks what an `oci-layout` file says. The error is a clause.
pub(crate) fn check_version(bytes: &[u8]) -> Result<(), String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Marker {
        image_layout_version: String,
    }
    let marker: Marker =
        json(bytes).map_err(|reason| format!("its oci-layout is not readable: {reason}"))?;
    let version = marker.image_layout_version;
    match version.split('.').next() {
        Some("1") => Ok(()),
        _ => Err(format!(
            "it is of layout version {}, and only 1 is known",
            model::visible(version.as_bytes())
        )),
    }
}

/// Where a layout keeps a blob. A digest is only digits by now, so no path can lead elsewhere.
pub(crate) fn blob_path(digest: &Digest) -> String {
    format!("blobs/{}/{}", digest.algorithm(), digest.hex())
}

/// The error of a layer whose blob is not there.
pub(crate) fn no_blob(name: &str, index: usize, layer: &Layer) -> Error {
    let number = index + 1;
    let digest = layer.digest.as_ref().map(ToString::to_string).unwrap_or_default();
    if is_foreign(&layer.media_type) {
        return Error::NotFound {
            what: format!(
                "layer {number} of {name}, {digest}, is not there: it is a foreign layer, which only its maker hands \
                 out"
            ),
            hint: "addresses in images are never followed; save the image from where it is whole"
                .into(),
        };
    }
    Error::NotFound {
        what: format!("layer {number} of {name}, {digest}, is not there"),
        hint: "the copy is not complete; fetch or save the image again".into(),
    }
}

/// A layout in a folder, with the layers of the image that was opened.
struct Folder {
    path: PathBuf,
    name: String,
    layers: Vec<Layer>,
}

impl Folder {
    /// Makes sure that it is a layout.
    fn check(&self) -> Result<(), Error> {
        let path = self.path.display();
        match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::NotFound {
                what: format!("could not open layout {path}: there is no such folder"),
                hint: "`oci:FOLDER:TAG` names an image in a folder; `registry:NAME` names one in a registry"
                    .into(),
            }),
            Err(source) => Err(self.io("open", &self.path, source)),
            Ok(metadata) if !metadata.is_dir() => Err(Error::Invalid {
                what: format!("could not open layout {path}: it is not a folder"),
                hint: format!("for a tar file say oci-archive:{path} or docker-archive:{path}"),
            }),
            Ok(_) => match self.read(Path::new("oci-layout"), 4096)? {
                None => Err(self.not_a_layout("no oci-layout there")),
                Some(marker) => check_version(&marker).map_err(|reason| self.not_a_layout(&reason)),
            },
        }
    }

    fn not_a_layout(&self, reason: &str) -> Error {
        let path = self.path.display();
        let hint = if self.path.join("manifest.json").is_file() {
            format!(
                "it looks like an unpacked `docker save`; say docker-archive:{path}.tar to the archive"
            )
        } else if self.path.join("index.json").is_file() || self.path.join("blobs").is_dir() {
            "it is only a part of a layout; copy it again".into()
        } else {
            format!(
                "`docker save` writes archives; say docker-archive:{path}.tar. For a root file system say dir:{path}"
            )
        };
        Error::Corrupt { what: format!("could not open layout {path}: {reason}"), hint }
    }

    /// Reads a small file of the layout; none where it is not there.
    fn read(&self, name: &Path, limit: u64) -> Result<Option<Vec<u8>>, Error> {
        let path = self.path.join(name);
        let Some(file) = self.file(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.take(limit.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|source| self.io("read", &path, source))?;
        if bytes.len() as u64 > limit {
            return Err(too_large(&path.display().to_string(), limit));
        }
        Ok(Some(bytes))
    }

    /// Opens a file of the layout; none where it is not there. Pipes and devices, which could make us wait for ever,
    /// are none.
    fn file(&self, name: &Path) -> Result<Option<File>, Error> {
        let path = self.path.join(name);
        match fs::metadata(&path) {
            Ok(metadata) if !metadata.is_file() => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(self.io("open", &path, source)),
            Ok(_) => File::open(&path).map(Some).map_err(|source| self.io("open", &path, source)),
        }
    }

    #[expect(clippy::unused_self, reason = "reads like its siblings")]
    fn io(&self, doing: &'static str, path: &Path, source: io::Error) -> Error {
        Error::Io { doing, object: path.display().to_string(), source }
    }
}

impl Documents for Folder {
    fn document(&self, digest: &Digest, _: Option<u64>, limit: u64) -> Result<Vec<u8>, Error> {
        let path = blob_path(digest);
        self.read(Path::new(&path), limit)?.ok_or_else(|| Error::NotFound {
            what: format!("layout {} has no {path}", self.path.display()),
            hint: "the copy is not complete; fetch or save the image again".into(),
        })
    }
}

impl Blobs for Folder {
    fn open(&self, index: usize, layer: &Layer) -> Result<Box<dyn Read + Send>, Error> {
        let path = layer.digest.as_ref().map(blob_path).unwrap_or_default();
        match self.file(Path::new(&path))? {
            Some(file) => Ok(Box::new(file)),
            None => Err(no_blob(&self.name, index, layer)),
        }
    }

    fn each(&self, wanted: &[usize], visit: &mut Visit<'_>) -> Result<(), Error> {
        for &index in wanted {
            if visit(index, &mut *self.open(index, &self.layers[index])?).is_break() {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
