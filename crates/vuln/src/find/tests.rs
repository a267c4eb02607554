//! Matching as a whole: a database of a few records, an image of a few packages, and what is found.

use std::sync::Arc;

use model::{
    Distro, File, FileEntry, FileKind, Fix, FixState, InstalledPackage, Owner, Recorded, Scheme,
    Sha256,
};

use super::*;
use crate::{Advisory, AdvisoryNumber, Affected, Qualifier, Range, Rating, Subject, Writer};

/// A database of lines `ecosystem name@release id constraint`; ` = alias` names the vulnerability otherwise, `!` before
/// the constraint says that such versions are not affected.
fn database(lines: &[&str]) -> (tempfile::TempDir, Database) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("database");
    let mut writer = Writer::create(&path).unwrap();
    for line in lines {
        let (line, alias) = line.split_once(" = ").unwrap_or((line, ""));
        let mut words = line.splitn(4, ' ');
        let mut word = || words.next().unwrap_or_default();
        let (ecosystem, name, id, constraint) = (word(), word(), word(), word());
        let (name, release) = name.split_once('@').unwrap_or((name, ""));
        let advisory = Advisory {
            id: id.into(),
            provider: "maker".into(),
            aliases: Some(alias.to_owned()).filter(|alias| !alias.is_empty()).into_iter().collect(),
            ratings: vec![Rating::Word { severity: model::Severity::High, source: None }],
            ..Advisory::default()
        };
        let number: AdvisoryNumber = writer.advisory(&advisory).unwrap();
        let (verdict, constraint) = match constraint.strip_prefix('!') {
            Some(rest) => (Verdict::Unaffected, rest),
            None => (Verdict::Affected, constraint),
        };
        let release = release.split_once(' ').map_or(release, |(release, _)| release);
        let release = (!release.is_empty()).then(|| {
            let (name, version) = release.split_once(':').unwrap_or((release, ""));
            let (version, channel) = version.split_once('+').unwrap_or((version, ""));
            let (major, minor) = version.split_once('.').unwrap_or((version, ""));
            Release {
                name: name.into(),
                id: if name == "redhat" { "rhel" } else { name }.into(),
                major: major.into(),
                minor: minor.into(),
                channel: channel.into(),
                ..Release::default()
            }
        });
        let fixed = constraint.strip_prefix("< ").map(Into::into);
        let state = if fixed.is_some() { FixState::Fixed } else { FixState::NotFixed };
        let range = Range {
            format: if ecosystem == "python" { "python" } else { ecosystem }.into(),
            constraint: constraint.into(),
            fix: Fix { state, versions: fixed.into_iter().collect() },
        };
        let qualifiers =
            if name == "modular" { vec![Qualifier::Module("m:1".into())] } else { Vec::new() };
        let subject = Subject { ecosystem: ecosystem.into(), name: name.into() };
        let affected = Affected {
            subject,
            release,
            verdict,
            cves: Vec::new(),
            qualifiers,
            ranges: vec![range],
        };
        writer.affected(number, &affected).unwrap();
    }
    writer.finish(&model::AdvisoryData { built: Some(Time(0)), ..Default::default() }).unwrap();
    let database = Database::open(&path).unwrap();
    (folder, database)
}

/// An image of a distribution and of packages `ecosystem name version [source]`. A package whose line begins with `>` has
/// its record in a file that the package before owns.
fn image(distro: &str, lines: &[&str]) -> ImageFacts {
    let (id, version) = distro.split_once(' ').unwrap_or((distro, ""));
    let distro = (!id.is_empty()).then(|| Distro {
        id: id.into(),
        version_id: Some(version.to_owned()).filter(|version| !version.is_empty()),
        ..Distro::default()
    });
    let mut facts = ImageFacts { distro, ..ImageFacts::default() };
    let mut files = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let owned = line.starts_with('>');
        let mut words = line.trim_start_matches('>').splitn(4, ' ');
        let mut word = || words.next().unwrap_or_default();
        let (ecosystem, name, version, source) = (word(), word(), word(), word());
        let scheme = match ecosystem {
            "deb" => Scheme::Deb,
            "rpm" => Scheme::Rpm,
            "apk" => Scheme::Apk,
            _ => Scheme::Pypi,
        };
        let mut package = Package::new(ecosystem, name, version, scheme);
        package.source = Some(source.to_owned()).filter(|source| !source.is_empty());
        let database: model::Path = format!("/record-{place}").as_str().into();
        if owned {
            let entry = FileEntry {
                kind: FileKind::Regular { size: 0, sha256: Sha256([0; 32]) },
                ..FileEntry::implied_directory()
            };
            let package = u32::try_from(place - 1).unwrap();
            let owners = Box::new([Owner { package, recorded: Recorded::default() }]);
            files.push(File {
                path: database.clone(),
                entry: Arc::new(entry),
                layer: 0,
                owners,
                record: false,
            });
        }
        facts.packages.push(InstalledPackage { package, database, inside: None });
    }
    facts.files = files.into();
    facts
}

#[track_caller]
fn check(advisories: &[&str], image: &ImageFacts, expect: &str) {
    let (_folder, database) = database(advisories);
    let findings = find(image, &database, &Options::default()).unwrap();
    let one = |finding: &Finding| {
        let package = &image.packages[finding.package as usize].package;
        let by: Vec<&str> = finding.matched.iter().map(|one| one.by.name()).collect();
        let by = by.join(",").replace("exact-", "").replace("-match", "");
        let fix = finding.fix.versions.join(",");
        let suppressed = finding.suppressed.as_ref().map(|one| format!(" ({})", one.reason));
        format!(
            "{} {} {by} [{fix}] {}{}",
            finding.id,
            package.name,
            finding.namespace,
            suppressed.unwrap_or_default()
        )
    };
    let mut told: Vec<String> = findings.findings.iter().map(one).collect();
    told.extend(findings.gaps.iter().map(|gap| format!("gap: {gap}")));
    assert_eq!(told.join("\n"), expect);
}

#[test]
fn what_is_said_of_a_source_is_found_in_its_packages() {
    check(
        &[
            "deb openssl@debian:12 CVE-1 < 3.0.2",
            "deb libssl3@debian:12 CVE-2 < 3.0.9",
            "deb openssl@debian:11 CVE-3 < 9",
        ],
        &image(
            "debian 12",
            &["deb libssl3 3.0.1+b1 openssl (3.0.1)", "deb other 1 openssl (3.0.2)"],
        ),
        "CVE-1 libssl3 indirect [3.0.2] maker:distro:debian:12\n\
         CVE-2 libssl3 direct [3.0.9] maker:distro:debian:12",
    );
}

#[test]
fn a_line_that_is_kept_alive_fixes_what_its_release_tells() {
    let advisories = [
        "rpm a@redhat:9 CVE-1 < 2-1.el9_6",
        "rpm a@redhat:9.4+eus CVE-1 < 1-3.el9_4",
        "rpm a@redhat:9.2+eus CVE-1 < 1-1.el9_2",
        "rpm b@redhat:9 CVE-2 < 2-1.el9_6",
        "rpm c@redhat:9 CVE-3 < 2-1.el9_3",
        "rpm c@redhat:9.4+eus CVE-4 < 9",
    ];
    let image = |version: &str, a: &str| {
        image(version, &[&format!("rpm a {a}"), "rpm b 1-1.el9", "rpm c 1-1.el9"])
    };
    let others = "CVE-2 b direct [2-1.el9_6] maker:distro:redhat:9\n\
                  CVE-3 c direct [2-1.el9_3] maker:distro:redhat:9";
    // No line: what the release says.
    let expect = format!("CVE-1 a direct [2-1.el9_6] maker:distro:redhat:9\n{others}");
    check(&advisories, &image("rhel 9.4", "1-3.el9_4"), &expect);
    // Its own line has the fix, or will have; what is fixed in a later release only is not fixed for it, and what the
    // release itself does not tell is none.
    let others = "CVE-2 b direct [] maker:distro:redhat:9\n\
                  CVE-3 c direct [2-1.el9_3] maker:distro:redhat:9";
    check(&advisories, &image("rhel 9.4+eus", "1-3.el9_4"), others);
    let expect = format!("CVE-1 a direct [1-3.el9_4] maker:distro:redhat:9\n{others}");
    check(&advisories, &image("rhel 9.4+eus", "1-2.el9_4"), &expect);
    // Lines are Red Hat's own.
    let expect = "CVE-1 a direct [2-1.el9_6] maker:distro:redhat:9\n\
                  CVE-2 b direct [2-1.el9_6] maker:distro:redhat:9\n\
                  CVE-3 c direct [2-1.el9_3] maker:distro:redhat:9";
    check(&advisories, &image("rocky 9.4+eus", "1-3.el9_4"), expect);
}

#[test]
fn files_of_an_image_tell_that_it_takes_fixes_of_such_a_line() {
    let advisories =
        ["deb a@ubuntu:16.4 CVE-1 ", "deb a@ubuntu:16.4+esm CVE-1 < 1.0-1ubuntu2+esm1"];
    let mut facts = image("ubuntu 16.04", &["deb a 1.0-1ubuntu2"]);
    check(&advisories, &facts, "CVE-1 a direct [] maker:distro:ubuntu:16.04");
    facts.distro.as_mut().unwrap().channels = vec!["esm".into()];
    let expect = "CVE-1 a direct [1.0-1ubuntu2+esm1] maker:distro:ubuntu:16.04";
    check(&advisories, &facts, expect);
    let mut facts = image("ubuntu 16.04", &["deb a 1.0-1ubuntu2+esm1"]);
    facts.distro.as_mut().unwrap().channels = vec!["esm".into()];
    check(&advisories, &facts, "");
}

#[test]
fn a_distribution_that_nobody_writes_about_is_a_gap() {
    let advisories = ["deb a@debian:12 CVE-1 < 2"];
    check(
        &advisories,
        &image("debian 13", &["deb a 1"]),
        "gap: the advisories say nothing about debian 13: 1 packages were not looked up",
    );
    check(
        &advisories,
        &image("", &["deb a 1"]),
        "gap: the image does not say which distribution it is: 1 packages were not looked up",
    );
    check(
        &advisories,
        &image("debian 12", &["pypi a 1"]),
        "gap: no packages of debian 12 are known: where its package manager keeps them, nothing could be read\n\
         gap: the advisories say nothing about packages of pypi: 1 were not looked up",
    );
}

#[test]
fn what_is_known_not_to_be_affected_is_no_finding() {
    check(
        &["rpm a@redhat:9 CVE-1 < 2-1", "rpm a@redhat:9 CVE-1 !", "rpm a@redhat:9 CVE-2 < 2-1"],
        &image("rhel 9.3", &["rpm a 1-1"]),
        "CVE-2 a direct [2-1] maker:distro:redhat:9",
    );
}

#[test]
fn what_another_distribution_fixed_in_its_own_way_counts() {
    let advisories = [
        "rpm a@redhat:9 CVE-1 < 2-1",
        "rpm a@redhat:9 CVE-2 < 2-1",
        "rpm a@almalinux:9 ALSA-1 !>= 1-1 = CVE-1",
        "rpm a@almalinux:9 ALSA-2 !>= 1-5 = CVE-2",
    ];
    check(
        &advisories,
        &image("almalinux 9.3", &["rpm a 1-1"]),
        "CVE-2 a direct [1-5] maker:distro:redhat:9",
    );
    check(
        &advisories,
        &image("rocky 9.3", &["rpm a 1-1"]),
        "CVE-1 a direct [2-1] maker:distro:redhat:9\nCVE-2 a direct [2-1] maker:distro:redhat:9",
    );
}

#[test]
fn that_something_is_not_affected_does_not_tell_of_the_rest() {
    let image = image("almalinux 9.3", &["rpm a 1-1", "rpm b 1-1"]);
    check(
        &["rpm a@almalinux:9 ALSA-1 !>= 1-1 = CVE-1"],
        &image,
        "gap: the advisories say nothing about almalinux 9.3: 2 packages were not looked up",
    );
    check(&["rpm a@almalinux:9 ALSA-1 < 1-1", "rpm a@almalinux:9 ALSA-2 !>= 1-1"], &image, "");
}

#[test]
fn what_a_distribution_says_of_itself_alone_is_found() {
    check(
        &["rpm a@almalinux:9 CVE-1 < 1-5", "rpm a@almalinux:9 CVE-2 < 1-1"],
        &image("almalinux 9.3", &["rpm a 1-1"]),
        "CVE-1 a direct [1-5] maker:distro:almalinux:9",
    );
    // Beside those of whom it is built on, too.
    check(
        &["rpm a@redhat:9 CVE-1 < 1-4", "rpm a@almalinux:9 CVE-1 < 1-5"],
        &image("almalinux 9.3", &["rpm a 1-1"]),
        "CVE-1 a direct [1-4] maker:distro:redhat:9",
    );
}

#[test]
fn what_a_correction_says_holds_for_what_is_found_by_the_source_too() {
    check(
        &["rpm s@redhat:9 CVE-1 < 2-1", "rpm a@almalinux:9 ALSA-1 !>= 1-5 = CVE-1"],
        &image("almalinux 9.3", &["rpm a 1-1 s-1-1.src.rpm"]),
        "CVE-1 a indirect [1-5] maker:distro:redhat:9",
    );
}

#[test]
fn packages_that_nobody_writes_about_are_a_gap() {
    check(
        &["deb a@debian:12 CVE-1 < 2"],
        &image("openwrt 23.05", &["opkg a 1"]),
        "gap: the advisories say nothing about packages of opkg: 1 were not looked up",
    );
}

#[test]
fn the_end_is_that_of_the_distribution_itself() {
    let ends = |id: &str, day: i64| Release {
        name: id.into(),
        id: id.into(),
        major: "8".into(),
        end_of_life: Some(Time(day)),
        ..Release::default()
    };
    let releases = [(1, ends("rhel", 9)), (2, ends("centos", 5))];
    let check = |id: &str, version: &str, expect: Option<i64>| {
        let version_id = Some(version.to_owned());
        let distro = Distro { id: id.into(), version_id, ..Distro::default() };
        assert_eq!(distro::end_of_life(&distro, &[], &releases), expect.map(Time), "{id}");
    };
    check("centos", "8", Some(5));
    check("rhel", "8.9", Some(9));
    check("rocky", "8.9", None);
    check("centos", "7", None);
}

#[test]
fn what_a_distribution_owns_is_its_own_to_judge() {
    let advisories = [
        "python a GHSA-1 <2 = CVE-1",
        "deb python3-a@debian:12 CVE-1 < 1-1+deb12u1",
        "apk py3-a@alpine:3 CVE-1 < 1-r2",
    ];
    let found = "GHSA-1 a direct [] maker:language:python";
    check(&advisories, &image("debian 12", &["deb python3-a 1-1+deb12u1", ">pypi a 1"]), "");
    check(&advisories, &image("debian 12", &["deb python3-a 1-1+deb12u1", "pypi a 1"]), found);
    let fixed = format!("{found} (the distribution's package has the fix)");
    check(&advisories, &image("alpine 3.20", &["apk py3-a 1-r2 py3-a", ">pypi a 1"]), &fixed);
}

#[test]
fn two_names_for_one_package_are_one_finding() {
    check(
        &["apk a@alpine:3 CVE-1 < 2-r0"],
        &image("alpine 3.20", &["apk a 1-r0 a"]),
        "CVE-1 a direct,indirect [2-r0] maker:distro:alpine:3",
    );
}

#[test]
fn another_release_is_not_taken_for_the_images_own() {
    let advisories = ["apk a@alpine:3.21 CVE-1 < 2", "apk a@alpine:3.20 CVE-2 < 2"];
    let found = "CVE-1 a direct [2] maker:distro:alpine:3.21";
    let gap = |distro: &str| {
        let told = "those about alpine 3.21 were asked in its place";
        format!("{found}\ngap: the advisories say nothing about {distro}: {told}")
    };
    check(&advisories, &image("alpine 3.21.2", &["apk a 1"]), found);
    check(&advisories, &image("alpine 3.22.0", &["apk a 1"]), &gap("alpine 3.22.0"));
    check(&advisories, &image("alpine 3.2.0", &["apk a 1"]), &gap("alpine 3.2.0"));
    // One that is built on another is not the other.
    let mut facts = image("pureos 12", &["deb a 1"]);
    facts.distro.as_mut().unwrap().id_like = vec!["debian".into()];
    check(
        &["deb a@debian:12 CVE-1 < 2"],
        &facts,
        "CVE-1 a direct [2] maker:distro:debian:12\n\
         gap: the advisories say nothing about pureos 12: those about debian 12 were asked in its place",
    );
    // Of several that it is built on, the first that somebody writes about has its versions.
    let mut facts = image("elementary 12", &["deb a 1"]);
    facts.distro.as_mut().unwrap().id_like = vec!["ubuntu".into(), "debian".into()];
    check(
        &["deb a@debian:12 CVE-1 < 2", "deb a@ubuntu:22.4 CVE-1 < 2"],
        &facts,
        "gap: the advisories say nothing about elementary 12: 1 packages were not looked up",
    );
}

#[test]
fn packages_that_a_distribution_does_not_have_are_not_clean() {
    check(
        &["deb a@debian:12 CVE-1 < 2"],
        &image("debian 12", &["deb a 1", "apk b 1", "rpm c 1-1"]),
        "CVE-1 a direct [2] maker:distro:debian:12\n\
         gap: nobody writes about packages of apk for debian 12: 1 were not looked up\n\
         gap: nobody writes about packages of rpm for debian 12: 1 were not looked up",
    );
}

#[test]
fn data_of_no_day_or_of_days_to_come_may_be_old() {
    let check = |built: Option<i64>, expect: &str| {
        let gap = stale(built.map(Time), Some(Time(10_000_000)));
        assert_eq!(gap.map(|gap| gap.to_string()).unwrap_or_default(), expect);
    };
    check(Some(10_000_000), "");
    check(Some(10_050_000), "");
    check(None, "nobody says when the advisories were made: they may be old");
    let to_come = "the advisories say that they are of 1970-04-27T21:33:20Z, which is to come: how old they are is not known";
    check(Some(10_000_000 + 24 * 3600 + 13_600), to_come);
}
