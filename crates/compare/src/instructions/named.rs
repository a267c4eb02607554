//! What one line of history names: copied to, made, or spoken of in a command.

use std::collections::HashMap;

use model::{FileKind, History, Path};

use super::{real, shell, tools};
use crate::pattern::matches;
use crate::{Side, history};

/// What a line names.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Paths, and whether what lies below them is named with them.
    paths: HashMap<Path, Below>,
    /// Paths with stars.
    patterns: Vec<(Vec<u8>, Below)>,
    /// Paths whose directories are made where they are missing: what a COPY or a WORKDIR leads to.
    destinations: Vec<Path>,
    /// Programs that a command runs.
    programs: Vec<String>,
    is_command: bool,
}

/// Whether naming a directory names what lies below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Below {
    Meant,
    NotMeant,
}

/// Directories that every image has: to speak of one says nothing of what lies in it.
const COMMON: &[&str] = &[
    "/",
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/home",
    "/lib",
    "/lib32",
    "/lib64",
    "/media",
    "/mnt",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/srv",
    "/sys",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/etc",
    "/usr/local/include",
    "/usr/local/lib",
    "/usr/local/lib64",
    "/usr/local/libexec",
    "/usr/local/sbin",
    "/usr/local/share",
    "/usr/local/src",
    "/usr/sbin",
    "/usr/share",
    "/usr/src",
    "/var",
    "/var/cache",
    "/var/lib",
    "/var/local",
    "/var/log",
    "/var/mail",
    "/var/opt",
    "/var/run",
    "/var/spool",
    "/var/tmp",
];

impl Named {
    /// What the line of each layer names.
    pub(super) fn of_layers(side: &Side, lines: &[usize]) -> Vec<(usize, Named)> {
        let mut folder = Path::root();
        let mut of_layers = Vec::new();
        for (place, line) in side.settings.history.iter().enumerate() {
            let text = history::instruction(line).unwrap_or_default();
            if let Some(directory) = tools::workdir(&text) {
                folder = within(&folder, directory);
            }
            if lines.binary_search(&place).is_ok() {
                of_layers.push((place, Named::of(side, line, &text, &folder)));
            }
        }
        of_layers
    }

    fn of(side: &Side, line: &History, text: &str, folder: &Path) -> Named {
        let mut named = Named::default();
        if tools::workdir(text).is_some() {
            named.add(side, folder.clone(), Below::NotMeant);
            named.destinations.push(real(side, folder));
        } else if let Some(destination) = tools::copied_to(text) {
            named.copied(side, &within(folder, &destination));
        } else if let Some(command) = text.strip_prefix("RUN ") {
            named.is_command = true;
            let said = shell::read(command, folder, &side.settings.env);
            named.programs = said.programs;
            for (path, is_destination) in said.paths {
                let is_common = COMMON.iter().any(|common| common.as_bytes() == path.as_bytes());
                let below =
                    if is_destination || !is_common { Below::Meant } else { Below::NotMeant };
                named.add(side, path, below);
            }
        } else {
            for path in tools::made(text, line.comment.as_deref().unwrap_or_default()) {
                named.copied(side, &Path::from(path.as_str()));
            }
        }
        named
    }

    fn copied(&mut self, side: &Side, destination: &Path) {
        self.add(side, destination.clone(), Below::Meant);
        self.destinations.push(real(side, destination));
    }

    /// Notes a path as it is written, as the image has it, and where it leads if it is a link.
    fn add(&mut self, side: &Side, path: Path, below: Below) {
        if path.as_bytes().contains(&b'*') {
            self.patterns.push((path.as_bytes().to_vec(), below));
            return;
        }
        let real = real(side, &path);
        let led_to = side.facts.resolve(&path);
        for path in led_to.into_iter().chain([real, path]) {
            let known = self.paths.entry(path).or_insert(below);
            if below == Below::Meant {
                *known = below;
            }
        }
    }

    /// Whether it names this path, or a directory that holds it.
    pub(super) fn names(&self, path: &Path) -> bool {
        if self.paths.contains_key(path) {
            return true;
        }
        let mut above = std::iter::successors(path.parent(), Path::parent);
        if above.any(|directory| self.paths.get(&directory) == Some(&Below::Meant)) {
            return true;
        }
        self.patterns.iter().any(|(pattern, below)| {
            let below = *below == Below::Meant && {
                matches(&[pattern, &b"/**"[..]].concat(), path.as_bytes())
            };
            below || matches(pattern, path.as_bytes())
        })
    }

    /// Whether a directory lies on the way to what is copied, so that it was made for it.
    pub(super) fn leads_through(&self, path: &Path, kind: &FileKind) -> bool {
        *kind == FileKind::Directory && self.destinations.iter().any(|one| one.is_under(path))
    }

    /// Whether it is a command that runs one of these programs.
    pub(super) fn runs(&self, programs: &[&str]) -> bool {
        self.programs.iter().any(|program| programs.contains(&program.as_str()))
    }

    /// Whether it ran something, and did not only copy.
    pub(super) fn is_command(&self) -> bool {
        self.is_command
    }
}

/// A path as it is meant in a directory.
pub(super) fn within(folder: &Path, path: &str) -> Path {
    if path.starts_with('/') {
        return Path::from(path);
    }
    Path::new([folder.as_bytes(), b"/", path.as_bytes()].concat())
}
