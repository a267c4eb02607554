//! OCI layouts: what they hold, and new ones of whole layers that exist already. No layer is looked into.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::Error;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const NAME: &str = "org.opencontainers.image.ref.name";

/// A layout folder and what its index names.
pub(crate) struct Layout {
    /// The folder.
    pub(crate) path: PathBuf,
    /// The images that it names, in its order.
    pub(crate) images: Vec<Image>,
}

/// One image that an index names.
#[derive(Debug)]
pub(crate) struct Image {
    /// The recorded name; none where the index records none.
    pub(crate) tag: Option<String>,
    /// The digest of its manifest or index.
    pub(crate) digest: String,
    /// Whether it is an index of several platforms.
    pub(crate) is_index: bool,
}

#[derive(Deserialize)]
struct IndexDocument {
    manifests: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
    #[serde(default, rename = "mediaType")]
    media_type: String,
    #[serde(default)]
    annotations: serde_json::Map<String, Value>,
}

impl Layout {
    /// Reads the index of the layout in `path`.
    pub(crate) fn open(path: &Path) -> Result<Layout, Error> {
        let file = path.join("index.json");
        let bytes = fs::read(&file).map_err(Error::io("read", file.display()))?;
        let index: IndexDocument = serde_json::from_slice(&bytes)
            .map_err(|error| Error::Failed(format!("{} is no index: {error}", file.display())))?;
        let images = index.manifests.into_iter().map(|descriptor| Image {
            tag: descriptor.annotations.get(NAME).and_then(Value::as_str).map(Into::into),
            is_index: descriptor.media_type.contains("index")
                || descriptor.media_type.contains("manifest.list"),
            digest: descriptor.digest,
        });
        Ok(Layout { path: path.into(), images: images.collect() })
    }

    /// The reference of one of its images.
    pub(crate) fn reference(&self, image: &Image) -> String {
        let path = self.path.display();
        match &image.tag {
            Some(tag) => format!("oci:{path}:{tag}"),
            None => format!("oci:{path}@{}", image.digest),
        }
    }
}

/// A layer's archive as it is to be stored.
pub(crate) struct Layer<'a> {
    /// The file with its bytes.
    pub(crate) file: &'a Path,
    /// Its media type.
    pub(crate) media_type: &'a str,
    /// The digest of its bytes once inflated.
    pub(crate) diff_id: String,
}

/// Writes a layout of images with one layer each; what the folder had before is gone.
pub(crate) fn write(folder: &Path, images: &[(&str, Layer<'_>)]) -> Result<(), Error> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Error::io("empty", folder.display()))?;
    }
    let blobs = folder.join("blobs/sha256");
    fs::create_dir_all(&blobs).map_err(Error::io("make", blobs.display()))?;
    let mut manifests = Vec::new();
    for (tag, layer) in images {
        let mut manifest = write_image(&blobs, layer)?;
        manifest["annotations"] = json!({ NAME: tag });
        manifests.push(manifest);
    }
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": manifests });
    write_file(&folder.join("index.json"), index.to_string().as_bytes())?;
    write_file(&folder.join("oci-layout"), br#"{"imageLayoutVersion":"1.0.0"}"#)
}

/// Writes the blobs of one image and gives the descriptor of its manifest.
fn write_image(blobs: &Path, layer: &Layer<'_>) -> Result<Value, Error> {
    let (digest, size) = digest_of(open(layer.file)?, layer.file)?;
    let blob = blobs.join(hex_of(&digest));
    fs::copy(layer.file, &blob).map_err(Error::io("write", blob.display()))?;
    let config = json!({
        "os": "linux", "architecture": "amd64", "config": {},
        "rootfs": { "type": "layers", "diff_ids": [layer.diff_id] },
    });
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": write_blob(blobs, CONFIG, &config)?,
        "layers": [{ "mediaType": layer.media_type, "digest": digest, "size": size }],
    });
    write_blob(blobs, MANIFEST, &manifest)
}

fn write_blob(blobs: &Path, media_type: &str, document: &Value) -> Result<Value, Error> {
    let bytes = document.to_string().into_bytes();
    let (digest, size) = digest_of(&*bytes, blobs)?;
    write_file(&blobs.join(hex_of(&digest)), &bytes)?;
    Ok(json!({ "mediaType": media_type, "digest": digest, "size": size }))
}

fn write_file(file: &Path, bytes: &[u8]) -> Result<(), Error> {
    fs::write(file, bytes).map_err(Error::io("write", file.display()))
}

/// Opens a file for reading.
pub(crate) fn open(file: &Path) -> Result<File, Error> {
    File::open(file).map_err(Error::io("open", file.display()))
}

/// The digest and the length of everything that `bytes` has; `object` is what an error is about.
pub(crate) fn digest_of(mut bytes: impl Read, object: &Path) -> Result<(String, u64), Error> {
    let mut hash = Hash(Sha256::new());
    let size = io::copy(&mut bytes, &mut hash).map_err(Error::io("read", object.display()))?;
    let hex: String = hash.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((format!("sha256:{hex}"), size))
}

fn hex_of(digest: &str) -> &str {
    digest.trim_start_matches("sha256:")
}

/// A hash that bytes can be written to.
struct Hash(Sha256);

impl Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_that_was_written_names_its_images() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("layer.tar");
        fs::write(&file, [0; 1024]).unwrap();
        let (diff_id, _) = digest_of(open(&file).unwrap(), &file).unwrap();
        let media_type = "application/vnd.oci.image.layer.v1.tar";
        let layout = folder.path().join("layout");
        let layer = Layer { file: &file, media_type, diff_id: diff_id.clone() };
        write(&layout, &[("1.0", layer)]).unwrap();

        let opened = Layout::open(&layout).unwrap();
        let [image] = &opened.images[..] else { panic!("{:?}", opened.images) };
        assert_eq!(opened.reference(image), format!("oci:{}:1.0", layout.display()));
        assert!(!image.is_index);
        assert!(layout.join("blobs/sha256").join(hex_of(&diff_id)).exists());
    }
}
