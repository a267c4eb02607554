//! Queries of many images together.

use compare::Subject;
use report::query::Wrong;
use report::rows::Form;

use super::{ancestor, ask, subject, write};

/// The plain form of an answer, with each image's short ID as its name.
fn shown(images: &[(&str, &Subject)], command: &str) -> String {
    let subjects: Vec<&Subject> = images.iter().map(|(_, subject)| *subject).collect();
    let text = match ask(&subjects, command) {
        Ok(answer) => write(answer, Form::Plain),
        Err(Wrong { what, hint }) => return format!("{what}\n hint: {hint}"),
    };
    let mut text = text.lines().skip(2).collect::<Vec<_>>().join("\n");
    for (name, subject) in images {
        text = text.replace(&subject.id.as_ref().unwrap().hex()[..12], name);
    }
    text
}

fn alpine(version: &str, packages: &[(&str, &str)]) -> Subject {
    let packages: Vec<testkit::Package> =
        packages.iter().map(|(name, version)| testkit::apk_package(name, version, &[])).collect();
    let distro = format!("//- /etc/os-release\nID=alpine\nVERSION_ID={version}\n");
    subject(&(distro + &testkit::apk_database(&packages)))
}

#[test]
fn distributions_are_counted() {
    let one = alpine("3.20", &[]);
    let two = alpine("3.19", &[]);
    let three = alpine("3.19", &[("a", "1")]);
    let four = subject("//- /a\nx\n");
    let images = [("ONE", &one), ("TWO", &two), ("THREE", &three), ("FOUR", &four)];
    let all = shown(&images, "distro-bins all");
    assert!(all.contains("alpine 3.20 1 ONE"), "{all}");
    assert!(all.contains("Unknown 0 1 FOUR"), "{all}");
    assert!(all.starts_with("alpine 3.19 2 "), "largest first: {all}");
    let summed = shown(&images, "distro-bins summarize");
    assert!(summed.starts_with("alpine any 3 "), "{summed}");
    assert_eq!(
        shown(&images, "distro-bins some"),
        "`some` does not say how to count distributions\n hint: say `all`, or `summarize` to put versions together"
    );
}

#[test]
fn sizes_are_counted_in_ranges_whose_upper_edge_belongs_to_them() {
    let sized = |size: u64| {
        let mut subject = subject(&format!("//- /{size}\nx\n"));
        subject.side.image.layers[0].size = size;
        subject
    };
    let small = sized(25_999_999);
    let middle = sized(26_000_000);
    let large = sized(5_000_000_000);
    let images = [("SMALL", &small), ("MIDDLE", &middle), ("LARGE", &large)];
    assert_eq!(
        shown(&images, "size-bins default"),
        "0-25 1 SMALL\n25-50 1 MIDDLE\n50-100 0 N/A\n100-250 0 N/A\n250-500 0 N/A\n500-1000 0 N/A\n1000++ 1 LARGE"
    );
    assert_eq!(shown(&images, "size-bins 10"), {
        let mut ids =
            [&small, &middle, &large].map(|s| s.id.as_ref().unwrap().hex()[..12].to_owned());
        ids.sort();
        let names = ids.map(|id| {
            images.iter().find(|(_, s)| s.id.as_ref().unwrap().hex().starts_with(&id)).unwrap().0
        });
        format!("10++ 3 {}", names.join(","))
    });
    let hint = "say `default`, or whole numbers of megabytes, each larger than the one before: size-bins 0 10 100";
    assert_eq!(
        shown(&images, "size-bins 0 x"),
        format!("`x` is no number of megabytes\n hint: {hint}")
    );
    assert_eq!(
        shown(&images, "size-bins 10 10"),
        format!("`10` is not larger than the number before it\n hint: {hint}")
    );
}

#[test]
fn packages_beyond_a_base_are_counted() {
    let base = alpine("3.20", &[("musl", "1"), ("zlib", "1")]);
    let mut one = alpine("3.20", &[("musl", "1"), ("zlib", "2"), ("curl", "8")]);
    let mut two = alpine("3.20", &[("musl", "1"), ("zlib", "1"), ("curl", "7")]);
    one.ancestors = vec![ancestor(&base)];
    two.ancestors = vec![ancestor(&base)];
    let images = [("BASE", &base), ("ONE", &one), ("TWO", &two)];
    assert_eq!(shown(&images, "common-packages all"), "BASE curl 2\nBASE zlib 1");
    let id = base.id.clone().unwrap();
    let named = format!("common-packages {}", &id.hex()[..12]);
    assert_eq!(shown(&images, &named), "BASE curl 2\nBASE zlib 1");
    let nobody = shown(&images, "common-packages 000000");
    assert!(nobody.ends_with("\n\nno image that was asked is built on 000000"), "{nobody}");
    let answer = ask(&[&one, &two], "common-packages all").unwrap();
    assert_eq!(answer.rows.rows.len(), 3);
    assert!(answer.warnings[0].ends_with("its own packages are counted, too"));
}

#[test]
fn a_base_has_moved_when_another_image_has_its_name() {
    let mut old = alpine("3.20", &[("musl", "1")]);
    let mut new = alpine("3.20", &[("musl", "2")]);
    old.names = vec!["docker.io/library/alpine:3.20".into()];
    new.names = old.names.clone();
    old.current = old.names.clone();
    let mut app = alpine("3.20", &[("musl", "1"), ("app", "1")]);
    app.ancestors = vec![ancestor(&old)];
    app.dockerfile = Some("FROM alpine:3.20\nRUN x\n".into());
    let status = |images: &[(&str, &Subject)], command: &str| {
        let shown = shown(images, command);
        let lines: Vec<&str> = shown.lines().filter(|line| line.starts_with("APP ")).collect();
        lines.join("\n")
    };
    let before = [("OLD", &old), ("APP", &app)];
    let row = "APP docker.io/shop:1.5 FROM,alpine:3.20 OLD OLD up-to-date";
    assert_eq!(status(&before, "base-status all"), row);
    (new.current, old.current) = (old.current, Vec::new());
    let after = [("OLD", &old), ("NEW", &new), ("APP", &app)];
    let row = "APP docker.io/shop:1.5 FROM,alpine:3.20 OLD NEW out-of-date";
    assert_eq!(status(&after, "base-status all"), row);
    assert_eq!(status(&after, "base-status shop:1.5"), row);
    let row = "APP docker.io/shop:1.5 FROM,alpine:3.20 OLD N/A N/A";
    let alone = [("OLD", &old), ("APP", &app)];
    let subjects = [&alone[1]];
    let shown_alone = shown(&[*subjects[0]], "base-status all");
    assert_eq!(shown_alone.replace(&old.id.as_ref().unwrap().hex()[..12], "OLD"), row);
    let answer = ask(&[&app], "base-status nginx").unwrap();
    assert_eq!(answer.warnings, ["nginx is not among the images that are asked"]);
}

#[test]
fn a_base_that_nobody_is_built_on_is_a_warning() {
    let base = alpine("3.20", &[("a", "1")]);
    let mut image = alpine("3.20", &[("a", "1"), ("b", "1")]);
    image.ancestors = vec![ancestor(&base)];
    let images = [("BASE", &base), ("IMAGE", &image)];
    let id = base.id.as_ref().unwrap().hex();
    assert_eq!(shown(&images, &format!("common-packages {}", &id[..8])), "BASE b 1");
    assert_eq!(
        shown(&images, "common-packages deadbeef").trim(),
        "Warning Output\n\nno image that was asked is built on deadbeef"
    );
}

#[test]
fn what_is_doubtful_about_the_past_is_told_where_the_past_is() {
    let mut image = alpine("3.20", &[("a", "1")]);
    let doubts =
        [format!("{}of 2 lines one made a layer", model::OF_THE_PAST), "was imported".into()];
    image.side.notices = doubts.map(model::Notice::general).to_vec();
    for (query, expect) in [
        ("list-packages all", false),
        ("show-layers all", false),
        ("show-layer-info all", true),
        ("show-dockerfile all", true),
        ("base-status all", true),
    ] {
        let warnings = ask(&[&image], query).unwrap().warnings;
        let has = |text: &str| warnings.iter().any(|warning| warning.contains(text));
        assert_eq!((has(model::OF_THE_PAST), has("was imported")), (expect, true), "{query}");
    }
}

#[test]
fn an_image_whose_names_mean_others_by_now_is_called_by_its_id() {
    let mut image = subject("//- /a\nx\n");
    let distro = |image: &Subject| shown(&[("ID", image)], "show-distro all");
    image.current = vec![image.names[0].clone()];
    assert_eq!(distro(&image), "ID docker.io/shop:1.4 Unknown 0");
    image.current.clear();
    assert_eq!(distro(&image), "ID ID Unknown 0");
}
