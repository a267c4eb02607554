//! Why a vulnerability came, went or changed. Each change has exactly one cause: the first that holds.

use std::collections::{BTreeMap, BTreeSet};

use model::{Gap, PackageKey};

use super::sides::{Identity, Looked};
use super::{Fate, differing};
use crate::{Comparison, Direction, Unknown, Which, databases};

/// Why a vulnerability of a package came, went or changed. A comparison turned round has the same causes, but for those that
/// are each other's reverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingCause {
    /// The package went to a later version.
    Upgraded,
    /// The package went to an earlier version.
    Downgraded,
    /// The package, or one more version of it, came.
    PackageAdded,
    /// The package, or one of its versions, went.
    PackageRemoved,
    /// Somebody said of the other image that it does not count there: a VEX statement, or a rule of the user's.
    Vex,
    /// The data differ: with the data that tell of it, both images have it.
    DataChanged,
    /// The version is the same, but the image tells something else of the package: its source, module, architecture,
    /// distribution or owner. So other advisories are about it.
    Reclassified,
}

impl FindingCause {
    /// All of them, in the order of a report.
    pub const ALL: [FindingCause; 7] = [
        FindingCause::Upgraded,
        FindingCause::Downgraded,
        FindingCause::PackageAdded,
        FindingCause::PackageRemoved,
        FindingCause::Vex,
        FindingCause::DataChanged,
        FindingCause::Reclassified,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            FindingCause::Upgraded => "upgraded",
            FindingCause::Downgraded => "downgraded",
            FindingCause::PackageAdded => "package-added",
            FindingCause::PackageRemoved => "package-removed",
            FindingCause::Vex => "vex",
            FindingCause::DataChanged => "data-changed",
            FindingCause::Reclassified => "reclassified",
        }
    }

    /// Whether a package that went this way is the cause.
    pub(crate) fn is_of(self, direction: Direction) -> bool {
        match self {
            FindingCause::Upgraded => direction == Direction::Upgraded,
            FindingCause::Downgraded => direction == Direction::Downgraded,
            FindingCause::PackageAdded => direction == Direction::Added,
            FindingCause::PackageRemoved => direction == Direction::Removed,
            FindingCause::Reclassified => {
                matches!(direction, Direction::Rebuilt | Direction::Respelled | Direction::Moved)
            }
            FindingCause::Vex | FindingCause::DataChanged => false,
        }
    }
}

/// Finds causes.
pub(super) struct Judge<'j, 'a, 'n> {
    sides: [&'j Looked<'a, 'n>; 2],
    /// Whether the sides were asked of other data, or by other programs.
    data_differ: bool,
    /// Which way each package went whose versions differ.
    directions: BTreeMap<&'j PackageKey, Direction>,
    /// Packages of which it cannot be told whether an image has them.
    untold: BTreeSet<(Which, PackageKey)>,
}

impl<'j, 'a: 'n, 'n> Judge<'j, 'a, 'n> {
    pub(super) fn new(
        comparison: &'j Comparison<'_>,
        sides: [&'j Looked<'a, 'n>; 2],
    ) -> Judge<'j, 'a, 'n> {
        let [old, new] = sides;
        // A name may have copies beside others that moved or got another licence: that decides nothing.
        let differing = comparison
            .packages
            .iter()
            .filter(|change| change.is_of_content() && change.direction != Direction::Moved);
        let untold = comparison.unknown.iter().filter_map(|unknown| match unknown {
            Unknown::Packages(untold) => Some(untold),
            Unknown::Both { .. } | Unknown::Distro { .. } => None,
        });
        let untold = untold.flat_map(|untold| {
            untold.packages.iter().map(|installed| (untold.lacking, installed.package.key()))
        });
        Judge {
            sides,
            data_differ: old.found.findings.scanner != new.found.findings.scanner,
            directions: differing.map(|change| (&change.key, change.direction)).collect(),
            untold: untold.collect(),
        }
    }

    /// The image of which it cannot be told whether it has this, where it is not known to be without the package.
    pub(super) fn lacking(&self, identity: &Identity<'_>, fate: &Fate) -> Option<Which> {
        let lacking = match fate {
            Fate::Added => Which::Old,
            Fate::Removed => Which::New,
            Fate::Changed(_) => return None,
        };
        let side = self.side(lacking);
        let key = &identity.package;
        if self.untold.contains(&(lacking, key.clone())) {
            return Some(lacking);
        }
        let is_hidden = side.found.findings.gaps.iter().any(|gap| hides(gap, key));
        (side.packages.contains(key) && is_hidden && !side.excused.contains(identity))
            .then_some(lacking)
    }

    /// The cause of a change that can be told.
    pub(super) fn cause(&self, identity: &Identity<'_>, fate: &Fate) -> FindingCause {
        let without = match fate {
            Fate::Added => Some(self.side(Which::Old)),
            Fate::Removed => Some(self.side(Which::New)),
            Fate::Changed(_) => None,
        };
        if without.is_some_and(|side| side.excused.contains(identity)) {
            return FindingCause::Vex;
        }
        let by_data = match without {
            Some(side) => self.is_of_data(side, identity),
            None => self.is_said_otherwise(identity),
        };
        if self.data_differ && by_data {
            return FindingCause::DataChanged;
        }
        if without.is_some_and(|side| !side.packages.contains(&identity.package)) {
            return match fate {
                Fate::Removed => FindingCause::PackageRemoved,
                Fate::Added | Fate::Changed(_) => FindingCause::PackageAdded,
            };
        }
        match (self.directions.get(&identity.package), fate) {
            (Some(Direction::Upgraded), _) => FindingCause::Upgraded,
            (Some(Direction::Downgraded), _) => FindingCause::Downgraded,
            // A version came beside others, or went from beside them. What it has cannot go by its coming.
            (Some(Direction::Added), Fate::Added | Fate::Changed(_)) => FindingCause::PackageAdded,
            (Some(Direction::Removed), Fate::Removed | Fate::Changed(_)) => {
                FindingCause::PackageRemoved
            }
            _ => FindingCause::Reclassified,
        }
    }

    fn side(&self, which: Which) -> &'j Looked<'a, 'n> {
        match which {
            Which::Old => self.sides[0],
            Which::New => self.sides[1],
        }
    }

    /// Whether an image without a vulnerability has it with the other side's data. Where it could not be asked, only a package
    /// that did not change speaks for the data.
    fn is_of_data(&self, side: &Looked<'_, 'n>, identity: &Identity<'_>) -> bool {
        match &side.elsewhere {
            Some(elsewhere) => elsewhere.contains_key(identity),
            None => {
                side.packages.contains(&identity.package)
                    && !self.directions.contains_key(&identity.package)
            }
        }
    }

    /// Whether the other side's data say something else of the very same image.
    fn is_said_otherwise(&self, identity: &Identity<'_>) -> bool {
        let mut asked = self.sides.iter().filter_map(|side| {
            let elsewhere = side.elsewhere.as_ref()?.get(identity).map(Vec::as_slice);
            let own = side.counted.get(identity).map(Vec::as_slice);
            Some(!differing(own.unwrap_or_default(), elsewhere.unwrap_or_default()).is_empty())
        });
        let is_asked = self.sides.iter().any(|side| side.elsewhere.is_some());
        if is_asked {
            asked.any(|otherwise| otherwise)
        } else {
            !self.directions.contains_key(&identity.package)
        }
    }
}

/// Whether findings of a package may be missing because of a gap.
fn hides(gap: &Gap, package: &PackageKey) -> bool {
    match gap {
        Gap::NoDistro { .. } | Gap::NoDataForDistro { .. } | Gap::NoPackages { .. } => {
            databases::of_distributions().any(|ecosystem| ecosystem == package.ecosystem)
        }
        Gap::NoDataForEcosystem { ecosystem, .. } | Gap::Foreign { ecosystem, .. } => {
            *ecosystem == package.ecosystem
        }
        Gap::Incomparable { package: name, .. } | Gap::NoVersion { package: name } => {
            *name == package.name
        }
        Gap::EndOfLife { .. }
        | Gap::OtherRelease { .. }
        | Gap::ManyUnreadable { .. }
        | Gap::Undated
        | Gap::Untimely { .. }
        | Gap::Unreadable { .. }
        | Gap::Stale { .. }
        | Gap::Unheeded { .. }
        | Gap::Packages { .. } => false,
    }
}
