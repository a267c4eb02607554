//! Puts the surviving evidence together: packages, who owns what, the distribution. It decides nothing about files.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::{
    Claim, Distro, Diversion, Evidence, File, FileKind, Found, ImageFacts, InstalledPackage,
    Notice, OwnedPath, Package, Path, Recorded,
};

use super::owners::{Linked, Owners, Resolver};
use super::tree::{self, Tree};
use super::{Map, Set, holdings, licenses, recognised, stated};
use crate::ecosystem::{self, Ecosystem, Want};

/// Evidence whose file is still there.
pub(super) struct Survivor<'a> {
    /// Where the file stands now.
    pub(super) path: Path,
    /// What was found in it.
    pub(super) found: &'a Found,
}

/// Joins what survived into the image's facts.
pub(super) fn join(tree: &Tree<'_>, survivors: &[Survivor<'_>]) -> ImageFacts {
    let mut notices = unread(tree, survivors);
    let records = records(tree, survivors);
    let mut packages = packages(survivors);
    stated::merge(survivors, &mut packages);
    recognised::drop_owned(tree, survivors, &mut packages);
    licenses::fill(tree, survivors, packages.iter_mut().map(|(installed, _)| installed));
    let owners = owners(tree, survivors, &packages, &mut notices);
    let files = files(tree, owners, &records);
    let declared = stated::declared(survivors, &packages);
    ImageFacts {
        files: files.into(),
        declared,
        packages: packages.into_iter().map(|(installed, _)| installed).collect(),
        distro: distro(survivors),
        notices,
        ..ImageFacts::default()
    }
}

pub(super) type Owned<'a> = Vec<&'a [OwnedPath]>;

/// Every package once, however many databases or layers record it, with all that those records say it owns. Of a
/// language's packages every place counts.
pub(super) fn packages<'a>(survivors: &[Survivor<'a>]) -> Vec<(InstalledPackage, Owned<'a>)> {
    let mut found: BTreeMap<(&Package, Option<Place<'_>>), (Place<'_>, Owned<'a>)> =
        BTreeMap::new();
    for survivor in survivors {
        let place = |inside| Place { database: &survivor.path, inside };
        let key = |package: &'a Package, place| {
            (package, Some(place).filter(|_| package.is_of_a_language()))
        };
        match &survivor.found.evidence {
            Evidence::Packages(packages) => {
                for (package, owned) in packages {
                    let place = place(None);
                    let known = found.entry(key(package, place));
                    known.or_insert((place, Vec::new())).1.push(owned);
                }
            }
            Evidence::Nested { inside, packages } => {
                for package in packages {
                    let place = place(Some(inside));
                    found.entry(key(package, place)).or_insert((place, Vec::new()));
                }
            }
            _ => {}
        }
    }
    let packages = found.into_iter().map(|((package, _), (place, owned))| {
        let (database, inside) = (place.database.clone(), place.inside.map(Into::into));
        (InstalledPackage { package: package.clone(), database, inside }, owned)
    });
    packages.collect()
}

/// Where a package stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    /// The file that records it.
    database: &'a Path,
    /// Where in that file.
    inside: Option<&'a str>,
}

/// Who claims each place of the tree.
fn owners<'a>(
    tree: &Tree<'_>,
    survivors: &[Survivor<'a>],
    packages: &[(InstalledPackage, Owned<'a>)],
    notices: &mut Vec<Notice>,
) -> Owners {
    let diversions = diversions(survivors);
    let claims = claims(survivors, packages, notices);
    let mut owners = Owners::new(tree.capacity());
    let mut resolver = Resolver::new(tree);
    for (number, (installed, owned)) in claims.iter().enumerate() {
        if installed.package.is_of_a_language() {
            continue;
        }
        let package = u32::try_from(number).unwrap_or(u32::MAX);
        for owned in owned.iter().copied().flatten() {
            let path = diverted(&diversions, &installed.package.name, &owned.path);
            if let Some(place) = resolver.resolve(path) {
                owners.claim(place, package, &owned.recorded);
            }
        }
    }
    own_directories(&claims, &resolver.into_linked(), &mut owners);
    holdings::add(tree, &claims, &mut owners);
    owners
}

/// Gives a directory that nobody claims to those who call it by a link: Debian's libc6 has the directory `/lib64` and a
/// file in it, which merged systems have in `/usr/lib64`. Whoever has nothing in it may have meant the link itself.
fn own_directories(
    claims: &[(&InstalledPackage, Owned<'_>)],
    linked: &[Linked<'_>],
    owners: &mut Owners,
) {
    let mut wanted: BTreeMap<u32, HashMap<&[u8], tree::Place>> = BTreeMap::new();
    for Linked { path, link, directory } in linked {
        if owners.of(*directory).next().is_none() {
            for owner in owners.of(*link) {
                wanted.entry(owner.package).or_default().insert(path, *directory);
            }
        }
    }
    for (package, wanted) in wanted {
        let Some((_, owned)) = claims.get(package as usize) else { continue };
        for owned in owned.iter().copied().flatten() {
            let directory = tree::split(&owned.path).and_then(|(path, _)| wanted.get(path));
            if let Some(directory) = directory {
                owners.claim(*directory, package, &Recorded::default());
            }
        }
    }
}

/// Every package with what its own record and other files claim for it.
pub(super) fn claims<'a, 'p>(
    survivors: &[Survivor<'a>],
    packages: &'p [(InstalledPackage, Owned<'a>)],
    notices: &mut Vec<Notice>,
) -> Vec<(&'p InstalledPackage, Owned<'a>)> {
    let (names, records) = (by_name(packages), by_record(packages));
    let folders = by_folder(packages);
    let mut claims: Vec<_> = packages.iter().map(|(one, owned)| (one, owned.clone())).collect();
    for survivor in survivors {
        let Evidence::Claims(Claim { package, paths }) = &survivor.found.evidence else { continue };
        let record = survivor.path.as_bytes().strip_suffix(b".md5sums");
        let beside = (survivor.found.ecosystem.as_str(), survivor.path.parent());
        let number = record.and_then(|record| records.get(record));
        let numbers = match number.or_else(|| folders.get(&beside)) {
            Some(number) => Some(std::slice::from_ref(number)),
            None => names.get(package.as_str()).map(Vec::as_slice),
        };
        match numbers {
            Some(&[number]) => claims[number].1.push(paths),
            // Two packages of one name and no architecture in the file's name: it cannot be told whose it is.
            Some(_) => notices.push(Notice::about(
                survivor.path.clone(),
                format!(
                    "could belong to several packages named {package}: its files count as nobody's"
                ),
            )),
            // Settings that a removed package left behind, or a file of a package manager's that died half-way.
            None => {}
        }
    }
    claims
}

/// In `status.d` each package has a record of its own, and the list of its checksums lies beside it under the same name,
/// which may be shorter than the package's.
fn by_record<'p>(packages: &'p [(InstalledPackage, Owned<'_>)]) -> HashMap<&'p [u8], usize> {
    let records = packages
        .iter()
        .enumerate()
        .map(|(number, (installed, _))| (installed.database.as_bytes(), number));
    records.filter(|(record, _)| record.starts_with(b"/var/lib/dpkg/status.d/")).collect()
}

/// A language's package may have a folder for its records, and one of pacman's always has: what another file in it claims is the package's.
fn by_folder<'p>(
    packages: &'p [(InstalledPackage, Owned<'_>)],
) -> HashMap<(&'p str, Option<Path>), usize> {
    let packages = packages.iter().enumerate();
    let has_a_folder = |one: &Package| one.is_of_a_language() || one.ecosystem == "alpm";
    let with_folders = packages.filter(|(_, (one, _))| has_a_folder(&one.package));
    let by_folder = with_folders.map(|(number, (one, _))| {
        ((one.package.ecosystem.as_str(), one.database.parent()), number)
    });
    by_folder.collect()
}

/// dpkg calls the files of a package `NAME`, or `NAME:ARCH` where several architectures of it may be there.
fn by_name(packages: &[(InstalledPackage, Owned<'_>)]) -> HashMap<String, Vec<usize>> {
    let mut names: HashMap<String, Vec<usize>> = HashMap::new();
    for (number, (installed, _)) in packages.iter().enumerate() {
        let package = &installed.package;
        if !matches!(package.ecosystem.as_str(), "deb" | "opkg") {
            continue;
        }
        names.entry(package.name.clone()).or_default().push(number);
        if let Some(architecture) = &package.architecture {
            names.entry(format!("{}:{architecture}", package.name)).or_default().push(number);
        }
    }
    names
}

pub(super) fn diversions<'a>(survivors: &[Survivor<'a>]) -> Map<&'a Path, &'a Diversion> {
    survivors
        .iter()
        .filter_map(|survivor| match &survivor.found.evidence {
            Evidence::Diversions(diversions) => Some(diversions),
            _ => None,
        })
        .flatten()
        .map(|diversion| (&diversion.from, diversion))
        .collect()
}

pub(super) fn diverted<'a>(
    diversions: &Map<&Path, &'a Diversion>,
    package: &str,
    path: &'a Path,
) -> &'a Path {
    match diversions.get(path) {
        Some(diversion) if diversion.by.as_deref() != Some(package) => &diversion.to,
        _ => path,
    }
}

/// The places that are package managers' own records: those of ecosystems that the image has packages of, and only where
/// they really are. A folder that merely leads elsewhere must not excuse what is there.
fn records(tree: &Tree<'_>, survivors: &[Survivor<'_>]) -> HashSet<usize> {
    let present: HashSet<&str> = survivors
        .iter()
        .filter(|survivor| matches!(survivor.found.evidence, Evidence::Packages(_)))
        .map(|survivor| survivor.found.ecosystem.as_str())
        .collect();
    let ecosystems = ecosystem::ALL.iter().filter(|ecosystem| present.contains(ecosystem.name));
    let wants: Vec<Want> = ecosystems.flat_map(|ecosystem| ecosystem.records).copied().collect();
    let is_record_folder = |path: &Path| {
        wants.iter().any(|want| match want {
            Want::In(folder, _) | Want::Under(folder) => path.as_bytes()[1..] == *folder.as_bytes(),
            _ => false,
        })
    };
    let mut records = HashSet::new();
    let anywhere = |want: &&Want| matches!(want, Want::Right(..) | Want::Within(..));
    let anywhere: Vec<&Want> = wants.iter().filter(anywhere).collect();
    if !anywhere.is_empty() {
        let meets = |place: &tree::Place| {
            anywhere.iter().any(|want| want.is_met_by(&tree.path(*place).as_bytes()[1..]))
        };
        records.extend(tree.places().into_iter().filter(meets).map(tree::Place::index));
    }
    for want in &wants {
        let (folder, suffix) = match *want {
            Want::Path(path) => {
                records.extend(tree.resolve(&Path::new(path)).map(tree::Place::index));
                continue;
            }
            Want::In(folder, suffix) => (folder, suffix),
            Want::Under(folder) => (folder, ""),
            // Records lie in folders of their own.
            _ => continue,
        };
        let place = tree.directory(Path::new(folder).as_bytes());
        let Some(place) = place.filter(|&place| is_record_folder(tree.path(place))) else {
            continue;
        };
        let below = tree.below(place).into_iter();
        let meant = below.filter(|&place| tree.path(place).name().ends_with(suffix.as_bytes()));
        records.extend(meant.map(tree::Place::index));
    }
    records
}

fn files(tree: &Tree<'_>, mut owners: Owners, records: &HashSet<usize>) -> Vec<File> {
    tree.places()
        .into_iter()
        .map(|place| File {
            path: tree.path(place).clone(),
            entry: tree.file(place).clone(),
            layer: tree.layer(place),
            owners: owners.take(place),
            record: records.contains(&place.index()),
        })
        .collect()
}

/// The distribution that the first file of the order of precedence names.
fn distro(survivors: &[Survivor<'_>]) -> Option<Distro> {
    let rank = |path: &Path| {
        let path = &path.as_bytes()[1..];
        ecosystem::RELEASE_FILES.iter().position(|file| file.as_bytes() == path)
    };
    survivors
        .iter()
        .filter_map(|survivor| match &survivor.found.evidence {
            // A file that was reached through a link ranks by where the link leads.
            Evidence::Distro(distro) => Some((rank(&survivor.path).unwrap_or(usize::MAX), distro)),
            _ => None,
        })
        .min()
        .map(|(_, distro)| Distro { channels: channels(distro, survivors), ..distro.clone() })
}

/// The lines of releases that the distribution keeps alive apart and that the image takes fixes from. A package of such a
/// line, once installed, tells of it when all else is gone.
fn channels(distro: &Distro, survivors: &[Survivor<'_>]) -> Vec<String> {
    let channel = match &*distro.id {
        "rhel" => "eus",
        "ubuntu" => "esm",
        _ => return Vec::new(),
    };
    let is_of_esm = |version: &str| {
        let parts = version.split(['+', '~']).skip(1);
        let mut numbers = parts.filter_map(|part| part.strip_prefix("esm"));
        numbers.any(|number| number.starts_with(|first: char| first.is_ascii_digit()))
    };
    let tells = survivors.iter().any(|survivor| match &survivor.found.evidence {
        Evidence::Channel(told) => told == channel,
        Evidence::Packages(packages) if channel == "esm" => packages
            .iter()
            .any(|(one, _)| one.ecosystem == "deb" && is_of_esm(one.version.as_str())),
        _ => false,
    });
    tells.then(|| channel.to_owned()).into_iter().collect()
}

/// Files that a reader would have read, had they not come as a link: what they record is not known.
fn unread(tree: &Tree<'_>, survivors: &[Survivor<'_>]) -> Vec<Notice> {
    let read: Set<&Path> = survivors.iter().map(|survivor| &survivor.path).collect();
    let readers = evident().flat_map(|ecosystem| ecosystem.readers);
    let mut notices = Vec::new();
    for reader in readers {
        match reader.wants {
            Want::Path(wanted) => notices.extend(misplaced(tree, &Path::new(wanted), &read)),
            Want::In(directory, suffix) => {
                let directory = Path::new(directory);
                let Some(place) = tree.follow(&directory) else { continue };
                let is_elsewhere = *tree.path(place) != directory;
                for child in tree.children(place) {
                    let name = tree.path(child).name();
                    // What is no link in a place that none leads to is where it is looked for.
                    let may_lead = is_elsewhere || tree.is_link(child);
                    if may_lead && name.ends_with(suffix.as_bytes()) {
                        notices.extend(misplaced(tree, &directory.join(name), &read));
                    }
                }
            }
            // What is found by its name is found wherever it really lies.
            _ => {}
        }
    }
    notices
}

/// A notice, where the file at a wanted path stands elsewhere and nobody has read it there.
fn misplaced(tree: &Tree<'_>, wanted: &Path, read: &Set<&Path>) -> Option<Notice> {
    let place = tree.follow(wanted)?;
    let path = tree.path(place);
    let is_file = matches!(tree.file(place).kind, FileKind::Regular { size, .. } if size > 0);
    let is_misplaced = is_file && path != wanted && !read.contains(path) && !is_wanted(path);
    let text = || format!("leads to {path}, which was not read: what it records is not known");
    is_misplaced.then(|| Notice::about(wanted.clone(), text()))
}

fn evident() -> impl Iterator<Item = &'static Ecosystem> {
    ecosystem::ALL.iter().copied().filter(|ecosystem| ecosystem.has_evidence())
}

/// Whether some reader finds evidence in the file of this very path. A changelog is text: it is found by its content,
/// whatever it is called.
pub(super) fn is_wanted(path: &Path) -> bool {
    let is_text = |want: &Want| match want {
        Want::Below(_, name) => name.starts_with("changelog"),
        // What a program says of itself is found in it, whatever it is called.
        Want::Says { .. } => true,
        _ => false,
    };
    let wants = evident().flat_map(|ecosystem| ecosystem.readers).map(|reader| reader.wants);
    wants.filter(|want| !is_text(want)).any(|want| want.is_met_by(&path.as_bytes()[1..]))
}
