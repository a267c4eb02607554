//! What kept images are called, and what the verbs that look after them are told, as a user types it.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::kept::{json, told};
use crate::{Run, command, run, shop};

#[test]
fn what_a_name_meant_before_is_not_looked_for_where_the_name_means_something_else_now() {
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "1", &testkit::image("//- /a\n1\n"));
    told(folder.path(), &["analyze", "oci:.:1", "-q"]);
    testkit::write_layout(folder.path(), "1", &testkit::image("//- /a\n2\n"));
    let previous = told(folder.path(), &["diff", "--previous", "oci:.:1", "--force", "--files"]);
    assert!(previous.stdout.contains("/a "), "{}", previous.stdout);
}

#[test]
fn an_id_is_found_however_its_digits_are_written() {
    let folder = shop();
    told(folder.path(), &["analyze", "oci:shop:1.4", "-q"]);
    let shown = told(folder.path(), &["show", "oci:shop:1.4"]).stdout;
    let id = shown.lines().find_map(|line| line.strip_prefix("SHORTID      ")).unwrap();
    let large = id.to_ascii_uppercase();
    assert_ne!(large, id, "an ID with a letter");
    for name in [&large[..], &large[..6], &format!("sha256:{large}")] {
        assert_eq!(told(folder.path(), &["show", name]).stdout, shown, "{name}");
        let asked =
            told(folder.path(), &["query", "--image", name, "show-distro", "all", "--plain"]);
        assert!(asked.stdout.contains(" debian 12\n"), "{name}: {}", asked.stdout);
    }
}

#[test]
fn an_export_is_not_for_eyes() {
    let folder = shop();
    told(folder.path(), &["analyze", "oci:shop:1.4", "-q"]);
    // `script` runs a program on a terminal of its own.
    let line =
        format!("{} export oci:shop:1.4 --cache-folder cache", env!("CARGO_BIN_EXE_pentimento"));
    let ran = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output();
    let Ok(ran) = ran else {
        println!("skipped: there is no `script` here");
        return;
    };
    let shown = String::from_utf8(ran.stdout).unwrap();
    assert!(shown.contains("standard output is a terminal"), "{shown}");
    assert!(shown.contains("hint: say -o FILE"), "{shown}");
    assert_eq!(ran.status.code(), Some(2), "{shown}");
    let piped = command(folder.path(), &["export", "oci:shop:1.4", "--cache-folder", "cache"]);
    assert!(!{ piped }.output().unwrap().stdout.is_empty());
}

#[test]
fn a_name_of_a_file_means_another_image_in_every_folder() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let cache = here.path().join("cache").display().to_string();
    testkit::write_layout(here.path(), "1", &testkit::image("//- /a\n1\n"));
    testkit::write_layout(there.path(), "1", &testkit::image("//- /a\n2\n"));
    let in_folder = |folder: &Path, words: &str| {
        let words = format!("{words} --cache-folder={cache}");
        run(folder, &words.split(' ').collect::<Vec<_>>())
    };
    for folder in [&here, &there] {
        let analyzed = in_folder(folder.path(), "analyze oci:.:1");
        // People see what they typed.
        assert!(analyzed.stdout.contains("oci:.:1"), "{}", analyzed.stdout);
        assert_eq!(analyzed.code, Some(0), "{}", analyzed.stderr);
    }
    let shown = [&here, &there].map(|folder| in_folder(folder.path(), "show oci:.:1"));
    assert_eq!(shown.each_ref().map(|run| run.code), [Some(0), Some(0)], "{}", shown[0].stderr);
    assert_ne!(shown[0].stdout.lines().next(), shown[1].stdout.lines().next());
    for folder in [&here, &there] {
        let history = in_folder(folder.path(), "history oci:.:1");
        // The name, and the one image that it was seen to mean.
        assert_eq!(history.stdout.lines().count(), 2, "{}", history.stdout);
    }
    // The same file under another spelling, and from another folder.
    let whole = format!("oci:{}:1", here.path().canonicalize().unwrap().display());
    for name in ["oci:./.:1", &whole] {
        assert_eq!(in_folder(here.path(), &format!("show {name}")).stdout, shown[0].stdout);
    }
    assert_eq!(in_folder(there.path(), &format!("show {whole}")).stdout, shown[0].stdout);
    assert_eq!(in_folder(there.path(), &format!("rm {whole}")).code, Some(0));
    assert_eq!(in_folder(there.path(), "show oci:.:1").stdout, shown[1].stdout);
}

#[test]
fn how_much_is_kept_is_read_in_one_way_by_every_verb() {
    let folder = shop();
    told(folder.path(), &["analyze", "oci:shop:1.4", "-q"]);
    let with = |said: &str, arguments: &[&str]| {
        let mut command = command(folder.path(), arguments);
        command.env("PENTIMENTO_CACHE", folder.path().join("cache"));
        Run::of(&command.env("PENTIMENTO_CACHE_SIZE", said).output().unwrap())
    };
    let capacity = |run: &Run| {
        let line = run.stdout.lines().find_map(|line| line.strip_prefix("CAPACITY "));
        line.map(ToOwned::to_owned)
    };
    let stat = ["cache", "stat", "--plain"];
    assert_eq!(capacity(&with("3K", &stat)).as_deref(), Some("3072"));
    let both = ["cache", "stat", "--plain", "--cache-size", "1K"];
    assert_eq!(capacity(&with("3K", &both)).as_deref(), Some("1024"));
    assert_eq!(capacity(&with("much", &both)).as_deref(), Some("1024"));
    // What somebody meant to keep is not thrown away because of a slip.
    for arguments in [&stat[..], &["cache", "prune"], &["import", "x"]] {
        let wrong = with("much", arguments);
        assert_eq!((wrong.stdout.as_str(), wrong.code), ("", Some(2)), "{arguments:?}");
        let reason = "error: PENTIMENTO_CACHE_SIZE: `much` is no size; one looks like 500M or 2G\n";
        assert!(wrong.stderr.starts_with(reason), "{arguments:?}: {}", wrong.stderr);
    }
    for arguments in [&["images"][..], &["analyze", "oci:shop:1.4", "-o", "x"]] {
        let passed = with("much", arguments);
        assert_eq!(passed.code, Some(0), "{arguments:?}");
        let reason = "warning: PENTIMENTO_CACHE_SIZE: `much` is no size";
        assert!(passed.stderr.starts_with(reason), "{arguments:?}: {}", passed.stderr);
    }
    let layers = || json(&told(folder.path(), &["cache", "stat", "--json"]))["layers"].clone();
    assert_ne!(layers(), 0);
    told(folder.path(), &["cache", "prune", "--cache-size", "0"]);
    assert_eq!(layers(), 0);
}
