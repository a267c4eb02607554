//! Tests of the one pass over a layer.

use layer::{Expect, Limits};
use model::{Evidence, LayerFacts};

use crate::scan;

fn facts(text: &str) -> LayerFacts {
    let layer = testkit::image(text).layers().remove(0);
    layer::read::<_, layer::Error>(&layer[..], &Expect::default(), &Limits::default(), scan)
        .unwrap()
        .0
        .facts
}

/// The names of the packages that were found, and the notices.
#[track_caller]
fn check(text: &str, packages: &[&str], notices: &[&str]) {
    let facts = facts(text);
    let found = facts.found.iter().filter_map(|found| match &found.evidence {
        Evidence::Packages(packages) => Some(packages),
        _ => None,
    });
    let names: Vec<&str> = found.flatten().map(|(package, _)| package.name.as_str()).collect();
    assert_eq!(names, packages);
    assert_eq!(facts.notices.len(), notices.len(), "{:?}", facts.notices);
    for (notice, expect) in facts.notices.iter().zip(notices) {
        assert!(notice.text.contains(expect), "{}", notice.text);
    }
}

#[test]
fn of_two_databases_of_one_name_the_later_one_counts() {
    check(
        "//- /lib/apk/db/installed\nP:a\nV:1\n//- /lib/apk/db/installed\nP:b\nV:1\n",
        &["b"],
        &[],
    );
}

#[test]
fn a_link_in_its_place_takes_a_databases_evidence_along() {
    check("//- /lib/apk/db/installed\nP:a\nV:1\n//- /lib/apk/db/installed -> /x\n", &[], &[]);
}

#[test]
fn a_mark_replaces_nothing_of_its_own_layer() {
    check("//- /lib/apk/db/installed\nP:a\nV:1\n//- whiteout /lib/apk/db/installed\n", &["a"], &[]);
}

#[test]
fn what_cannot_be_read_is_a_notice_and_takes_nothing_else_along() {
    check(
        "//- /var/lib/rpm/rpmdb.sqlite\nno database\n//- /lib/apk/db/installed\nP:a\nV:1\n",
        &["a"],
        &["could not be read: "],
    );
}

#[test]
fn a_write_ahead_log_without_its_database_is_told_of() {
    check(
        "//- /var/lib/rpm/rpmdb.sqlite-wal\nx\n",
        &[],
        &["belongs to a database of a lower layer"],
    );
}

#[test]
fn paths_that_are_named_several_times_are_kept_once() {
    let facts = facts("//- /lib/apk/db/installed\nP:a\nV:1\nF:bin\nR:a\n//- /bin/a\nx\n");
    let Evidence::Packages(packages) = &facts.found[0].evidence else { panic!("no packages") };
    let claimed = &packages[0].1.iter().find(|owned| owned.path == "/bin/a".into()).unwrap().path;
    let entry = facts.entries.iter().find(|entry| entry.path == "/bin/a".into()).unwrap();
    assert!(std::ptr::eq(claimed.as_bytes(), entry.path.as_bytes()));
}
