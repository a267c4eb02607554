//! `--content`, `--layers`, `--sizes` and `--budget` as a user meets them.

use std::path::Path;

use serde_json::Value;

use crate::{Run, run, shop};

/// `diff` of the two shops with these words.
fn diff(folder: &Path, words: &str) -> Run {
    let words = words.split_whitespace();
    let all: Vec<&str> =
        ["diff", "oci:shop:1.4", "oci:shop:1.5"].into_iter().chain(words).collect();
    run(folder, &all)
}

#[test]
fn one_file_is_looked_into() {
    let folder = shop();
    let told = diff(folder.path(), "--content /srv/shop/package.json --exit-code");
    assert_eq!(told.code, Some(1), "{}", told.stderr);
    assert!(told.stdout.contains("\n@@ -"), "{}", told.stdout);
    assert!(!told.stdout.contains("Packages"), "{}", told.stdout);
    let document = diff(folder.path(), "--content srv/shop/package.json --json").stdout;
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["contents"][0]["inside"]["kind"], "text");
}

#[test]
fn a_path_that_nobody_has_is_an_error() {
    let folder = shop();
    let told = diff(folder.path(), "--content /etc/package.json");
    assert_eq!((told.stdout.as_str(), told.code), ("", Some(2)));
    assert!(told.stderr.contains("neither image has a file /etc/package.json"), "{}", told.stderr);
    assert!(told.stderr.contains("/srv/shop/package.json"), "{}", told.stderr);
}

#[test]
fn one_image_under_two_names_has_nothing_to_look_into() {
    let folder = shop();
    let all = ["diff", "oci:shop:1.5", "oci:shop:same", "--content", "/etc/passwd"];
    let told = run(folder.path(), &all);
    assert!(told.stdout.starts_with("Same: both are sha256:"), "{}{}", told.stdout, told.stderr);
}

#[test]
fn layers_are_told_where_they_are_asked_for() {
    let folder = shop();
    let told = diff(folder.path(), "--layers").stdout;
    assert!(told.contains("\nLayers of the old image\n"), "{told}");
    assert!(told.contains(" hidden"), "{told}");
    let alone = run(folder.path(), &["analyze", "oci:shop:1.5", "--layers", "--json"]).stdout;
    let alone: Value = serde_json::from_str(&alone).unwrap();
    let layers = alone["image"]["layers"].as_array().unwrap();
    let hidden: u64 = layers.iter().filter_map(|layer| layer["tally"]["hidden"].as_u64()).sum();
    assert!(hidden > 0, "{layers:?}");
    let plain = run(folder.path(), &["analyze", "oci:shop:1.5", "--json"]).stdout;
    assert!(!plain.contains("\"tally\""));
}

#[test]
fn sizes_and_budgets() {
    let folder = shop();
    let told = diff(folder.path(), "--sizes --depth 1").stdout;
    for words in ["\nSizes\n", "  by package\n", "libicu72 (deb)", "  by directory\n", "    /usr/"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    let kept = diff(folder.path(), "--budget 100MB --budget /usr=900%");
    assert_eq!(
        (kept.code, kept.stderr.contains("over budget")),
        (Some(0), false),
        "{}",
        kept.stderr
    );
    let over = diff(folder.path(), "--budget 1KB --budget /usr=100MB");
    assert_eq!(over.code, Some(1));
    assert!(over.stderr.contains("over budget: the image grew by +"), "{}", over.stderr);
    assert!(!over.stderr.contains("/usr"), "{}", over.stderr);
    let wrong = diff(folder.path(), "--budget lots");
    assert!(
        wrong.stderr.contains("say 5MB, 10%, /usr=10MB or package:openssl=1MB"),
        "{}",
        wrong.stderr
    );
}

/// Two images with packages that own a file each, of so many bytes.
fn packages() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let data = "data\n".repeat(60);
    for (tag, tool, other) in [("1", 1_000, 500), ("2", 4_500, 400)] {
        let image = testkit::image(&format!(
            "//- /lib/apk/db/installed\nP:tool\nV:{tag}\nF:usr\nF:usr/bin\nR:tool\n\nP:other\nV:{tag}\nF:usr\nF:usr/bin\nR:other\n
//- /usr/bin/tool size={tool}\n//- /usr/bin/other size={other}\n//- layer COPY data /srv/data\n//- /srv/data/{tag}\n{data}"
        ));
        testkit::write_layout(folder.path(), tag, &image);
    }
    folder
}

/// `diff` of the two.
fn compared(folder: &Path, words: &str) -> Run {
    let words = words.split_whitespace();
    let all: Vec<&str> = ["diff", "oci:.:1", "oci:.:2"].into_iter().chain(words).collect();
    run(folder, &all)
}

#[test]
fn budgets_of_packages() {
    let folder = packages();
    let check = |budget: &str, code: i32, expect: &str| {
        let told =
            compared(folder.path(), &format!("--budget {budget} --no-vulnerabilities --width 200"));
        assert_eq!(told.code, Some(code), "{budget}: {}", told.stderr);
        let section = told.stdout.split("\nBudgets\n").nth(1).unwrap_or(&told.stdout);
        let lines = section.lines().take_while(|line| !line.is_empty());
        let lines: Vec<&str> = lines.map(str::trim).collect();
        assert_eq!(lines, expect.split('\n').collect::<Vec<_>>(), "{}", told.stdout);
        assert_eq!(told.stderr.contains("over budget: package"), code == 1, "{}", told.stderr);
    };
    check(
        "package:tool=3KB",
        1,
        "over  package tool  +3.5 KB  1.0 KB → 4.5 KB  may grow by 3.0 KB",
    );
    check(
        "package:apk:tool=4KB",
        0,
        "kept  package apk:tool  +3.5 KB  1.0 KB → 4.5 KB  may grow by 4.0 KB",
    );
    check("package:other=0", 0, "kept  package other  −100 B  500 B → 400 B  may grow by 0 B");
    check(
        "package:*=1KB",
        1,
        "over  package apk:tool  +3.5 KB  1.0 KB → 4.5 KB  may grow by 1.0 KB",
    );
    check(
        "package:*=350%",
        0,
        "kept  package apk:tool  +3.5 KB  1.0 KB → 4.5 KB  may grow by 350.0 %",
    );
    check("package:deb:tool=0", 0, "kept  package deb:tool  ±0  in neither image  may grow by 0 B");
    let nothing = compared(folder.path(), "--budget package:tol=1KB").stderr;
    assert!(nothing.contains("neither image has package tol"), "{nothing}");
}

#[test]
fn every_form_tells_what_came_of_budgets() {
    let folder = packages();
    let words = "--budget package:tool=1KB --budget /srv=10% --no-vulnerabilities";
    let told = |form: &str| {
        let run = compared(folder.path(), &format!("{words} --format {form}"));
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        run.stdout
    };
    let plain = told("plain");
    assert!(plain.contains("\nbudget package:tool over 1000 - - 1000 4500\n"), "{plain}");
    assert!(plain.contains("\nbudget /srv kept 30 - - 300 300"), "{plain}");
    let html = told("html");
    assert!(html.contains("package:tool") && html.contains("over"), "{html}");
    let json: Value = serde_json::from_str(&told("json")).unwrap();
    assert_eq!(
        json["budgets"],
        serde_json::json!([
            {"of": "package", "name": "tool", "old": 1000, "new": 4500, "allowed": 1000, "over": true, "present": true},
            {"of": "path", "name": "/srv", "old": 300, "new": 300, "allowed": 30, "over": false, "present": true},
        ])
    );
}

#[test]
fn rows_tell_moves_layers_and_sizes() {
    let folder = packages();
    let told = compared(folder.path(), "--plain --layers --sizes --depth 1 --no-vulnerabilities");
    let (differences, below) = told.stdout.split_once("\n\nImage ").unwrap();
    let (layers, sizes) = below.split_once("\n\nKind ").unwrap();
    for row in [
        "file /srv/data/1 removed moved",
        "file /srv/data/2 added moved",
        "move /srv/data/1 moved - - - /srv/data/1 /srv/data/2",
    ] {
        assert!(differences.contains(row), "{row}: {differences}");
    }
    assert!(layers.starts_with("Layer Digest Stored Added"), "{layers}");
    assert!(layers.contains(" 1 0 0 300 0 0 100.0 COPY,data,/srv/data\nold all - "), "{layers}");
    for row in [
        "Name Old New Growth\n\nall - 1872 5272 3400",
        "package apk:tool 1000 4500 3500",
        "package apk:other 500 400 -100",
        "directory /usr 1500 4900 3400",
    ] {
        assert!(sizes.contains(row), "{row}: {sizes}");
    }
    let html = compared(folder.path(), "--html --layers --sizes --no-vulnerabilities").stdout;
    assert_eq!(html.matches("<BR></BR>").count(), 2, "{html}");
    let alone =
        run(folder.path(), &["analyze", "oci:.:2", "--plain", "--layers", "--sizes"]).stdout;
    for row in ["\n\nLayer Digest Stored", "\n\nKind Name Size\n\nall - 5", "\nunowned - "] {
        assert!(alone.contains(row), "{row}: {alone}");
    }
    let without = compared(folder.path(), "--plain --no-vulnerabilities").stdout;
    assert_eq!(without.trim_end(), differences);
}
