//! What cannot be told is one sentence, a hint and exit code 2, and nothing on standard output.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{run, shop};

#[track_caller]
fn check(folder: &Path, arguments: &[&str], error: &str) {
    let run = run(folder, arguments);
    assert_eq!((run.stdout.as_str(), run.code), ("", Some(2)), "{}", run.stderr);
    assert_eq!(run.stderr.trim_end(), error.trim());
}

#[test]
fn a_tag_that_does_not_exist() {
    check(
        shop().path(),
        &["diff", "oci:shop:1.4", "oci:shop:1.6"],
        "
error: could not compare: layout shop has no tag 1.6
 hint: it has 1.4, 1.5, same",
    );
}

#[test]
fn a_folder_that_is_no_layout() {
    let folder = shop();
    fs::create_dir(folder.path().join("empty")).unwrap();
    let run = run(folder.path(), &["analyze", "oci:empty"]);
    assert!(run.stderr.starts_with("error: could not analyze: "), "{}", run.stderr);
    assert_eq!(run.code, Some(2));
}

#[test]
fn a_reference_that_makes_no_sense() {
    check(
        shop().path(),
        &["diff", "Shop", "oci:shop:1.5"],
        "
error: `Shop` names no image: `Shop` has capital letters, which repository names may not have
 hint: `pentimento --help` lists the ways to name an image",
    );
}

/// The blob of the topmost layer of 1.4, which is not shared.
fn top_layer(folder: &Path) -> PathBuf {
    let (old, _) = testkit::demo();
    let (manifest, ..) = old.manifest();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let digest = manifest["layers"].as_array().unwrap().last().unwrap()["digest"].as_str().unwrap();
    folder.join("shop/blobs/sha256").join(digest.trim_start_matches("sha256:"))
}

#[test]
fn a_layer_that_is_cut_short() {
    let folder = shop();
    let blob = top_layer(folder.path());
    let bytes = fs::read(&blob).unwrap();
    fs::write(&blob, &bytes[..bytes.len() / 2]).unwrap();
    let run = run(folder.path(), &["diff", "oci:shop:1.4", "oci:shop:1.5"]);
    assert_eq!((run.stdout.as_str(), run.code), ("", Some(2)));
    assert!(
        run.stderr.starts_with("error: could not read layer 7 of oci:shop:1.4 (sha256:"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains(&format!(
        "should have {} bytes and has {}",
        bytes.len(),
        bytes.len() / 2
    )));
    assert!(run.stderr.contains("\n hint: "), "{}", run.stderr);
}

#[test]
fn a_layer_of_other_bytes() {
    let folder = shop();
    let blob = top_layer(folder.path());
    let mut bytes = fs::read(&blob).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&blob, &bytes).unwrap();
    let run = run(folder.path(), &["diff", "oci:shop:1.4", "oci:shop:1.5"]);
    assert_eq!((run.stdout.as_str(), run.code), ("", Some(2)));
    assert!(run.stderr.contains("its bytes are not what sha256:"), "{}", run.stderr);
}

#[test]
fn a_layer_that_is_not_there() {
    let folder = shop();
    fs::remove_file(top_layer(folder.path())).unwrap();
    let run = run(folder.path(), &["diff", "oci:shop:1.4", "oci:shop:1.5"]);
    assert_eq!((run.stdout.as_str(), run.code), ("", Some(2)));
    assert!(run.stderr.contains("sha256:"), "{}", run.stderr);
}

#[test]
fn a_platform_that_does_not_exist() {
    let run =
        run(shop().path(), &["diff", "oci:shop:1.4", "oci:shop:1.5", "--platform", "linux/s390x"]);
    assert_eq!((run.stdout.as_str(), run.code), ("", Some(2)));
    assert!(run.stderr.contains("linux/amd64"), "{}", run.stderr);
}
