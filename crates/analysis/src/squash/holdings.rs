//! Says what packages of languages own: what they claim, and what lies where their record stands. It never takes a file
//! from a package of the operating system.

use model::{FileKind, InstalledPackage, Owner, Path, Recorded};

use super::evidence::Owned;
use super::owners::Owners;
use super::tree::{Place, Tree};
use crate::ecosystem::{self, Held, Holding};

/// Where npm and its kin put links to what packages have: folders of this name.
const LINKS: &[u8] = b"node_modules";

/// Adds what packages of languages own to what those of the operating system do. Packages come with their claims.
pub(super) fn add(
    tree: &Tree<'_>,
    packages: &[(&InstalledPackage, Owned<'_>)],
    owners: &mut Owners,
) {
    let mut owning = Owning { tree, packages, owners };
    for (number, (installed, claims)) in packages.iter().enumerate() {
        if !installed.package.is_of_a_language() {
            continue;
        }
        for owned in claims.iter().copied().flatten() {
            if let Some(place) = tree.resolve(&owned.path) {
                owning.own(number, place, &owned.recorded);
            }
        }
        for holding in holdings(installed) {
            for place in places(tree, &holding) {
                owning.own(number, place, &Recorded::default());
            }
        }
    }
    if packages.iter().any(|(installed, _)| installed.package.ecosystem == "npm") {
        owning.own_links();
    }
}

/// What the package's ecosystem says that it has; at least the file that records it.
fn holdings(installed: &InstalledPackage) -> Vec<Holding> {
    let package = &installed.package;
    let Ok(record) = str::from_utf8(&installed.database.as_bytes()[1..]) else { return Vec::new() };
    let ecosystem = ecosystem::ALL.iter().find(|ecosystem| ecosystem.name == package.ecosystem);
    let holdings = ecosystem.and_then(|ecosystem| ecosystem.holdings);
    let mut all = vec![Holding::All(record.into())];
    all.extend(holdings.into_iter().flat_map(|holdings| holdings(&Held { record, package })));
    all
}

/// The places that are meant.
fn places(tree: &Tree<'_>, holding: &Holding) -> Vec<Place> {
    match holding {
        Holding::All(path) => {
            tree.resolve(&Path::new(path)).map(|place| tree.below(place)).unwrap_or_default()
        }
        Holding::Without(path, name) => {
            let mut places = Vec::new();
            let mut ahead: Vec<Place> = tree.resolve(&Path::new(path)).into_iter().collect();
            while let Some(place) = ahead.pop() {
                places.push(place);
                let children = tree.children(place);
                ahead.extend(children.filter(|&child| tree.path(child).name() != name.as_bytes()));
            }
            places
        }
        Holding::Named(path, name) => {
            let folders = tree.directory(Path::new(path).as_bytes()).into_iter();
            let folders = folders.flat_map(|place| tree.children(place));
            let folders = folders.flat_map(|place| tree.children(place));
            let named = folders.flat_map(|place| tree.children(place));
            let named = named.filter(|&place| tree.path(place).name() == name.as_bytes());
            named.flat_map(|place| tree.below(place)).collect()
        }
    }
}

/// Owners on their way to be known.
struct Owning<'a> {
    tree: &'a Tree<'a>,
    packages: &'a [(&'a InstalledPackage, Owned<'a>)],
    owners: &'a mut Owners,
}

impl Owning<'_> {
    fn own(&mut self, number: usize, place: Place, recorded: &Recorded) {
        let package = u32::try_from(number).unwrap_or(u32::MAX);
        let is_of_the_system =
            |owner: &Owner| !self.packages[owner.package as usize].0.package.is_of_a_language();
        if !self.owners.of(place).any(is_of_the_system) {
            self.owners.claim(place, package, recorded);
        }
    }

    /// A link that nobody owns belongs to those whose it leads to: programs in `.bin`, and pnpm's links to packages.
    fn own_links(&mut self) {
        for place in self.tree.places() {
            let path = self.tree.path(place);
            let is_link = matches!(self.tree.file(place).kind, FileKind::Symlink { .. });
            let is_unowned = self.owners.of(place).next().is_none();
            if !is_link || !is_unowned || !path.components().any(|name| name == LINKS) {
                continue;
            }
            let Some(target) = self.tree.follow(path) else { continue };
            let of_npm =
                |owner: &&Owner| self.packages[owner.package as usize].0.package.ecosystem == "npm";
            let owners = self.owners.of(target).filter(of_npm);
            let owners: Vec<u32> = owners.map(|owner| owner.package).collect();
            for package in owners {
                self.owners.claim(place, package, &Recorded::default());
            }
        }
    }
}
