//! Sizes by package and by directory, and what came of budgets, in documents.

use compare::{Side, Size, Spent};
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

/// What came of a budget.
#[derive(Serialize)]
pub(super) struct SpentShape {
    of: &'static str,
    name: String,
    #[serde(flatten)]
    size: SizeShape,
    /// By how many bytes it may grow.
    allowed: u64,
    over: bool,
    /// Whether either image has it.
    present: bool,
}

impl SpentShape {
    pub(super) fn of(spent: &Spent) -> SpentShape {
        SpentShape {
            of: spent.kind(),
            name: spent.name.clone(),
            size: SizeShape { old: spent.size.old, new: spent.size.new },
            allowed: spent.allowed,
            over: spent.is_over(),
            present: spent.is_there,
        }
    }
}
