//! What a container engine says of an image when it is asked to inspect it: the configuration in other words. It becomes
//! a [`Config`], so that settings are read in one place only.
//!
//! The words are those of Docker's Engine API (`ImageInspect`), which Podman speaks as well. How the image was built is
//! asked for apart: see [`super::Past`].

use model::{Digest, Platform};
use serde::Deserialize;

use super::{Config, Execution, RootFs};
use crate::documents::{Descriptor, json, lenient, named_platform};

/// An image as an engine describes it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Inspected {
    id: String,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    repo_tags: Vec<String>,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    repo_digests: Vec<String>,
    #[serde(default)]
    descriptor: Option<Descriptor>,
    #[serde(default)]
    created: Option<String>,
    #[serde(default)]
    author: Option<String>,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    os: String,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    architecture: String,
    #[serde(default)]
    variant: Option<String>,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    config: Execution,
    #[serde(rename = "RootFS", default, deserialize_with = "lenient::null_is_default")]
    root_fs: Layers,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Layers {
    #[serde(default, deserialize_with = "lenient::digests")]
    layers: Vec<Digest>,
}

impl Inspected {
    /// Reads an answer to `GET /images/NAME/json`. The error is a clause about "it".
    pub(crate) fn parse(bytes: &[u8]) -> Result<Inspected, String> {
        json(bytes)
    }

    /// The image's ID: whatever happens to its names, the engine knows the image by it.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The tags that the engine has for it: `shop:1.4`.
    pub(crate) fn tags(&self) -> Vec<String> {
        // `<none>:<none>` stands for an image without a tag.
        let tags = self.repo_tags.iter().filter(|tag| !tag.starts_with('<'));
        tags.cloned().collect()
    }

    /// The digest of the index that the name means, where the engine keeps images as registries do.
    pub(crate) fn index_digest(&self) -> Option<Digest> {
        let target = self.descriptor.as_ref()?;
        target.is_index().then(|| target.digest.clone())
    }

    /// The digest of the manifest that the name means, where the engine keeps images as registries do.
    pub(crate) fn manifest_digest(&self) -> Option<Digest> {
        let target = self.descriptor.as_ref()?;
        (!target.is_index()).then(|| target.digest.clone())
    }

    /// The digest of the configuration: the ID, unless the engine calls an image by its manifest or its index. Docker
    /// says which of those it is since version 28; before that, the ID is then among the image's names.
    pub(crate) fn config_digest(&self) -> Option<Digest> {
        let digest: Digest = self.id.parse().ok()?;
        let named = format!("@{digest}");
        let is_target = self.descriptor.is_some()
            || self.repo_digests.iter().any(|name| name.ends_with(&named));
        (!is_target).then_some(digest)
    }

    /// What it runs on, where it says that.
    pub(crate) fn platform(&self) -> Option<Platform> {
        named_platform(&self.os, &self.architecture, self.variant.as_deref())
    }

    /// How many layers it has.
    pub(crate) fn layers(&self) -> usize {
        self.root_fs.layers.len()
    }

    /// The configuration that says the same, without its history.
    pub(crate) fn config(self) -> Config {
        Config {
            created: self.created,
            author: self.author,
            os: self.os,
            architecture: self.architecture,
            variant: self.variant,
            execution: self.config,
            rootfs: RootFs { diff_ids: self.root_fs.layers },
            history: Vec::new(),
        }
    }
}
