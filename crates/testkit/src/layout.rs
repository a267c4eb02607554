//! Writes OCI layouts, as folders and as archives. It knows nothing of Docker's.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use model::Digest;
use serde_json::{Value, json};

use crate::archive::{Entry, archive};
use crate::blobs::digest;
use crate::image::{Image, descriptor, platform_json};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const NAME: &str = "org.opencontainers.image.ref.name";

/// Writes `image` into the layout `folder` under `tag`. What the layout has already stays, but a tag moves.
pub fn write_layout(folder: &Path, tag: &str, image: &Image) {
    let mut layout = Layout::default();
    layout.add(Some(tag), image);
    layout.write(folder);
}

/// Writes an index of several platforms into the layout `folder` under `tag`.
pub fn write_index(folder: &Path, tag: &str, images: &[(&Image, &str)]) {
    let mut layout = Layout::default();
    let (bytes, _, media_type) = index(images);
    for (image, _) in images {
        layout.add_blobs(image);
    }
    layout.name(Some(tag), descriptor(&bytes, media_type));
    layout.add_blob(bytes);
    layout.write(folder);
}

/// Writes an OCI archive: a layout with these images and their tags in one tar file.
pub fn write_oci_archive(file: &Path, images: &[(&Image, &str)]) {
    let mut layout = Layout::default();
    for (image, tag) in images {
        layout.add(Some(tag), image);
    }
    write(file, &archive(&layout.entries()));
}

/// An index of several platforms: its bytes, their digest, its media type.
pub fn index(images: &[(&Image, &str)]) -> (Vec<u8>, Digest, &'static str) {
    let manifests = images.iter().map(|(image, platform)| {
        let (bytes, _, media_type) = image.manifest();
        let mut descriptor = descriptor(&bytes, media_type);
        descriptor["platform"] = platform_json(platform);
        descriptor
    });
    let index = json!({
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": manifests.collect::<Vec<_>>(),
    });
    let bytes = index.to_string().into_bytes();
    let digest = digest(&bytes);
    (bytes, digest, INDEX)
}

/// The files of a layout, before they are written somewhere.
#[derive(Default)]
pub(crate) struct Layout {
    /// By path.
    blobs: BTreeMap<String, Vec<u8>>,
    manifests: Vec<Value>,
}

impl Layout {
    pub(crate) fn add(&mut self, tag: Option<&str>, image: &Image) {
        let (bytes, _, media_type) = image.manifest();
        self.name(tag, descriptor(&bytes, media_type));
        self.add_blobs(image);
    }

    fn name(&mut self, tag: Option<&str>, mut descriptor: Value) {
        if let Some(tag) = tag {
            descriptor["annotations"] = json!({ NAME: tag });
        }
        self.manifests.push(descriptor);
    }

    /// The manifest and everything that it points at.
    fn add_blobs(&mut self, image: &Image) {
        let (manifest, ..) = image.manifest();
        self.add_blob(manifest);
        image.blobs().into_iter().for_each(|(_, bytes)| self.add_blob(bytes));
    }

    fn add_blob(&mut self, bytes: Vec<u8>) {
        self.blobs.insert(blob_path(&digest(&bytes)), bytes);
    }

    /// The layout as members of an archive.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let blobs = self.blobs.iter().map(|(path, bytes)| Entry::file(path, bytes.clone()));
        let mut entries: Vec<Entry> = blobs.collect();
        entries.push(Entry::file("index.json", index_json(&self.manifests)));
        entries.push(Entry::file("oci-layout", MARK.into()));
        entries
    }

    fn write(&self, folder: &Path) {
        create(&folder.join("blobs/sha256"));
        for (path, bytes) in &self.blobs {
            write(&folder.join(path), bytes);
        }
        write(&folder.join("oci-layout"), MARK.as_bytes());
        let mut manifests = known_manifests(&folder.join("index.json"));
        let tag = |manifest: &Value| manifest["annotations"][NAME].clone();
        manifests.retain(|known| self.manifests.iter().all(|new| tag(new) != tag(known)));
        manifests.extend(self.manifests.iter().cloned());
        write(&folder.join("index.json"), &index_json(&manifests));
    }
}

const MARK: &str = r#"{"imageLayoutVersion":"1.0.0"}"#;

pub(crate) fn blob_path(digest: &Digest) -> String {
    format!("blobs/{}/{}", digest.algorithm(), digest.hex())
}

fn index_json(manifests: &[Value]) -> Vec<u8> {
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": manifests });
    index.to_string().into_bytes()
}

fn known_manifests(file: &Path) -> Vec<Value> {
    let Ok(bytes) = fs::read(file) else {
        return Vec::new();
    };
    let index: Value = serde_json::from_slice(&bytes)
        .unwrap_or_else(|error| panic!("could not read {}: {error}", file.display()));
    index["manifests"].as_array().cloned().unwrap_or_default()
}

fn create(folder: &Path) {
    fs::create_dir_all(folder)
        .unwrap_or_else(|error| panic!("could not create {}: {error}", folder.display()));
}

pub(crate) fn write(file: &Path, bytes: &[u8]) {
    fs::write(file, bytes)
        .unwrap_or_else(|error| panic!("could not write {}: {error}", file.display()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image;

    #[test]
    fn images_join_a_layout_and_a_tag_moves() {
        let folder = tempfile::tempdir().unwrap();
        let one = image("//- /a\n//- layer\n//- /b\n");
        let two = image("//- /a\n//- layer\n//- /c\n");
        write_layout(folder.path(), "1", &one);
        write_layout(folder.path(), "2", &two);
        write_layout(folder.path(), "1", &two);
        write_index(folder.path(), "3", &[(&one, "linux/amd64"), (&two, "linux/arm/v7")]);

        let manifests = known_manifests(&folder.path().join("index.json"));
        let tags: Vec<_> = manifests.iter().map(|one| &one["annotations"][NAME]).collect();
        assert_eq!(tags, ["2", "1", "3"]);
        assert_eq!(manifests[0]["digest"], two.manifest().1.to_string());
        assert_eq!(manifests[1]["digest"], two.manifest().1.to_string());
        // Two manifests, two configurations, three layers, one index.
        let blobs = fs::read_dir(folder.path().join("blobs/sha256")).unwrap();
        assert_eq!(blobs.count(), 8);
    }
}
