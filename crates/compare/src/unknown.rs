//! What a comparison of packages cannot tell: of which image what is not known, and why. A package is told to be added or
//! removed only where the image without it is known to be without it.

use std::collections::{BTreeMap, HashSet};
use std::ptr;

use model::{Distro, FileKind, InstalledPackage};

use crate::databases::{self, Lack};
use crate::{FileChange, PackageChange, Side};

/// One of the two sides of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Which {
    /// The image before.
    Old,
    /// The image after.
    New,
}

impl Which {
    /// Both, in order.
    pub const BOTH: [Which; 2] = [Which::Old, Which::New];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Which::Old => "old",
            Which::New => "new",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Which {
        match self {
            Which::Old => Which::New,
            Which::New => Which::Old,
        }
    }
}

/// Something that a comparison cannot tell of packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown<'a> {
    /// Which packages of one ecosystem an image has not got.
    Packages(Untold<'a>),
    /// Which packages either of the two has: neither has a database that is read here.
    Both {
        /// What they say that they are: a distribution has packages.
        distros: [Option<&'a Distro>; 2],
    },
    /// Which distribution one of the two is. Its packages are compared all the same.
    Distro {
        /// The image that does not say it.
        lacking: Which,
        /// What the other says.
        other: &'a Distro,
    },
}

impl Unknown<'_> {
    /// Its name in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Unknown::Packages(_) => "packages",
            Unknown::Both { .. } => "all-packages",
            Unknown::Distro { .. } => "distribution",
        }
    }

    /// Whether a difference may be hidden in it.
    pub fn may_hide(&self) -> bool {
        match self {
            Unknown::Packages(_) => true,
            // What is no distribution and has no database most likely has no such packages either.
            Unknown::Both { distros } => distros.iter().any(Option::is_some),
            Unknown::Distro { .. } => false,
        }
    }
}

/// Packages of one ecosystem that one image has, while it cannot be told whether the other has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untold<'a> {
    /// The ecosystem's name.
    pub ecosystem: &'static str,
    /// The image that they may be missing in.
    pub lacking: Which,
    /// Why that cannot be told.
    pub lack: Lack<'a>,
    /// The packages that only the other image records, ordered.
    pub packages: Vec<&'a InstalledPackage>,
    /// How many packages of the ecosystem each image records, the old one first.
    pub recorded: [usize; 2],
    /// What is left of the files of those packages.
    pub traces: Traces,
}

impl Untold<'_> {
    /// The names of the packages.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.packages.iter().map(|installed| installed.package.name.as_str())
    }
}

/// What is left of files in the other image. Directories do not count: others may need them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// Files that the packages own, and that are there in the image that records them.
    pub owned: usize,
    /// How many of them stand at the same path of the other image, with whatever content.
    pub there: usize,
    /// How many of those are the same file, unchanged.
    pub unchanged: usize,
}

/// The changes of packages as they are told, and what cannot be told.
pub(crate) struct Judged<'a> {
    pub(crate) told: Vec<PackageChange<'a>>,
    pub(crate) unknown: Vec<Unknown<'a>>,
}

/// What is not known of which image, by ecosystem.
type Lacks<'a> = BTreeMap<(&'static str, Which), Lack<'a>>;

/// Parts what can be told from what cannot.
pub(crate) fn judge<'a>(
    changes: Vec<PackageChange<'a>>,
    files: &[FileChange<'a>],
    sides: [&'a Side; 2],
) -> Judged<'a> {
    let lacks = lacks(sides);
    let mut untold: BTreeMap<_, Vec<&'a InstalledPackage>> = BTreeMap::new();
    let mut told = Vec::new();
    for change in changes {
        let is_meant = |key: &&(&str, Which)| {
            missing_on(&change) == Some(key.1) && key.0 == change.key.ecosystem
        };
        match lacks.keys().find(is_meant) {
            Some(&key) => {
                untold.entry(key).or_default().extend(change.old.iter().chain(&change.new));
            }
            None => told.push(change),
        }
    }
    let mut unknown = Vec::new();
    for ((ecosystem, lacking), lack) in lacks {
        let mut packages = untold.remove(&(ecosystem, lacking)).unwrap_or_default();
        packages.sort_unstable();
        // Where both images have that very database, what could not be read of it did not change.
        let differs =
            || files.iter().any(|change| databases::is_database(ecosystem, change.path()));
        if packages.is_empty() && !(matches!(lack, Lack::Damaged(_)) && differs()) {
            continue;
        }
        let recorded = sides.map(|side| recorded(side, ecosystem));
        let traces = traces(&packages, lacking, sides, files);
        let untold = Untold { ecosystem, lacking, lack, packages, recorded, traces };
        unknown.push(Unknown::Packages(untold));
    }
    unknown.extend(of_both(&unknown, files, sides));
    unknown.extend(distro(&unknown, sides));
    Judged { told, unknown }
}

fn lacks(sides: [&Side; 2]) -> Lacks<'_> {
    let mut lacks = Lacks::new();
    for ecosystem in databases::present(sides.map(|side| &side.facts)) {
        for (which, side) in Which::BOTH.into_iter().zip(sides) {
            let lack = databases::lack(&side.facts, ecosystem);
            lacks.extend(lack.map(|lack| ((ecosystem, which), lack)));
        }
    }
    lacks
}

/// How many packages of an ecosystem an image records.
fn recorded(side: &Side, ecosystem: &str) -> usize {
    let is_of = |one: &&InstalledPackage| one.package.ecosystem == ecosystem;
    side.facts.packages.iter().filter(is_of).count()
}

/// The image that has no package of this name, where one has none that the other has not.
fn missing_on(change: &PackageChange<'_>) -> Option<Which> {
    match (&change.old[..], &change.new[..]) {
        ([], _) => Some(Which::Old),
        (_, []) => Some(Which::New),
        _ => None,
    }
}

/// Two images whose files differ and that nothing is known of: no change of a package does not mean that none changed.
fn of_both<'a>(
    unknown: &[Unknown<'a>],
    files: &[FileChange<'a>],
    sides: [&'a Side; 2],
) -> Option<Unknown<'a>> {
    let is_known = sides.iter().any(|side| databases::is_known(&side.facts));
    let is_told = !unknown.is_empty() || is_known || files.is_empty();
    let distros = sides.map(|side| side.facts.distro.as_ref());
    (!is_told).then_some(Unknown::Both { distros })
}

/// One of two images does not say what it is, and nothing else was said of it.
fn distro<'a>(unknown: &[Unknown<'a>], [old, new]: [&'a Side; 2]) -> Option<Unknown<'a>> {
    let (lacking, other) = match (&old.facts.distro, &new.facts.distro) {
        (None, Some(other)) => (Which::Old, other),
        (Some(other), None) => (Which::New, other),
        _ => return None,
    };
    let is_told = unknown.iter().any(|one| match one {
        Unknown::Packages(untold) => untold.lacking == lacking,
        Unknown::Both { .. } => true,
        Unknown::Distro { .. } => false,
    });
    (!is_told).then_some(Unknown::Distro { lacking, other })
}

/// What is left of the files of `packages` in the image that does not record them.
fn traces(
    packages: &[&InstalledPackage],
    lacking: Which,
    [old, new]: [&Side; 2],
    files: &[FileChange<'_>],
) -> Traces {
    let (having, lacking) = if lacking == Which::New { (old, new) } else { (new, old) };
    let meant: HashSet<*const InstalledPackage> =
        packages.iter().map(|one| ptr::from_ref(*one)).collect();
    let changed: HashSet<&model::Path> = files.iter().map(FileChange::path).collect();
    let is_meant: Vec<bool> =
        having.facts.packages.iter().map(|one| meant.contains(&ptr::from_ref(one))).collect();
    let mut traces = Traces::default();
    for file in &having.facts.files {
        let mut owners = file.owners.iter().filter(|owner| !owner.recorded.ghost);
        let is_owned = owners.any(|owner| is_meant.get(owner.package as usize) == Some(&true));
        if !is_owned || file.entry.kind == FileKind::Directory {
            continue;
        }
        traces.owned += 1;
        if !changed.contains(&file.path) {
            traces.unchanged += 1;
            traces.there += 1;
        } else if lacking.facts.file(&file.path).is_some() {
            traces.there += 1;
        }
    }
    traces
}
