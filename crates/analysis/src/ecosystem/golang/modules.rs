//! The list of modules, as `go version -m` prints it: lines of words parted by tabs. It knows no bytes of programs.

use model::{Evidence, Package, Scheme};

use super::{Damage, ECOSYSTEM};
use crate::ecosystem::{Reading, kept};

/// Modules of one program at the most.
const MOST: usize = 20_000;

/// What advisories call Go's own library.
const LIBRARY: &str = "stdlib";

/// What stands for a version where a module was built from the folder that it was written in.
const UNVERSIONED: &str = "(devel)";

/// The packages of a program: Go's library, the main module, and those that it was built of.
pub(super) fn reading(version: &[u8], list: &[u8]) -> Reading {
    let (version, list) = (String::from_utf8_lossy(version), String::from_utf8_lossy(bare(list)));
    let (mut modules, mut settings) = (Vec::new(), Settings::default());
    let mut damage = Damage::default();
    for line in list.lines() {
        let words: Vec<&str> = line.split('\t').collect();
        match words[..] {
            ["mod" | "dep", name, version, ..] if modules.len() < MOST => {
                let sum = words.get(3).copied().unwrap_or_default();
                modules.push(Module { name, version, sum, is_main: words[0] == "mod" });
            }
            ["mod" | "dep", ..] => damage.tell(|| "lists more modules than are looked at".into()),
            // What the line before says was replaced.
            ["=>", name, version, ..] => {
                if let Some(module) = modules.last_mut() {
                    module.replace(name, version, words.get(3).copied().unwrap_or_default());
                }
            }
            ["build", setting, ..] => settings.add(setting),
            _ => {}
        }
    }
    let mut packages: Vec<Package> = library(&version).into_iter().collect();
    packages.extend(modules.iter().filter_map(|module| module.package(&settings)));
    let packages: Vec<_> = packages.into_iter().map(|package| (package, Vec::new())).collect();
    let evidence = Some(packages).filter(|packages| !packages.is_empty());
    let evidence = evidence.map(Evidence::Packages).into_iter().collect();
    Reading { evidence, notices: damage.into_notices(), ..Reading::default() }
}

/// The list without the sixteen bytes that the linker puts before and behind it.
fn bare(list: &[u8]) -> &[u8] {
    match list.len().checked_sub(16) {
        Some(end) if end > 16 && list[end - 1] == b'\n' => &list[16..end],
        _ => b"",
    }
}

/// `go1.21.5 X:boringcrypto`, or `devel go1.22-4b3a1d2 Mon Jan 1`.
fn library(version: &str) -> Option<Package> {
    let mut words = version.split_whitespace().filter_map(|word| word.strip_prefix("go"));
    let word = words.find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let version = word.and_then(kept)?;
    Some(Package::new(ECOSYSTEM.name, LIBRARY, &version, Scheme::Semver))
}

/// What the program was built with and for.
#[derive(Default)]
struct Settings<'a> {
    architecture: Option<&'a str>,
    commit: Option<&'a str>,
}

impl<'a> Settings<'a> {
    fn add(&mut self, setting: &'a str) {
        match setting.split_once('=') {
            Some(("GOARCH", value)) => self.architecture = Some(value),
            Some(("vcs.revision", value)) => self.commit = Some(value),
            _ => {}
        }
    }
}

/// A line of the list.
struct Module<'a> {
    name: &'a str,
    version: &'a str,
    sum: &'a str,
    is_main: bool,
}

impl<'a> Module<'a> {
    /// Another module was built in its place. A folder has no name that anybody else knows, and no version.
    fn replace(&mut self, name: &'a str, version: &'a str, sum: &'a str) {
        let is_folder = version.is_empty() || name.starts_with(['.', '/']);
        if is_folder {
            (self.version, self.sum) = (UNVERSIONED, "");
        } else {
            (self.name, self.version, self.sum) = (name, version, sum);
        }
    }

    fn package(&self, settings: &Settings<'_>) -> Option<Package> {
        let name = kept(self.name)?;
        let version = kept(self.version).unwrap_or_else(|| UNVERSIONED.into());
        let of_main = |text: Option<&str>| text.filter(|_| self.is_main).and_then(kept);
        Some(Package {
            architecture: of_main(settings.architecture),
            commit: of_main(settings.commit),
            build: kept(self.sum),
            ..Package::new(ECOSYSTEM.name, &name, &version, Scheme::Semver)
        })
    }
}
