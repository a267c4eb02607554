//! Any record and any package: matching ends, says the same twice, and a package without a finding has none more when
//! nothing is said of it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use model::{AdvisoryData, Distro, Fix, FixState, ImageFacts, InstalledPackage, Package, Scheme};
use vuln::{
    Advisory, Affected, Database, Options, Qualifier, Range, Release, Subject, Verdict, Writer, find,
};

const KINDS: [(&str, &str, Scheme); 6] = [
    ("deb", "deb", Scheme::Deb),
    ("rpm", "rpm", Scheme::Rpm),
    ("apk", "apk", Scheme::Apk),
    ("pypi", "python", Scheme::Pypi),
    ("golang", "go-module", Scheme::Semver),
    ("maven", "java-archive", Scheme::Maven),
];

fuzz_target!(|input: ((u8, bool), (&str, &str, &str), (&str, &str), (&str, &str), &str)| {
    let ((kind, is_unaffected), (name, version, source), (id, release), (format, constraint), module) = input;
    let (ours, theirs, scheme) = KINDS[usize::from(kind) % KINDS.len()];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("database");
    let mut writer = Writer::create(&path).unwrap();
    let advisory = Advisory { id: "CVE-1".into(), provider: "maker".into(), ..Advisory::default() };
    let number = writer.advisory(&advisory).unwrap();
    let fix = Fix { state: FixState::Fixed, versions: vec![version.into()] };
    let release_of = Release { name: id.into(), id: id.into(), major: release.into(), ..Release::default() };
    let affected = Affected {
        subject: Subject { ecosystem: theirs.into(), name: name.into() },
        release: (kind % 6 < 3).then_some(release_of),
        verdict: if is_unaffected { Verdict::Unaffected } else { Verdict::Affected },
        cves: vec![source.into()],
        qualifiers: vec![Qualifier::Module(module.into())],
        ranges: vec![Range { format: format.into(), constraint: constraint.into(), fix }],
    };
    writer.affected(number, &affected).unwrap();
    writer.finish(&AdvisoryData::default()).unwrap();
    let database = Database::open(&path).unwrap();
    let mut package = Package::new(ours, name, version, scheme);
    package.source = Some(source.into());
    package.module = Some(module.into());
    let distro = Distro { id: id.into(), version_id: Some(release.into()), ..Distro::default() };
    let installed = InstalledPackage { package, database: "/record".into(), inside: None };
    let facts = ImageFacts { distro: Some(distro), packages: vec![installed], ..ImageFacts::default() };
    let findings = find(&facts, &database, &Options::default()).unwrap();
    assert_eq!(findings, find(&facts, &database, &Options::default()).unwrap());
    assert!(!is_unaffected || findings.findings.is_empty());
    for gap in &findings.gaps {
        assert!(!gap.to_string().is_empty());
    }
});
