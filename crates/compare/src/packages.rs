//! Compares the packages of two images as sets of versions for each name. Files are not looked at.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use model::{InstalledPackage, Licensing, Package, PackageKey, Path, Version};

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
    /// The same, of a language, but in another place.
    Moved,
    /// The same, but under another licence.
    Relicensed,
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
            Direction::Moved => "moved",
            Direction::Relicensed => "relicensed",
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
    /// Whether anything but its licence changed: files and vulnerabilities may come of that.
    pub fn is_of_content(&self) -> bool {
        self.direction != Direction::Relicensed
    }

    /// The licences of each side in the words of SPDX, each once, where every package says its own and they differ.
    pub fn licences(&self) -> Option<[String; 2]> {
        let said = |side: &[&InstalledPackage]| {
            let licences: Option<Vec<String>> = side.iter().map(|one| licence(one)).collect();
            let mut licences = licences.filter(|licences| !licences.is_empty())?;
            licences.dedup();
            Some(licences.join(", "))
        };
        let [old, new] = [said(&self.old)?, said(&self.new)?];
        (old != new).then_some([old, new])
    }

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
    names.into_iter().flat_map(|(key, [old, new])| changes(&key, old, new)).collect()
}

/// What happened to the packages of one name. Those that merely moved or got another licence are changes of their own.
fn changes<'a>(
    key: &PackageKey,
    mut old: Vec<&'a InstalledPackage>,
    mut new: Vec<&'a InstalledPackage>,
) -> Vec<PackageChange<'a>> {
    // Most names have the same packages on both sides.
    if old == new {
        return Vec::new();
    }
    let same = |installed| (Likeness::of(installed), Place::of(installed));
    part(&mut old, &mut new, |one| (same(one), one.package.license.as_deref()));
    part(&mut old, &mut new, |one| (same(one), licence(one)));
    let [before, after] = part(&mut old, &mut new, same);
    let change = |direction, old, new| PackageChange { key: key.clone(), direction, old, new };
    let [from, to] = part(&mut old, &mut new, Likeness::of);
    let moved = (!from.is_empty()).then(|| change(Direction::Moved, from, to));
    let [before, after] = relicensed(before, after, same);
    let relicensed = (!before.is_empty()).then(|| change(Direction::Relicensed, before, after));
    let other = direction(&old, &new).map(|direction| change(direction, old, new));
    other.into_iter().chain(moved).chain(relicensed).collect()
}

/// Those of packages that are the same but for their licence of which both sides say it. Where documentation is left out of an
/// image, its packages have no other licence for that.
fn relicensed<'a, K: Ord>(
    mut old: Vec<&'a InstalledPackage>,
    mut new: Vec<&'a InstalledPackage>,
    key: impl Fn(&'a InstalledPackage) -> K,
) -> [Vec<&'a InstalledPackage>; 2] {
    for side in [&mut old, &mut new] {
        side.sort_by_cached_key(|one| key(one));
    }
    let pairs = old.into_iter().zip(new);
    let (old, new) =
        pairs.filter(|(old, new)| licence(old).is_some() && licence(new).is_some()).unzip();
    [old, new]
}

/// The licence in the words of SPDX, where the record says it.
fn licence(installed: &InstalledPackage) -> Option<String> {
    Licensing::of(&installed.package).map(|licensing| licensing.expression)
}

/// Takes out what both sides have alike, as often as both have it.
fn part<'a, K: Ord>(
    old: &mut Vec<&'a InstalledPackage>,
    new: &mut Vec<&'a InstalledPackage>,
    key: impl Fn(&'a InstalledPackage) -> K,
) -> [Vec<&'a InstalledPackage>; 2] {
    let sort = |side: &mut Vec<&'a InstalledPackage>| side.sort_by_cached_key(|one| key(one));
    sort(old);
    sort(new);
    let mut ahead = new.iter().map(|after| key(after)).peekable();
    let mut common = Vec::new();
    for before in old.iter().map(|before| key(before)) {
        while ahead.next_if(|after| *after < before).is_some() {}
        common.extend(ahead.next_if(|after| *after == before));
    }
    [old, new].map(|side| {
        let mut common = common.iter().peekable();
        let is_common =
            |one: &mut &'a InstalledPackage| common.next_if(|same| **same == key(one)).is_some();
        let mut taken: Vec<_> = side.extract_if(.., is_common).collect();
        taken.sort_unstable();
        side.sort_unstable();
        taken
    })
}

/// What makes two packages of one name the same one. Who made it is told of it, but makes it no other; nor does an address
/// that it names. Another licence is a change of its own.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Likeness<'a> {
    version: &'a Version,
    marks: [Option<&'a str>; 7],
    size: Option<u64>,
}

impl Likeness<'_> {
    fn of(installed: &InstalledPackage) -> Likeness<'_> {
        let package = &installed.package;
        let source = package.source.as_deref().filter(|_| !package.is_of_a_language());
        let marks = [
            package.architecture.as_deref(),
            source,
            package.build.as_deref(),
            package.commit.as_deref(),
            package.module.as_deref(),
            package.group.as_deref(),
            package.specification.as_deref(),
        ];
        Likeness { version: &package.version, marks, size: package.size }
    }
}

/// Where a language's package stands. Those of the operating system have one database, wherever that is.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a>(Option<(&'a Path, Option<&'a str>)>);

impl Place<'_> {
    fn of(installed: &InstalledPackage) -> Place<'_> {
        let place = (&installed.database, installed.inside.as_deref());
        Place(Some(place).filter(|_| installed.package.is_of_a_language()))
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
