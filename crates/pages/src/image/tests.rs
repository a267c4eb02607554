//! Pages of an image: text in, text out.

#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method of one image is no function of every image"
)]

use std::sync::Arc;

use compare::Subject;
use model::{
    Description, File, FileEntry, FileKind, History, InstalledPackage, LayerDescription,
    LayerTally, Notice, Package, Path, Scheme, Sha256,
};

use super::*;
use crate::{Form, Here};

fn digest(byte: &str) -> Digest {
    format!("sha256:{}", byte.repeat(32)).parse().unwrap()
}

/// An image with hostile names in it.
fn subject() -> Subject {
    let mut subject = Subject::default();
    let side = &mut subject.side;
    let layer = LayerDescription {
        digest: digest("cc"),
        diff_id: digest("dd"),
        size: 1_000,
        media_type: String::new(),
    };
    side.image =
        Description { digest: Some(digest("aa")), layers: vec![layer], ..Description::default() };
    let mut package = Package::new("npm", "<script>alert(1)</script>\u{202e}", "1.0", Scheme::Npm);
    package.license = Some("MIT".into());
    side.facts.packages =
        vec![InstalledPackage { package, database: "/app/package.json".into(), inside: None }];
    let file = |path: &[u8], kind: FileKind| File {
        path: Path::new(path),
        entry: Arc::new(FileEntry { kind, mode: 0o4755, ..FileEntry::implied_directory() }),
        layer: 0,
        owners: Box::default(),
        record: false,
    };
    let regular = || FileKind::Regular { size: 7, sha256: Sha256([0; 32]) };
    let long = [b"/".as_slice(), "x".repeat(4095).as_bytes()].concat();
    let mut files = vec![
        file(b"/a", FileKind::Directory),
        file(b"/a/<b>", FileKind::Directory),
        file(b"/a/<b>/\"onload=\xff", regular()),
        file(b"/a/\xe2\x80\xaetxt.exe", regular()),
        file(b"/a-b", regular()),
        file(&long, regular()),
    ];
    files.sort_by(|one, other| one.path.cmp(&other.path));
    side.facts.files = files.into();
    side.facts.notices = vec![Notice::about("/a".into(), "it is odd")];
    side.tallies = vec![LayerTally { put: 700, hidden: 70, ..LayerTally::default() }];
    side.settings.env.insert("DB_PASSWORD".into(), "hunter2hunter2".into());
    let line =
        History { created_by: Some("RUN /bin/sh -c make # buildkit".into()), ..History::default() };
    side.settings.history = vec![line];
    subject
}

fn html(of: impl Fn(&ImagePage<'_>) -> Document) -> (String, Document) {
    let subject = subject();
    let place = Place::parse("acme/nginx").unwrap().0.image(&digest("aa"));
    let step = Step { tag: "latest".into(), previous: Some(digest("bb")), next: None };
    let page = ImagePage {
        place: &place,
        subject: &subject,
        step: Some(&step),
        tags: &["latest".into()],
        tabs: &Tab::ALL,
        kept: &[("tag", "latest".into())],
        now: Time(1_000),
    };
    let document = of(&page);
    let html = document.fragment(&Here::parse(&place.address(), "tag=latest").unwrap());
    assert!(
        !html.contains("<script") && !html.contains("<b>/") && !html.contains('\u{202e}'),
        "{html}"
    );
    (html, document)
}

#[track_caller]
fn check(of: impl Fn(&ImagePage<'_>) -> Document, parts: &[&str]) -> Document {
    let (html, document) = html(of);
    for part in parts {
        assert!(html.contains(part), "{part}\n{html}");
    }
    document
}

#[test]
fn an_image_says_what_it_is_and_where_others_are() {
    let image = "/repositories/acme/nginx@sha256:aaaa";
    let previous = "rel=\"prev\" href=\"/repositories/acme/nginx@sha256:bbbb";
    check(
        |page| page.overview(),
        &[image, previous, "<span class=\"aside\">Next Image →</span>", "it is odd", "1 layer"],
    );
}

#[test]
fn packages_are_a_table_with_licences() {
    let packages =
        check(|page| page.packages(), &["1 package", "&lt;script&gt;", "\\u{202e}", "MIT"]);
    let csv = packages.export(None, &Here::default(), Form::Csv).unwrap();
    assert!(
        csv.contains("<script>alert(1)</script>\u{202e},1.0,npm,,MIT,,/app/package.json"),
        "{csv}"
    );
    check(|page| page.licences(), &["MIT", "&lt;script&gt;"]);
}

#[test]
fn files_are_a_folder_at_a_time() {
    let root = check(
        |page| page.files(&Path::root()),
        &["<span class=\"folder\">a/</span>", "part=list", "a-b"],
    );
    let table = root.export(Some("files"), &Here::default(), Form::Csv).unwrap();
    let paths: Vec<&str> =
        table.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(paths[..2], ["/a", "/a-b"]);
    assert_eq!((paths.len(), paths[2].len()), (3, 4096));
    check(
        |page| page.files(&Path::from("/a")),
        &["folder=/a/%3Cb%3E", "\\u{202e}txt.exe", "&lt;b&gt;/"],
    );
    check(|page| page.folder(&Path::from("/a/<b>")), &["&quot;onload=\\xff", "4755"]);
    check(|page| page.folder(&Path::from("/a-b")), &["Nothing lies there."]);
}

#[test]
fn layers_and_settings_are_told_without_secrets() {
    check(|page| page.layers(), &["RUN make", "70 B", "90.0 %"]);
    let document = check(|page| page.settings(), &["DB_PASSWORD", "RUN make"]);
    let csv = document.export(Some("settings"), &Here::default(), Form::Csv).unwrap();
    assert!(!csv.contains("hunter2"), "{csv}");
    check(|page| page.secrets(), &["Secrets and weak settings"]);
}

#[test]
fn without_advisories_nothing_is_said_to_be_clean() {
    check(|page| page.vulnerabilities(None), &["keeps no advisories"]);
    check(
        |page| page.vulnerabilities(Some(&Findings::default())),
        &["Looked up in", "None is known."],
    );
}
