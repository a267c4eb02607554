//! The working tree as values: every file that is or could be committed, by path. It never looks outside of the tree.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;

/// The files of a working tree, read whole: it is small, and rules become functions of it.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Content by path from the root, with `/` between the parts.
    files: BTreeMap<String, Vec<u8>>,
}

/// Where the workspace stands on this machine.
pub(crate) fn root() -> PathBuf {
    // The crate is at `crates/xtask`; two steps up cannot fail for an absolute path of that depth.
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).into()
}

impl Tree {
    /// Reads the workspace's files, except what the root `.gitignore` leaves out.
    pub(crate) fn open() -> Result<Tree, Error> {
        let root = root();
        let ignored = fs::read_to_string(root.join(".gitignore"))
            .map_err(Error::io("read", ".gitignore"))?
            .lines()
            .filter_map(|line| line.strip_prefix('/').map(|path| root.join(path)))
            .chain([root.join(".git")])
            .collect::<Vec<_>>();
        let mut tree = Tree::default();
        tree.add_folder(&root, &root, &ignored)?;
        Ok(tree)
    }

    fn add_folder(&mut self, root: &Path, folder: &Path, ignored: &[PathBuf]) -> Result<(), Error> {
        for entry in fs::read_dir(folder).map_err(Error::io("list", folder.display()))? {
            let entry = entry.map_err(Error::io("list", folder.display()))?;
            let path = entry.path();
            let kind = entry.file_type().map_err(Error::io("look at", path.display()))?;
            if ignored.contains(&path) {
                continue;
            }
            if kind.is_dir() {
                self.add_folder(root, &path, ignored)?;
            } else if kind.is_file() {
                let content = fs::read(&path).map_err(Error::io("read", path.display()))?;
                let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
                self.files.insert(name, content);
            }
        }
        Ok(())
    }

    /// A tree that a test describes.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Tree {
        let files = files.iter().map(|(path, text)| ((*path).into(), (*text).into())).collect();
        Tree { files }
    }

    /// Every path with its content, ordered.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, content)| (&**path, &**content))
    }

    /// Every path with its text, ordered, without what is not text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter_map(|(path, content)| Some((path, str::from_utf8(content).ok()?)))
    }

    /// Every Rust file with its text, ordered.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(|(path, _)| {
            Path::new(path).extension().is_some_and(|extension| extension == "rs")
        })
    }

    /// The manifests of the rooms: the folder's name and the text of its `Cargo.toml`.
    pub(crate) fn manifests(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter_map(|(path, text)| {
            let room = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
            (!room.contains('/')).then_some((room, text))
        })
    }

    /// The text of one file; none where there is no such file or no text in it.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        str::from_utf8(self.files.get(path)?).ok()
    }
}
