//! Facts: what a layer says, and what an image is once its layers are stacked.

use std::sync::Arc;

use crate::{
    Distro, File, FileEntry, FileKind, Files, Notice, OwnedPath, Package, Path, Recorded, Text,
};

/// Everything that is kept of one layer. It depends on the layer's bytes alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerFacts {
    /// What the layer does to the file system, in the order of its archive.
    pub entries: Vec<LayerEntry>,
    /// What readers found in its files.
    pub found: Vec<Found>,
    /// What could not be read.
    pub notices: Vec<Notice>,
}

/// A layer once it has been read: what programs compare, and what people read.
///
/// They are apart because they are kept apart: most questions need no texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scanned {
    /// What the layer does and says.
    pub facts: LayerFacts,
    /// Texts found in it, in the order of its archive.
    pub texts: Vec<Text>,
}

/// One thing that a layer does to the file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerEntry {
    /// The path that it is done to; symbolic links in it are followed when layers are stacked.
    pub path: Path,
    /// What is done.
    pub what: What,
}

/// What a layer does to a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Puts a file there.
    Put(Arc<FileEntry>),
    /// Gives a file another name.
    Link {
        /// The name that it has already.
        target: Path,
    },
    /// Takes away what lower layers have there, with all that lies below it.
    Whiteout,
    /// Takes away what lower layers have in this directory, but not the directory.
    Opaque,
}

/// What a reader found in one file. It lasts as long as the file does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub path: Path,
    /// The ecosystem whose reader it was.
    pub ecosystem: String,
    /// What it found.
    pub evidence: Evidence,
}

/// One kind of thing that a reader can find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// A database's packages, each with the paths that the same record claims for it.
    Packages(Vec<(Package, Vec<OwnedPath>)>),
    /// Packages of an archive that lies in the file, as Java has them.
    Nested {
        /// Where it lies in the file; `:` parts archives that lie in one another.
        inside: String,
        /// The packages.
        packages: Vec<Package>,
    },
    /// Packages that a bill of materials in the image states.
    Stated(Vec<Package>),
    /// Packages that an application's lock file names: whether they are installed, it does not say.
    Declared(Vec<Package>),
    /// Paths that another file of the database claims for a package.
    Claims(Claim),
    /// dpkg's diversions.
    Diversions(Vec<Diversion>),
    /// An `os-release` file.
    Distro(Distro),
    /// The image takes fixes from this line of releases that is kept alive apart: `eus`, `esm`.
    Channel(String),
    /// Licences of the package whose documentation this is.
    Licenses {
        /// The package, as its folder of documentation is called.
        package: String,
        /// The licences, in the words of the file, ordered; one may be a choice (`GPL-2+ or MIT`).
        licenses: Vec<String>,
    },
    /// What rules say of the file's content.
    Hits(Vec<Hit>),
}

/// Where a rule is met. What must not be told is not in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hit {
    /// The rule's id.
    pub rule: String,
    /// The line that it begins in, counted from 1; 0 where there are no lines.
    pub line: u32,
    /// What may be told of it: a name, how all of its kind begin, how long it is.
    pub excerpt: String,
    /// What tells a secret from others, where a machine made it at random.
    pub mark: Option<[u8; 6]>,
}

/// Where a rule is met in a file of an image.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileHit {
    /// The file.
    pub path: Path,
    /// Where in it.
    pub hit: Hit,
    /// The layer that brought the file, counted from 0 at the bottom.
    pub layer: u32,
    /// The layer that took the file away or put another in its place; none where it is there. Whoever has the image can
    /// read it all the same.
    pub hidden: Option<u32>,
}

/// Paths that belong to a package whose record stands in another file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The package's name as the claiming file is called (`libc6` or `libc6:amd64`).
    pub package: String,
    /// The paths.
    pub paths: Vec<OwnedPath>,
}

/// `dpkg-divert`: whoever but `by` ships `from`, has it at `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diversion {
    /// The path that is diverted.
    pub from: Path,
    /// Where it goes.
    pub to: Path,
    /// The package that diverts it and has `from` for itself; none for a diversion of the administrator's.
    pub by: Option<String>,
}

/// What an image is to a container: its layers stacked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageFacts {
    /// The root directory, where a layer names it.
    pub root: Option<Arc<FileEntry>>,
    /// Every path but the root, ordered.
    pub files: Files,
    /// Every package of every database, ordered.
    pub packages: Vec<InstalledPackage>,
    /// Packages that lock files name and that are not among those, each with its lock file, ordered: nothing says that they
    /// are installed.
    pub declared: Vec<InstalledPackage>,
    /// The distribution, where the image says which it is.
    pub distro: Option<Distro>,
    /// What rules say of the contents of files, also of those that later layers took away, ordered.
    pub hits: Vec<FileHit>,
    /// What could not be read, ordered.
    pub notices: Vec<Notice>,
}

/// A package and where its record stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InstalledPackage {
    /// The package.
    pub package: Package,
    /// The file that records it.
    pub database: Path,
    /// Where in that file the archive lies that it stands in; none where it is the file's own.
    pub inside: Option<String>,
}

impl InstalledPackage {
    /// Where it stands, as reports say it: the file that records it, and the place in that.
    pub fn location(&self) -> String {
        match &self.inside {
            Some(inside) => format!("{}:{inside}", self.database),
            None => self.database.to_string(),
        }
    }
}

/// One package's claim on a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The package's place in [`ImageFacts::packages`].
    pub package: u32,
    /// What the package's database recorded of the file.
    pub recorded: Recorded,
}

/// Symbolic links that one look-up follows, as Linux does.
const MOST_LINKS: usize = 40;

impl ImageFacts {
    /// The file at `path`, if there is one. Links are not followed.
    pub fn file(&self, path: &Path) -> Option<&File> {
        self.files.find(path)
    }

    /// The path that `path` leads to once every symbolic link in it is followed, as a container follows them; none where
    /// nothing is there, or links lead in a circle.
    pub fn resolve(&self, path: &Path) -> Option<Path> {
        let mut left: Vec<Vec<u8>> = path.components().rev().map(Into::into).collect();
        let mut reached = Path::root();
        let mut links = 0;
        while let Some(name) = left.pop() {
            match &name[..] {
                b"" | b"." => continue,
                b".." => {
                    reached = reached.parent().unwrap_or(reached);
                    continue;
                }
                _ => {}
            }
            let next = reached.join(&name);
            let FileKind::Symlink { target } = &self.file(&next)?.entry.kind else {
                reached = next;
                continue;
            };
            links += 1;
            if links > MOST_LINKS {
                return None;
            }
            if target.starts_with(b"/") {
                reached = Path::root();
            }
            left.extend(target.rsplit(|&byte| byte == b'/').map(Into::into));
        }
        Some(reached)
    }

    /// Which package of the operating system brought a language's package: it has the file that records that one. Its place
    /// in [`ImageFacts::packages`].
    pub fn bringer(&self, installed: &InstalledPackage) -> Option<usize> {
        if !installed.package.is_of_a_language() {
            return None;
        }
        let owners = self.file(&installed.database)?.owners.iter();
        owners.map(|owner| owner.package as usize).find(|&place| {
            self.packages.get(place).is_some_and(|one| !one.package.is_of_a_language())
        })
    }

    /// How many packages there are, those not counted that others brought.
    pub fn own_packages(&self) -> usize {
        self.packages.iter().filter(|installed| self.bringer(installed).is_none()).count()
    }

    /// The packages that claim `file`.
    pub fn owners<'a>(&'a self, file: &'a File) -> impl Iterator<Item = &'a Package> {
        file.owners.iter().map(|owner| &self.packages[owner.package as usize].package)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An image of `path`s and of `path -> target`s.
    fn image(lines: &[&str]) -> ImageFacts {
        let file = |line: &&str| {
            let (path, kind) = match line.split_once(" -> ") {
                Some((path, target)) => {
                    (path, FileKind::Symlink { target: target.as_bytes().into() })
                }
                None => (*line, FileKind::Directory),
            };
            let entry = Arc::new(FileEntry { kind, ..FileEntry::implied_directory() });
            File { path: path.into(), entry, layer: 0, owners: Box::default(), record: false }
        };
        let mut files: Vec<File> = lines.iter().map(file).collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        ImageFacts { files: files.into(), ..ImageFacts::default() }
    }

    #[test]
    fn paths_lead_where_links_lead() {
        let image = image(&[
            "/usr",
            "/usr/lib",
            "/usr/lib/os-release",
            "/lib -> usr/lib",
            "/etc",
            "/etc/os-release -> ../lib/./os-release",
            "/etc/out -> ../../../usr",
            "/etc/abs -> /lib/os-release",
            "/loop -> loop",
        ]);
        let check = |path: &str, expect: Option<&str>| {
            assert_eq!(image.resolve(&path.into()), expect.map(Path::from), "{path}");
        };
        check("/usr/lib/os-release", Some("/usr/lib/os-release"));
        check("/etc/os-release", Some("/usr/lib/os-release"));
        check("/etc/abs", Some("/usr/lib/os-release"));
        check("/etc/out/lib", Some("/usr/lib"));
        check("/lib", Some("/usr/lib"));
        check("/lib/nothing", None);
        check("/loop/x", None);
    }
}
