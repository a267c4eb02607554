//! The ecosystems that we can read: values, one file each.

mod alpm;
mod apk;
mod bitnami;
mod cargo;
mod composer;
mod conda;
mod cpan;
mod cran;
mod deb;
mod gem;
mod generic;
mod golang;
mod hex;
mod java;
mod kept_files;
mod lock;
mod luarocks;
mod nix;
mod npm;
mod nuget;
mod opkg;
mod os_release;
mod pub_dev;
mod pypi;
mod rpm;
mod swift;
mod wordpress;

use std::sync::LazyLock;

use model::{Evidence, Package, Scheme, TextKind};

pub(crate) use generic::compiled;
pub(crate) use java::archive as zip;
pub use os_release::RELEASE_FILES;
pub(crate) use rpm::sqlite;

/// Every ecosystem, in the order of the docs.
pub static ALL: &[&Ecosystem] = &[
    &apk::ECOSYSTEM,
    &deb::ECOSYSTEM,
    &rpm::ECOSYSTEM,
    &alpm::ECOSYSTEM,
    &opkg::ECOSYSTEM,
    &nix::ECOSYSTEM,
    &npm::ECOSYSTEM,
    &gem::ECOSYSTEM,
    &pypi::ECOSYSTEM,
    &conda::ECOSYSTEM,
    &java::ECOSYSTEM,
    &golang::ECOSYSTEM,
    &cargo::ECOSYSTEM,
    &composer::ECOSYSTEM,
    &nuget::ECOSYSTEM,
    &hex::ECOSYSTEM,
    &cran::ECOSYSTEM,
    &cpan::ECOSYSTEM,
    &luarocks::ECOSYSTEM,
    &pub_dev::ECOSYSTEM,
    &swift::ECOSYSTEM,
    &wordpress::ECOSYSTEM,
    &bitnami::ECOSYSTEM,
    &generic::ECOSYSTEM,
    &lock::ECOSYSTEM,
    &os_release::ECOSYSTEM,
    &kept_files::ECOSYSTEM,
];

/// A package ecosystem: data first, functions of bytes after.
#[derive(Debug)]
pub struct Ecosystem {
    /// Its name, which is also its purl type.
    pub name: &'static str,
    /// What a person calls it.
    pub title: &'static str,
    /// What OSV calls it; none where nobody publishes advisories under one name.
    pub osv: Option<&'static str>,
    /// What orders its versions; none where it has no packages.
    pub scheme: Option<Scheme>,
    /// What reads its files.
    pub readers: &'static [Reader],
    /// Where its package manager keeps records: files that change whenever packages do (cause `database`).
    pub records: &'static [Want],
    /// What a package has beside the paths that its record claims, where the place of the record tells it.
    pub holdings: Option<fn(&Held<'_>) -> Vec<Holding>>,
}

/// A package whose holdings are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// The file that records it, without a leading slash.
    pub record: &'a str,
    /// The package.
    pub package: &'a Package,
}

/// A part of the file system that a package has for itself. Paths have no leading slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holding {
    /// This file, or this directory with all that is below it.
    All(String),
    /// The same, but for what is below directories of the second name.
    Without(String, &'static str),
    /// Every directory of the second name that lies two levels below the first.
    Named(String, String),
}

impl Ecosystem {
    /// Whether anything is concluded from what its readers find. Files that are merely kept may be missed: nothing that
    /// is told of an image is wrong without them.
    pub(crate) fn has_evidence(&self) -> bool {
        self.name != kept_files::ECOSYSTEM.name
    }
}

/// Whether a package was only recognised by what its file says: that counts where no package manager knows the file.
pub(crate) fn is_recognised(package: &Package) -> bool {
    package.ecosystem == generic::ECOSYSTEM.name
}

/// The catalogue's revision: it changes whenever the same layer would give other facts, so that kept ones are not used.
pub fn revision() -> u64 {
    // Every look at what is kept asks for it.
    static REVISION: LazyLock<u64> = LazyLock::new(told);
    *REVISION
}

fn told() -> u64 {
    // FNV-1a over what the catalogue says of itself, in its order.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |text: &str| {
        for byte in text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    add(&format!("scan {SCAN_REVISION}"));
    add(&risk::revision());
    for ecosystem in ALL {
        for reader in ecosystem.readers {
            let Reader { revision, wants, companions, limit, read: _ } = reader;
            add(&format!("{} {wants:?} {companions:?} {limit} {revision}", ecosystem.name));
        }
    }
    hash
}

/// Counted up whenever the pass over a layer itself would keep other facts of the same bytes.
pub(crate) const SCAN_REVISION: u32 = 3;

/// Reads one kind of file.
#[derive(Debug)]
pub struct Reader {
    /// Counted up whenever the same bytes would give other evidence.
    pub revision: u32,
    /// Which files it reads.
    pub wants: Want,
    /// Files beside the wanted one, by name, that are handed over with it where the same layer has them (a
    /// write-ahead log).
    pub companions: &'static [&'static str],
    /// The largest file that it reads, in bytes; a larger one becomes a notice. Executables have no such limit: of large
    /// ones only those parts are kept that readers look at.
    pub limit: u64,
    /// Reads.
    pub read: fn(&Input<'_>) -> Result<Reading, Unreadable>,
}

/// Which files are meant. Paths have no leading slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Want {
    /// This one path.
    Path(&'static str),
    /// Every file right in this directory whose name ends so.
    In(&'static str, &'static str),
    /// Everything below this directory.
    Under(&'static str),
    /// Every file of this name in any directory right below this one.
    Below(&'static str, &'static str),
    /// Every file of this name, wherever it is.
    Name(&'static str),
    /// Every file whose name ends so, wherever it is.
    Suffix(&'static str),
    /// Every file of the second name right in a directory whose name ends like the first, wherever that is.
    Right(&'static str, &'static str),
    /// Every file whose name ends like the second right in a directory of the first name, wherever that is.
    Among(&'static str, &'static str),
    /// Every file of the second name below a directory of the first, wherever that is.
    Within(&'static str, &'static str),
    /// Every file whose path ends like the second and that lies right in a directory that lies right in one whose path
    /// ends like the first.
    Beneath(&'static str, &'static str),
    /// Every directory right in this one; its reader is given nothing but its path.
    Folder(&'static str),
    /// Every program or library, as its first bytes tell, whatever it is called.
    Executable,
    /// Every file that is called so and says something that this pattern matches; its reader is given nothing but that.
    Says {
        /// What the file is taken for.
        what: &'static str,
        /// What it is called; a `*` stands for anything.
        files: &'static [&'static str],
        /// A regular expression over bytes.
        pattern: &'static str,
    },
}

impl Want {
    /// Whether the file at `path`, which has no leading slash, is meant.
    pub fn is_met_by(&self, path: &[u8]) -> bool {
        let slash = path.iter().rposition(|&byte| byte == b'/');
        let (directory, name) = match slash {
            Some(slash) => (&path[..slash], &path[slash + 1..]),
            None => (&b""[..], path),
        };
        match self {
            Want::Path(wanted) => wanted.as_bytes() == path,
            Want::In(wanted, suffix) => {
                wanted.as_bytes() == directory && name.ends_with(suffix.as_bytes())
            }
            Want::Under(wanted) => {
                path.strip_prefix(wanted.as_bytes()).is_some_and(|rest| rest.starts_with(b"/"))
            }
            Want::Below(wanted, wanted_name) => {
                let rest = directory.strip_prefix(wanted.as_bytes());
                let below = rest.and_then(|rest| rest.strip_prefix(b"/"));
                wanted_name.as_bytes() == name && below.is_some_and(|one| !one.contains(&b'/'))
            }
            Want::Name(wanted) => wanted.as_bytes() == name,
            Want::Suffix(suffix) => name.ends_with(suffix.as_bytes()),
            Want::Right(suffix, wanted) => {
                wanted.as_bytes() == name && directory.ends_with(suffix.as_bytes())
            }
            Want::Among(wanted, suffix) => {
                let folder = directory.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
                name.ends_with(suffix.as_bytes()) && folder == wanted.as_bytes()
            }
            Want::Within(wanted_directory, wanted) => {
                let mut directories = directory.split(|&byte| byte == b'/');
                wanted.as_bytes() == name
                    && directories.any(|directory| directory == wanted_directory.as_bytes())
            }
            Want::Beneath(wanted, suffix) => {
                let slash = directory.iter().rposition(|&byte| byte == b'/').unwrap_or(0);
                path.ends_with(suffix.as_bytes()) && directory[..slash].ends_with(wanted.as_bytes())
            }
            Want::Folder(wanted) => wanted.as_bytes() == directory,
            // Paths do not tell.
            Want::Executable => false,
            Want::Says { files, .. } => files.iter().any(|file| is_called(path, file.as_bytes())),
        }
    }
}

/// Whether a path ends with these names, of which the last may have a `*` in it.
fn is_called(path: &[u8], file: &[u8]) -> bool {
    let Some(star) = file.iter().position(|&byte| byte == b'*') else {
        let before = path.strip_suffix(file);
        return before.is_some_and(|before| before.is_empty() || before.ends_with(b"/"));
    };
    let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let (start, end) = (&file[..star], &file[star + 1..]);
    name.strip_prefix(start).is_some_and(|rest| rest.ends_with(end))
}

/// What a reader is given.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The file's path, without a leading slash.
    pub path: &'a [u8],
    /// Its content; of an executable that is too large to be held whole, its beginning.
    pub bytes: &'a [u8],
    /// Of such a one the pieces that were kept of what follows, each with where it begins, ordered.
    pub beyond: &'a [(u64, &'a [u8])],
    /// Companions by name.
    pub companions: &'a [(&'a str, &'a [u8])],
}

/// What a reader gives.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// What it found.
    pub evidence: Vec<Evidence>,
    /// Texts in it that are worth keeping.
    pub texts: Vec<(TextKind, Box<[u8]>)>,
    /// What it could not read, while the rest was good: sentences without a final full stop.
    pub notices: Vec<String>,
}

/// The limit of readers that are given pieces of what is large.
const EVERY_SIZE: u64 = u64::MAX;

/// The longest text that is kept of a language's package: anybody may write anything into its metadata.
const LONGEST_TEXT: usize = 1_000;

/// A text without the blanks around it, where it says something and is no longer than people write.
fn kept(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= LONGEST_TEXT).then(|| text.into())
}

/// Why nothing of a file could be read: a clause that follows "could not be read: ".
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable(pub String);

/// What a reader could not read of a file: the first few damages in words, the others as a number, because a file may be
/// damaged in every line.
#[derive(Debug, Default)]
struct Damage {
    told: Vec<String>,
    untold: usize,
}

impl Damage {
    /// How many damages of one file are told in words.
    const TOLD: usize = 8;

    /// With so many damages beyond those, nothing good is expected of a file any more.
    const HOPELESS: usize = 65_536;

    /// Takes note of a damage: a sentence without a final full stop.
    fn tell(&mut self, sentence: impl FnOnce() -> String) {
        if self.told.len() < Damage::TOLD {
            self.told.push(sentence());
        } else {
            self.untold += 1;
        }
    }

    /// Whether a file has so many damages that it was made to cost time: its reader had better stop.
    fn is_hopeless(&self) -> bool {
        self.untold >= Damage::HOPELESS
    }

    fn into_notices(mut self) -> Vec<String> {
        if self.untold > 0 {
            self.told.push(format!("is damaged in {} further places", self.untold));
        }
        self.told
    }
}

/// Files of readers whose formats are no text, made by what tests those readers.
#[cfg(test)]
pub(crate) mod samples {
    pub(crate) use super::cargo::sample as cargo;
    pub(crate) use super::golang::sample as golang;
    pub(crate) use super::java::sample as java;
    pub(crate) use super::rpm::samples as rpm;
}
