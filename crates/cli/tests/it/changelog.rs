//! `changelog`, and `diff --changelog`, as a user meets them.

use crate::{run, shop};

#[test]
fn packages_that_changed_are_all_named() {
    let folder = shop();
    let run = run(folder.path(), &["changelog", "oci:shop:1.4", "oci:shop:1.5"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    // Each in one of the ways: with entries, with none between its versions, added, removed.
    for row in [
        "openssl  3.0.13-1~deb12u1 → 3.0.15-1~deb12u1  deb  libssl3, openssl",
        "CVE-2024-5535: check the protocols",
        "tzdata   2024a-0+deb12u1              deb            no entry between the two",
        "libxml2  2.9.14+dfsg-1.3~deb12u1      deb            added",
        "perl-doc  removed",
    ] {
        assert!(run.stdout.contains(row), "{row} is not there:\n{}", run.stdout);
    }
}

#[test]
fn a_comparison_has_changelogs_where_they_are_asked_for() {
    let folder = shop();
    let document = |arguments: &[&str]| -> serde_json::Value {
        let all = [&["--json", "diff", "oci:shop:1.4", "oci:shop:1.5"], arguments].concat();
        serde_json::from_str(&run(folder.path(), &all).stdout).unwrap()
    };
    assert!(document(&[]).get("changelogs").is_none());
    let with = document(&["--changelog"]);
    assert!(with["changelogs"]["figures"]["packages"].as_u64().unwrap() > 0);
}

#[test]
fn rows_of_a_comparison_have_changelogs_below_them_where_they_are_asked_for() {
    let folder = shop();
    let told = |words: &str| run(folder.path(), &words.split(' ').collect::<Vec<_>>()).stdout;
    for (form, between) in [("--plain", "\n"), ("--html", "<BR></BR>\n")] {
        let both = told(&format!("diff oci:shop:1.4 oci:shop:1.5 --changelog {form}"));
        let alone = told(&format!("diff oci:shop:1.4 oci:shop:1.5 {form}"));
        let changelogs = told(&format!("changelog oci:shop:1.4 oci:shop:1.5 {form}"));
        // Notices are told once, below all of it.
        let end = alone.find("<BR>").or_else(|| alone.find("\nWarning Output"));
        let alone = &alone[..end.unwrap_or(alone.len())];
        assert!(changelogs.contains("CVE-2024-5535"), "{changelogs}");
        assert_eq!(both, format!("{alone}{between}{changelogs}"));
    }
}

#[test]
fn a_package_that_did_not_change_is_an_error_with_names_like_it() {
    let folder = shop();
    let all = ["changelog", "oci:shop:1.4", "oci:shop:1.5", "--package", "opensl"];
    let run = run(folder.path(), &all);
    assert_eq!((run.stdout.as_str(), run.code), ("", Some(2)));
    assert!(run.stderr.contains("opensl changed between the two images"), "{}", run.stderr);
}

#[test]
fn the_corpus_tells_what_rpm_does() {
    let Some(corpus) = testkit::corpus() else {
        println!("skipped: there is no corpus");
        return;
    };
    let images = corpus.join("images");
    let all = ["changelog", "oci:rpm:sqlite-old", "oci:rpm:sqlite-new", "-p", "corpssl"];
    let run = run(&images, &all);
    // As `rpm -q --changelog corpssl` of both databases has it.
    let below: Vec<&str> = run.stdout.lines().skip(3).collect();
    assert_eq!(
        below.join("\n"),
        "    1 package  1 with entries
    2 entries  mention 3 CVEs · 1 bug

Changelogs
  ↑  corpssl  1:1.0.2k-1.cl9 → 1:1.0.2k-3.cl9  rpm
    1.0.2k-3  2024-03-04  A Dev
      - Fix CVE-2023-0286 X.400 address type confusion
      - Resolves: rhbz#2164440, CVE-2023-0215
    1.0.2k-2  2023-06-15  A Dev
      - fixes CVE-2022-4304"
    );
}
