//! What is made of changelogs, entry by entry.

use std::sync::Arc;

use layer::{Error, Expect, Limits};
use model::{ChangelogEntry, Silence, Told};

use super::{Changelogs, MOST_COMMITS, commits, debian, rpm};
use crate::{scan, squash, texts};

#[track_caller]
fn check(parse: fn(&str) -> model::Changelog, text: &str, expect: &str) {
    let changelog = parse(text);
    let mut shown: String = changelog.entries.iter().map(shown).collect();
    shown.extend(changelog.cut.map(|cut| format!("cut: {cut}\n")));
    assert_eq!(shown, expect);
}

fn shown(entry: &ChangelogEntry) -> String {
    let or = |text: Option<String>| text.unwrap_or_else(|| "?".into());
    let head = [
        or(entry.version.clone()),
        or(entry.date.map(|date| date.to_string())),
        or(entry.author.clone()),
    ];
    let text = entry.text.lines().map(|line| format!("  {line}\n"));
    format!("{}\n{}", head.join(" | "), text.collect::<String>())
}

#[test]
fn an_entry_of_debian_has_a_head_text_and_a_tail() {
    check(
        debian::parse,
        "openssl (3.0.15-1~deb12u1) bookworm; urgency=medium\n\n  * Import 3.0.15\n    - CVE-2024-5535\n\n  [ Someone ]\n  * x\n\n \
         -- Kurt <kurt@example.org>  Sun, 03 Nov 2024 21:35:24 +0100\n\n\
         openssl (1:0.9.8-1) unstable frozen; urgency=low\n\n  * y\n\n \
         -- Kurt  <kurt@example.org>  Fri, 8 Sep 2006 10:00:00 GMT\n",
        "3.0.15-1~deb12u1 | 2024-11-03T20:35:24Z | Kurt <kurt@example.org>
  * Import 3.0.15
    - CVE-2024-5535
  
  [ Someone ]
  * x
1:0.9.8-1 | 2006-09-08T10:00:00Z | Kurt  <kurt@example.org>
  * y
",
    );
}

#[test]
fn a_rebuild_is_an_entry() {
    check(
        debian::parse,
        "gcc-12 (12.2.0-14+b1) sid; urgency=low, binary-only=yes\n\n  * Binary-only non-maintainer upload for amd64; no source changes.\n\n \
         -- amd64 Build Daemon <buildd@example.org>  Mon, 02 Jan 2023 10:00:00 +0000\n",
        "12.2.0-14+b1 | 2023-01-02T10:00:00Z | amd64 Build Daemon <buildd@example.org>
  * Binary-only non-maintainer upload for amd64; no source changes.
",
    );
}

#[test]
fn what_has_no_form_leaves_the_rest_readable() {
    check(
        debian::parse,
        "stray\nx (1) a; b\n  * one\n --\nx (2\nx (2) a; b\n\n  * two\n -- nobody\nx (3) a; b\n  * three",
        "1 | ? | ?\n  * one\n2 | ? | nobody\n  * two\n3 | ? | ?\n  * three\n",
    );
    check(debian::parse, "", "");
    check(debian::parse, " -- a <b>  c\n", "");
}

#[test]
fn a_shortened_changelog_says_so_and_remarks_are_nobodys_text() {
    check(
        debian::parse,
        "x (2) a; b\n\n  * two\n\n -- A <a@b>  Mon, 14 Sep 2026 00:00:00 +0000\n\n\
         # Older entries have been removed from this changelog.\n# To read the complete changelog use `apt changelog x`.\n",
        "2 | 2026-09-14T00:00:00Z | A <a@b>\n  * two\ncut: the distribution removed older entries from it\n",
    );
    check(
        debian::parse,
        "x (2) a; b\n  * two\n -- A <a@b>  date\nLocal variables:\nmode: text\nOld Changelog:\nx (1) a; b\n",
        "2 | ? | A <a@b>\n  * two\n",
    );
}

#[test]
fn an_entry_of_rpm_begins_with_a_day() {
    check(
        rpm::parse,
        "* Fri Dec 23 2016 Carlos <c@example.org> - 2.17-157.el7\n- fix x (#1401665)\n  more\n\n- y\n\n\
         * Thu Dec 22 2016 Florian <f@example.org> 1:2.17-156\n- z\n\n",
        "2.17-157.el7 | 2016-12-23T12:00:00Z | Carlos <c@example.org>
  - fix x (#1401665)
    more
  
  - y
1:2.17-156 | 2016-12-22T12:00:00Z | Florian <f@example.org>
  - z
",
    );
}

#[test]
fn a_line_with_a_star_is_text_where_it_is_no_head() {
    check(
        rpm::parse,
        "* Fri Dec 23 2016 A <a@b> - 1-1\n* Fri Dec 23 2016 not after an empty line\n\n* a list\n\n* Fri Dec 23 2016x\n",
        "1-1 | 2016-12-23T12:00:00Z | A <a@b>
  * Fri Dec 23 2016 not after an empty line
  
  * a list
  
  * Fri Dec 23 2016x
",
    );
}

#[test]
fn rpm_writes_versions_where_it_likes() {
    let heads = [
        ("A B <a@b> - 2.24-4", "2.24-4 | A B <a@b>"),
        ("A B <a@b> 2.24-4", "2.24-4 | A B <a@b>"),
        ("A B <a@b> -2.24-4", "2.24-4 | A B <a@b>"),
        ("A B <a@b>- 0:2.24-4.el7_9:", "0:2.24-4.el7_9 | A B <a@b>"),
        ("A B <a@b> [2.24-4]", "2.24-4 | A B <a@b>"),
        ("A B [2.24-4]", "2.24-4 | A B"),
        ("A B <a@b> - r45~rc1^git1", "r45~rc1^git1 | A B <a@b>"),
        ("A B 2.24-4", "2.24-4 | A B"),
        ("A B - v2", "v2 | A B"),
        ("2018e-3", "2018e-3 | ?"),
        ("A B <a@b>", "? | A B <a@b>"),
        ("a@b1", "? | a@b1"),
        ("A B3", "? | A B3"),
        ("A B <a@b> - a rebuild of 2", "? | A B <a@b> - a rebuild of 2"),
        ("A B <a@b> - %{version}-1", "? | A B <a@b> - %{version}-1"),
        ("", "? | ?"),
    ];
    for (name, expect) in heads {
        let entry = &rpm::parse(&format!("* Fri Dec 23 2016 {name}\n- x\n")).entries[0];
        let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".into());
        assert_eq!(format!("{} | {}", or(&entry.version), or(&entry.author)), expect, "{name}");
    }
}

/// Checks what an image says of each of its packages.
#[track_caller]
fn check_image(image: &str, expect: &str) {
    let image = testkit::image(image);
    let scanned = image.layers().into_iter().map(|layer| {
        let limits = Limits::default();
        layer::read::<_, Error>(&layer[..], &Expect::default(), &limits, scan).unwrap().0
    });
    let (facts, kept): (Vec<_>, Vec<_>) =
        scanned.map(|one| (Arc::new(one.facts), Arc::new(one.texts))).unzip();
    let facts = squash(&facts);
    let texts = texts(&facts, &kept);
    let changelogs = Changelogs::of(&facts, &texts);
    let told = facts.packages.iter().map(|installed| {
        let told = match changelogs.told(installed) {
            Told::Changelog(changelog) => {
                let versions = changelog.entries.into_iter().filter_map(|entry| entry.version);
                let cut = changelog.cut.map(|cut| format!("({cut})"));
                versions.chain(cut).collect::<Vec<_>>().join(" ")
            }
            Told::Commit(commit) => commit,
            Told::Nothing(Silence::Unreadable(reason)) => format!("unreadable: {reason}"),
            Told::Nothing(silence) => format!("{silence:?}"),
        };
        format!("{}: {told}\n", installed.package.name)
    });
    let notices = facts.notices.iter().map(|notice| format!("notice: {}\n", notice.text));
    assert_eq!(told.chain(notices).collect::<String>(), expect);
}

/// An image with these packages of Debian's, and then what `papers` says.
#[track_caller]
fn check_debian(packages: &[&str], papers: &str, expect: &str) {
    let packages: Vec<_> =
        packages.iter().map(|name| testkit::deb_package(name, "1-1", "amd64", &[])).collect();
    check_image(&(testkit::dpkg_database(&packages) + papers), expect);
}

const TWO: &str = "x (2) sid; urgency=low\n\n  * two\n\n -- A <a@b>  Mon, 14 Sep 2026 00:00:00 +0000\n\n\
                   x (1) sid; urgency=low\n\n  * one\n\n -- A <a@b>  Mon, 14 Sep 2026 00:00:00 +0000\n";

fn packed(text: &str) -> String {
    let packed = testkit::compress(text.as_bytes(), testkit::Compression::Gzip);
    packed.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn debian_keeps_changelogs_packed_among_papers() {
    let packed = packed(TWO);
    check_debian(
        &["a", "b", "c", "none"],
        &format!(
            "//- /usr/share/doc/a/changelog.Debian.gz hex={packed}\n\
             //- /usr/share/doc/b/changelog.gz hex={packed}\n\
             //- /usr/share/doc/c/changelog.Debian\n{TWO}"
        ),
        "a: 2 1\nb: 2 1\nc: 2 1\nnone: Missing\n",
    );
}

#[test]
fn what_the_authors_wrote_is_not_debians_changelog() {
    let theirs = packed("Version 2\n=========\n * two\n");
    check_debian(
        &["a", "b"],
        &format!(
            "//- /usr/share/doc/a/changelog.gz hex={theirs}\n\
             //- /usr/share/doc/a/NEWS.Debian.gz hex={}\n\
             //- /usr/share/doc/b/changelog.gz hex={theirs}\n\
             //- /usr/share/doc/b/changelog.Debian.gz hex={}\n",
            packed(TWO),
            packed(TWO)
        ),
        "a: Missing\nb: 2 1\n",
    );
}

#[test]
fn papers_may_be_links_of_every_kind() {
    let packed = packed(TWO);
    check_debian(
        &["folder", "hard", "loop", "real", "soft"],
        &format!(
            "//- /usr/share/doc/real/changelog.Debian.gz hex={packed}\n\
             //- /usr/share/doc/folder -> real\n\
             //- /usr/share/doc/loop -> loop\n\
             //- /usr/share/doc/soft/changelog.Debian.gz -> ../folder/changelog.Debian.gz\n\
             //- /usr/share/doc/hard/changelog.Debian.gz => /usr/share/doc/real/changelog.Debian.gz\n"
        ),
        "folder: 2 1\nhard: 2 1\nloop: Missing\nreal: 2 1\nsoft: 2 1\n",
    );
}

#[test]
fn a_rebuild_stands_in_a_file_of_its_own_before_the_rest() {
    let rebuild = TWO.lines().take(6).collect::<Vec<_>>().join("\n").replace("(2)", "(2+b1)");
    check_debian(
        &["a"],
        &format!(
            "//- /usr/share/doc/a/changelog.Debian.gz hex={}\n\
             //- /usr/share/doc/a/changelog.Debian.amd64.gz hex={}\n",
            packed(TWO),
            packed(&rebuild)
        ),
        "a: 2+b1 2 1\n",
    );
}

#[test]
fn a_text_lives_and_dies_with_its_file() {
    let packed = packed(TWO);
    check_debian(
        &["a", "b"],
        &format!(
            "//- /usr/share/doc/a/changelog.Debian.gz hex={packed}\n\
             //- /usr/share/doc/b/changelog.Debian.gz hex={packed}\n\
             //- layer\n//- whiteout /usr/share/doc/b\n"
        ),
        "a: 2 1\nb: Missing\n",
    );
}

#[test]
fn what_is_broken_is_read_as_far_as_it_goes() {
    let whole = packed(TWO);
    let cut = &whole[..whole.len() - 16];
    check_debian(
        &["a", "b", "c"],
        &format!(
            "//- /usr/share/doc/a/changelog.Debian.gz hex={cut}\n\
             //- /usr/share/doc/b/changelog.Debian.gz hex=1f8b08\n\
             //- /usr/share/doc/c/changelog.Debian\nnothing\n"
        ),
        "a: 2 1 (it is broken: unexpected end of file)\n\
         b: unreadable: it is broken: unexpected end of file\n\
         c: unreadable: there is no entry in it\n",
    );
}

#[test]
fn a_changelog_that_is_too_large_is_told_of() {
    check_debian(
        &["a"],
        "//- /usr/share/doc/a/changelog.Debian size=3000000\n",
        "a: NotKept\nnotice: has 3000000 bytes, and no changelog of more than 2 MB is kept\n",
    );
}

#[test]
fn apk_tells_commits_alone() {
    check_image(
        "//- /lib/apk/db/installed\nP:a\nV:1\nc:abc\n\nP:b\nV:1\n\n",
        "a: abc\nb: Missing\n",
    );
}

#[test]
fn commits_of_a_recipe_are_entries() {
    let commit = r#"{"message": "main/curl: security upgrade to 8.9.0\n\nCVE-2024-6874\n", "author_name": "A B", "authored_date": "2026-07-24T10:00:00.000+02:00"}"#;
    let entry = "8.9.0 | 2026-07-24T08:00:00Z | A B\n  main/curl: security upgrade to 8.9.0\n  \n  CVE-2024-6874\n";
    check(commits::parse, &format!("[{commit}]"), entry);
    check(
        commits::parse,
        r#"[{"message": "main/curl: back to openssl"}, {}, 1]"#,
        "? | ? | ?\n  main/curl: back to openssl\n",
    );
    for odd in ["", "[]", "{}", "<html>", "[[[[", "null"] {
        check(commits::parse, odd, "");
    }
    let many = format!("[{}]", vec![r#"{"message": "x"}"#; MOST_COMMITS].join(","));
    let cut = commits::parse(&many).cut;
    assert_eq!(cut.as_deref(), Some("100 commits are listed, and there may be more"));
}
