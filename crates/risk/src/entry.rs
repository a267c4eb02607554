//! What rules say of a file by what it is: its name, its mode, and whether a package has it.

use model::{FileEntry, FileKind, Path};

use crate::Rule;
use crate::names;
use crate::table::rule;

/// Names of files that shells and their like write down what was typed.
const HISTORIES: &[&str] = &[
    ".bash_history",
    ".zsh_history",
    ".ash_history",
    ".sh_history",
    ".history",
    ".python_history",
    ".node_repl_history",
    ".mysql_history",
    ".psql_history",
    ".rediscli_history",
    ".sqlite_history",
    "fish_history",
];

/// Who runs such a file gets the rights of its user or group.
const SETUID: u16 = 0o6000;
const STICKY: u16 = 0o1000;
const OTHERS_WRITE: u16 = 0o002;

/// What the rules say of what stands at a path. `is_owned` tells whether a package has it.
pub fn of_file(
    path: &Path,
    entry: &FileEntry,
    is_owned: bool,
) -> impl Iterator<Item = &'static Rule> {
    let is_file = matches!(entry.kind, FileKind::Regular { .. });
    let is_directory = entry.kind == FileKind::Directory;
    let name = path.name();
    let is_written = entry.mode & OTHERS_WRITE != 0;
    let has_content = is_file && entry.size() > 0;
    let met = [
        (is_file && entry.mode & SETUID != 0 && !is_owned, "setuid-file"),
        (is_file && is_written, "world-writable-file"),
        (is_directory && is_written && entry.mode & STICKY == 0, "world-writable-directory"),
        (has_content && name == b"HEAD" && is_in_git(path), "git-folder"),
        (has_content && HISTORIES.iter().any(|one| one.as_bytes() == name), "shell-history"),
        (has_content && name == b"authorized_keys", "authorized-keys"),
    ];
    met.into_iter().filter(|(is_met, _)| *is_met).filter_map(|(_, id)| rule(id))
}

/// `.git/HEAD`, and nothing deeper.
fn is_in_git(path: &Path) -> bool {
    path.parent().is_some_and(|folder| names::name(folder.as_bytes()) == b".git")
}

/// What the rules say of the user that a container runs as.
pub fn of_user(user: Option<&str>) -> Option<&'static Rule> {
    let name = user.unwrap_or_default();
    let name = name.split(':').next().unwrap_or_default();
    matches!(name, "" | "root" | "0").then(|| rule("root-user")).flatten()
}
