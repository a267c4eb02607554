//! What `verify` says of a root file system that real package managers installed something into, beside what they say of it
//! themselves.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::run;

/// What is not as it was installed: how, whether it is a configuration file, and the path.
type Deviations = BTreeSet<(&'static str, bool, String)>;

const FILES: [(&str, &str); 5] = [
    ("usr/bin/tool", "a\n"),
    ("etc/tool.conf", "b\n"),
    ("usr/lib/tool/gone", "c\n"),
    ("usr/lib/tool/same", "d\n"),
    ("usr/lib/tool/mode", "e\n"),
];

#[test]
fn it_agrees_with_dpkg() {
    if !is_there("dpkg") || !is_there("dpkg-deb") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (package, root) = (folder.path().join("package"), folder.path().join("root"));
    lay_out(&package);
    let control = package.join("DEBIAN");
    fs::create_dir(&control).unwrap();
    let record = "Package: tool\nVersion: 1.0-1\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: x\n";
    fs::write(control.join("control"), record).unwrap();
    fs::write(control.join("conffiles"), "/etc/tool.conf\n").unwrap();
    let files = FILES.iter().map(|(path, _)| *path).filter(|path| !path.starts_with("etc/"));
    let sums = tell(&package, "md5sum", &files.collect::<Vec<_>>());
    fs::write(control.join("md5sums"), sums).unwrap();
    fs::create_dir_all(root.join("var/lib/dpkg/info")).unwrap();
    fs::create_dir_all(root.join("var/lib/dpkg/updates")).unwrap();
    fs::write(root.join("var/lib/dpkg/status"), "").unwrap();
    let at_root = format!("--root={}", root.display());
    tell(folder.path(), "dpkg-deb", &["--root-owner-group", "--build", "package", "tool.deb"]);
    let install = ["--force-all", "--log=/dev/null", "--install", "tool.deb"];
    tell(folder.path(), "dpkg", &[&[&*at_root], &install[..]].concat());
    damage(&root);
    let told = tell(folder.path(), "dpkg", &[&at_root, "--verify"]);
    let mut expected = said(&told);
    assert_eq!(expected.len(), 3, "{told}");
    // dpkg records no modes.
    expected.retain(|(what, ..)| *what != "mode");
    assert_eq!(ours(folder.path()), expected);
}

#[test]
fn it_agrees_with_rpm() {
    if !is_there("rpm") || !is_there("rpmbuild") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    fs::create_dir(&root).unwrap();
    lay_out(&folder.path().join("package"));
    let specification = format!(
        "Name: tool\nVersion: 1\nRelease: 1\nSummary: x\nLicense: MIT\nBuildArch: noarch\n%description\nx\n\
         %install\ncp -a {}/. %{{buildroot}}\n\
         %files\n/usr/bin/tool\n%config(noreplace) /etc/tool.conf\n/usr/lib/tool\n%ghost /var/log/tool.log\n",
        folder.path().join("package").display()
    );
    fs::write(folder.path().join("tool.spec"), specification).unwrap();
    let defined =
        |name: &str, place: &str| format!("{name} {}", folder.path().join(place).display());
    let (top, to) = (defined("_topdir", "top"), defined("_rpmdir", "built"));
    let mut build = vec!["-bb", "--define", &top, "--define", &to];
    // What a distribution does to files after it has installed them is none of ours.
    build.extend(["--define", "__os_install_post %{nil}", "tool.spec"]);
    tell(folder.path(), "rpmbuild", &build);
    let at_root = ["--root", root.to_str().unwrap(), "--dbpath", "/var/lib/rpm"];
    let install = ["--nodeps", "--install", "built/noarch/tool-1-1.noarch.rpm"];
    tell(folder.path(), "rpm", &[&at_root[..], &install].concat());
    damage(&root);
    let told = tell(folder.path(), "rpm", &[&at_root[..], &["-Va"]].concat());
    let expected = said(&told);
    assert_eq!(expected.len(), 4, "{told}");
    assert_eq!(ours(folder.path()), expected);
}

/// Whether a package manager is installed; says so where it is not.
fn is_there(program: &str) -> bool {
    let is_there = Command::new(program).arg("--version").output().is_ok();
    if !is_there {
        println!("skipped: {program} is not installed, so nothing was compared with what it says");
    }
    is_there
}

/// What a package manager says. Its exit code tells whether something differs, and is not asked for.
#[track_caller]
fn tell(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    let output = command.args(arguments).current_dir(folder).env("LC_ALL", "C").output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    let is_done =
        output.status.success() || arguments.contains(&"-Va") || arguments.contains(&"--verify");
    assert!(is_done, "{program} {arguments:?}: {complaints}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn lay_out(folder: &Path) {
    for (path, text) in FILES {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    }
    std::os::unix::fs::symlink("same", folder.join("usr/lib/tool/link")).unwrap();
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
