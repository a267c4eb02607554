//! What is written where, and what the exit code says.

use std::fs;

use serde_json::Value;

use crate::{run, shop};

#[test]
fn data_goes_to_standard_output_and_nothing_else_does() {
    let folder = shop();
    let run = run(folder.path(), &["diff", "oci:shop:1.4", "oci:shop:1.5"]);
    assert_eq!((run.stderr.as_str(), run.code), ("", Some(0)));
    assert!(
        run.stdout.contains(" 2 paths need a look  1 altered · 1 unexplained"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("+ setuid root"), "{}", run.stdout);
    assert!(run.stdout.contains("curl 7.88.1-10+deb12u6 did not change"), "{}", run.stdout);
}

#[test]
fn the_exit_code_tells_of_a_difference_where_it_is_asked_for() {
    let folder = shop();
    let code = |arguments: &[&str]| run(folder.path(), arguments).code;
    assert_eq!(code(&["diff", "oci:shop:1.4", "oci:shop:1.5"]), Some(0));
    assert_eq!(code(&["diff", "oci:shop:1.4", "oci:shop:1.5", "--exit-code"]), Some(1));
    assert_eq!(code(&["diff", "oci:shop:1.5", "oci:shop:same", "--exit-code"]), Some(0));
    assert_eq!(code(&["diff", "oci:shop:1.5", "oci:shop:none", "--exit-code"]), Some(2));
}

#[test]
fn packages_that_are_not_known_are_told_and_the_exit_code_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let record = |name: &str| format!("P:{name}\nV:1\nF:lib\nR:{name}.so\n\n");
    let old = format!("//- /lib/apk/db/installed\n{}{}", record("musl"), record("zlib"));
    for (tag, text) in [("old", old.as_str()), ("new", "//- /a\n1\n"), ("newer", "//- /a\n2\n")] {
        testkit::write_layout(folder.path(), tag, &testkit::image(text));
    }
    let run = |arguments: &[&str]| run(folder.path(), arguments);
    let sentence = "packages of apk are not known of the new image: it has no database of apk";
    for arguments in [
        &["diff", "oci:.:old", "oci:.:new"][..],
        &["diff", "oci:.:old", "oci:.:new", "--exit-code"],
        &["diff", "oci:.:old", "oci:.:new", "--plain"],
        &["diff", "oci:.:old", "oci:.:new", "--html"],
        &["diff", "oci:.:old", "oci:.:new", "--json"],
        &["changelog", "oci:.:old", "oci:.:new"],
        &["changelog", "oci:.:old", "oci:.:new", "--package", "zlib"],
        &["changelog", "oci:.:old", "oci:.:new", "--plain"],
        &["changelog", "oci:.:old", "oci:.:new", "--json"],
    ] {
        let told = run(arguments);
        assert_eq!((told.stderr.as_str(), told.code), ("", Some(2)), "{arguments:?}");
        assert!(told.stdout.contains(sentence), "{arguments:?}: {}", told.stdout);
        assert!(!told.stdout.contains("\"removed\": 2"), "{arguments:?}: {}", told.stdout);
    }
    let unknown = run(&["changelog", "oci:.:old", "oci:.:new", "--package", "openssl"]);
    assert!(unknown.stderr.contains("openssl is known to have changed"), "{}", unknown.stderr);
    assert!(unknown.stderr.contains(sentence), "{}", unknown.stderr);
    // What has no packages and is no distribution is no reason to doubt.
    assert_eq!(run(&["diff", "oci:.:new", "oci:.:newer"]).code, Some(0));
    assert_eq!(run(&["diff", "oci:.:new", "oci:.:newer", "--exit-code"]).code, Some(1));
}

#[test]
fn quiet_means_that_only_the_exit_code_speaks() {
    let folder = shop();
    let run = run(folder.path(), &["diff", "oci:shop:1.4", "oci:shop:1.5", "-q", "--exit-code"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("", "", Some(1)));
}

#[test]
fn a_file_gets_the_whole_document_or_stays_as_it_was() {
    let folder = shop();
    let arguments = ["diff", "oci:shop:1.4", "oci:shop:1.5", "--format", "json", "-o", "out.json"];
    let written = run(folder.path(), &arguments);
    assert_eq!((written.stdout.as_str(), written.code), ("", Some(0)));
    let text = fs::read_to_string(folder.path().join("out.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(document["summary"]["causes"]["altered"], 1);

    let broken = ["diff", "oci:shop:1.4", "oci:shop:none", "--format", "json", "-o", "out.json"];
    assert_eq!(run(folder.path(), &broken).code, Some(2));
    assert_eq!(fs::read_to_string(folder.path().join("out.json")).unwrap(), text);
}

#[test]
fn every_changed_path_is_listed_with_its_cause_where_it_is_asked_for() {
    let folder = shop();
    let run = run(folder.path(), &["diff", "oci:shop:1.4", "oci:shop:1.5", "--files"]);
    let listed = run.stdout.lines().skip_while(|line| !line.starts_with("Files")).skip(1);
    let causes: Vec<&str> = listed.filter_map(|line| line.split_whitespace().nth(2)).collect();
    assert_eq!(causes.len(), 83);
    assert_eq!(causes.iter().filter(|cause| **cause == "package").count(), 53);
}

#[test]
fn colours_are_for_terminals_and_for_who_wants_them() {
    let folder = shop();
    let arguments = ["diff", "oci:shop:1.4", "oci:shop:1.5"];
    assert!(!run(folder.path(), &arguments).stdout.contains('\x1b'));
    let always = run(folder.path(), &[&arguments[..], &["--color", "always"]].concat());
    assert!(always.stdout.contains('\x1b'));
}

#[test]
fn one_image_is_told_of_alone() {
    let folder = shop();
    let table = run(folder.path(), &["analyze", "oci:shop:1.5"]);
    assert!(table.stdout.contains("37 packages"), "{}", table.stdout);
    let json = run(folder.path(), &["analyze", "oci:shop:1.5", "--format", "json"]);
    let document: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(document["packages"].as_array().unwrap().len(), 37);
}

#[test]
fn one_path_is_explained_and_a_misspelt_one_is_told() {
    let folder = shop();
    let explain =
        |path| run(folder.path(), &["diff", "oci:shop:1.4", "oci:shop:1.5", "--explain", path]);
    let curl = explain("/usr/bin/curl");
    assert_eq!((curl.stderr.as_str(), curl.code), ("", Some(0)));
    assert!(curl.stdout.contains("cause    altered"), "{}", curl.stdout);
    let missing = explain("/usr/bin/crul");
    assert_eq!((missing.stdout.as_str(), missing.code), ("", Some(2)));
    assert!(
        missing.stderr.contains("neither of the two images has /usr/bin/crul"),
        "{}",
        missing.stderr
    );
    assert!(missing.stderr.contains("did you mean /usr/bin/curl"), "{}", missing.stderr);
}
