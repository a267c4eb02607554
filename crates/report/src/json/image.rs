//! Shapes that both documents have: images, packages, files.

use compare::Side;
use model::{Distro, FileEntry, FileKind, InstalledPackage, LayerTally, Licensing, Package, Purl};
use serde::Serialize;

use crate::layers::instructions;

/// What an image is called and made of.
#[derive(Serialize)]
pub(super) struct ImageShape {
    reference: String,
    digest: Option<String>,
    config_digest: Option<String>,
    index_digest: Option<String>,
    platform: Option<String>,
    created: Option<String>,
    /// The layers' sizes together, as stored, in bytes.
    size: u64,
    layers: Vec<LayerShape>,
    distribution: Option<DistroShape>,
}

#[derive(Serialize)]
struct LayerShape {
    digest: String,
    diff_id: String,
    size: u64,
    media_type: String,
    /// The line of the history that made it, where the history has one for each layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    instruction: Option<String>,
    /// What it does, only where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    tally: Option<TallyShape>,
}

/// Figures of a layer; directories are not counted. Sizes are in bytes, not packed.
#[derive(Serialize)]
struct TallyShape {
    added: usize,
    changed: usize,
    removed: usize,
    put: u64,
    hidden: u64,
    repeated: u64,
}

#[derive(Serialize)]
struct DistroShape {
    id: String,
    version_id: Option<String>,
    codename: Option<String>,
    name: Option<String>,
    like: Vec<String>,
    /// Lines of releases that are kept alive apart, which it takes fixes from: `eus`, `esm`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    channels: Vec<String>,
}

impl ImageShape {
    pub(super) fn of(side: &Side) -> ImageShape {
        let image = &side.image;
        let tally = |place: usize| {
            side.tallies.get(place).map(|tally| {
                let LayerTally { added, changed, removed, put, hidden, repeated } = *tally;
                TallyShape { added, changed, removed, put, hidden, repeated }
            })
        };
        let layers = image.layers.iter().zip(instructions(side)).enumerate();
        let layers = layers.map(|(place, (layer, instruction))| LayerShape {
            digest: layer.digest.to_string(),
            diff_id: layer.diff_id.to_string(),
            size: layer.size,
            media_type: layer.media_type.clone(),
            instruction,
            tally: tally(place),
        });
        ImageShape {
            reference: image.reference.clone(),
            digest: image.digest.as_ref().map(ToString::to_string),
            config_digest: image.config_digest.as_ref().map(ToString::to_string),
            index_digest: image.index_digest.as_ref().map(ToString::to_string),
            platform: image.platform.as_ref().map(ToString::to_string),
            created: image.created.clone(),
            size: image.size(),
            layers: layers.collect(),
            distribution: side.facts.distro.as_ref().map(DistroShape::of),
        }
    }
}

impl DistroShape {
    fn of(distro: &Distro) -> DistroShape {
        DistroShape {
            id: distro.id.clone(),
            version_id: distro.version_id.clone(),
            codename: distro.codename.clone(),
            name: distro.pretty_name.clone(),
            like: distro.id_like.clone(),
            channels: distro.channels.clone(),
        }
    }
}

/// A package as its database records it.
#[derive(Serialize)]
pub(super) struct PackageShape {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    group: Option<String>,
    version: String,
    architecture: Option<String>,
    source: Option<String>,
    build: Option<String>,
    size: Option<u64>,
    license: Option<String>,
    license_expression: Option<String>,
    supplier: Option<String>,
    module: Option<String>,
    specification: Option<String>,
    purl: String,
    database: String,
    inside: Option<String>,
    /// The package of the operating system that brought it, where one did.
    brought_by: Option<OwnerShape>,
}

impl PackageShape {
    pub(super) fn of(installed: &InstalledPackage, side: &Side) -> PackageShape {
        let package = &installed.package;
        PackageShape {
            kind: package.ecosystem.clone(),
            name: package.name.clone(),
            group: package.group.clone(),
            version: package.version.to_string(),
            architecture: package.architecture.clone(),
            source: package.source.clone(),
            build: package.build.clone(),
            size: package.size,
            license: package.license.clone(),
            license_expression: Licensing::of(package).map(|licensing| licensing.expression),
            supplier: package.supplier.clone(),
            module: package.module.clone(),
            specification: package.specification.clone(),
            purl: Purl::of(package, side.facts.distro.as_ref()).to_string(),
            database: super::text(installed.database.as_bytes()),
            inside: installed.inside.clone(),
            brought_by: side
                .facts
                .bringer(installed)
                .and_then(|place| side.facts.packages.get(place))
                .map(|bringer| OwnerShape::of(&bringer.package)),
        }
    }
}

/// A package that a lock file names: nothing says that it is installed.
#[derive(Serialize)]
pub(super) struct DeclaredShape {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    group: Option<String>,
    version: String,
    purl: String,
    /// The lock file.
    declared_in: String,
}

impl DeclaredShape {
    pub(super) fn of(declared: &InstalledPackage) -> DeclaredShape {
        let package = &declared.package;
        DeclaredShape {
            kind: package.ecosystem.clone(),
            name: package.name.clone(),
            group: package.group.clone(),
            version: package.version.to_string(),
            purl: Purl::of(package, None).to_string(),
            declared_in: super::text(declared.database.as_bytes()),
        }
    }
}

/// A package in a word: which one it is.
#[derive(Serialize)]
pub(super) struct OwnerShape {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    version: String,
    architecture: Option<String>,
}

impl OwnerShape {
    pub(super) fn of(package: &Package) -> OwnerShape {
        OwnerShape {
            kind: package.ecosystem.clone(),
            name: package.name.clone(),
            version: package.version.to_string(),
            architecture: package.architecture.clone(),
        }
    }
}

/// What stands at a path.
#[derive(Serialize)]
pub(super) struct FileShape {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Four octal digits.
    mode: String,
    uid: u32,
    gid: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<[u32; 2]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    xattrs: Vec<XattrShape>,
    /// Counted from 1 at the bottom.
    layer: u32,
}

#[derive(Serialize)]
struct XattrShape {
    name: String,
    /// In hexadecimal digits.
    value: String,
}

impl FileShape {
    pub(super) fn of(file: &model::File) -> FileShape {
        let entry: &FileEntry = &file.entry;
        let mut shape = FileShape {
            kind: entry.kind.name(),
            mode: format!("{:04o}", entry.mode),
            uid: entry.uid,
            gid: entry.gid,
            size: None,
            sha256: None,
            target: None,
            device: None,
            xattrs: entry
                .xattrs
                .iter()
                .flat_map(|xattrs| xattrs.iter())
                .map(|(name, value)| xattr(name, value))
                .collect(),
            layer: file.layer.saturating_add(1),
        };
        match &entry.kind {
            FileKind::Regular { size, sha256 } => {
                shape.size = Some(*size);
                shape.sha256 = Some(sha256.to_string());
            }
            FileKind::Symlink { target } => shape.target = Some(super::text(target)),
            FileKind::CharDevice { major, minor } | FileKind::BlockDevice { major, minor } => {
                shape.device = Some([*major, *minor]);
            }
            _ => {}
        }
        shape
    }
}

fn xattr(name: &[u8], value: &[u8]) -> XattrShape {
    XattrShape {
        name: super::text(name),
        value: value.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}
