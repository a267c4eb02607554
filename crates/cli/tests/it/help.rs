//! The help of every command is a contract: it changes on purpose only.

use crate::run;

#[track_caller]
fn check(arguments: &[&str]) -> String {
    let run = run(std::path::Path::new("."), arguments);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.stdout
}

#[test]
fn the_help_of_every_command_is_as_it_was() {
    insta::assert_snapshot!("help", check(&["--help"]));
    insta::assert_snapshot!("help-diff", check(&["diff", "--help"]));
    insta::assert_snapshot!("help-changelog", check(&["changelog", "--help"]));
    insta::assert_snapshot!("help-analyze", check(&["analyze", "--help"]));
    insta::assert_snapshot!("help-secrets", check(&["secrets", "--help"]));
    insta::assert_snapshot!("help-verify", check(&["verify", "--help"]));
    insta::assert_snapshot!("help-query", check(&["query", "--help"]));
    insta::assert_snapshot!("help-images", check(&["images", "--help"]));
    insta::assert_snapshot!("help-show", check(&["show", "--help"]));
    insta::assert_snapshot!("help-history", check(&["history", "--help"]));
    insta::assert_snapshot!("help-rm", check(&["rm", "--help"]));
    insta::assert_snapshot!("help-export", check(&["export", "--help"]));
    insta::assert_snapshot!("help-import", check(&["import", "--help"]));
    insta::assert_snapshot!("help-cache", check(&["cache", "--help"]));
    insta::assert_snapshot!("help-scan", check(&["scan", "--help"]));
    insta::assert_snapshot!("help-db", check(&["db", "--help"]));
    insta::assert_snapshot!("help-db-import", check(&["db", "import", "--help"]));
    insta::assert_snapshot!("help-cache-prune", check(&["cache", "prune", "--help"]));
}

#[cfg(feature = "serve")]
#[test]
fn the_help_of_the_service_is_as_it_was() {
    insta::assert_snapshot!("help-serve", check(&["serve", "--help"]));
    insta::assert_snapshot!("help-auth", check(&["auth", "--help"]));
    insta::assert_snapshot!("help-auth-login", check(&["auth", "login", "--help"]));
    insta::assert_snapshot!("help-iam-group", check(&["iam", "group", "describe", "--help"]));
}

#[test]
fn a_wrong_argument_is_told_with_the_right_ones() {
    let run = run(std::path::Path::new("."), &["diff", "--fles", "a", "b"]);
    assert_eq!((run.stdout.as_str(), run.code), ("", Some(2)));
    assert!(run.stderr.contains("--files"), "{}", run.stderr);
}
