//! Packages that others own: a wheel inside an rpm is the distribution's to keep secure. Pure.

use std::collections::{BTreeMap, BTreeSet};

use model::ImageFacts;

use super::names::is_of_distro;

/// Which packages own the files of which.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Owned {
    /// Packages that are left to the distribution: it says all that is known of them.
    pub(super) dropped: BTreeSet<usize>,
    /// The distribution's packages that own a language's package.
    pub(super) owners: BTreeMap<usize, BTreeSet<usize>>,
    /// All of those.
    pub(super) owns_packages: BTreeSet<usize>,
}

/// Distributions that say what they have not fixed, too, by `ID` or `ID_LIKE`.
const COMPREHENSIVE: [&str; 7] =
    ["debian", "ubuntu", "rhel", "redhat", "mariner", "azurelinux", "arch"];

/// Looks whose files record packages of languages.
pub(super) fn owned(facts: &ImageFacts) -> Owned {
    let is_comprehensive = facts.distro.as_ref().is_some_and(|distro| {
        let mut names = std::iter::once(&distro.id).chain(&distro.id_like);
        distro.id != "amzn" && names.any(|name| COMPREHENSIVE.contains(&&**name))
    });
    let mut result = Owned::default();
    for (place, one) in facts.packages.iter().enumerate() {
        if is_of_distro(&one.package) {
            continue;
        }
        let Some(file) = facts.file(&one.database) else { continue };
        for owner in &file.owners {
            let owner = owner.package as usize;
            let Some(parent) = facts.packages.get(owner) else { continue };
            if owner == place || !is_of_distro(&parent.package) {
                continue;
            }
            result.owners.entry(place).or_default().insert(owner);
            result.owns_packages.insert(owner);
            let same = parent.package.version.as_str().starts_with(one.package.version.as_str());
            if same && (is_comprehensive || one.package.ecosystem == "generic") {
                result.dropped.insert(place);
            }
        }
    }
    result
}
