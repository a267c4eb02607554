//! What the manifests must say. Reads the few shapes of TOML that the rules leave to a manifest, and no others.

use crate::tree::Tree;

/// How many packages the lock file may name.
///
/// Every package is somebody else's code that we answer for and that a clean build compiles. The command-line program
/// with its tests needs about 215, and the service 70 more: HTTP/2, gRPC, TLS, and what reads the contract. Whoever raises
/// it says in the same commit what the person in front of the program gets from the new ones.
const LOCK_FILE_CEILING: usize = 300;

/// One line of a dependency section.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dependency<'a> {
    /// The section: `dependencies`, `dev-dependencies`, `target.….dependencies`, ….
    section: &'a str,
    /// The dependency's name.
    pub(super) name: &'a str,
    /// The whole line.
    line: &'a str,
}

impl Dependency<'_> {
    /// Whether only tests, examples and benchmarks have it.
    pub(super) fn is_dev(&self) -> bool {
        self.section.ends_with("dev-dependencies")
    }

    /// Whether the root manifest says everything about where it comes from.
    fn is_inherited(&self) -> bool {
        let from_root = self.line.contains("workspace = true");
        from_root && !["version", "path", "git", "registry"].iter().any(|key| self.says(key))
    }

    fn says(&self, key: &str) -> bool {
        self.line.split(['{', ',', '.']).any(|part| {
            part.trim().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
        })
    }
}

/// The dependencies that a manifest's text states, in its order.
pub(super) fn dependencies(manifest: &str) -> Vec<Dependency<'_>> {
    let mut section = "";
    let mut found = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(heading) = line.strip_prefix('[') {
            section = heading.trim_end_matches(']');
            // `[dependencies.name]` is a dependency too; `versions` complains about that spelling.
            if let Some((section, name)) = section.rsplit_once("dependencies.") {
                found.push(Dependency { section, name, line });
            }
        } else if section.ends_with("dependencies")
            && let Some((name, _)) = line.split_once(['.', '=', ' '])
            && !name.starts_with('#')
        {
            found.push(Dependency { section, name, line });
        }
    }
    found
}

/// Complains about a room that says itself where a dependency comes from.
pub(super) fn versions(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (room, manifest) in tree.manifests() {
        for dependency in dependencies(manifest).iter().filter(|found| !found.is_inherited()) {
            let name = dependency.name;
            complaints.push(format!("crates/{room}/Cargo.toml: write `{name}.workspace = true`"));
        }
    }
    complaints
}

/// Complains about a room without the workspace's lints.
pub(super) fn lints(tree: &Tree) -> Vec<String> {
    tree.manifests()
        .filter(|(_, manifest)| !manifest.contains("[lints]\nworkspace = true\n"))
        .map(|(room, _)| format!("crates/{room}/Cargo.toml: write `[lints]`, `workspace = true`"))
        .collect()
}

/// Complains about a lock file that names too many packages.
pub(super) fn lock_file(tree: &Tree) -> Vec<String> {
    let lock_file = tree.text("Cargo.lock").unwrap_or_default();
    let count = lock_file.lines().filter(|line| *line == "[[package]]").count();
    if count <= LOCK_FILE_CEILING {
        return Vec::new();
    }
    vec![format!("Cargo.lock: names {count} packages, {LOCK_FILE_CEILING} are allowed")]
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    fn manifest(text: &str) -> [(&str, &str); 1] {
        [("crates/a/Cargo.toml", text)]
    }

    #[test]
    fn a_version_in_a_room_is_named() {
        check(
            versions,
            &manifest("[package]\nversion = \"1\"\n[dependencies]\na.workspace = true\n"),
            "",
        );
        check(
            versions,
            &manifest("[dependencies]\na = { workspace = true, features = [\"x\"] }\n"),
            "",
        );
        let complaint = "crates/a/Cargo.toml: write `serde.workspace = true`";
        for text in [
            "[dependencies]\nserde = \"1\"\n",
            "[dev-dependencies]\nserde = { workspace = true, path = \"../serde\" }\n",
            "[build-dependencies]\nserde = { version = \"1\" }\n",
            "[target.'cfg(unix)'.dependencies]\nserde.version = \"1\"\n",
            "[dependencies.serde]\n",
        ] {
            check(versions, &manifest(text), complaint);
        }
    }

    #[test]
    fn a_crate_without_lints_is_named() {
        check(lints, &manifest("[lints]\nworkspace = true\n"), "");
        let complaint = "crates/a/Cargo.toml: write `[lints]`, `workspace = true`";
        check(lints, &manifest("[package]\n"), complaint);
    }

    #[test]
    fn a_lock_file_above_its_ceiling_is_named() {
        let text = "[[package]]\nname = \"a\"\n".repeat(LOCK_FILE_CEILING);
        check(lock_file, &[("Cargo.lock", &text)], "");
        let text = text + "[[package]]\n";
        let complaint = "Cargo.lock: names 301 packages, 300 are allowed";
        check(lock_file, &[("Cargo.lock", &text)], complaint);
    }
}
