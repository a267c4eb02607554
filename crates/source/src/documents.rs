//! What strangers write about images: indexes, manifests and configurations of OCI and Docker, read leniently.
//!
//! Nothing here fetches anything, and none of these shapes leaves this room.

mod config;
mod lenient;

use std::collections::BTreeMap;

use model::{Digest, Platform};
use serde::Deserialize;
use serde::de::IgnoredAny;

pub(crate) use config::{Config, Inspected, Past};

/// Marks what is not an image but something said about one (`BuildKit`'s attestations).
const REFERENCE_TYPE: &str = "vnd.docker.reference.type";

/// A document that leads to layers, told apart by its content: a media type is only somebody's word.
#[derive(Debug)]
pub(crate) enum Document {
    /// OCI's index, Docker's manifest list.
    Index(Vec<Descriptor>),
    /// OCI's manifest, Docker's of schema 2.
    Manifest(Box<Manifest>),
    /// Docker's manifest of schema 1, which we only know by sight.
    Schema1,
}

/// One image: its configuration and its layers, the lowest first.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// What it is, where it says that it is no image.
    pub(crate) artifact_type: String,
    /// The configuration.
    pub(crate) config: Descriptor,
    /// The layers.
    pub(crate) layers: Vec<Descriptor>,
}

/// Points at a blob.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    /// What the blob is said to be; empty where nothing says it.
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    pub(crate) media_type: String,
    /// The blob's digest.
    #[serde(deserialize_with = "lenient::digest")]
    pub(crate) digest: Digest,
    /// The blob's size in bytes.
    #[serde(default)]
    pub(crate) size: Option<u64>,
    /// Names and marks.
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    pub(crate) annotations: BTreeMap<String, String>,
    /// What it runs on, in an index.
    #[serde(default)]
    platform: Option<DescribedPlatform>,
    /// What it is, where it is no image.
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    pub(crate) artifact_type: String,
}

#[derive(Clone, Debug, Deserialize)]
struct DescribedPlatform {
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    os: String,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    architecture: String,
    #[serde(default)]
    variant: Option<String>,
}

/// Every field by which the kinds of documents are told apart.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Anything {
    schema_version: Option<u64>,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    media_type: String,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    artifact_type: String,
    manifests: Option<Vec<Descriptor>>,
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
    fs_layers: Option<IgnoredAny>,
}

impl Document {
    /// Reads an index or a manifest. The error is a clause about "it": `it is not JSON: …`.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Document, String> {
        let any: Anything = json(bytes)?;
        let says_index = any.media_type.contains("index") || any.media_type.contains("list");
        match (any.manifests, any.config, any.layers) {
            _ if any.fs_layers.is_some() || any.schema_version == Some(1) => Ok(Document::Schema1),
            // Programs that look at different fields would see different images (CVE-2021-41190).
            (Some(_), config, layers) if config.is_some() || layers.is_some() => Err(
                "it has both `manifests` and `layers`: it could be read as two different images"
                    .into(),
            ),
            (Some(manifests), ..) => Ok(Document::Index(manifests)),
            (None, Some(config), layers) => {
                let layers = layers.unwrap_or_default();
                let artifact_type = any.artifact_type;
                Ok(Document::Manifest(Box::new(Manifest { artifact_type, config, layers })))
            }
            // Go writes a list without members as `null`.
            (None, None, None) if says_index => Ok(Document::Index(Vec::new())),
            (None, None, Some(_)) => Err("it has `layers`, but no `config`".into()),
            (None, None, None) => {
                Err("it has neither `manifests` nor `config` and `layers`".into())
            }
        }
    }
}

impl Descriptor {
    /// A descriptor that says no more than it must.
    pub(crate) fn of(digest: Digest, size: u64) -> Descriptor {
        Descriptor {
            media_type: String::new(),
            digest,
            size: Some(size),
            annotations: BTreeMap::new(),
            platform: None,
            artifact_type: String::new(),
        }
    }

    /// What it says that it runs on.
    pub(crate) fn platform(&self) -> Option<Platform> {
        let platform = self.platform.as_ref()?;
        named_platform(&platform.os, &platform.architecture, platform.variant.as_deref())
    }

    /// Whether it says that it is something else than an image: an attestation, a signature, an artifact.
    pub(crate) fn is_no_image(&self) -> bool {
        let unknown = self
            .platform
            .as_ref()
            .is_some_and(|platform| platform.os == "unknown" || platform.architecture == "unknown");
        unknown || self.annotations.contains_key(REFERENCE_TYPE) || !self.artifact_type.is_empty()
    }

    /// Whether it says that it is an index.
    pub(crate) fn is_index(&self) -> bool {
        matches!(
            self.media_type.as_str(),
            "application/vnd.oci.image.index.v1+json"
                | "application/vnd.docker.distribution.manifest.list.v2+json"
        )
    }

    /// Whether a configuration of this media type could be an image's: OCI's, Docker's, and what old or careless
    /// registries call any blob.
    pub(crate) fn could_be_image_config(&self) -> bool {
        matches!(
            self.media_type.as_str(),
            "application/vnd.oci.image.config.v1+json"
                | "application/vnd.docker.container.image.v1+json"
                | "application/octet-stream"
                | "application/json"
                | "text/html"
                | "text/plain"
                | ""
        )
    }

    /// Whether a layer of this media type could be a file system's: a tar archive, or nothing that anybody named.
    pub(crate) fn could_be_layer(&self) -> bool {
        let named = |word| matches!(word, "tar" | "gtar" | "tgz");
        matches!(self.media_type.as_str(), "" | "application/octet-stream" | "application/gzip")
            || self.media_type.split(|letter: char| !letter.is_ascii_alphanumeric()).any(named)
    }

    /// Whether it is a layer that only the holder of a key can read.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.media_type.ends_with("+encrypted")
    }
}

/// Whether a layer of this media type may be missing on purpose: its makers forbid to pass it on.
pub(crate) fn is_foreign(media_type: &str) -> bool {
    media_type.contains(".foreign.") || media_type.contains(".nondistributable.")
}

/// A platform, where both of its names are there and mean something.
fn named_platform(os: &str, architecture: &str, variant: Option<&str>) -> Option<Platform> {
    let named = |name: &str| !name.is_empty() && name != "unknown";
    (named(os) && named(architecture)).then(|| Platform::new(os, architecture, variant))
}

/// Reads any JSON document of ours.
pub(crate) fn json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => format!("it does not say what it should: {error}"),
        serde_json::error::Category::Eof => "it is cut short".into(),
        _ => format!("it is not JSON: {error}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    fn check(text: &str, expect: &str) {
        let text = text.replace("DIGEST", &format!(r#""digest":"{DIGEST}","size":2"#));
        let shown = match Document::parse(text.as_bytes()) {
            Ok(Document::Index(manifests)) => format!("index of {}", manifests.len()),
            Ok(Document::Manifest(manifest)) => format!("manifest of {}", manifest.layers.len()),
            Ok(Document::Schema1) => "schema 1".into(),
            Err(error) => error,
        };
        assert_eq!(shown, expect, "{text}");
    }

    #[test]
    fn content_tells_what_a_document_is() {
        check(r#"{"manifests":[{DIGEST}]}"#, "index of 1");
        check(r#"{"mediaType":"x.manifest","manifests":[{DIGEST}]}"#, "index of 1");
        check(r#"{"config":{DIGEST},"layers":[{DIGEST},{DIGEST}]}"#, "manifest of 2");
        check(r#"{"schemaVersion":1,"fsLayers":[],"history":[]}"#, "schema 1");
    }

    #[test]
    fn null_is_an_empty_list() {
        check(r#"{"config":{DIGEST},"layers":null}"#, "manifest of 0");
        check(
            r#"{"mediaType":"application/vnd.oci.image.index.v1+json","manifests":null}"#,
            "index of 0",
        );
        check(r#"{"manifests":[{DIGEST,"annotations":null,"platform":null}]}"#, "index of 1");
    }

    #[test]
    fn two_readings_of_one_document_are_refused() {
        check(
            r#"{"manifests":[],"config":{DIGEST},"layers":[]}"#,
            "it has both `manifests` and `layers`: it could be read as two different images",
        );
        check(
            r#"{"manifests":[],"manifests":[]}"#,
            "it does not say what it should: duplicate field `manifests` at line 1 column 27",
        );
    }

    #[test]
    fn digests_and_sizes_are_taken_strictly() {
        check(
            r#"{"manifests":[{"digest":"sha256:../../x","size":1}]}"#,
            "it does not say what it should: `sha256:../../x` is not a digest; one looks like sha256: and 64 \
             hexadecimal digits at line 1 column 40",
        );
        check(
            &format!(r#"{{"manifests":[{{"digest":"{DIGEST}","size":-1}}]}}"#),
            "it does not say what it should: invalid value: integer `-1`, expected u64 at line 1 column 107",
        );
        check("<html>", "it is not JSON: expected value at line 1 column 1");
        check(r#"{"manifests":["#, "it is cut short");
        check("{}", "it has neither `manifests` nor `config` and `layers`");
    }
}
