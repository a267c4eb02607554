//! What apk records of a package in `installed`. It says nothing of scripts and triggers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};

use super::{Package, Ships, mode, split};

/// A stanza of `K:value` lines; its checksum is made up of what it says.
pub(super) fn record(package: &Package) -> String {
    let Package { name, version, architecture, fields, .. } = package;
    let files = files(package);
    let checksum = checksum(format!("{name} {version} {architecture}\n{files}").as_bytes());
    let size = package.size();
    format!(
        "C:{checksum}\nP:{name}\nV:{version}\nA:{architecture}\nS:{size}\nI:{size}\nT:{name}\n\
         {fields}{files}\n"
    )
}

/// `F:` names a directory once, then an `R:` follows for what lies right in it, with mode and checksum.
fn files(package: &Package) -> String {
    let mut paths: Vec<_> =
        package.files.iter().map(|(path, ships)| (split(path), ships)).collect();
    paths.sort_by_key(|&(path, _)| path);
    let mut lines = Vec::new();
    let mut directory = None;
    for ((parent, name), ships) in paths {
        if directory.replace(parent) != Some(parent) {
            lines.push(format!("F:{}", parent.trim_start_matches('/')));
        }
        lines.push(format!("R:{name}"));
        let (mode, content) = match ships {
            Ships::File(content) | Ships::Config(content) => {
                (mode(&format!("{parent}/{name}")), &content[..])
            }
            Ships::Link(target) => (0o777, target.as_bytes()),
        };
        if mode != 0o644 {
            lines.push(format!("a:0:0:{mode:o}"));
        }
        lines.push(format!("Z:{}", checksum(content)));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

/// The SHA-1 in apk's spelling: `Q1` and base64. For a link it is that of its text.
fn checksum(content: &[u8]) -> String {
    format!("Q1{}", STANDARD.encode(Sha1::digest(content)))
}
