//! Which packages a question is about: those of the distribution, as Anchore's questions were, or others too.

use std::collections::BTreeSet;

use model::{File, ImageFacts, Package};

use super::packages::is_of_distribution;

/// The types of distributions' packages.
const DISTRIBUTION: [&str; 3] = ["apk", "deb", "rpm"];

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
            Types::These(names) => DISTRIBUTION.iter().any(|name| names.contains(*name)),
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

    /// Whether a file belongs to one of them.
    pub(super) fn own(&self, facts: &ImageFacts, file: &File) -> bool {
        facts.owners(file).any(|package| self.have(package))
    }
}

/// Whether an image has packages of its distribution at all: else nothing is known of what belongs to them.
pub(super) fn has_distribution(facts: &ImageFacts) -> bool {
    facts.packages.iter().any(|installed| is_of_distribution(&installed.package))
}
