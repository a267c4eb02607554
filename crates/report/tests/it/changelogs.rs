//! What changelogs say between two images: packages and their papers as text in, the page or the document out.

use engine::Pair;
use report::{Format, View};

use crate::pair_with_texts;

/// An image of Debian packages: each with what its record says of its source, and the entries of its changelog by
/// version, the latest first; none where it has no papers.
fn debian(packages: &[(&str, &str, &str, &[&str])]) -> String {
    let mut image =
        "//- /etc/os-release\nID=debian\nVERSION_ID=12\n//- /var/lib/dpkg/status\n".to_owned();
    for (name, version, source, _) in packages {
        image += &format!(
            "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n{source}\n"
        );
        image += if source.is_empty() { "" } else { "\n" };
    }
    for (name, _, _, entries) in packages.iter().filter(|package| !package.3.is_empty()) {
        image += &format!("//- /usr/share/doc/{name}/changelog.Debian\n");
        for entry in *entries {
            let (version, text) = entry.split_once(' ').unwrap_or((entry, "x"));
            image += &format!(
                "{name} ({version}) stable; urgency=low\n\n  * {text}\n\n -- A Dev <a@example.org>  Mon, 02 Jan 2023 10:00:00 +0000\n\n"
            );
        }
    }
    image
}

fn told(old: &str, new: &str) -> Pair {
    pair_with_texts(&testkit::image(old), &testkit::image(new))
}

fn render(pair: &Pair, format: Format, view: View) -> String {
    let mut out = Vec::new();
    report::changelogs(
        &pair.compare_with_changelogs(&engine::Written::default()),
        format,
        view,
        &mut out,
    )
    .unwrap();
    String::from_utf8(out).unwrap()
}

/// Asserts what the page says below its heading of images.
#[track_caller]
fn check(old: &str, new: &str, expect: &str) {
    let page = render(&told(old, new), Format::Table, View::default());
    let below: Vec<&str> = page.lines().skip(3).map(str::trim_end).collect();
    assert_eq!(below.join("\n").trim_end(), expect.trim_end());
}

pub(crate) const SCHEMA: &str = include_str!("../../../../docs/schema/changelogs.v1.json");

#[test]
fn entries_that_both_have_are_cut() {
    check(
        &debian(&[("curl", "8.1-1", "", &["8.1-1 first"])]),
        &debian(&[(
            "curl",
            "8.3-1",
            "",
            &["8.3-1 Closes: #77", "8.2-1 fixes CVE-2024-0001", "8.1-1 first"],
        )]),
        "    1 package  1 with entries
    2 entries  mention 1 CVE · 1 bug

Changelogs
  ↑  curl  8.1-1 → 8.3-1  deb
    8.3-1  2023-01-02  A Dev
      * Closes: #77
    8.2-1  2023-01-02  A Dev
      * fixes CVE-2024-0001
",
    );
}

#[test]
fn a_downgrade_tells_what_was_lost() {
    check(
        &debian(&[("curl", "8.2-1", "", &["8.2-1 second", "8.1-1 first"])]),
        &debian(&[("curl", "8.1-1", "", &["8.1-1 first"])]),
        "    1 package  1 with entries
    1 entry    mentions 0 CVEs · 0 bugs

Changelogs
  ↓  curl  8.2-1 → 8.1-1  deb
    this entry was lost with the downgrade
    8.2-1  2023-01-02  A Dev
      * second
",
    );
}

#[test]
fn a_changelog_that_does_not_reach_back_says_so() {
    let page = render(
        &told(
            &debian(&[("curl", "8.1-1", "", &["8.1-1 first"])]),
            &debian(&[("curl", "8.9-1", "", &["8.9-1 ninth", "8.8-1 eighth"])]),
        ),
        Format::Table,
        View::default(),
    );
    assert!(page.contains("does not reach back to 8.1-1"), "{page}");
    assert!(page.contains("ninth") && page.contains("eighth"), "{page}");
}

#[test]
fn packages_of_one_source_are_told_of_once() {
    let source = "Source: openssl";
    let image = |version: &str, entries: &[&str]| {
        debian(&[("libssl3", version, source, entries), ("openssl", version, "", entries)])
    };
    let page = render(
        &told(&image("3.0-1", &["3.0-1 a"]), &image("3.0-2", &["3.0-2 b", "3.0-1 a"])),
        Format::Table,
        View::default(),
    );
    assert_eq!(page.matches("* b").count(), 1, "{page}");
    assert!(page.contains("libssl3, openssl"), "{page}");
}

#[test]
fn packages_without_entries_are_named_with_the_reason() {
    check(
        &debian(&[
            ("bare", "1-1", "", &[]),
            ("gone", "1-1", "", &["1-1"]),
            ("same", "1-1", "", &["1-1"]),
        ]),
        &debian(&[
            ("bare", "1-2", "", &[]),
            ("came", "1-1", "", &["1-1"]),
            ("same", "1-1", "", &["1-1"]),
        ]),
        "    3 packages  2 came or went · 1 without a changelog
    0 entries   mention 0 CVEs · 0 bugs

Without entries
  ↑  bare  1-1 → 1-2  deb    no changelog in the image
  +  came  1-1        deb    added
  −  gone  1-1        deb    removed
",
    );
}

#[test]
fn papers_behind_a_link_are_found() {
    let image = |version: &str, entries: &[&str]| {
        let link = "//- /usr/share/doc/libcurl4 -> curl\n";
        let image =
            debian(&[("curl", version, "", entries), ("libcurl4", version, "Source: curl", &[])]);
        image + link
    };
    let page = render(
        &told(&image("1-1", &["1-1 a"]), &image("1-2", &["1-2 b", "1-1 a"])),
        Format::Table,
        View::default(),
    );
    assert!(page.contains("2 packages  2 with entries"), "{page}");
}

#[test]
fn hostile_entries_are_shown_inert() {
    let old = debian(&[("curl", "1-1", "", &["1-1 a"])]);
    let new = debian(&[("curl", "1-2", "", &["1-2 \u{1b}[31mred\u{202e}", "1-1 a"])]);
    for format in [Format::Table, Format::Plain, Format::Html] {
        let page = render(&told(&old, &new), format, View::default());
        assert!(page.contains("red"), "{page}");
        let is_inert = |one: char| one == '\n' || !model::is_deceiving(one);
        assert!(page.chars().all(is_inert), "{page}");
    }
}

#[test]
fn the_document_is_what_its_schema_says() {
    let old = debian(&[
        ("bare", "1-1", "", &[]),
        ("curl", "1-1", "", &["1-1 a"]),
        ("gone", "1-1", "", &[]),
    ]);
    let new = debian(&[
        ("bare", "1-2", "", &[]),
        ("curl", "1-2", "", &["1-2 LP: #5, CVE-2024-1111", "1-1 a"]),
    ]);
    let pair = told(&old, &new);
    let schema = SCHEMA;
    let document = crate::json::check(schema, &render(&pair, Format::Json, View::default()));
    assert_eq!(document["figures"]["entries"], 1);
    assert_eq!(document["sources"][1]["entries"][0]["cves"][0], "CVE-2024-1111");
    let mut out = Vec::new();
    let comparison = pair.compare_with_changelogs(&engine::Written::default());
    report::comparison(&comparison, Format::Json, View::default(), &mut out).unwrap();
    let schema = include_str!("../../../../docs/schema/comparison.v1.json");
    let document = crate::json::check(schema, &String::from_utf8(out).unwrap());
    assert_eq!(document["changelogs"]["sources"][0]["reason"], "missing");
}

#[test]
fn changelogs_of_languages_stand_among_the_files_of_their_packages() {
    let image = |version: &str, entries: &str| {
        let record =
            format!("{{\"name\":\"a\",\"version\":\"{version}\",\"repository\":\"github:o/a\"}}");
        testkit::image(&format!(
            "//- /app/node_modules/a/package.json\n{record}\n//- /app/node_modules/a/CHANGELOG.md\n{entries}"
        ))
    };
    let old = "# Changes\n\n## 1.0.0 - 2024-01-01\n- first\n";
    let new = "# Changes\n\n## 1.1.0 - 2024-02-02\n- Fix CVE-2024-1234 (#12)\n\n## 1.0.1\n- more\n\n## 1.0.0 - 2024-01-01\n- first\n";
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "1", &image("1.0.0", old));
    testkit::write_layout(folder.path(), "2", &image("1.1.0", new));
    let name = |tag: &str| -> model::Name {
        format!("oci:{}:{tag}", folder.path().display()).parse().unwrap()
    };
    let options = engine::Options::default();
    let watch = &engine::unwatched;
    let pair =
        engine::pair([&name("1"), &name("2")], engine::Texts::Wanted, &options, watch).unwrap();
    let written = engine::written(&pair, &options, watch).unwrap();
    let told = |written: &engine::Written, format| {
        let mut out = Vec::new();
        let comparison = pair.compare_with_changelogs(written);
        report::changelogs(&comparison, format, View::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let table = told(&written, Format::Table);
    let expect = "  ↑  a  1.0.0 → 1.1.0  npm
    https://github.com/o/a/compare/v1.0.0...v1.1.0 (its tags are a guess)
    1.1.0  2024-02-02
      - Fix CVE-2024-1234 (#12)
    1.0.1
      - more
";
    assert!(table.ends_with(expect), "{table}");
    let schema = include_str!("../../../../docs/schema/changelogs.v1.json");
    let document = crate::json::check(schema, &told(&written, Format::Json));
    assert_eq!(document["sources"][0]["entries"][0]["cves"][0], "CVE-2024-1234");
    assert_eq!(document["sources"][0]["link"]["certain"], false);
    // Where they were not read again, that is said.
    let untold = told(&engine::Written::default(), Format::Plain);
    assert!(untold.contains("not-kept,https://github.com/o/a/compare/"), "{untold}");
}
