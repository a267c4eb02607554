//! Root file systems that real package managers installed a package into, and what they say of them themselves.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files of the package, which is called `tool`; those in `/etc` are configuration files.
const FILES: [(&str, &str); 6] = [
    ("usr/bin/tool", "a\n"),
    ("etc/tool.conf", "b\n"),
    ("usr/lib/tool/gone", "c\n"),
    ("usr/lib/tool/same", "d\n"),
    ("usr/lib/tool/mode", "e\n"),
    ("bin/short", "f\n"),
];

/// The folder `root` of this one, into which dpkg installed the package. None: it is not here, which is said.
pub(crate) fn by_dpkg(folder: &Path) -> Option<PathBuf> {
    if !is_there("dpkg") || !is_there("dpkg-deb") {
        return None;
    }
    let (package, root) = (folder.join("package"), folder.join("root"));
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
    merge_usr(&root);
    let at_root = format!("--root={}", root.display());
    tell(folder, "dpkg-deb", &["--root-owner-group", "--build", "package", "tool.deb"]);
    let install = ["--force-all", "--log=/dev/null", "--install", "tool.deb"];
    tell(folder, "dpkg", &[&[&*at_root], &install[..]].concat());
    Some(root)
}

/// The same of rpm. The package has a file that it only claims (`/var/log/tool.log`).
pub(crate) fn by_rpm(folder: &Path) -> Option<PathBuf> {
    if !is_there("rpm") || !is_there("rpmbuild") {
        return None;
    }
    let root = folder.join("root");
    merge_usr(&root);
    lay_out(&folder.join("package"));
    let specification = format!(
        "Name: tool\nVersion: 1\nRelease: 1\nSummary: x\nLicense: MIT\nBuildArch: noarch\n%description\nx\n\
         %install\ncp -a {}/. %{{buildroot}}\n\
         %files\n/usr/bin/tool\n/bin/short\n%config(noreplace) /etc/tool.conf\n/usr/lib/tool\n%ghost /var/log/tool.log\n",
        folder.join("package").display()
    );
    fs::write(folder.join("tool.spec"), specification).unwrap();
    let defined = |name: &str, place: &str| format!("{name} {}", folder.join(place).display());
    let (top, to) = (defined("_topdir", "top"), defined("_rpmdir", "built"));
    let mut build = vec!["-bb", "--define", &top, "--define", &to];
    // What a distribution does to files after it has installed them is none of ours.
    build.extend(["--define", "__os_install_post %{nil}", "tool.spec"]);
    tell(folder, "rpmbuild", &build);
    let install = ["--nodeps", "--install", "built/noarch/tool-1-1.noarch.rpm"];
    tell(folder, "rpm", &[&rpm_at(&root)[..], &install.map(Into::into)].concat());
    Some(root)
}

/// The words that tell rpm where the root file system and its database are.
pub(crate) fn rpm_at(root: &Path) -> [String; 4] {
    ["--root", root.to_str().unwrap(), "--dbpath", "/var/lib/rpm"].map(Into::into)
}

/// Whether a package manager is installed; says so where it is not.
fn is_there(program: &str) -> bool {
    let is_there = Command::new(program).arg("--version").output().is_ok();
    if !is_there {
        println!("skipped: {program} is not installed, so nothing was compared with what it says");
    }
    is_there
}

/// What a package manager says. Where its exit code tells whether something differs or is unknown, it is not asked for.
#[track_caller]
pub(crate) fn tell<S: AsRef<str>>(folder: &Path, program: &str, arguments: &[S]) -> String {
    let arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
    let mut command = Command::new(program);
    let output = command.args(&arguments).current_dir(folder).env("LC_ALL", "C").output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    let asks = ["-Va", "--verify", "-S", "-qf"];
    let is_done = output.status.success() || asks.iter().any(|asks| arguments.contains(asks));
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

/// A root file system whose `/bin` is `/usr/bin`.
fn merge_usr(root: &Path) {
    fs::create_dir_all(root.join("usr/bin")).unwrap();
    std::os::unix::fs::symlink("usr/bin", root.join("bin")).unwrap();
}
