//! What the manifest and the configuration say of an image.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Digest, Platform};

/// An image from outside: what it is called and made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// The reference as it was given.
    pub reference: String,
    /// The manifest's digest; none where there is no manifest (a folder, an old archive).
    pub digest: Option<Digest>,
    /// The configuration's digest, which Docker calls the image ID.
    pub config_digest: Option<Digest>,
    /// The index that the manifest was chosen from.
    pub index_digest: Option<Digest>,
    /// What it runs on, where that is known.
    pub platform: Option<Platform>,
    /// When it was built, as the configuration says (RFC 3339).
    pub created: Option<String>,
    /// Its layers, the lowest first.
    pub layers: Vec<LayerDescription>,
}

impl Description {
    /// The size of its layers as they are moved and stored, in bytes.
    pub fn size(&self) -> u64 {
        self.layers.iter().fold(0, |sum, layer| sum.saturating_add(layer.size))
    }
}

/// One layer from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerDescription {
    /// The digest of its blob; for what has none (a folder) the digest of the archive that it was read as.
    pub digest: Digest,
    /// The digest of its archive once inflated: as the configuration promises where the blob is packed and verified by
    /// its own digest, else as read.
    pub diff_id: Digest,
    /// The size of its blob in bytes.
    pub size: u64,
    /// Its media type, as the manifest says; empty where nothing says it.
    pub media_type: String,
}

/// The configuration that a container starts with, in the words of the OCI image specification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `User`.
    pub user: Option<String>,
    /// `Env`, by name.
    pub env: BTreeMap<String, String>,
    /// `Entrypoint`.
    pub entrypoint: Option<Vec<String>>,
    /// `Cmd`.
    pub cmd: Option<Vec<String>>,
    /// `WorkingDir`.
    pub workdir: Option<String>,
    /// `ExposedPorts`.
    pub ports: BTreeSet<String>,
    /// `Volumes`.
    pub volumes: BTreeSet<String>,
    /// `Labels`.
    pub labels: BTreeMap<String, String>,
    /// `StopSignal`.
    pub stop_signal: Option<String>,
    /// `Shell` (Docker).
    pub shell: Option<Vec<String>>,
    /// `Healthcheck` (Docker).
    pub healthcheck: Option<Health>,
    /// `OnBuild` (Docker).
    pub onbuild: Vec<String>,
    /// `author`.
    pub author: Option<String>,
    /// `history`, the oldest first.
    pub history: Vec<History>,
}

/// A health check, durations in nanoseconds as Docker has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// `NONE`, `CMD …` or `CMD-SHELL …`.
    pub test: Vec<String>,
    /// Between two checks.
    pub interval: Option<u64>,
    /// Until a check has failed.
    pub timeout: Option<u64>,
    /// Before failures count.
    pub start_period: Option<u64>,
    /// Between two checks before failures count.
    pub start_interval: Option<u64>,
    /// Failures before the container is unhealthy.
    pub retries: Option<u64>,
}

/// One line of the image's history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// When (RFC 3339).
    pub created: Option<String>,
    /// The instruction.
    pub created_by: Option<String>,
    /// A remark.
    pub comment: Option<String>,
    /// Whether it made no layer.
    pub empty_layer: bool,
}

/// What a person said that an image is (`--imagetype`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImageKind {
    /// Nothing was said.
    #[default]
    None,
    /// An image that others are built on.
    Base,
    /// An image built from a known Dockerfile.
    User,
}

impl ImageKind {
    /// The kind's name in reports.
    pub fn name(self) -> &'static str {
        match self {
            ImageKind::None => "none",
            ImageKind::Base => "base",
            ImageKind::User => "user",
        }
    }
}
