//! Every form says what cannot be told of packages, and none says that they are gone.

use report::{Format, View};

use crate::{json, pair, pair_with_texts, render};

const OLD: &str = "\
//- /lib/apk/db/installed
P:musl
V:1.2.5-r0
F:lib
R:musl.so

P:zlib
V:1.3.1-r1
F:lib
R:zlib.so

//- /lib/musl.so
1
//- /lib/zlib.so
1
";

const STRIPPED: &str = "//- /lib/musl.so\n1\n//- /lib/zlib.so\n2\n";

const DAMAGED: &str = "\
//- /lib/apk/db/installed
P:musl
V:1.2.5-r0
F:lib
R:musl.so

P:zlib
F:lib
R:zlib.so

//- /lib/musl.so
1
//- /lib/zlib.so
1
";

/// Compares `old` with `new` and expects this text of the table above its figures.
#[track_caller]
fn check(old: &str, new: &str, expect: &str) {
    let pair = pair(&testkit::image(old), &testkit::image(new));
    let shown = render(&pair, Format::Table, View::default());
    let section = shown.split("\n\n").find(|section| section.starts_with("Not known\n"));
    assert_eq!(section.unwrap_or_default(), expect, "\n{shown}");
}

#[test]
fn a_missing_database_is_told_above_the_figures() {
    check(
        OLD,
        STRIPPED,
        "\
Not known
  ! packages of apk are not known of the new image: it has no database of apk
    the old image has 2 packages; whether they are gone, or only the database is, cannot be told
    2 of the 2 files are still there, 1 unchanged",
    );
    check(
        STRIPPED,
        OLD,
        "\
Not known
  ! packages of apk are not known of the old image: it has no database of apk
    the new image has 2 packages; whether they were there before cannot be told
    2 of the 2 files were there already, 1 unchanged",
    );
    check(
        OLD,
        "//- /bin/app\n1\n",
        "\
Not known
  ! packages of apk are not known of the new image: it has no database of apk
    the old image has 2 packages; whether they are gone, or only the database is, cannot be told
    none of the 2 files is there any more",
    );
}

#[test]
fn a_damaged_database_is_told_with_its_damage() {
    check(
        OLD,
        DAMAGED,
        "\
Not known
  ! packages of apk are not all known of the new image: its database could not be read in whole \
         (/lib/apk/db/installed: the record at line 6 has no version (V) in UTF-8: left out)
    1 package could be read of it
    the old image alone records 1 package; whether it is gone cannot be told
    1 of the 1 file is still there, 1 unchanged",
    );
}

#[test]
fn images_that_nothing_is_known_of_are_told() {
    check(
        "//- /etc/os-release\nID=arch\n//- /a\n1\n",
        "//- /etc/os-release\nID=arch\nVERSION_ID=2\n//- /a\n2\n",
        "\
Not known
  ! packages of a distribution are not known of either image: neither has a database that is read here
    the old image is arch
    the new image is arch 2
    whether such packages changed cannot be told",
    );
    check("//- /a\n1\n", "//- /a\n1\n", "");
}

#[test]
fn every_form_has_it_and_no_row_says_removed() {
    let pair = pair(&testkit::image(OLD), &testkit::image(STRIPPED));
    let sentence = "packages of apk are not known of the new image: it has no database of apk; ";
    let plain = render(&pair, Format::Plain, View::default());
    assert!(plain.contains("\npackage apk:musl unknown - - - 1.2.5-r0 ?\n"), "{plain}");
    assert!(plain.contains(&format!("\nWarning Output\n\n{sentence}")), "{plain}");
    assert!(!plain.contains("apk:musl removed"), "{plain}");
    let html = render(&pair, Format::Html, View::default());
    assert!(html.contains(sentence), "{html}");
    let table = render(&pair, Format::Table, View::default());
    assert!(table.contains("    0 packages"), "{table}");
    assert!(table.contains("    2 packages           may or may not be in both images"), "{table}");
    let document = json::check(json::COMPARISON, &render(&pair, Format::Json, View::default()));
    assert_eq!(document["same"], false);
    assert_eq!(document["packages"].as_array().unwrap().len(), 0);
    let unknown = &document["unknown"][0];
    assert_eq!(unknown["packages"][1]["name"], "zlib");
    assert_eq!((&unknown["side"], &unknown["reason"]), (&"new".into(), &"missing".into()));
    assert_eq!(unknown["files"]["unchanged"], 1);
    assert!(unknown["text"].as_str().unwrap().starts_with(sentence), "{unknown}");
    assert_eq!(document["summary"]["causes"]["unknown-package"], 1);
}

#[test]
fn changelogs_do_not_say_that_no_package_changed() {
    let pair = pair_with_texts(&testkit::image(OLD), &testkit::image(STRIPPED));
    let comparison = pair.compare_with_changelogs(&engine::Written::default());
    let shown = |format| {
        let mut out = Vec::new();
        report::changelogs(&comparison, format, View::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let table = shown(Format::Table);
    assert!(table.contains("  ! packages of apk are not known of the new image"), "{table}");
    assert!(table.contains("\nNo package is known to have changed\n"), "{table}");
    let plain = shown(Format::Plain);
    let row = "\napk:musl musl unknown 1.2.5-r0 ? - - - - - - unknown\n";
    assert!(plain.contains(row), "{plain}");
    let document = json::check(crate::changelogs::SCHEMA, &shown(Format::Json));
    assert_eq!(document["unknown"][0]["type"], "apk");
}

#[test]
fn history_says_that_others_may_have_changed() {
    use report::kept::Since;
    let pair = pair(&testkit::image(OLD), &testkit::image(STRIPPED));
    let since = Since::of(&pair.compare());
    // The library of the package that is not known.
    assert_eq!(since, Since::Changed { packages: 0, files: 4, look: 1, unknown: true });
}
