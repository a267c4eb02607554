//! Everything about one path, as a person and a program read it.

use engine::{Explained, Options};
use model::{Name, Path};
use report::{Format, View};

/// Explains a path of two images as a user would ask for it.
fn explain(old: &testkit::Image, new: &testkit::Image, path: &str, format: Format) -> String {
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "1.4", old);
    testkit::write_layout(folder.path(), "1.5", new);
    let name =
        |tag: &str| -> Name { format!("oci:{}:{tag}", folder.path().display()).parse().unwrap() };
    let (old, new) = (name("1.4"), name("1.5"));
    let path = Path::from(path);
    let Explained { pair, pasts } =
        engine::explained([&old, &new], &path, &Options::default(), &engine::unwatched).unwrap();
    let Some((path, pasts)) = pasts else { return "nothing\n".into() };
    let comparison = pair.compare();
    let explanation = comparison.explain(&path, pasts);
    let mut out = Vec::new();
    report::explanation(&explanation, &comparison, format, View::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Two images that everything happens to.
fn images() -> (testkit::Image, testkit::Image) {
    let base = "//- layer ADD rootfs.tar.xz / # buildkit\n\
                //- /lib -> usr/lib\n//- /usr/lib/x\n1\n//- /etc/motd\n1\n//- /etc/same\n1\n\
                //- layer RUN /bin/sh -c echo hello > /etc/motd # buildkit\n//- /etc/motd\n2\n";
    let new = format!(
        "{base}//- layer COPY app /srv/app\n//- /srv/app/run mode=4755\n1\n//- /usr/lib/x\n2\n//- whiteout /etc/motd\n"
    );
    (testkit::image(base), testkit::image(&new))
}

#[test]
fn the_altered_program_of_the_demonstration_is_explained() {
    let (old, new) = testkit::demo();
    insta::assert_snapshot!("explain-curl", explain(&old, &new, "/usr/bin/curl", Format::Table));
    let shown = explain(&old, &new, "/usr/local/bin/helper", Format::Table);
    insta::assert_snapshot!("explain-helper", shown);
    let shown = explain(&old, &new, "/srv/shop/static/chart.js", Format::Table);
    insta::assert_snapshot!("explain-chart", shown);
    let shown = explain(&old, &new, "/etc/ld.so.cache", Format::Table);
    insta::assert_snapshot!("explain-cache", shown);
}

#[test]
fn paths_that_went_and_stayed_and_lie_behind_links_are_explained() {
    let (old, new) = images();
    insta::assert_snapshot!("explain-gone", explain(&old, &new, "/etc/motd", Format::Table));
    insta::assert_snapshot!("explain-same", explain(&old, &new, "/etc/same", Format::Table));
    insta::assert_snapshot!("explain-link", explain(&old, &new, "/lib", Format::Table));
    insta::assert_snapshot!("explain-behind", explain(&old, &new, "/lib/x", Format::Table));
    assert_eq!(explain(&old, &new, "/nothing", Format::Table), "nothing\n");
    assert_eq!(explain(&old, &new, "/", Format::Table), "nothing\n");
    insta::assert_snapshot!("explain-plain", explain(&old, &new, "/srv/app/run", Format::Plain));
}

#[test]
fn the_document_of_a_path_is_what_its_schema_says() {
    const SCHEMA: &str = include_str!("../../../../docs/schema/explanation.v1.json");
    let (old, new) = testkit::demo();
    let document = explain(&old, &new, "/usr/bin/curl", Format::Json);
    let document = crate::json::check(SCHEMA, &document);
    assert_eq!(document["change"]["cause"], "altered");
    assert_eq!(document["old"]["owners"][0]["content"], "matches");
    assert_eq!(document["new"]["owners"][0]["content"], "differs");
    let (old, new) = images();
    for path in ["/etc/motd", "/etc/same", "/lib", "/srv/app/run"] {
        crate::json::check(SCHEMA, &explain(&old, &new, path, Format::Json));
    }
}
