//! Compares the packages of two images as sets of versions for each name. Files are not looked at.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use model::{InstalledPackage, Package, PackageKey};

/// Where a package's versions went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// To a later version.
    Upgraded,
    /// To an earlier version.
    Downgraded,
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// The same version, but another build, architecture or source.
    Rebuilt,
    /// Another text of a version that the ecosystem calls equal (`1.0` and `1.00`).
    Respelled,
}

impl Direction {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Direction::Upgraded => "upgraded",
            Direction::Downgraded => "downgraded",
            Direction::Added => "added",
            Direction::Removed => "removed",
            Direction::Rebuilt => "rebuilt",
            Direction::Respelled => "respelled",
        }
    }
}

/// What happened to the packages of one name. What both images have alike is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageChange<'a> {
    /// Ecosystem and name.
    pub key: PackageKey,
    /// Which way it went.
    pub direction: Direction,
    /// What only the old image has, ordered.
    pub old: Vec<&'a InstalledPackage>,
    /// What only the new image has, ordered.
    pub new: Vec<&'a InstalledPackage>,
}

impl PackageChange<'_> {
    /// How much more (or less) the new ones take when installed, in bytes, where the databases say it of all of them.
    pub fn growth(&self) -> Option<i64> {
        let sum = |packages: &[&InstalledPackage]| {
            packages.iter().try_fold(0_i64, |sum, installed| {
                Some(sum.saturating_add(i64::try_from(installed.package.size?).ok()?))
            })
        };
        Some(sum(&self.new)?.saturating_sub(sum(&self.old)?))
    }
}

/// Every name whose set of packages differs, in order.
pub(crate) fn compare<'a>(
    old: &'a [InstalledPackage],
    new: &'a [InstalledPackage],
) -> Vec<PackageChange<'a>> {
    let mut names: BTreeMap<PackageKey, [Vec<&'a InstalledPackage>; 2]> = BTreeMap::new();
    for (side, packages) in [old, new].into_iter().enumerate() {
        for installed in packages {
            names.entry(installed.package.key()).or_default()[side].push(installed);
        }
    }
    names.into_iter().filter_map(|(key, [old, new])| change(key, old, new)).collect()
}

fn change<'a>(
    key: PackageKey,
    mut old: Vec<&'a InstalledPackage>,
    mut new: Vec<&'a InstalledPackage>,
) -> Option<PackageChange<'a>> {
    drop_common(&mut old, &mut new);
    let direction = direction(&old, &new)?;
    Some(PackageChange { key, direction, old, new })
}

/// Drops what both sides have alike, as often as both have it. Both are in order.
fn drop_common<'a>(old: &mut Vec<&'a InstalledPackage>, new: &mut Vec<&'a InstalledPackage>) {
    let mut ahead = new.iter().map(|installed| &installed.package).peekable();
    let mut common: Vec<&'a Package> = Vec::new();
    for before in old.iter().map(|installed| &installed.package) {
        while ahead.next_if(|after| *after < before).is_some() {}
        common.extend(ahead.next_if(|after| *after == before));
    }
    for side in [old, new] {
        let mut common = common.iter().peekable();
        side.retain(|installed| common.next_if(|same| ***same == installed.package).is_none());
    }
}

/// The way from one set of versions to another: by the latest of each, and where those are equal by the next ones.
fn direction(old: &[&InstalledPackage], new: &[&InstalledPackage]) -> Option<Direction> {
    match (old, new) {
        ([], []) => return None,
        ([], _) => return Some(Direction::Added),
        (_, []) => return Some(Direction::Removed),
        _ => {}
    }
    let (old, new) = (latest_first(old), latest_first(new));
    for (before, after) in old.iter().zip(&new) {
        match after.version.order(&before.version) {
            Ordering::Greater => return Some(Direction::Upgraded),
            Ordering::Less => return Some(Direction::Downgraded),
            Ordering::Equal => {}
        }
    }
    let respelled = old.iter().zip(&new).any(|(before, after)| before.version != after.version);
    Some(if respelled { Direction::Respelled } else { Direction::Rebuilt })
}

fn latest_first<'a>(packages: &[&'a InstalledPackage]) -> Vec<&'a Package> {
    let mut packages: Vec<&Package> = packages.iter().map(|installed| &installed.package).collect();
    packages.sort_by(|a, b| b.version.cmp(&a.version));
    packages
}
