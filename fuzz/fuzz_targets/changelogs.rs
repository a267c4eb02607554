//! Any bytes as the changelogs of a package before and after, of rpm's and of Debian's form and as a list of commits, packed or
//! not: they are taken apart, cut to what lies between two versions, and written in every form. What is told of the later one
//! stands in it.

#![no_main]

use std::collections::BTreeMap;
use std::sync::Arc;

use analysis::Changelogs;
use compare::{Said, Side};
use libfuzzer_sys::fuzz_target;
use model::{
    File, FileEntry, FileKind, ImageFacts, InstalledPackage, Package, Path, Scheme, Sha256, Text,
    TextKind, Told,
};
use report::{Format, View};

fuzz_target!(|input: (u8, &str, &str, &[u8], &[u8])| {
    let (form, before, after, old, new) = input;
    let scheme = [Scheme::Rpm, Scheme::Deb, Scheme::Apk][usize::from(form % 3)];
    let (old, new) = (image(scheme, before, old), image(scheme, after, new));
    let texts = [&old, &new].map(|(side, text)| {
        let fetched = ("https://example.org", &text.bytes[..]);
        let fetched = (scheme == Scheme::Apk).then_some((0, fetched));
        let texts = Changelogs::of(&side.facts, std::slice::from_ref(text));
        texts.with_fetched(BTreeMap::from_iter(fetched))
    });
    let entries = match texts[1].told(&new.0.facts.packages[0]) {
        Told::Changelog(changelog) => changelog.entries,
        _ => Vec::new(),
    };
    let mut comparison = compare::compare(&old.0, &new.0);
    let changelogs = compare::changelogs(
        &comparison,
        |package| texts[0].told(package),
        |package| texts[1].told(package),
    );
    let is_newer = new.0.facts.packages[0].package.version > old.0.facts.packages[0].package.version;
    for source in &changelogs.sources {
        if let Said::Entries { entries: told, .. } = &source.said {
            assert!(!is_newer || told.iter().all(|one| entries.contains(one)));
        }
    }
    comparison.changelogs = Some(changelogs);
    for format in [Format::Table, Format::Json, Format::Plain, Format::Html] {
        report::changelogs(&comparison, format, View::default(), &mut std::io::sink()).unwrap();
        report::comparison(&comparison, format, View::default(), &mut std::io::sink()).unwrap();
    }
});

/// An image of one package with this version and changelog.
fn image(scheme: Scheme, version: &str, changelog: &[u8]) -> (Side, Text) {
    let ecosystem = match scheme {
        Scheme::Rpm => "rpm",
        Scheme::Apk => "apk",
        _ => "deb",
    };
    let package = Package::new(ecosystem, "x", version, scheme);
    let (path, kind) = match scheme {
        Scheme::Rpm => {
            let (name, version) = (package.name.clone(), package.version.as_str().to_owned());
            ("/var/lib/rpm/rpmdb.sqlite", TextKind::RpmChangelog { name, version, architecture: None })
        }
        _ => ("/usr/share/doc/x/changelog.Debian.gz", TextKind::DebianChangelog),
    };
    let path = Path::new(path);
    let content = FileKind::Regular { size: changelog.len() as u64, sha256: Sha256([0; 32]) };
    let entry = FileEntry { kind: content, mode: 0o644, uid: 0, gid: 0, mtime: 0, xattrs: None };
    let file = File {
        path: path.clone(),
        entry: Arc::new(entry),
        layer: 0,
        owners: Box::default(),
        record: false,
    };
    let installed = InstalledPackage { package, database: path.clone(), inside: None };
    let facts =
        ImageFacts { files: vec![file].into(), packages: vec![installed], ..ImageFacts::default() };
    (Side { facts, ..Side::default() }, Text { path, kind, bytes: changelog.into() })
}
