//! Where the changelogs of languages' packages stand: among the files that each owns. It reads none.

use std::collections::{BTreeMap, BTreeSet};

use model::{File, FileKind, ImageFacts, InstalledPackage, Package, Path};

use crate::ecosystem::ALL;

/// What changelogs are called, the likeliest first.
const NAMES: [&str; 5] = ["changelog", "changes", "history", "news", "releases"];

/// How their names end.
const ENDINGS: [&str; 5] = ["", "md", "rst", "txt", "markdown"];

/// The changelog of each of these packages that has one, by the package's place in the image.
pub fn changelog_files(
    image: &ImageFacts,
    packages: &[&InstalledPackage],
) -> BTreeMap<usize, Path> {
    let wanted: BTreeSet<usize> = packages
        .iter()
        .filter(|package| package.package.is_of_a_language())
        .filter_map(|package| place(image, package))
        .collect();
    let mut best: BTreeMap<usize, (usize, usize, &Path)> = BTreeMap::new();
    for file in &image.files {
        let Some(rank) = rank(file) else { continue };
        let depth = file.path.components().count();
        for owner in &file.owners {
            let Some(owner) =
                usize::try_from(owner.package).ok().filter(|one| wanted.contains(one))
            else {
                continue;
            };
            let candidate = (depth, rank, &file.path);
            best.entry(owner)
                .and_modify(|known| *known = candidate.min(*known))
                .or_insert(candidate);
        }
    }
    best.into_iter().map(|(package, (_, _, path))| (package, path.clone())).collect()
}

/// A package's place in its image.
pub(super) fn place(image: &ImageFacts, package: &InstalledPackage) -> Option<usize> {
    image.packages.binary_search(package).ok()
}

/// Whether packages of this kind have files of their own, among which a changelog may be.
pub(super) fn may_have_one(package: &Package) -> bool {
    let ecosystem = ALL.iter().find(|one| one.name == package.ecosystem);
    package.is_of_a_language()
        && ecosystem.is_some_and(|one| one.holdings.is_some() || one.name == "pypi")
}

/// How likely a file is a changelog by its name: the lower, the likelier.
fn rank(file: &File) -> Option<usize> {
    if !matches!(file.entry.kind, FileKind::Regular { size: 1.., .. }) {
        return None;
    }
    let name = std::str::from_utf8(file.path.name()).ok()?.to_ascii_lowercase();
    let (stem, ending) = name.split_once('.').unwrap_or((&name, ""));
    let ending = ENDINGS.iter().position(|one| *one == ending)?;
    let name = NAMES.iter().position(|one| *one == stem)?;
    Some(name * ENDINGS.len() + ending)
}
