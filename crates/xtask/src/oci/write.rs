//! Writes OCI layouts of layers that exist already as files, however they are packed.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{NAME, Packing, inflate, open};
use crate::Error;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

/// Writes a layout of images, each a tag and the files of its layers, the lowest first. What the folder had before is
/// gone.
pub(crate) fn write(folder: &Path, images: &[(&str, &[&Path])]) -> Result<(), Error> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Error::io("empty", folder.display()))?;
    }
    let blobs = folder.join("blobs/sha256");
    fs::create_dir_all(&blobs).map_err(Error::io("make", blobs.display()))?;
    let mut manifests = Vec::new();
    for (tag, layers) in images {
        let mut manifest = write_image(&blobs, layers)?;
        manifest["annotations"] = json!({ NAME: tag });
        manifests.push(manifest);
    }
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": manifests });
    write_file(&folder.join("index.json"), index.to_string().as_bytes())?;
    write_file(&folder.join("oci-layout"), br#"{"imageLayoutVersion":"1.0.0"}"#)
}

/// Writes the blobs of one image and gives the descriptor of its manifest.
fn write_image(blobs: &Path, layers: &[&Path]) -> Result<Value, Error> {
    let (mut descriptors, mut diff_ids) = (Vec::new(), Vec::new());
    for layer in layers {
        let (descriptor, diff_id) = write_layer(blobs, layer)?;
        descriptors.push(descriptor);
        diff_ids.push(diff_id);
    }
    let config = json!({
        "os": "linux", "architecture": "amd64", "config": {},
        "rootfs": { "type": "layers", "diff_ids": diff_ids },
    });
    let config = write_blob(blobs, CONFIG, &config)?;
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": descriptors,
    });
    write_blob(blobs, MANIFEST, &manifest)
}

/// Copies a layer among the blobs; gives its descriptor and its diff-id.
fn write_layer(blobs: &Path, layer: &Path) -> Result<(Value, String), Error> {
    let (digest, size) = digest_of(open(layer)?, layer)?;
    let (packing, inflated) =
        inflate(open(layer)?).map_err(Error::io("inflate", layer.display()))?;
    let (diff_id, _) = digest_of(inflated, layer)?;
    let media_type = match packing {
        Packing::None => LAYER.into(),
        Packing::Gzip => format!("{LAYER}+gzip"),
        Packing::Zstd => format!("{LAYER}+zstd"),
    };
    let blob = blobs.join(hex_of(&digest));
    fs::copy(layer, &blob).map_err(Error::io("write", blob.display()))?;
    Ok((json!({ "mediaType": media_type, "digest": digest, "size": size }), diff_id))
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

/// The digest and the length of everything that `bytes` has; `object` is what an error is about.
fn digest_of(mut bytes: impl Read, object: &Path) -> Result<(String, u64), Error> {
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
    use super::super::Layout;
    use super::*;

    #[test]
    fn a_layout_that_was_written_names_its_images_and_has_their_layers() {
        let folder = tempfile::tempdir().unwrap();
        let (plain, packed) = (folder.path().join("a.tar"), folder.path().join("a.tar.zst"));
        fs::write(&plain, [0; 1024]).unwrap();
        fs::write(&packed, zstd::encode_all(&[0; 1024][..], 0).unwrap()).unwrap();
        let layout = folder.path().join("layout");
        write(&layout, &[("1", &[&plain]), ("2", &[&plain, &packed])]).unwrap();

        let opened = Layout::open(&layout).unwrap();
        let references: Vec<String> =
            opened.images.iter().map(|image| opened.reference(image)).collect();
        let expected = ["1", "2"].map(|tag| format!("oci:{}:{tag}", layout.display()));
        assert_eq!(references, expected);
        assert!(!opened.images[0].is_index);

        let (old, new) = (&opened.images[0], &opened.images[1]);
        let (old, new) = (opened.layers(old).unwrap(), opened.layers(new).unwrap());
        assert_eq!((old.len(), new.len()), (1, 2));
        assert_eq!(old[0], new[0]);
        assert_eq!(fs::read(&new[1]).unwrap(), fs::read(&packed).unwrap());
    }
}
