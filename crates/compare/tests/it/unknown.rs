//! Where it cannot be told which packages an image has, none is said to be gone, and what cannot be told is said.

use analysis::ecosystem::{ALL, Want};
use compare::{Comparison, Lack, Unknown, Untold};

use crate::{pair, show_file, show_package};

const MUSL: &str = "P:musl\nV:1\nF:lib\nR:musl.so\n\n";
const ZLIB: &str = "P:zlib\nV:1\nF:lib\nR:zlib.so\nF:usr\nR:doc\n\n";

/// An image with this database of apk and these files.
fn apk(records: &[&str], files: &str) -> String {
    format!("//- /lib/apk/db/installed\n{}\n{files}", records.concat())
}

const FILES: &str = "//- /lib/musl.so\n1\n//- /lib/zlib.so\n1\n//- /usr/doc\n1\n";

/// Compares two images: packages that came, went or changed and what cannot be told are to be these.
#[track_caller]
fn check(old: &str, new: &str, expect: &[&str]) {
    let pair = pair(old, new);
    let shown = show(&pair.compare());
    assert_eq!(shown, expect, "\n{}\n", shown.join("\n"));
}

fn show(comparison: &Comparison<'_>) -> Vec<String> {
    let packages = comparison.packages.iter().map(show_package);
    packages.chain(comparison.unknown.iter().map(show_unknown)).collect()
}

fn show_unknown(unknown: &Unknown<'_>) -> String {
    let hides = if unknown.may_hide() { "" } else { " (hides nothing)" };
    let text = match unknown {
        Unknown::Packages(untold) => return show_untold(untold),
        Unknown::Both { .. } => unknown.name().to_owned(),
        Unknown::Distro { lacking, other } => {
            format!("{} of {} not {}", unknown.name(), lacking.name(), other.id)
        }
    };
    text + hides
}

/// `apk in new missing: musl zlib; 2 of 3 there, 1 unchanged`
fn show_untold(untold: &Untold<'_>) -> String {
    let names: Vec<&str> = untold.packages.iter().map(|one| &one.package.name[..]).collect();
    let reasons = match &untold.lack {
        Lack::Damaged(notices) => format!(" by {}", notices.len()),
        Lack::Missing | Lack::Empty => String::new(),
    };
    let traces = untold.traces;
    format!(
        "untold {} in {} {}{reasons}: {}; {} of {} there, {} unchanged",
        untold.ecosystem,
        untold.lacking.name(),
        untold.lack.name(),
        names.join(" "),
        traces.there,
        traces.owned,
        traces.unchanged
    )
}

#[test]
fn a_database_that_went_does_not_say_that_its_packages_did() {
    check(
        &apk(&[MUSL, ZLIB], FILES),
        "//- /lib/musl.so\n1\n//- /lib/zlib.so\n2\n",
        &["untold apk in new missing: musl zlib; 2 of 3 there, 1 unchanged"],
    );
    check(
        "//- /lib/musl.so\n1\n//- /lib/zlib.so\n2\n",
        &apk(&[MUSL, ZLIB], FILES),
        &["untold apk in old missing: musl zlib; 2 of 3 there, 1 unchanged"],
    );
}

#[test]
fn an_empty_database_says_no_more_than_a_missing_one() {
    check(
        &apk(&[MUSL], FILES),
        "//- /lib/apk/db/installed\n//- /lib/musl.so\n1\n",
        &["untold apk in new empty: musl; 1 of 1 there, 1 unchanged"],
    );
}

#[test]
fn a_real_removal_is_told() {
    check(&apk(&[MUSL, ZLIB], FILES), &apk(&[MUSL], ""), &["removed zlib 1 ->"]);
}

#[test]
fn another_distribution_in_its_place_is_a_change() {
    let dpkg =
        "//- /var/lib/dpkg/status\nPackage: libc6\nStatus: install ok installed\nVersion: 2\n\n";
    check(&apk(&[MUSL], FILES), dpkg, &["removed musl 1 ->", "added libc6  -> 2"]);
}

#[test]
fn another_distribution_that_cannot_be_read_is_none() {
    check(
        &apk(&[MUSL], FILES),
        "//- /var/lib/dpkg/status\nPackage: libc6\nStatus: install ok installed\n\n",
        &[
            "untold apk in new missing: musl; 0 of 1 there, 0 unchanged",
            "untold deb in new damaged by 1: ; 0 of 0 there, 0 unchanged",
        ],
    );
}

#[test]
fn what_a_damaged_database_does_not_record_may_be_there() {
    let openssl = "P:openssl\nV:3\n\n";
    // musl is known of both; zlib may be the record that was left out; openssl was not there before.
    check(
        &apk(&[MUSL, ZLIB], FILES),
        &apk(&[&MUSL.replace("V:1", "V:2"), "P:broken\n\n", openssl], FILES),
        &[
            "upgraded musl 1 -> 2",
            "added openssl  -> 3",
            "untold apk in new damaged by 1: zlib; 2 of 2 there, 2 unchanged",
        ],
    );
}

#[test]
fn a_damaged_database_that_both_have_hides_nothing() {
    let both = apk(&[MUSL, "P:broken\n\n"], FILES);
    check(&both, &(both.clone() + "//- /srv/x\n1\n"), &[]);
    check(
        &both,
        &apk(&[MUSL, "P:broken\nL:MIT\n\n"], FILES),
        &[
            "untold apk in old damaged by 1: ; 0 of 0 there, 0 unchanged",
            "untold apk in new damaged by 1: ; 0 of 0 there, 0 unchanged",
        ],
    );
}

#[test]
fn two_images_without_packages_are_told_where_they_differ() {
    check("//- /a\n1\n", "//- /a\n1\n", &[]);
    check("//- /a\n1\n", "//- /a\n2\n", &["all-packages (hides nothing)"]);
    // A distribution whose package manager nobody here reads has packages all the same.
    let arch = "//- /usr/lib/os-release\nID=arch\n//- /a\n";
    check(&format!("{arch}1\n"), &format!("{arch}2\n"), &["all-packages"]);
}

#[test]
fn an_image_that_does_not_say_what_it_is_is_told() {
    let named = "//- /etc/os-release\nID=alpine\n";
    check(
        &(apk(&[MUSL], "") + named),
        &apk(&[MUSL, ZLIB], ""),
        &["added zlib  -> 1", "distribution of new not alpine (hides nothing)"],
    );
}

#[test]
fn a_distribution_of_folders_needs_no_database() {
    let nix = |name: &str| {
        let folder = format!("/nix/store/{}-{name}", "0".repeat(32));
        format!("//- /etc/os-release\nID=nixos\n//- {folder}/\n//- {folder}/bin/x\n1\n")
    };
    check(&nix("hello-2.12"), &nix("hello-2.13"), &["upgraded hello 2.12 -> 2.13"]);
}

#[test]
fn a_record_of_a_language_that_went_is_a_package_that_went() {
    let npm = "//- /srv/node_modules/x/package.json\n{\"name\": \"x\", \"version\": \"1.0.0\"}\n";
    check(&(apk(&[MUSL], FILES) + npm), &apk(&[MUSL], FILES), &["removed x 1.0.0 ->"]);
}

#[test]
fn what_a_package_owned_that_nobody_knows_of_has_a_cause_of_its_own() {
    let pair = pair(
        &apk(&[MUSL, ZLIB], FILES),
        "//- /lib/musl.so mode=4755\n2\n//- /lib/zlib.so\n1\n//- /srv/x\n1\n",
    );
    let comparison = pair.compare();
    let shown: Vec<String> = comparison.files.iter().map(show_file).collect();
    let expect = [
        "- /lib/apk database",
        "- /lib/apk/db database",
        "- /lib/apk/db/installed database",
        "~ /lib/musl.so content,mode unknown-package by musl",
        "+ /srv unexplained",
        "+ /srv/x unexplained",
        "- /usr unknown-package by zlib",
        "- /usr/doc unknown-package by zlib",
    ];
    assert_eq!(shown, expect, "\n{}\n", shown.join("\n"));
    assert!(comparison.files[3].needs_look());
}

/// Every file that readers find packages of a distribution in is known to be a database.
#[test]
fn no_database_is_forgotten() {
    let distributions = ALL.iter().filter(|ecosystem| {
        let package = |scheme| model::Package::new(ecosystem.name, "x", "1", scheme);
        ecosystem.scheme.is_some_and(|scheme| !package(scheme).is_of_a_language())
    });
    let mut count = 0;
    for ecosystem in distributions {
        assert!(
            compare::of_distributions().any(|name| name == ecosystem.name),
            "{}",
            ecosystem.name
        );
        for reader in ecosystem.readers {
            let (path, is_database) = match reader.wants {
                // Diversions are about files.
                Want::Path(path) => (format!("/{path}"), !path.ends_with("/diversions")),
                Want::In(folder, "") => (format!("/{folder}/x"), true),
                Want::In(folder, suffix) => (format!("/{folder}/x{suffix}"), false),
                // Beside a description lie lists of files; papers lie below `usr/share/doc`.
                Want::Below(folder, name) => (format!("/{folder}/x/{name}"), name == "desc"),
                other => panic!("{other:?} is new here"),
            };
            let path = model::Path::new(&path);
            assert_eq!(compare::is_database(ecosystem.name, &path), is_database, "{path}");
            count += usize::from(is_database);
        }
    }
    assert_eq!(count, 18);
}

/// What a real database and a real image without one say; the figures come from a script of twenty lines that reads the
/// archives and the `F:` and `R:` lines of apk's database.
#[test]
fn an_image_of_busybox_does_not_say_that_alpine_went() {
    let Some(corpus) = testkit::corpus() else { return };
    let name = |text: &str| -> model::Name {
        format!("oci:{}/images/{text}", corpus.display()).parse().unwrap()
    };
    let (old, new) = (name("alpine:3.20.3"), name("busybox:latest-uclibc"));
    let pair = engine::pair(
        [&old, &new],
        engine::Texts::Unwanted,
        &engine::Options::default(),
        &engine::unwatched,
    );
    let pair = pair.unwrap();
    let comparison = pair.compare();
    let untold: Vec<_> = comparison.untold().collect();
    assert_eq!(comparison.packages, []);
    assert_eq!((untold.len(), untold[0].packages.len()), (1, 14));
    assert_eq!((untold[0].traces.owned, untold[0].traces.there), (107, 6));
}
