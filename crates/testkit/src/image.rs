//! An image: layers, configuration, manifest. It touches no disk.

use std::fmt;
use std::sync::OnceLock;

use model::Digest;
use serde_json::{Map, Value, json};

use crate::archive::{Entry, archive};
use crate::blobs::{Compression, compress, digest};
use crate::text::{Statement, statements};

/// An image that a text describes.
#[derive(Clone)]
pub struct Image {
    layers: Vec<Vec<u8>>,
    /// The whole configuration.
    document: Value,
    compression: Compression,
    declared: Option<Compression>,
    media: Media,
    /// The layers as they are compressed, once somebody has asked for them.
    packed: OnceLock<Vec<Vec<u8>>>,
}

/// Whose media types manifests and blobs are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Media {
    /// The OCI image specification's.
    #[default]
    Oci,
    /// Docker's, schema 2.
    Docker,
}

/// Builds the image that `text` describes; the grammar stands at the head of this crate.
pub fn image(text: &str) -> Image {
    let mut draft = Draft { platform: "linux/amd64".into(), ..Draft::default() };
    for statement in statements(text) {
        match statement {
            Statement::Entry(entry) => draft.entries.get_or_insert_default().push(entry),
            Statement::Layer(instruction) => {
                draft.finish_layer();
                draft.entries = Some(Vec::new());
                draft.instruction = Some(instruction).filter(|text| !text.is_empty());
            }
            Statement::Empty(instruction) => {
                draft.finish_layer();
                draft.history.push((Some(instruction), true));
            }
            Statement::Config(value) => merge(&mut draft.config, value),
            Statement::Image(value) => draft.patches.push(value),
            Statement::Platform(platform) => draft.platform = platform,
            Statement::Created(time) => draft.created = Some(time),
        }
    }
    draft.finish()
}

/// An image while its text is being read.
#[derive(Default)]
struct Draft {
    layers: Vec<Vec<u8>>,
    /// What the layer at hand has so far; none while there is no such layer.
    entries: Option<Vec<Entry>>,
    /// What made the layer at hand.
    instruction: Option<String>,
    /// Instructions, and whether they made no layer.
    history: Vec<(Option<String>, bool)>,
    config: Map<String, Value>,
    patches: Vec<Map<String, Value>>,
    platform: String,
    created: Option<String>,
}

impl Draft {
    fn finish_layer(&mut self) {
        if let Some(entries) = self.entries.take() {
            self.layers.push(archive(&entries));
            self.history.push((self.instruction.take(), false));
        }
    }

    fn finish(mut self) -> Image {
        self.finish_layer();
        let diff_ids = self.layers.iter().map(|layer| digest(layer).to_string());
        let mut document = platform_json(&self.platform);
        document["rootfs"] = json!({ "type": "layers", "diff_ids": diff_ids.collect::<Vec<_>>() });
        document["config"] = self.config.into();
        if let Some(created) = &self.created {
            document["created"] = json!(created);
        }
        if self.history.iter().any(|(instruction, _)| instruction.is_some()) {
            let lines = self.history.iter().map(|(instruction, empty)| {
                history_line(instruction.as_deref(), *empty, self.created.as_deref())
            });
            document["history"] = lines.collect();
        }
        for patch in self.patches {
            merge_value(&mut document, patch.into());
        }
        Image {
            layers: self.layers,
            document,
            compression: Compression::default(),
            declared: None,
            media: Media::default(),
            packed: OnceLock::new(),
        }
    }
}

fn history_line(instruction: Option<&str>, empty: bool, created: Option<&str>) -> Value {
    let mut line = json!({});
    if let Some(created) = created {
        line["created"] = json!(created);
    }
    if let Some(instruction) = instruction {
        line["created_by"] = json!(instruction);
    }
    if empty {
        line["empty_layer"] = json!(true);
    }
    line
}

/// Reads `os/architecture[/variant]` into the three members, with nothing made canonical.
pub(crate) fn platform_json(platform: &str) -> Value {
    let parts: Vec<&str> = platform.split('/').collect();
    match parts[..] {
        [os, architecture] => json!({ "os": os, "architecture": architecture }),
        [os, architecture, variant] => {
            json!({ "os": os, "architecture": architecture, "variant": variant })
        }
        _ => panic!("`{platform}` is not a platform; one looks like linux/arm64"),
    }
}

/// Merges as RFC 7386 says.
fn merge(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        if value.is_null() {
            target.remove(&key);
        } else {
            merge_value(target.entry(key).or_insert(Value::Null), value);
        }
    }
}

fn merge_value(target: &mut Value, patch: Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => merge(target, patch),
        (target, Value::Object(patch)) => {
            let mut fresh = Map::new();
            merge(&mut fresh, patch);
            *target = fresh.into();
        }
        (target, patch) => *target = patch,
    }
}

impl Image {
    /// Compresses the layers; gzip where this is not called.
    #[must_use]
    pub fn compressed(self, compression: Compression) -> Image {
        Image { compression, packed: OnceLock::new(), ..self }
    }

    /// Lets the media types claim a compression, whatever the bytes are.
    #[must_use]
    pub fn declared(self, compression: Compression) -> Image {
        Image { declared: Some(compression), ..self }
    }

    /// Chooses the family of media types; OCI's where this is not called.
    #[must_use]
    pub fn media(self, media: Media) -> Image {
        Image { media, ..self }
    }

    /// Adds a layer of bytes that need not be an archive at all; the history does not learn of it.
    #[must_use]
    pub fn with_layer(mut self, bytes: &[u8]) -> Image {
        if let Some(diff_ids) = self.document["rootfs"]["diff_ids"].as_array_mut() {
            diff_ids.push(json!(digest(bytes).to_string()));
        }
        self.layers.push(bytes.to_vec());
        self.packed = OnceLock::new();
        self
    }

    /// The layers as archives that are not compressed, the lowest first.
    pub fn layers(&self) -> Vec<Vec<u8>> {
        self.layers.clone()
    }

    /// The digests of these archives.
    pub fn diff_ids(&self) -> Vec<Digest> {
        self.layers.iter().map(|layer| digest(layer)).collect()
    }

    /// The configuration's bytes.
    pub fn config_json(&self) -> Vec<u8> {
        self.document.to_string().into_bytes()
    }

    /// The manifest: its bytes, their digest, its media type.
    pub fn manifest(&self) -> (Vec<u8>, Digest, &'static str) {
        let config = self.config_json();
        let layers = self.packed().iter().map(|blob| descriptor(blob, self.layer_media_type()));
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": self.manifest_media_type(),
            "config": descriptor(&config, self.config_media_type()),
            "layers": layers.collect::<Vec<_>>(),
        });
        let bytes = manifest.to_string().into_bytes();
        let digest = digest(&bytes);
        (bytes, digest, self.manifest_media_type())
    }

    /// Everything that the manifest points at: the configuration, then the layers as they are compressed.
    pub fn blobs(&self) -> Vec<(Digest, Vec<u8>)> {
        let blobs = std::iter::once(self.config_json()).chain(self.packed().iter().cloned());
        blobs.map(|blob| (digest(&blob), blob)).collect()
    }

    fn packed(&self) -> &[Vec<u8>] {
        self.packed.get_or_init(|| {
            self.layers.iter().map(|layer| compress(layer, self.compression)).collect()
        })
    }

    fn manifest_media_type(&self) -> &'static str {
        match self.media {
            Media::Oci => "application/vnd.oci.image.manifest.v1+json",
            Media::Docker => "application/vnd.docker.distribution.manifest.v2+json",
        }
    }

    fn config_media_type(&self) -> &'static str {
        match self.media {
            Media::Oci => "application/vnd.oci.image.config.v1+json",
            Media::Docker => "application/vnd.docker.container.image.v1+json",
        }
    }

    fn layer_media_type(&self) -> &'static str {
        match (self.media, self.declared.unwrap_or(self.compression)) {
            (Media::Oci, Compression::None) => "application/vnd.oci.image.layer.v1.tar",
            (Media::Oci, Compression::Gzip) => "application/vnd.oci.image.layer.v1.tar+gzip",
            (Media::Oci, Compression::Zstd) => "application/vnd.oci.image.layer.v1.tar+zstd",
            (Media::Docker, Compression::None) => "application/vnd.docker.image.rootfs.diff.tar",
            (Media::Docker, Compression::Gzip) => {
                "application/vnd.docker.image.rootfs.diff.tar.gzip"
            }
            (Media::Docker, Compression::Zstd) => {
                "application/vnd.docker.image.rootfs.diff.tar.zstd"
            }
        }
    }
}

/// A descriptor of `bytes`.
pub(crate) fn descriptor(bytes: &[u8], media_type: &str) -> Value {
    json!({
        "mediaType": media_type,
        "digest": digest(bytes).to_string(),
        "size": bytes.len(),
    })
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Image({} layers, {})", self.layers.len(), self.document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, config: &str) {
        let mut document: Value = serde_json::from_slice(&image(text).config_json()).unwrap();
        document["rootfs"] = json!(document["rootfs"]["diff_ids"].as_array().unwrap().len());
        assert_eq!(document.to_string(), config);
    }

    #[test]
    fn an_image_without_lines_has_no_layers() {
        check("", r#"{"architecture":"amd64","config":{},"os":"linux","rootfs":0}"#);
    }

    #[test]
    fn a_layer_may_be_empty_and_may_be_named() {
        check(
            "
            //- layer FROM scratch
            //- layer RUN true
            //- /a
            //- empty CMD [\"sh\"]
            ",
            concat!(
                r#"{"architecture":"amd64","config":{},"#,
                r#""history":[{"created_by":"FROM scratch"},{"created_by":"RUN true"},"#,
                r#"{"created_by":"CMD [\"sh\"]","empty_layer":true}],"os":"linux","rootfs":2}"#
            ),
        );
        let image = image("//- layer\n//- layer\n");
        assert_eq!(image.layers(), [vec![0; 1024], vec![0; 1024]]);
    }

    #[test]
    fn configuration_is_merged() {
        check(
            r#"
            //- platform linux/arm/v7
            //- created 2026-10-02T00:00:00Z
            //- config {"User": "app", "Labels": {"a": "1"}}
            //- config
            {
              "Labels": {"b": "2"}
            }
            //- image {"os": null, "author": "me"}
            "#,
            concat!(
                r#"{"architecture":"arm","author":"me","#,
                r#""config":{"Labels":{"a":"1","b":"2"},"User":"app"},"#,
                r#""created":"2026-10-02T00:00:00Z","rootfs":0,"variant":"v7"}"#
            ),
        );
    }

    #[test]
    fn a_manifest_names_the_blobs_as_they_are_compressed() {
        let plain = image("//- /a\nhello\n");
        for (compression, media, layer) in [
            (Compression::None, Media::Oci, "application/vnd.oci.image.layer.v1.tar"),
            (Compression::Gzip, Media::Docker, "application/vnd.docker.image.rootfs.diff.tar.gzip"),
            (Compression::Zstd, Media::Oci, "application/vnd.oci.image.layer.v1.tar+zstd"),
        ] {
            let image = plain.clone().compressed(compression).media(media);
            let manifest: Value = serde_json::from_slice(&image.manifest().0).unwrap();
            let blobs = image.blobs();
            assert_eq!(manifest["config"]["digest"], blobs[0].0.to_string());
            assert_eq!(manifest["layers"][0]["digest"], blobs[1].0.to_string());
            assert_eq!(manifest["layers"][0]["size"], blobs[1].1.len());
            assert_eq!(manifest["layers"][0]["mediaType"], layer);
        }
        let lying = plain.declared(Compression::Zstd).manifest().0;
        assert!(String::from_utf8(lying).unwrap().contains("tar+zstd"));
    }
}
