//! The documents of what is kept: images, the history of a name, facts in the cache.

use serde::Serialize;

use super::NoticeShape;
use super::analysis::SettingsShape;
use super::image::ImageShape;
use crate::VERSION;
use crate::kept::{self, Since};
use crate::query::dockerfile;

/// Kept images.
#[derive(Serialize)]
pub(crate) struct Kept {
    version: u32,
    kind: &'static str,
    images: Vec<KeptShape>,
}

#[derive(Serialize)]
struct KeptShape {
    id: Option<String>,
    names: Vec<String>,
    #[serde(rename = "type")]
    kind: &'static str,
    analyzed: String,
    imported: bool,
    dockerfile: Option<String>,
    image: ImageShape,
    settings: SettingsShape,
    notices: Vec<NoticeShape>,
}

impl Kept {
    pub(crate) fn of(images: &[kept::Image]) -> Kept {
        let shape = |kept::Image { subject, imported }: &kept::Image| KeptShape {
            id: subject.id.as_ref().map(ToString::to_string),
            names: subject.names.clone(),
            kind: subject.kind.name(),
            analyzed: subject.analyzed.to_string(),
            imported: *imported,
            dockerfile: subject.dockerfile.as_deref().map(redacted),
            image: ImageShape::of(&subject.side),
            settings: SettingsShape::of(&subject.side.settings),
            notices: subject.side.notices.iter().map(|one| NoticeShape::of(None, one)).collect(),
        };
        Kept { version: VERSION, kind: "images", images: images.iter().map(shape).collect() }
    }
}

/// What was seen under a name.
#[derive(Serialize)]
pub(crate) struct History {
    version: u32,
    kind: &'static str,
    name: String,
    sightings: Vec<SightingShape>,
}

#[derive(Serialize)]
struct SightingShape {
    id: String,
    digest: Option<String>,
    first: String,
    last: String,
    imported: bool,
    /// How it differs from the sighting before it; nothing where that is not known.
    changes: Option<ChangesShape>,
}

#[derive(Serialize)]
struct ChangesShape {
    packages: usize,
    files: usize,
    look: usize,
    unknown: bool,
}

impl History {
    pub(crate) fn of(history: &kept::History) -> History {
        let shape = |sighting: &kept::Sighting| SightingShape {
            id: sighting.id.to_string(),
            digest: sighting.digest.as_ref().map(ToString::to_string),
            first: sighting.first.to_string(),
            last: sighting.last.to_string(),
            imported: sighting.imported,
            changes: match sighting.since {
                Since::Changed { packages, files, look, unknown } => {
                    Some(ChangesShape { packages, files, look, unknown })
                }
                Since::First | Since::Unknown => None,
            },
        };
        let sightings = history.sightings.iter().map(shape).collect();
        History { version: VERSION, kind: "history", name: history.name.clone(), sightings }
    }
}

/// What is kept of layers.
#[derive(Serialize)]
pub(crate) struct Cache {
    version: u32,
    kind: &'static str,
    blobs: Vec<BlobShape>,
}

#[derive(Serialize)]
struct BlobShape {
    layer: String,
    part: &'static str,
    bytes: u64,
    used: String,
    imported: bool,
    current: bool,
}

impl Cache {
    pub(crate) fn of(blobs: &[kept::Blob]) -> Cache {
        let shape = |blob: &kept::Blob| BlobShape {
            layer: blob.digest.to_string(),
            part: blob.part,
            bytes: blob.bytes,
            used: blob.used.to_string(),
            imported: blob.imported,
            current: blob.current,
        };
        Cache { version: VERSION, kind: "cache", blobs: blobs.iter().map(shape).collect() }
    }
}

/// How much is kept.
#[derive(Serialize)]
pub(crate) struct CacheStat {
    version: u32,
    kind: &'static str,
    folder: String,
    images: u64,
    layers: u64,
    bytes: u64,
    capacity: u64,
}

impl CacheStat {
    pub(crate) fn of(stat: &kept::Stat) -> CacheStat {
        let kept::Stat { folder, images, layers, bytes, capacity } = stat.clone();
        CacheStat { version: VERSION, kind: "cache-stat", folder, images, layers, bytes, capacity }
    }
}

/// What was thrown away.
#[derive(Serialize)]
pub(crate) struct CachePruned {
    version: u32,
    kind: &'static str,
    layers: u64,
    bytes: u64,
}

impl CachePruned {
    pub(crate) fn of(pruned: kept::Pruned) -> CachePruned {
        let kept::Pruned { layers, bytes } = pruned;
        CachePruned { version: VERSION, kind: "cache-pruned", layers, bytes }
    }
}

/// What a check found.
#[derive(Serialize)]
pub(crate) struct CacheVerified {
    version: u32,
    kind: &'static str,
    whole: u64,
    broken: Vec<String>,
    incomplete: Vec<String>,
}

impl CacheVerified {
    pub(crate) fn of(verified: &kept::Verified) -> CacheVerified {
        let kept::Verified { whole, broken, incomplete } = verified.clone();
        CacheVerified { version: VERSION, kind: "cache-verified", whole, broken, incomplete }
    }
}

/// A Dockerfile without the secrets in its lines.
fn redacted(text: &str) -> String {
    text.split('\n').map(dockerfile::redacted).collect::<Vec<_>>().join("\n")
}
