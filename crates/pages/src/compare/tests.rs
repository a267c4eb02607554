//! The page of a comparison: text in, text out.

use std::sync::Arc;

use ::compare::{Side, compare};
use model::{
    Description, Digest, File, FileEntry, FileKind, InstalledPackage, LayerDescription, Package,
    Scheme, Sha256,
};

use super::*;
use crate::{Form, WantedPackage};

fn digest(byte: &str) -> Digest {
    format!("sha256:{}", byte.repeat(32)).parse().unwrap()
}

/// An image of `package NAME VERSION` and `file PATH CONTENT`.
fn side(name: &str, lines: &[&str]) -> Side {
    let mut side = Side::default();
    let layer = LayerDescription {
        digest: digest(name),
        diff_id: digest(name),
        size: 1_000,
        media_type: String::new(),
    };
    side.image =
        Description { digest: Some(digest(name)), layers: vec![layer], ..Description::default() };
    side.settings.user = Some(name.into());
    let mut files = Vec::new();
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        if words[0] == "package" {
            let package = Package::new("npm", words[1], words[2], Scheme::Npm);
            side.facts.packages.push(InstalledPackage {
                package,
                database: "/db".into(),
                inside: None,
            });
            continue;
        }
        let content = [words[2].as_bytes()[0]; 32];
        let kind = FileKind::Regular { size: 7, sha256: Sha256(content) };
        let entry = FileEntry { kind, mode: 0o644, ..FileEntry::implied_directory() };
        files.push(File {
            path: words[1].into(),
            entry: Arc::new(entry),
            layer: 0,
            owners: Box::default(),
            record: false,
        });
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    side.facts.packages.sort();
    side.facts.files = files.into();
    side
}

fn sides() -> [Side; 2] {
    let old = [
        "package left-pad 1.0.0",
        "package gone 1.0.0",
        "file /db x",
        "file /opt/a/b/c 1",
        "file /opt/a/b/d 1",
    ];
    let new = [
        "package left-pad 1.1.0",
        "package <i>new</i> 2.0.0",
        "file /db x",
        "file /opt/a/b/c 2",
        "file /opt/a/b/e 1",
    ];
    [side("aa", &old), side("bb", &new)]
}

fn document<T>(
    [old, new]: &[Side; 2],
    query: &str,
    folder: &str,
    then: impl FnOnce(&ComparePage<'_>, &Here) -> T,
) -> T {
    let comparison = compare(old, new);
    let place = |text: &str| Place::parse(text).unwrap().0;
    let places = ["aa", "bb"].map(|byte| place("acme/shop").image(&digest(byte)));
    let asked = ["acme/shop:1.4", "acme/shop:1.5"].map(place);
    let page = ComparePage {
        comparison: &comparison,
        places: &places,
        asked: &asked,
        folder: &folder.into(),
        now: Time(1_000),
    };
    let here =
        Here::parse("/compare", &format!("old=acme/shop:1.4&new=acme/shop:1.5{query}")).unwrap();
    then(&page, &here)
}

#[track_caller]
fn check(sides: &[Side; 2], query: &str, folder: &str, parts: &[&str]) {
    let html = document(sides, query, folder, |page, here| page.document(here).fragment(here));
    assert!(!html.contains("<i>new"), "{html}");
    for part in parts {
        assert!(html.contains(part), "{part}\n{html}");
    }
}

#[test]
fn the_order_is_that_of_the_terminal() {
    let html = document(&sides(), "", "/", |page, here| page.document(here).fragment(here));
    let order = [
        "Swap sides",
        "aria-label=\"Figures\"",
        "Look first",
        "id=\"packages\"",
        "keeps no advisories",
        "id=\"settings\"",
        "id=\"files\"",
        "id=\"notices\"",
    ];
    let places: Vec<Option<usize>> = order.iter().map(|part| html.find(part)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
}

#[test]
fn what_changed_is_told_in_the_words_of_reports() {
    check(
        &sides(),
        "",
        "/",
        &[
            "1.0.0 → 1.1.0",
            "&lt;i&gt;new&lt;/i&gt;",
            "href=\"/compare?old=acme/shop:1.5&amp;new=acme/shop:1.4\"",
            "/compare/comparison.json?old=acme/shop:1.4&amp;new=acme/shop:1.5",
            "no package owns it, no instruction names it",
            "cause=unexplained#files",
        ],
    );
}

#[test]
fn folders_that_hold_one_folder_are_passed_through() {
    check(&sides(), "", "/", &["opt/a/b/c", "opt/a/b/d", "opt/a/b/e"]);
    let three =
        [side("aa", &[]), side("bb", &["file /etc/x 1", "file /opt/a/b 1", "file /opt/a/c 1"])];
    let opt = "folder=/opt&amp;part=list";
    check(
        &three,
        "",
        "/",
        &[opt, "<span class=\"folder\">opt/</span> <span class=\"added\">+2</span>"],
    );
    check(&three, "&cause=altered", "/", &["Nothing of that changed there."]);
    let part = document(&three, "", "/opt", |page, here| page.folder(here).fragment(here));
    assert!(
        part.contains(">a/b</a>") && part.contains(">a/c</a>") && !part.contains("etc"),
        "{part}"
    );
}

#[test]
fn paths_are_had_as_a_table() {
    let csv = |query: &str, folder: &str| {
        document(&sides(), query, folder, |page, here| {
            page.document(here).export(Some("paths"), here, Form::Csv).unwrap()
        })
    };
    let paths = |csv: &str| {
        csv.lines()
            .skip(1)
            .map(|line| line.split(',').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(paths(&csv("", "/")), ["/opt/a/b/c", "/opt/a/b/d", "/opt/a/b/e"]);
    assert_eq!(paths(&csv("&filter=removed", "/")), ["/opt/a/b/d"]);
    assert_eq!(paths(&csv("", "/etc")), [""; 0]);
}

#[test]
fn a_path_has_a_page_of_its_own() {
    let about = "/compare/path?old=acme/shop:1.4&amp;new=acme/shop:1.5&amp;path=/opt/a/b/c";
    check(&sides(), "&cause=unexplained", "/", &[about]);
    let html = |inside| {
        document(&sides(), "&path=/a<b", "/", |page, here| {
            page.path(here, &"/a<b".into(), "because\n<i>", inside).fragment(here)
        })
    };
    let told = html(Ok("- one\n+ two\n"));
    assert!(told.contains("because\n&lt;i&gt;") && told.contains("- one\n+ two"), "{told}");
    assert!(html(Err("it is gone")).contains("It could not be looked at: it is gone."));
}

#[test]
fn the_same_is_said_in_one_line() {
    let [old, _] = sides();
    let same = [old.clone(), old];
    check(&same, "", "/", &["<strong>Same.</strong> Both are one image."]);
}

#[test]
fn a_package_opens_with_its_paths_and_no_ids() {
    let wanted = WantedPackage { kind: "npm", name: "left-pad" };
    let none = ::compare::Changelogs::default();
    let part = document(&sides(), "", "/", |page, here| {
        assert!(page.package(here, WantedPackage { kind: "deb", ..wanted }, Ok(&none)).is_none());
        page.package_part(here, wanted, Err("no <b>")).map(|part| part.fragment(here))
    });
    let part = part.unwrap();
    assert!(part.contains("could not be read: no &lt;b&gt;") && !part.contains("id=\""), "{part}");
    assert!(part.contains("/compare/package?old=acme/shop:1.4&amp;new=acme/shop:1.5&amp;type=npm&amp;name=left-pad"), "{part}");
}

#[test]
fn sizes_are_told_by_package_and_by_directory() {
    let images = sides();
    let sizes = ::compare::sizes(&images[0], &images[1], ComparePage::DEEPEST);
    let csv = |table| {
        document(&images, "", "/", |page, here| {
            page.sizes(here, &sizes).export(Some(table), here, Form::Csv)
        })
    };
    let packages = csv("packages").unwrap();
    assert_eq!(packages, "package,type,old,new,growth\r\nno package,,21,21,0\r\n");
    assert!(csv("directories").unwrap().contains("/opt/a,14,14,0"));
}
