//! What `verify` says of a root file system that real package managers installed something into, beside what they say of it
//! themselves.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::managers::{by_dpkg, by_rpm, rpm_at, tell};
use super::run;

/// What is not as it was installed: how, whether it is a configuration file, and the path.
type Deviations = BTreeSet<(&'static str, bool, String)>;

#[test]
fn it_agrees_with_dpkg() {
    let folder = tempfile::tempdir().unwrap();
    let Some(root) = by_dpkg(folder.path()) else { return };
    damage(&root);
    let at_root = format!("--root={}", root.display());
    let told = tell(folder.path(), "dpkg", &[&at_root, "--verify"]);
    let mut expected = said(&told);
    assert_eq!(expected.len(), 3, "{told}");
    // dpkg records no modes.
    expected.retain(|(what, ..)| *what != "mode");
    assert_eq!(ours(folder.path()), expected);
}

#[test]
fn it_agrees_with_rpm() {
    let folder = tempfile::tempdir().unwrap();
    let Some(root) = by_rpm(folder.path()) else { return };
    damage(&root);
    let told = tell(folder.path(), "rpm", &[&rpm_at(&root)[..], &["-Va".into()]].concat());
    let expected = said(&told);
    assert_eq!(expected.len(), 4, "{told}");
    assert_eq!(ours(folder.path()), expected);
}

/// Changes two files and the mode of a third, and takes one away.
fn damage(root: &Path) {
    fs::write(root.join("usr/bin/tool"), "other\n").unwrap();
    fs::write(root.join("etc/tool.conf"), "other\n").unwrap();
    fs::remove_file(root.join("usr/lib/tool/gone")).unwrap();
    fs::set_permissions(root.join("usr/lib/tool/mode"), fs::Permissions::from_mode(0o600)).unwrap();
}

/// Lines of `rpm -Va` and `dpkg --verify`: `S.5....T.  c /etc/tool.conf`, `missing     /usr/lib/tool/gone`.
fn said(text: &str) -> Deviations {
    let deviations = text.lines().filter_map(|line| {
        let (flags, rest) = line.split_once(' ')?;
        let (mark, path) = rest.split_once('/')?;
        let what = match flags {
            "missing" => "missing",
            flags if flags.contains('5') => "content",
            flags if flags.contains('M') => "mode",
            _ => return None,
        };
        Some((what, mark.contains('c'), format!("/{path}")))
    });
    deviations.collect()
}

/// What the program says of the folder `root`.
fn ours(folder: &Path) -> Deviations {
    let told = run(folder, &["verify", "dir:root", "--format", "json"]);
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    let document: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let deviations = document["deviations"].as_array().unwrap().iter().map(|one| {
        let what = one["what"].as_array().unwrap();
        let has = |wanted: &str| what.iter().any(|what| what == wanted);
        let what = ["missing", "content", "mode"].into_iter().find(|what| has(what)).unwrap();
        let path = one["path"].as_str().unwrap().to_owned();
        (what, one["configuration"].as_bool().unwrap(), path)
    });
    deviations.collect()
}
