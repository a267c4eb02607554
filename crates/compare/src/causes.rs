//! Finds the cause of every changed path. What the causes are, and their order, is the heart of the program.

use std::collections::{HashMap, HashSet};
use std::ptr;

use model::{File, FileKind, ImageFacts, InstalledPackage, Package};

use crate::generated::{Generated, Held, TABLE, about};
use crate::instructions::{Instructions, Line};
use crate::{FileChange, PackageChange, Side, Unknown, Which};

/// Why a path differs. Each changed path has exactly one cause: the first that holds, in this order. A path's owners are
/// those of both sides, so that a comparison turned round has the same causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A package that owns it was added, removed or changed: its place in [`crate::Comparison::packages`].
    Package(usize),
    /// It belongs to a package that did not change.
    Altered,
    /// It belongs to a package of which it cannot be told whether it changed.
    UnknownPackage,
    /// It is a package manager's own record.
    Database,
    /// Programs write it of their own accord when something is installed: the row's place in [`TABLE`].
    Generated(usize),
    /// The line of history that made its layer names it.
    Instruction,
    /// Nothing explains it.
    Unexplained,
}

impl Cause {
    /// Every cause's name, in order.
    pub const NAMES: [&'static str; 7] = [
        "package",
        "altered",
        "unknown-package",
        "database",
        "generated",
        "instruction",
        "unexplained",
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Cause::Package(_) => "package",
            Cause::Altered => "altered",
            Cause::UnknownPackage => "unknown-package",
            Cause::Database => "database",
            Cause::Generated(_) => "generated",
            Cause::Instruction => "instruction",
            Cause::Unexplained => "unexplained",
        }
    }
}

/// Gives each change its cause and owner.
pub(crate) fn assign<'a>(
    files: &mut [FileChange<'a>],
    packages: &[PackageChange<'a>],
    unknown: &[Unknown<'a>],
    sides: [&'a Side; 2],
) {
    let [old, new] = sides;
    // Another licence explains no file: that of Debian's packages stands in a file of theirs, which was altered then.
    let of_content = |change: &PackageChange<'a>| change.is_of_content();
    let content = |change, side| if of_content(change) { side } else { &[][..] };
    let mut old =
        Owners::new(&old.facts, packages.iter().map(|change| content(change, &change.old[..])));
    let mut new =
        Owners::new(&new.facts, packages.iter().map(|change| content(change, &change.new[..])));
    for unknown in unknown {
        if let Unknown::Packages(untold) = unknown {
            let owners = if untold.lacking == Which::New { &mut old } else { &mut new };
            owners.untold.extend(untold.packages.iter().map(|one| ptr::from_ref(*one)));
        }
    }
    for change in files.iter_mut() {
        let claims = || {
            let new = change.new.into_iter().flat_map(|file| new.claims(file));
            new.chain(change.old.into_iter().flat_map(|file| old.claims(file)))
        };
        let is_record = [change.old, change.new].iter().flatten().any(|file| file.record);
        (change.cause, change.owner) = cause(claims, is_record);
    }
    let others = others(files, packages, sides);
    for (change, other) in files.iter_mut().zip(others) {
        if let Some((cause, line)) = other {
            (change.cause, change.line) = (cause, line);
        }
    }
    explain_directories(files);
}

/// What explains changes that no package and no record does.
type Other = Option<(Cause, Option<Line>)>;

/// Looks for other causes of what is altered or unexplained so far: a row of the table, then a line of history.
fn others<'a>(
    files: &[FileChange<'a>],
    packages: &[PackageChange<'a>],
    sides: [&'a Side; 2],
) -> Vec<Other> {
    let generated = Generated::new(files, packages, sides);
    let instructions = Instructions::new(sides);
    let other = |change: &FileChange<'a>| {
        let is_altered = change.cause == Cause::Altered;
        if !is_altered && change.cause != Cause::Unexplained {
            return None;
        }
        let mut may_change = false;
        for row in about(change) {
            if is_altered && !is_held_loosely(TABLE[row].held, change, sides) {
                continue;
            }
            may_change = true;
            if generated.explains(row, change) {
                return Some((Cause::Generated(row), None));
            }
        }
        if is_altered && !may_change {
            return None;
        }
        let line = instructions.explain(change)?;
        Some((Cause::Instruction, Some(line)))
    };
    files.iter().map(other).collect()
}

/// Whether a row may explain the change of a path of packages that did not change.
fn is_held_loosely(held: Held, change: &FileChange<'_>, [old, new]: [&Side; 2]) -> bool {
    match held {
        Held::Altered => false,
        Held::Edited => true,
        Held::Undigested => {
            let sides = [(change.old, old), (change.new, new)];
            let mut owners =
                sides.iter().flat_map(|(file, _)| file.iter()).flat_map(|file| &file.owners);
            owners.all(|owner| owner.recorded.digest.is_none())
        }
    }
}

/// Which packages of one side changed, and what they own.
struct Owners<'a> {
    facts: &'a ImageFacts,
    /// By the package's place: the change that it is part of.
    changes: Vec<Option<usize>>,
    /// The packages of which it cannot be told whether the other side has them.
    untold: HashSet<*const InstalledPackage>,
}

impl<'a> Owners<'a> {
    fn new<'c>(
        facts: &'a ImageFacts,
        per_change: impl Iterator<Item = &'c [&'a InstalledPackage]>,
    ) -> Owners<'a>
    where
        'a: 'c,
    {
        let places: HashMap<*const InstalledPackage, usize> = facts
            .packages
            .iter()
            .enumerate()
            .map(|(place, one)| (ptr::from_ref(one), place))
            .collect();
        let mut changes = vec![None; facts.packages.len()];
        for (number, installed) in per_change.enumerate() {
            for one in installed {
                if let Some(&place) = places.get(&ptr::from_ref(*one)) {
                    changes[place] = Some(number);
                }
            }
        }
        Owners { facts, changes, untold: HashSet::new() }
    }

    fn claims(&self, file: &'a File) -> impl Iterator<Item = Claim<'a>> {
        file.owners.iter().map(|owner| {
            let installed = &self.facts.packages[owner.package as usize];
            Claim {
                package: &installed.package,
                change: self.changes[owner.package as usize],
                untold: self.untold.contains(&ptr::from_ref(installed)),
                ships: !owner.recorded.ghost,
            }
        })
    }
}

/// One package's claim on a path of one side.
struct Claim<'a> {
    package: &'a Package,
    /// The change that the package is part of.
    change: Option<usize>,
    /// Whether it cannot be told if the package changed.
    untold: bool,
    /// What is claimed as a ghost only was never shipped: its content is not the package's.
    ships: bool,
}

/// The cause that these claims give a path, those of the new side first.
fn cause<'a, C: Iterator<Item = Claim<'a>>>(
    claims: impl Fn() -> C,
    is_record: bool,
) -> (Cause, Option<&'a Package>) {
    let changed = claims().filter_map(|claim| Some((claim.change?, claim.package)));
    // Of several the first in the order of packages, whichever way the comparison goes.
    if let Some((number, package)) = changed.min_by_key(|(number, _)| *number) {
        return (Cause::Package(number), Some(package));
    }
    let shipped = claims().find(|claim| claim.ships);
    let untold = claims().any(|claim| claim.ships && claim.untold);
    let cause = match shipped {
        _ if is_record => Cause::Database,
        Some(_) if untold => Cause::UnknownPackage,
        Some(_) => Cause::Altered,
        None => Cause::Unexplained,
    };
    (cause, shipped.or_else(|| claims().next()).map(|claim| claim.package))
}

/// A directory that came or went with nothing but explained paths in it came or went because of them: few package
/// managers own every directory on the way to their files.
fn explain_directories(files: &mut [FileChange<'_>]) {
    for place in (0..files.len()).rev() {
        let (before, below) = files.split_at_mut(place + 1);
        let directory = &mut before[place];
        let is_directory = directory.file().entry.kind == FileKind::Directory;
        let came_or_went = directory.old.is_none() || directory.new.is_none();
        if !(is_directory && came_or_went && directory.cause == Cause::Unexplained) {
            continue;
        }
        let path = directory.path();
        let mut below = below.iter().take_while(|change| change.path().is_under(path)).peekable();
        let first = below.peek().map(|change| (change.cause, change.owner, change.line));
        let explained =
            |change: &FileChange<'_>| !matches!(change.cause, Cause::Altered | Cause::Unexplained);
        if let Some((cause, owner, line)) = first
            && below.all(explained)
        {
            (directory.cause, directory.owner, directory.line) = (cause, owner, line);
        }
    }
}
