//! Packages are compared as sets of versions for each name.

use crate::{pair, show_package};

/// Compares dpkg databases of `name version [architecture]` and expects these changes.
#[track_caller]
fn check(old: &[&str], new: &[&str], expect: &[&str]) {
    let database = |packages: &[&str]| {
        let mut text = "//- /var/lib/dpkg/status\n".to_owned();
        for package in packages {
            let mut words = package.split(' ');
            let (name, version) = (words.next().unwrap(), words.next().unwrap());
            let architecture = words.next().unwrap_or("amd64");
            text += &format!(
                "Package: {name}\nStatus: install ok installed\nArchitecture: {architecture}\nVersion: {version}\n\n"
            );
        }
        text
    };
    let pair = pair(&database(old), &database(new));
    let shown: Vec<String> = pair.compare().packages.iter().map(show_package).collect();
    assert_eq!(shown, expect);
}

#[test]
fn versions_have_a_direction() {
    check(&["a 1:1.0-1"], &["a 2.0-1"], &["downgraded a 1:1.0-1 -> 2.0-1"]);
    check(&["a 1.0~rc1-1"], &["a 1.0-1"], &["upgraded a 1.0~rc1-1 -> 1.0-1"]);
    check(&["a 9"], &["a 10"], &["upgraded a 9 -> 10"]);
    check(&["a 1.0"], &["a 1.00"], &["respelled a 1.0 -> 1.00"]);
}

#[test]
fn what_both_have_is_left_out_of_a_set() {
    check(&["k 1", "k 2 i386"], &["k 1", "k 3 i386"], &["upgraded k 2 -> 3"]);
    check(&["k 1"], &["k 1", "k 1 i386"], &["added k  -> 1"]);
    check(&["k 1", "k 1 i386"], &["k 1"], &["removed k 1 ->"]);
    check(&["k 1", "k 1 i386"], &["k 2", "k 2 i386"], &["upgraded k 1,1 -> 2,2"]);
}

#[test]
fn another_architecture_of_one_version_is_a_rebuild() {
    check(&["tz 1 amd64"], &["tz 1 all"], &["rebuilt tz 1 -> 1"]);
}

/// Compares apk databases of `name version licence` and expects these changes with their licences.
#[track_caller]
fn check_licences(old: &[&str], new: &[&str], expect: &[&str]) {
    let database = |packages: &[&str]| {
        let mut text = "//- /lib/apk/db/installed\n".to_owned();
        for package in packages {
            let mut words = package.splitn(3, ' ');
            let (name, version) = (words.next().unwrap(), words.next().unwrap());
            let licence = words.next().map(|licence| format!("L:{licence}\n")).unwrap_or_default();
            text += &format!("P:{name}\nV:{version}\nA:x86_64\n{licence}\n");
        }
        text
    };
    let told = |change: &compare::PackageChange<'_>| {
        let licences = change.licences().map(|[old, new]| format!(": {old} -> {new}"));
        show_package(change) + &licences.unwrap_or_default()
    };
    let pair = pair(&database(old), &database(new));
    let shown: Vec<String> = pair.compare().packages.iter().map(told).collect();
    assert_eq!(shown, expect);
}

#[test]
fn another_licence_of_one_version_is_a_change() {
    check_licences(
        &["redis 7.4 BSD-3-Clause"],
        &["redis 7.4 RSALv2 OR SSPL-1.0"],
        &["relicensed redis 7.4 -> 7.4: BSD-3-Clause -> LicenseRef-RSALv2 OR SSPL-1.0"],
    );
    check_licences(&["a 1 MIT"], &["a 2 ISC"], &["upgraded a 1 -> 2: MIT -> ISC"]);
}

#[test]
fn another_spelling_of_a_licence_is_none() {
    check_licences(&["a 1 GPL-2.0+"], &["a 1 GPL-2.0-or-later"], &[]);
    check_licences(&["a 1 MIT"], &["a 1 mit"], &[]);
}

#[test]
fn a_licence_that_is_not_told_is_no_other_one() {
    check_licences(&["a 1 MIT"], &["a 1"], &[]);
    check_licences(&["a 1 unknown"], &["a 1 MIT"], &[]);
    check_licences(&["a 1 MIT"], &["a 2"], &["upgraded a 1 -> 2"]);
}

#[test]
fn another_licence_explains_no_file() {
    // The licence of Debian's packages stands in a file, which nobody changes but who alters it.
    let image = |licence: &str| {
        format!(
            "//- /var/lib/dpkg/status\nPackage: shop\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n
//- /var/lib/dpkg/info/shop.list\n/usr/share/doc/shop/copyright
//- /usr/share/doc/shop/copyright
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: nobody
License: {licence}
"
        )
    };
    crate::check(
        &image("MIT"),
        &image("ISC"),
        "relicensed shop 1 -> 1
         ~ /usr/share/doc/shop/copyright content altered by shop",
    );
}
