//! Queries that read files of an image again, and those that write them.

use std::fs;
use std::path::Path;

use crate::run;

const IMAGE: &str = "\
//- /etc/passwd
root:x:0:0::/root:/bin/sh
//- /etc/secret
token AKIAIOSFODNN7EXAMPLE
";

fn layout() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "1", &testkit::image(IMAGE));
    folder
}

/// Asks, and gives standard output without IDs, standard error and the exit code.
fn ask(folder: &Path, words: &[&str]) -> String {
    let mut arguments = vec!["--plain", "query", "--image=oci:.:1"];
    arguments.extend(words);
    let run = run(folder, &arguments);
    let rows =
        run.stdout.lines().skip(2).map(|line| line.split_once("oci:.:1 ").unwrap_or(("", line)).1);
    format!("{}\n{}{:?}", rows.collect::<Vec<_>>().join("\n"), run.stderr, run.code)
}

#[test]
fn a_search_tells_lines_and_never_what_they_say() {
    let folder = layout();
    assert_eq!(
        ask(folder.path(), &["list-content-search-matches", "all"]),
        "/etc/secret AWS_ACCESS_KEY 0\nSome(0)"
    );
    let told = ask(folder.path(), &["list-content-search-matches", "("]);
    assert!(told.contains("no regular expression") && told.ends_with("Some(1)"), "{told}");
}

#[test]
fn files_are_written_below_the_folder_that_is_named() {
    let folder = layout();
    let out = folder.path().join("out");
    assert_eq!(
        ask(folder.path(), &["get-retrieved-files", "all", "out"]),
        "/etc/passwd out/etc/passwd\nSome(0)"
    );
    assert_eq!(fs::read_to_string(out.join("etc/passwd")).unwrap(), "root:x:0:0::/root:/bin/sh\n");
    // What is not kept is read again.
    let told = ask(folder.path(), &["get-retrieved-files", "/etc/secret", "out"]);
    assert_eq!(told, "/etc/secret out/etc/secret\nSome(0)");
    fs::write(out.join("etc/passwd"), "mine").unwrap();
    let told = ask(folder.path(), &["get-retrieved-files", "all", "out"]);
    assert!(told.contains("could not write /etc/passwd below out"), "{told}");
    assert!(told.ends_with("Some(1)"), "{told}");
    assert_eq!(fs::read_to_string(out.join("etc/passwd")).unwrap(), "mine");
}

#[test]
fn files_of_several_images_stand_in_folders_of_their_own() {
    let folder = layout();
    testkit::write_layout(folder.path(), "2", &testkit::image(&IMAGE.replace("/root:", "/home:")));
    let told = ask(folder.path(), &["get-retrieved-files", "all", "out", "--image=oci:.:2"]);
    let mut places: Vec<&str> =
        told.lines().filter_map(|line| Some(line.split_once("/etc/passwd ")?.1)).collect();
    places.sort_by_key(|place| fs::read_to_string(folder.path().join(place)).unwrap());
    let [home, root] = places[..] else { panic!("{told}") };
    assert!(home.starts_with("out/") && home.ends_with("/etc/passwd") && home != root, "{told}");
    assert_eq!(home.split('/').nth(1).map(str::len), Some(12));
    assert!(fs::read_to_string(folder.path().join(home)).unwrap().contains("/home:"));
    assert!(told.ends_with("Some(0)"), "{told}");
}

#[test]
fn what_cannot_be_written_or_read_is_told() {
    let folder = layout();
    let told = ask(folder.path(), &["get-retrieved-files", "all"]);
    assert!(told.contains("no folder to write to is given"), "{told}");
    let told = ask(folder.path(), &["get-retrieved-files", "/nothing", "out"]);
    assert!(told.contains("there is no file /nothing") && told.ends_with("Some(2)"), "{told}");
}

#[test]
fn an_image_that_is_kept_and_gone_is_a_warning() {
    let folder = layout();
    let ask = |image: &str, words: &[&str]| {
        let mut arguments = vec!["--plain", "query", image, "--cache-folder=kept"];
        arguments.extend(words);
        run(folder.path(), &arguments)
    };
    let row = ask("--image=oci:.:1", &["show-distro", "all"]).stdout;
    let id = row.lines().nth(2).unwrap().split(' ').next().unwrap();
    fs::remove_dir_all(folder.path().join("blobs")).unwrap();
    let image = format!("--image={id}");
    let told = ask(&image, &["list-content-search-matches", "all"]);
    assert_eq!(told.code, Some(2), "{}", told.stderr);
    assert!(told.stdout.contains("could not read files of"), "{}", told.stdout);
    // What is kept is told all the same.
    let told = ask(&image, &["get-retrieved-files", "all", "out"]);
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    assert!(folder.path().join("out/etc/passwd").is_file());
}
