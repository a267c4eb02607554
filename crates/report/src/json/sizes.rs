//! Sizes by package and by directory, in documents.

use compare::{Side, Size};
use serde::Serialize;

use super::PathShape;

/// Sizes of files as a container sees them, in bytes; of one image alone `old` is 0.
#[derive(Serialize)]
pub(super) struct SizesShape {
    total: SizeShape,
    unowned: SizeShape,
    packages: Vec<PackageSize>,
    directories: Vec<DirectorySize>,
}

#[derive(Serialize)]
struct SizeShape {
    old: u64,
    new: u64,
}

#[derive(Serialize)]
struct PackageSize {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    #[serde(flatten)]
    size: SizeShape,
}

#[derive(Serialize)]
struct DirectorySize {
    #[serde(flatten)]
    path: PathShape,
    #[serde(flatten)]
    size: SizeShape,
}

impl SizesShape {
    pub(super) fn of(old: &Side, new: &Side, depth: usize) -> SizesShape {
        let sizes = compare::sizes(old, new, depth);
        let size = |size: Size| SizeShape { old: size.old, new: size.new };
        let packages = sizes.packages.into_iter().map(|((kind, name), one)| PackageSize {
            kind,
            name,
            size: size(one),
        });
        let directories = sizes
            .directories
            .iter()
            .map(|(path, one)| DirectorySize { path: PathShape::of(path), size: size(*one) });
        SizesShape {
            total: size(sizes.total),
            unowned: size(sizes.unowned),
            packages: packages.collect(),
            directories: directories.collect(),
        }
    }
}
