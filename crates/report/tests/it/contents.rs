//! What differs inside files, as a person and a program read it: two images in, documents out.

mod formats;

use engine::Options;
use model::{Name, Path};
use report::{Format, View};

use crate::json::check;

const SCHEMA: &str = include_str!("../../../../docs/schema/contents.v1.json");

const OLD: &str = "\
//- /etc/shop.conf
[shop]
name = shop
password = hunter22
port = 80
//- /etc/gone
gone
//- /etc/link -> shop.conf
//- /etc/run mode=755
#!/bin/sh
//- /etc/same
same
//- /bin/tool
text
";

const NEW: &str = "\
//- /etc/shop.conf
[shop]
name = shop\u{1b}[31m
password = hunter23
port = 80
more
//- /etc/came
came
//- /etc/link -> other.conf
//- /etc/run mode=4755
#!/bin/sh
//- /etc/same
same
//- /bin/tool hex=0001
";

/// Writes what differs inside `paths` of two images.
fn write(old: &str, new: &str, paths: &[&str], format: Format) -> String {
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "1", &testkit::image(old));
    testkit::write_layout(folder.path(), "2", &testkit::image(new));
    let name =
        |tag: &str| -> Name { format!("oci:{}:{tag}", folder.path().display()).parse().unwrap() };
    let options = Options::default();
    let names = [&name("1"), &name("2")];
    let pair = engine::pair(names, engine::Texts::Unwanted, &options, &engine::unwatched).unwrap();
    let comparison = pair.compare();
    let paths: Vec<Path> = paths.iter().map(|path| Path::from(*path)).collect();
    let contents =
        engine::inside(&pair, &comparison, &paths, &options, &engine::unwatched).unwrap();
    let mut out = Vec::new();
    report::contents(&comparison, &contents, format, View::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What stands below the heading.
fn table(paths: &[&str]) -> String {
    let all = write(OLD, NEW, paths, Format::Table);
    all.lines().skip(3).map(|line| line.to_owned() + "\n").collect()
}

#[test]
fn a_text_is_told_line_by_line() {
    let told = table(&["/etc/shop.conf"]);
    assert!(
        told.starts_with(" /etc/shop.conf  changed  content\n   old  layer 1  0644 0:0"),
        "{told}"
    );
    assert!(
        told.ends_with(
            "@@ -1,4 +1,5 @@\n [shop]\n-name = shop\n-password = ‹8 characters›\n\
             +name = shop\\u{1b}[31m\n+password = ‹8 characters›\n port = 80\n+more\n"
        ),
        "{told}"
    );
    assert!(!told.contains("hunter"), "{told}");
}

#[test]
fn what_came_or_went_is_told_whole() {
    assert!(table(&["/etc/came"]).ends_with("@@ -0,0 +1 @@\n+came\n"));
    assert!(table(&["/etc/gone"]).ends_with("@@ -1 +0,0 @@\n-gone\n"));
}

#[test]
fn what_differs_outside_needs_no_reading() {
    assert!(
        table(&["/etc/link"]).starts_with(" /etc/link  changed  link shop.conf → other.conf\n")
    );
    assert!(table(&["/etc/run"]).starts_with(" /etc/run  changed  mode 0755 → 4755\n"));
    assert!(table(&["/etc/same"]).starts_with(" /etc/same  same\n"));
}

#[test]
fn a_directory_tells_what_changed_below_it() {
    let told = table(&["/etc"]);
    for path in ["+  /etc/came", "−  /etc/gone", "~  /etc/link", "~  /etc/run", "~  /etc/shop.conf"]
    {
        assert!(told.contains(path), "{path}: {told}");
    }
    assert!(!told.contains("/etc/same"), "{told}");
}

#[test]
fn the_document_is_what_its_schema_says() {
    let all = ["/etc/shop.conf", "/etc/gone", "/etc/came", "/etc/link", "/etc", "/bin/tool"];
    let document = check(SCHEMA, &write(OLD, NEW, &all, Format::Json));
    let first = &document["contents"][0];
    assert_eq!(first["inside"]["kind"], "text");
    assert_eq!((&first["inside"]["added"], &first["inside"]["hidden"]), (&3.into(), &2.into()));
}

#[test]
fn rows_have_each_line() {
    let rows = write(OLD, NEW, &["/etc/shop.conf"], Format::Plain);
    assert!(rows.contains("/etc/shop.conf added line 5 - more"), "{rows}");
    assert!(!rows.contains("hunter"), "{rows}");
}

#[test]
fn structures_are_compared_fact_by_fact() {
    let picture = |width: &str| format!("//- /logo.gif hex=474946383961{width}2000\n");
    let told = write(&picture("1000"), &picture("1100"), &["/logo.gif"], Format::Table);
    assert!(told.ends_with("   ~  dimensions  16 × 32 → 17 × 32\n"), "{told}");
    assert!(table(&["/bin/tool"]).ends_with("   it was text and is bytes\n"));
}
