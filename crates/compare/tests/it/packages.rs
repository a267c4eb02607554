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
