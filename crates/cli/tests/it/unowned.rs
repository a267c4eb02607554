//! What `show-non-packaged-files` says of a root file system that real package managers installed something into, beside what
//! they say of each of its files (`dpkg -S`, `rpm -qf`).

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::managers::{by_dpkg, by_rpm, rpm_at, tell};
use super::run;

/// Puts files beside those of the package, also where only the name tells one from another.
fn add(root: &Path) {
    for path in ["usr/bin/tool2", "usr/lib/tool/other", "srv/a/b/c", "etc/tool.conf.old", "opt/x y"]
    {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "mine\n").unwrap();
    }
    std::os::unix::fs::symlink("tool", root.join("usr/bin/tool-link")).unwrap();
    fs::hard_link(root.join("usr/bin/tool"), root.join("usr/bin/tool-again")).unwrap();
    fs::remove_file(root.join("usr/lib/tool/gone")).unwrap();
}

/// Every path that is no folder, but for the package manager's own records: nobody asks it of these.
fn files(root: &Path, records: &str) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let path = format!("/{}", entry.path().strip_prefix(root).unwrap().display());
            if path == records {
                continue;
            }
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                files.insert(path);
            }
        }
    }
    files
}

/// What is not of any package, as the program says of the folder `root`.
fn ours(folder: &Path) -> BTreeSet<String> {
    let words = ["query", "--image=dir:root", "show-non-packaged-files", "leaves", "/", "--json"];
    let told = run(folder, &words);
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    let answers: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let answers = answers.as_object().unwrap().values();
    let rows = answers.flat_map(|answer| answer["result"]["rows"].as_array().unwrap());
    rows.map(|row| row[2].as_str().unwrap().to_owned()).collect()
}

/// A path, and how else a package may have called it before `/bin` became `/usr/bin`.
fn names(path: &str) -> Vec<String> {
    let before = path.strip_prefix("/usr/bin/").map(|name| format!("/bin/{name}"));
    [path.to_owned()].into_iter().chain(before).collect()
}

#[track_caller]
fn check(root: &Path, records: &str, is_owned: impl Fn(&str) -> bool) {
    let all = files(root, records);
    let is_unowned = |path: &&String| !names(path).iter().any(|name| is_owned(name));
    let expected: BTreeSet<String> = all.iter().filter(is_unowned).cloned().collect();
    assert!(expected.contains("/usr/bin/tool2") && expected.contains("/usr/bin/tool-again"));
    assert!(!expected.contains("/usr/bin/short") && !expected.contains("/etc/tool.conf"));
    let mut ours = ours(root.parent().unwrap());
    ours.retain(|path| all.contains(path));
    assert_eq!(ours, expected);
}

#[test]
fn what_is_of_no_package_is_what_dpkg_does_not_know() {
    let folder = tempfile::tempdir().unwrap();
    let Some(root) = by_dpkg(folder.path()) else { return };
    add(&root);
    let at_root = format!("--root={}", root.display());
    // A file that another one took the place of is the package's all the same, under its new name.
    let divert = ["--divert", "/usr/lib/tool/same.tool", "--local", "--rename", "--add"];
    let divert = [&[&*at_root][..], &divert, &["/usr/lib/tool/same"]].concat();
    tell(folder.path(), "dpkg-divert", &divert);
    fs::write(root.join("usr/lib/tool/same"), "mine\n").unwrap();
    check(&root, "/var/lib/dpkg", |path| {
        let told = tell(folder.path(), "dpkg-query", &[&at_root, "-S", path]);
        // `local diversion from: …` is said of both names of a diverted file.
        let is_away = path == "/usr/lib/tool/same.tool" && told.contains("diversion");
        is_away
            || told.lines().any(|line| *line == format!("tool: {path}"))
                && path != "/usr/lib/tool/same"
    });
}

#[test]
fn what_is_of_no_package_is_what_rpm_does_not_know() {
    let folder = tempfile::tempdir().unwrap();
    let Some(root) = by_rpm(folder.path()) else { return };
    add(&root);
    fs::create_dir_all(root.join("var/log")).unwrap();
    fs::write(root.join("var/log/tool.log"), "it ran\n").unwrap();
    check(&root, "/var/lib/rpm", |path| {
        let asked = [&rpm_at(&root)[..], &["-qf".into(), path.into()]].concat();
        tell(folder.path(), "rpm", &asked).contains("tool-1-1")
    });
}
