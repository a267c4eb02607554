//! Which packages a question is about: those of the distribution, as Anchore's questions were, or others too.

use std::collections::BTreeSet;

use compare::Subject;
use model::{File, ImageFacts, Package};

use super::columns;
use super::packages::is_of_distribution;

/// The types of packages that are meant.
#[derive(Clone, Debug)]
pub(super) enum Types {
    /// Those of the distribution.
    Distribution,
    /// All of them.
    All,
    /// These.
    These(BTreeSet<String>),
}

impl Types {
    /// Reads the words of `types=`.
    pub(super) fn new(names: &[&str]) -> Types {
        match names {
            [] => Types::Distribution,
            names if names.contains(&"all") => Types::All,
            names => Types::These(names.iter().map(ToString::to_string).collect()),
        }
    }

    /// Whether packages of the distribution are among them.
    pub(super) fn have_distribution(&self) -> bool {
        match self {
            Types::Distribution | Types::All => true,
            Types::These(names) => compare::of_distributions().any(|name| names.contains(name)),
        }
    }

    /// Whether a package is meant.
    pub(super) fn have(&self, package: &Package) -> bool {
        match self {
            Types::Distribution => is_of_distribution(package),
            Types::All => true,
            Types::These(names) => names.contains(&package.ecosystem),
        }
    }

    /// Says that none of these images has packages of the types that were named, where it is so, and which there are:
    /// nobody tells `nmp` from a type that is not there otherwise.
    pub(super) fn unknown(&self, images: &[&Subject]) -> Option<String> {
        let Types::These(_) = self else { return None };
        let packages = || {
            let installed = images.iter().flat_map(|image| &image.side.facts.packages);
            installed.map(|installed| &installed.package)
        };
        if packages().any(|package| self.have(package)) {
            return None;
        }
        let types: BTreeSet<&str> = packages().map(|package| &package.ecosystem[..]).collect();
        let types: Vec<&str> = types.into_iter().collect();
        let there = match &types[..] {
            [] => "none at all".into(),
            types => format!("packages of {}", types.join(", ")),
        };
        let names: Vec<_> = images.iter().map(|image| columns::name(image)).collect();
        let of = match &names[..] {
            [one] => format!("{one} has no packages"),
            several => format!("neither {} has packages", several.join(" nor ")),
        };
        Some(format!("{of} of these types: there are {there}"))
    }

    /// Whether a file belongs to one of them.
    pub(super) fn own(&self, facts: &ImageFacts, file: &File) -> bool {
        facts.owners(file).any(|package| self.have(package))
    }
}

/// Whether an image has packages of its distribution at all: else nothing is known of what belongs to them.
pub(super) fn has_distribution(facts: &ImageFacts) -> bool {
    facts.packages.iter().any(|installed| is_of_distribution(&installed.package))
}
