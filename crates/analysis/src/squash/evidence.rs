//! Puts the surviving evidence together: packages, who owns what, the distribution. It decides nothing about files.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::{
    Claim, Distro, Diversion, Evidence, File, FileKind, Found, ImageFacts, InstalledPackage,
    Notice, OwnedPath, Owner, Package, Path, Recorded,
};

use super::tree::{Place, Tree};
use crate::ecosystem::{self, Want};

/// Evidence whose file is still there.
pub(super) struct Survivor<'a> {
    /// Where the file stands now.
    pub(super) path: Path,
    /// What was found in it.
    pub(super) found: &'a Found,
}

/// Joins what survived into the image's facts.
pub(super) fn join(tree: &Tree, survivors: &[Survivor<'_>]) -> ImageFacts {
    let mut notices = unread(tree, survivors);
    let records = records(tree);
    let packages = packages(survivors);
    let owners = owners(tree, survivors, &packages, &mut notices);
    let files = files(tree, owners, &records);
    ImageFacts {
        files,
        packages: packages.into_iter().map(|(installed, _)| installed).collect(),
        distro: distro(survivors),
        notices,
    }
}

type Owned<'a> = Vec<&'a [OwnedPath]>;

/// Every package once, however many databases or layers record it, with all that those records say it owns.
fn packages<'a>(survivors: &[Survivor<'a>]) -> Vec<(InstalledPackage, Owned<'a>)> {
    let mut found: BTreeMap<&'a Package, (&Path, Owned<'a>)> = BTreeMap::new();
    for survivor in survivors {
        let Evidence::Packages(packages) = &survivor.found.evidence else { continue };
        for (package, owned) in packages {
            found.entry(package).or_insert((&survivor.path, Vec::new())).1.push(owned);
        }
    }
    found
        .into_iter()
        .map(|(package, (database, owned))| {
            (InstalledPackage { package: package.clone(), database: database.clone() }, owned)
        })
        .collect()
}

/// Who claims each place of the tree.
fn owners(
    tree: &Tree,
    survivors: &[Survivor<'_>],
    packages: &[(InstalledPackage, Owned<'_>)],
    notices: &mut Vec<Notice>,
) -> Vec<Vec<Owner>> {
    let diversions = diversions(survivors);
    let mut owners: Vec<Vec<Owner>> = vec![Vec::new(); tree.capacity()];
    let mut own = |number: usize, name: &str, owned: &OwnedPath| {
        let path = diverted(&diversions, name, &owned.path);
        let Some(place) = tree.resolve(path) else { return };
        let package = u32::try_from(number).unwrap_or(u32::MAX);
        let claims = &mut owners[place.index()];
        match claims.iter_mut().find(|owner| owner.package == package) {
            Some(owner) => complete(&mut owner.recorded, &owned.recorded),
            None => claims.push(Owner { package, recorded: owned.recorded.clone() }),
        }
    };
    for (number, (installed, owned)) in packages.iter().enumerate() {
        for owned in owned.iter().copied().flatten() {
            own(number, &installed.package.name, owned);
        }
    }
    let (names, records) = (by_name(packages), by_record(packages));
    for survivor in survivors {
        let Evidence::Claims(Claim { package, paths }) = &survivor.found.evidence else { continue };
        let record = survivor.path.as_bytes().strip_suffix(b".md5sums");
        let numbers = match record.and_then(|record| records.get(record)) {
            Some(number) => Some(std::slice::from_ref(number)),
            None => names.get(package.as_str()).map(Vec::as_slice),
        };
        match numbers {
            Some(&[number]) => {
                let name = &packages[number].0.package.name;
                for owned in paths {
                    own(number, name, owned);
                }
            }
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
    for claims in &mut owners {
        claims.sort_by_key(|owner| owner.package);
    }
    owners
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

/// dpkg calls the files of a package `NAME`, or `NAME:ARCH` where several architectures of it may be there.
fn by_name(packages: &[(InstalledPackage, Owned<'_>)]) -> HashMap<String, Vec<usize>> {
    let mut names: HashMap<String, Vec<usize>> = HashMap::new();
    for (number, (installed, _)) in packages.iter().enumerate() {
        let package = &installed.package;
        if package.ecosystem != "deb" {
            continue;
        }
        names.entry(package.name.clone()).or_default().push(number);
        if let Some(architecture) = &package.architecture {
            names.entry(format!("{}:{architecture}", package.name)).or_default().push(number);
        }
    }
    names
}

/// Two records of one path say more together: dpkg's `.list` has the name, its `.md5sums` the digest.
fn complete(recorded: &mut Recorded, other: &Recorded) {
    recorded.digest = recorded.digest.take().or_else(|| other.digest.clone());
    recorded.mode = recorded.mode.or(other.mode);
    recorded.config |= other.config;
    recorded.ghost |= other.ghost;
}

fn diversions<'a>(survivors: &[Survivor<'a>]) -> HashMap<&'a Path, &'a Diversion> {
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

fn diverted<'a>(
    diversions: &HashMap<&Path, &'a Diversion>,
    package: &str,
    path: &'a Path,
) -> &'a Path {
    match diversions.get(path) {
        Some(diversion) if diversion.by.as_deref() != Some(package) => &diversion.to,
        _ => path,
    }
}

/// The places that are package managers' own records.
fn records(tree: &Tree) -> HashSet<usize> {
    let wants = ecosystem::ALL.iter().flat_map(|ecosystem| ecosystem.records);
    let mut records = HashSet::new();
    for want in wants {
        let (directory, suffix) = match *want {
            Want::Path(path) => {
                records.extend(tree.resolve(&Path::new(path)).map(Place::index));
                continue;
            }
            Want::In(directory, suffix) => (directory, Some(suffix)),
            Want::Under(directory) => (directory, None),
        };
        let Some(place) = tree.directory(&Path::new(directory)) else { continue };
        let below = tree.below(place).into_iter();
        let meant = below.filter(|&place| {
            suffix.is_none_or(|suffix| tree.path(place).name().ends_with(suffix.as_bytes()))
        });
        records.extend(meant.map(Place::index));
    }
    records
}

fn files(tree: &Tree, mut owners: Vec<Vec<Owner>>, records: &HashSet<usize>) -> Vec<File> {
    tree.places()
        .into_iter()
        .map(|place| File {
            path: tree.path(place).clone(),
            entry: tree.file(place).clone(),
            layer: tree.layer(place),
            owners: std::mem::take(&mut owners[place.index()]).into(),
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
        .map(|(_, distro)| distro.clone())
}

/// Files that a reader would have read, had they not come as a link: what they record is not known.
fn unread(tree: &Tree, survivors: &[Survivor<'_>]) -> Vec<Notice> {
    let read: HashSet<&Path> = survivors.iter().map(|survivor| &survivor.path).collect();
    let readers = ecosystem::ALL.iter().flat_map(|ecosystem| ecosystem.readers);
    let mut notices = Vec::new();
    for reader in readers {
        let Want::Path(wanted) = reader.wants else { continue };
        let wanted = Path::new(wanted);
        let Some(place) = tree.follow(&wanted) else { continue };
        let path = tree.path(place);
        let is_file = matches!(tree.file(place).kind, FileKind::Regular { size, .. } if size > 0);
        let is_elsewhere = *path != wanted;
        if is_file && is_elsewhere && !read.contains(path) && !is_wanted(path) {
            let text = format!("leads to {path}, which was not read: what it records is not known");
            notices.push(Notice::about(wanted, text));
        }
    }
    notices
}

/// Whether some reader reads the file of this very path.
pub(super) fn is_wanted(path: &Path) -> bool {
    let path = &path.as_bytes()[1..];
    let mut wants = ecosystem::ALL.iter().flat_map(|ecosystem| ecosystem.readers).map(|r| r.wants);
    wants.any(|want| matches!(want, Want::Path(wanted) if wanted.as_bytes() == path))
}
