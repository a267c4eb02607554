//! What matching could not tell. It is said first in every report: a list with gaps is not a clean one.

use std::fmt;

use crate::Time;

/// Something that could not be told of an image's vulnerabilities.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gap {
    /// The image does not say which distribution it is: its packages were not looked up.
    NoDistro {
        /// How many packages of a package manager it has.
        packages: u32,
    },
    /// The data has nothing about this distribution: its packages were not looked up.
    NoDataForDistro {
        /// The distribution, as the image says it: `debian 13`.
        distro: String,
        /// How many packages of a package manager it has.
        packages: u32,
    },
    /// The data has nothing about this release: what it says of another one was asked in its place.
    OtherRelease {
        /// The distribution, as the image says it: `alpine 3.22.0`.
        distro: String,
        /// The release that was asked: `alpine 3.21`.
        asked: String,
    },
    /// The image is of a distribution, and no package of it is known: its package manager's database is missing, or of a kind
    /// that is not read.
    NoPackages {
        /// The distribution.
        distro: String,
    },
    /// Packages of a kind that the distribution does not have: nobody writes about them there.
    Foreign {
        /// The distribution.
        distro: String,
        /// The ecosystem's name: `apk`.
        ecosystem: String,
        /// How many packages of it the image has.
        packages: u32,
    },
    /// The distribution is not kept secure any more: what the data has of it is old.
    EndOfLife {
        /// The distribution.
        distro: String,
        /// Since when, where the data says it.
        since: Option<Time>,
    },
    /// The data has nothing about any package of this kind.
    NoDataForEcosystem {
        /// The ecosystem's name: `npm`.
        ecosystem: String,
        /// How many packages of it the image has.
        packages: u32,
    },
    /// Records of the data that make no sense: what they say is not known.
    Unreadable {
        /// Which record, and why: a clause.
        what: String,
    },
    /// Versions that cannot be compared with those of advisories about the package.
    Incomparable {
        /// The package's name.
        package: String,
        /// Its version.
        version: String,
        /// How many advisories could not be judged.
        advisories: u32,
    },
    /// Packages whose version is not known: they were not looked up.
    NoVersion {
        /// The package's name.
        package: String,
    },
    /// So many records of the data make no sense that much may be missing.
    ManyUnreadable {
        /// How many.
        records: u64,
        /// Of how many.
        of: u64,
    },
    /// Nobody says when the data was built: it may be old.
    Undated,
    /// The data says that it was built at a time that is still to come: how old it is, is not known.
    Untimely {
        /// When it says it was built.
        built: Time,
    },
    /// The data is old.
    Stale {
        /// When it was built.
        built: Time,
        /// How old it may be, in hours.
        limit: u32,
    },
    /// What somebody said not to count does not apply to anything: a VEX statement about another image, a rule that has
    /// expired.
    Unheeded {
        /// Which, and why: a sentence.
        what: String,
    },
    /// The packages themselves may not all be known: a notice of the image, as a clause.
    Packages {
        /// What it says.
        what: String,
    },
}

impl Gap {
    /// Whether so much may be missing because of it that a list without findings is not a clean one.
    pub fn may_hide(&self) -> bool {
        match self {
            Gap::NoDistro { .. }
            | Gap::NoDataForDistro { .. }
            | Gap::OtherRelease { .. }
            | Gap::NoPackages { .. }
            | Gap::Foreign { .. }
            | Gap::EndOfLife { .. }
            | Gap::NoDataForEcosystem { .. }
            | Gap::Incomparable { .. }
            | Gap::ManyUnreadable { .. }
            | Gap::Packages { .. } => true,
            // They are of single records and packages, or of the data's age, and are told as that.
            Gap::Unreadable { .. }
            | Gap::NoVersion { .. }
            | Gap::Undated
            | Gap::Untimely { .. }
            | Gap::Stale { .. }
            | Gap::Unheeded { .. } => false,
        }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Gap::NoDistro { packages } => write!(
                f,
                "the image does not say which distribution it is: {packages} packages were not looked up"
            ),
            Gap::NoDataForDistro { distro, packages } => write!(
                f,
                "the advisories say nothing about {distro}: {packages} packages were not looked up"
            ),
            Gap::OtherRelease { distro, asked } => write!(
                f,
                "the advisories say nothing about {distro}: those about {asked} were asked in its place"
            ),
            Gap::NoPackages { distro } => write!(
                f,
                "no packages of {distro} are known: where its package manager keeps them, nothing could be read"
            ),
            Gap::Foreign { distro, ecosystem, packages } => write!(
                f,
                "nobody writes about packages of {ecosystem} for {distro}: {packages} were not looked up"
            ),
            Gap::EndOfLife { distro, since: Some(since) } => {
                write!(f, "{distro} is not kept secure any more, since {}", since.day())
            }
            Gap::EndOfLife { distro, since: None } => {
                write!(f, "{distro} is not kept secure any more")
            }
            Gap::NoDataForEcosystem { ecosystem, packages } => write!(
                f,
                "the advisories say nothing about packages of {ecosystem}: {packages} were not looked up"
            ),
            Gap::Unreadable { what } | Gap::Packages { what } | Gap::Unheeded { what } => {
                write!(f, "{what}")
            }
            Gap::Incomparable { package, version, advisories } => write!(
                f,
                "{advisories} advisories about {package} could not be compared with its version {version}"
            ),
            Gap::NoVersion { package } => {
                write!(f, "{package} has no version and was not looked up")
            }
            Gap::ManyUnreadable { records, of } => write!(
                f,
                "{records} of {of} records of the advisories could not be read: much may be missing"
            ),
            Gap::Undated => write!(f, "nobody says when the advisories were made: they may be old"),
            Gap::Untimely { built } => write!(
                f,
                "the advisories say that they are of {built}, which is to come: how old they are is not known"
            ),
            Gap::Stale { built, limit } => {
                write!(f, "the advisories are of {built}, more than {limit} hours old")
            }
        }
    }
}
