//! Whose package a program means: what it was handed comes back, but not always letter by letter.

use std::collections::HashMap;

use model::{ImageFacts, Purl};

use crate::percent::decoded;

/// The packages of an image, by what a program may call them.
pub(super) struct Packages {
    by_url: HashMap<String, Vec<u32>>,
    by_name: HashMap<(String, String), Vec<u32>>,
}

impl Packages {
    pub(super) fn of(facts: &ImageFacts) -> Packages {
        let mut packages = Packages { by_url: HashMap::new(), by_name: HashMap::new() };
        for (place, one) in (0..).zip(&facts.packages) {
            let purl = Purl::of(&one.package, facts.distro.as_ref()).to_string();
            packages.by_url.entry(plain(&purl)).or_default().push(place);
            let name = (one.package.name.clone(), one.package.version.to_string());
            packages.by_name.entry(name).or_default().push(place);
        }
        packages
    }

    /// The places of the packages that have this URL, or else this name and version; none if nothing has.
    pub(super) fn find(&self, purl: &str, name: &str, version: &str) -> &[u32] {
        let named = || self.by_name.get(&(name.to_owned(), version.to_owned()));
        self.by_url.get(&plain(purl)).or_else(named).map_or(&[], |places| &**places)
    }
}

/// A package URL without what is written in several ways: which characters are encoded, and qualifiers but for the
/// architecture and the epoch.
fn plain(purl: &str) -> String {
    let (bare, qualifiers) = purl.split_once('?').unwrap_or((purl, ""));
    let of = |key| qualifiers.split('&').find_map(|one| one.strip_prefix(key)).unwrap_or_default();
    format!("{} {} {}", decoded(bare), of("arch="), of("epoch="))
}
