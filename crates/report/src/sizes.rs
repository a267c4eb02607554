//! Sizes in the order of reports: the largest first, in a comparison what grew or shrank the most.

use std::cmp::Reverse;

use compare::{Side, Size};
use model::Path;

/// Sizes of one image, or of two.
pub(crate) struct Ranked {
    /// All files together.
    pub(crate) total: Size,
    /// By ecosystem and name of the package; without one what no package owns.
    pub(crate) packages: Vec<(Option<(String, String)>, Size)>,
    /// By directory.
    pub(crate) directories: Vec<(Path, Size)>,
}

/// The sizes of an image, or how it grew from another: what did not is left out. Directories are `depth` levels deep.
pub(crate) fn ranked(old: Option<&Side>, new: &Side, depth: usize) -> Ranked {
    let nothing = Side::default();
    let sizes = compare::sizes(old.unwrap_or(&nothing), new, depth);
    let is_one = old.is_none();
    let packages = sizes.packages.into_iter().map(|(key, size)| (Some(key), size));
    Ranked {
        total: sizes.total,
        packages: rank(packages.chain([(None, sizes.unowned)]).collect(), is_one),
        directories: rank(sizes.directories.into_iter().collect(), is_one),
    }
}

fn rank<T>(mut rows: Vec<(T, Size)>, is_one: bool) -> Vec<(T, Size)> {
    // Sorting is stable: names stay in order among those of one size.
    if is_one {
        rows.retain(|(_, size)| size.new > 0);
        rows.sort_by_key(|(_, size)| Reverse(size.new));
    } else {
        rows.retain(|(_, size)| size.growth() != 0);
        rows.sort_by_key(|(_, size)| Reverse(size.growth().unsigned_abs()));
    }
    rows
}
