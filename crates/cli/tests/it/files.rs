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
    assert!(wrong.stderr.contains("say 5MB, 10% or /usr=10MB"), "{}", wrong.stderr);
}
