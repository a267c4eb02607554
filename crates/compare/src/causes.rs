//! Finds the cause of every changed path. What the causes are, and their order, is the heart of the program.

use std::collections::HashMap;
use std::ptr;

use model::{File, FileKind, ImageFacts, InstalledPackage};

use crate::{FileChange, PackageChange, Side};

/// Why a path differs. Each changed path has exactly one cause: the first that holds, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A package that owns it was added, removed or changed: its place in [`crate::Comparison::packages`].
    ///
    /// What only the old side's packages own explains that a path went, not what stands there now without an owner.
    Package(usize),
    /// It belongs to a package that did not change.
    Altered,
    /// It is a package manager's own record.
    Database,
    /// Nothing explains it.
    Unexplained,
}

impl Cause {
    /// Every cause's name, in order.
    pub const NAMES: [&'static str; 4] = ["package", "altered", "database", "unexplained"];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Cause::Package(_) => "package",
            Cause::Altered => "altered",
            Cause::Database => "database",
            Cause::Unexplained => "unexplained",
        }
    }
}

/// Gives each change its cause and owner.
pub(crate) fn assign<'a>(
    files: &mut [FileChange<'a>],
    packages: &[PackageChange<'a>],
    old: &'a Side,
    new: &'a Side,
) {
    let old = Owners::new(&old.facts, packages.iter().map(|change| &change.old[..]));
    let new = Owners::new(&new.facts, packages.iter().map(|change| &change.new[..]));
    for change in files.iter_mut() {
        let (side, file) = match (change.new, change.old) {
            (Some(file), _) => (&new, file),
            (None, Some(file)) => (&old, file),
            (None, None) => continue,
        };
        (change.cause, change.owner) = side.cause(file);
    }
    explain_directories(files);
}

/// Which packages of one side changed, and what they own.
struct Owners<'a> {
    facts: &'a ImageFacts,
    /// By the package's place: the change that it is part of.
    changes: Vec<Option<usize>>,
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
        Owners { facts, changes }
    }

    fn cause(&self, file: &'a File) -> (Cause, Option<&'a model::Package>) {
        let package = |owner: &model::Owner| &self.facts.packages[owner.package as usize].package;
        let change = |owner: &model::Owner| self.changes[owner.package as usize];
        let changed = file.owners.iter().find_map(|owner| Some((owner, change(owner)?)));
        if let Some((owner, number)) = changed {
            return (Cause::Package(number), Some(package(owner)));
        }
        // A ghost is claimed, but not shipped: its content was never the package's.
        let shipped = file.owners.iter().find(|owner| !owner.recorded.ghost);
        let owner = shipped.or(file.owners.first()).map(package);
        let cause = match shipped {
            _ if file.record => Cause::Database,
            Some(_) => Cause::Altered,
            None => Cause::Unexplained,
        };
        (cause, owner)
    }
}

/// A directory that came or went with nothing but packages' files and records came or went because of them: few
/// package managers own every directory on the way to their files.
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
        let first = below.peek().map(|change| (change.cause, change.owner));
        let explained =
            |change: &FileChange<'_>| matches!(change.cause, Cause::Package(_) | Cause::Database);
        if let Some((cause, owner)) = first
            && below.all(explained)
        {
            (directory.cause, directory.owner) = (cause, owner);
        }
    }
}
