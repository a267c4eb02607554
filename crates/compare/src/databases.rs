//! How well the packages of a distribution are known of one image: whether a database of theirs is there, and was read in
//! whole. Packages of languages have no database: each has a record of its own, and where that went, the package did.

use std::collections::BTreeSet;

use model::{FileKind, ImageFacts, Notice, Package, Path};

/// Files that record which packages of a distribution are installed, by ecosystem. A `*` stands for one name.
const DATABASES: [(&str, &[&str]); 5] = [
    ("alpm", &["/var/lib/pacman/local/*/desc"]),
    ("apk", &["/lib/apk/db/installed", "/usr/lib/apk/db/installed"]),
    ("deb", &["/var/lib/dpkg/status", "/var/lib/dpkg/status.d/*", "/var/lib/chisel/manifest.wall"]),
    ("opkg", &["/usr/lib/opkg/status", "/var/lib/opkg/status"]),
    (
        "rpm",
        &[
            "/var/lib/rpm/Packages",
            "/var/lib/rpm/Packages.db",
            "/var/lib/rpm/rpmdb.sqlite",
            "/usr/lib/sysimage/rpm/Packages",
            "/usr/lib/sysimage/rpm/Packages.db",
            "/usr/lib/sysimage/rpm/rpmdb.sqlite",
            "/usr/share/rpm/Packages",
            "/usr/share/rpm/Packages.db",
            "/usr/share/rpm/rpmdb.sqlite",
            "/var/lib/rpmmanifest/container-manifest-2",
        ],
    ),
];

/// A distribution without a database: each package has a folder of its own, and where that went, the package did.
const FOLDERS: &str = "nix";

/// What stands beside the pieces of dpkg's `status.d` and records no package.
const BESIDE: [&[u8]; 2] = [b".md5sums", b".list"];

/// Why it cannot be told of an image that it has not got a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack<'a> {
    /// It has no database of the package's ecosystem, and no packages of another distribution instead.
    Missing,
    /// It has such a database, and that records nothing.
    Empty,
    /// It has one that could not be read in whole: what was said of it. Packages that it does record are known.
    Damaged(Vec<&'a Notice>),
}

impl Lack<'_> {
    /// Its name in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Lack::Missing => "missing",
            Lack::Empty => "empty",
            Lack::Damaged(_) => "damaged",
        }
    }
}

/// Every ecosystem whose packages are those of a distribution.
pub fn of_distributions() -> impl Iterator<Item = &'static str> {
    DATABASES.iter().map(|(ecosystem, _)| *ecosystem)
}

/// Whether the file at `path` records which packages of this ecosystem are installed.
pub fn is_database(ecosystem: &str, path: &Path) -> bool {
    let places = DATABASES.iter().filter(|(this, _)| *this == ecosystem);
    places.flat_map(|(_, places)| *places).any(|place| is_at(path, place))
}

/// Whether a path is at a place.
fn is_at(path: &Path, place: &str) -> bool {
    let (mut names, mut wanted) = (path.components(), place.split('/').skip(1));
    loop {
        match (names.next(), wanted.next()) {
            (None, None) => return true,
            (Some(name), Some("*")) => {
                if BESIDE.iter().any(|beside| name.ends_with(beside)) {
                    return false;
                }
            }
            (Some(name), Some(wanted)) if name == wanted.as_bytes() => {}
            _ => return false,
        }
    }
}

/// Why it cannot be told of an image that it has not got a package of this ecosystem; none where that can be told.
///
/// A database that is not there tells nothing: the packages may be gone, or only their database is, as slim images are
/// made. It is different where another distribution's packages stand in their place.
pub fn lack<'a>(facts: &'a ImageFacts, ecosystem: &str) -> Option<Lack<'a>> {
    if !of_distributions().any(|this| this == ecosystem) {
        return None;
    }
    let damage = damage(facts, ecosystem);
    if !damage.is_empty() {
        return Some(Lack::Damaged(damage));
    }
    if is_known(facts) {
        return None;
    }
    let is_there = facts.files.iter().any(|file| {
        matches!(file.entry.kind, FileKind::Regular { .. }) && is_database(ecosystem, &file.path)
    });
    Some(if is_there { Lack::Empty } else { Lack::Missing })
}

/// What was said of this ecosystem's databases that may have cost packages.
fn damage<'a>(facts: &'a ImageFacts, ecosystem: &str) -> Vec<&'a Notice> {
    let is_damage = |notice: &&Notice| {
        !notice.spares_packages()
            && notice.path.as_ref().is_some_and(|path| is_database(ecosystem, path))
    };
    facts.notices.iter().filter(is_damage).collect()
}

/// Whether an image's databases record any package of a distribution.
pub fn has_packages_of_a_distribution(facts: &ImageFacts) -> bool {
    facts.packages.iter().any(|installed| !installed.package.is_of_a_language())
}

/// Whether the packages of some distribution are known of an image.
pub(crate) fn is_known(facts: &ImageFacts) -> bool {
    let has_folders = || facts.packages.iter().any(|one| one.package.ecosystem == FOLDERS);
    has_packages_of_a_distribution(facts) || has_folders()
}

/// The ecosystems of distributions that one of the images has packages of, or a damaged database, in order.
pub(crate) fn present(sides: [&ImageFacts; 2]) -> BTreeSet<&'static str> {
    let has = |ecosystem: &str| {
        sides.iter().any(|facts| {
            let is_of = |package: &Package| package.ecosystem == ecosystem;
            facts.packages.iter().any(|installed| is_of(&installed.package))
                || !damage(facts, ecosystem).is_empty()
        })
    };
    of_distributions().filter(|ecosystem| has(ecosystem)).collect()
}
