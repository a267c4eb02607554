//! What dpkg records of a package: its stanza in `status`, `.list` and `.md5sums`. It says nothing of scripts.

use std::collections::BTreeSet;

use md5::{Digest as _, Md5};

use super::{Package, Ships};

/// A stanza of `status`.
pub(super) fn record(package: &Package) -> String {
    let Package { name, version, architecture, fields, .. } = package;
    let conffiles = package.files.iter().filter_map(|(path, ships)| match ships {
        Ships::Config(content) => Some(format!(" {path} {}\n", md5(content))),
        Ships::File(_) | Ships::Link(_) => None,
    });
    let mut conffiles: String = conffiles.collect();
    if !conffiles.is_empty() {
        conffiles.insert_str(0, "Conffiles:\n");
    }
    format!(
        "Package: {name}\nStatus: install ok installed\nPriority: optional\nSection: misc\n\
         Installed-Size: {}\nMaintainer: Testkit <testkit@example.org>\n\
         Architecture: {architecture}\n{fields}Version: {version}\n{conffiles}\
         Description: {name}\n\n",
        package.size().div_ceil(1024)
    )
}

/// The files below `info`: their paths and texts.
pub(super) fn notes(package: &Package) -> Vec<(String, String)> {
    let same = package.fields.lines().any(|line| line == "Multi-Arch: same");
    let Package { name, architecture, .. } = package;
    let name = if same { format!("{name}:{architecture}") } else { name.clone() };
    let path = |suffix| format!("/var/lib/dpkg/info/{name}.{suffix}");
    vec![(path("list"), list(package)), (path("md5sums"), md5sums(package))]
}

fn list(package: &Package) -> String {
    let mut paths = BTreeSet::from(["/."]);
    for path in package.files.keys() {
        let slashes = path.match_indices('/').skip(1);
        paths.extend(slashes.map(|(place, _)| &path[..place]));
        paths.insert(path);
    }
    paths.into_iter().map(|path| format!("{path}\n")).collect()
}

fn md5sums(package: &Package) -> String {
    let line = |(path, ships): (&String, &Ships)| match ships {
        Ships::File(content) => {
            Some(format!("{}  {}\n", md5(content), path.trim_start_matches('/')))
        }
        Ships::Config(_) | Ships::Link(_) => None,
    };
    package.files.iter().filter_map(line).collect()
}

fn md5(content: &[u8]) -> String {
    Md5::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}
