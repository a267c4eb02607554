//! Every path that packages claim, also where nothing is there: what an image is verified by. It judges nothing.

use std::collections::{BTreeMap, HashSet};

use model::{Path, Recorded};

use super::evidence::{Survivor, claims, diversions, diverted, packages};
use super::owners::complete;
use super::recognised;
use super::tree::Tree;

/// A package's claim on a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The package's place in [`model::ImageFacts::packages`].
    pub package: u32,
    /// The path as the database writes it, diversions followed.
    pub path: Path,
    /// Where it stands once the links of its directories are followed; none where nothing is there.
    pub place: Option<Path>,
    /// What is recorded of it.
    pub recorded: Recorded,
}

/// Every claim, by package and path.
pub(super) fn claimed(tree: &Tree<'_>, survivors: &[Survivor<'_>]) -> Vec<Claimed> {
    let mut packages = packages(survivors);
    recognised::drop_owned(tree, survivors, &mut packages);
    let diversions = diversions(survivors);
    // What cannot be told of claims is a notice of the image already.
    let claims = claims(survivors, &packages, &mut Vec::new());
    let mut all = Vec::new();
    for (number, (installed, owned)) in claims.iter().enumerate() {
        let package = u32::try_from(number).unwrap_or(u32::MAX);
        let owned = || owned.iter().copied().flatten();
        let is_deb = installed.package.ecosystem == "deb";
        // dpkg's lists have what is the package's now; its digests are those of all that it came with.
        let listed: HashSet<&Path> = owned()
            .filter(|one| one.recorded.digest.is_none() && !one.recorded.config)
            .map(|one| &one.path)
            .collect();
        let mut paths: BTreeMap<&Path, Recorded> = BTreeMap::new();
        for one in owned() {
            let is_left = one.recorded.config || listed.is_empty() || listed.contains(&one.path);
            if is_deb && !is_left {
                continue;
            }
            let path = diverted(&diversions, &installed.package.name, &one.path);
            complete(paths.entry(path).or_default(), &one.recorded);
        }
        all.extend(paths.into_iter().map(|(path, recorded)| Claimed {
            package,
            path: path.clone(),
            place: tree.resolve(path).map(|place| tree.path(place).clone()),
            recorded,
        }));
    }
    all
}
