//! Which files readers want, compiled into one index. It looks at names only, never at content: whether a file is an
//! executable, others find out.

use std::collections::HashMap;
use std::ptr;

use model::Path;

use crate::ecosystem::{self, Ecosystem, Reader, Want};

/// The wishes of every reader, by path and by directory.
#[derive(Default)]
pub(super) struct Interest {
    paths: HashMap<Vec<u8>, Vec<Wanted>>,
    directories: HashMap<&'static [u8], Vec<(&'static [u8], Wanted)>>,
    folders: HashMap<&'static [u8], Vec<Wanted>>,
    names: HashMap<&'static [u8], Vec<Wanted>>,
    /// Those that every path is asked for.
    suffixes: Vec<Wanted>,
    executables: Vec<Wanted>,
}

/// One reader's wish for one file.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) ecosystem: &'static Ecosystem,
    reader: usize,
    companion: bool,
}

impl Wanted {
    pub(super) fn reader(&self) -> &'static Reader {
        &self.ecosystem.readers[self.reader]
    }

    /// Whether the file is the one that the reader reads, not one that it looks at beside.
    pub(super) fn is_main(&self) -> bool {
        !self.companion
    }

    /// Whether the file is only looked through for a pattern.
    pub(super) fn is_searched(&self) -> bool {
        matches!(self.reader().wants, Want::Says { .. })
    }

    pub(super) fn stands_alone(&self) -> bool {
        self.is_main() && self.reader().companions.is_empty()
    }

    pub(super) fn same_reader(&self, other: &Wanted) -> bool {
        ptr::eq(self.reader(), other.reader())
    }
}

impl Interest {
    pub(super) fn of_all() -> Interest {
        let mut interest = Interest::default();
        for &ecosystem in ecosystem::ALL {
            for reader in 0..ecosystem.readers.len() {
                interest.add(Wanted { ecosystem, reader, companion: false });
            }
        }
        interest
    }

    fn add(&mut self, wanted: Wanted) {
        let reader = wanted.reader();
        match reader.wants {
            Want::Path(path) => {
                self.paths.entry(path.into()).or_default().push(wanted);
                let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
                for companion in reader.companions {
                    let path = format!("{directory}/{companion}");
                    let wanted = Wanted { companion: true, ..wanted };
                    self.paths.entry(path.into()).or_default().push(wanted);
                }
            }
            Want::In(directory, suffix) => {
                let wishes = self.directories.entry(directory.as_bytes()).or_default();
                wishes.push((suffix.as_bytes(), wanted));
            }
            Want::Below(_, name)
            | Want::Name(name)
            | Want::Right(_, name)
            | Want::Within(_, name) => {
                self.names.entry(name.as_bytes()).or_default().push(wanted);
            }
            Want::Suffix(_) | Want::Says { .. } | Want::Beneath(..) | Want::Among(..) => {
                self.suffixes.push(wanted);
            }
            Want::Executable => self.executables.push(wanted),
            Want::Folder(directory) => {
                self.folders.entry(directory.as_bytes()).or_default().push(wanted);
            }
            // Whole subtrees are records, which nobody reads file by file.
            Want::Under(_) => {}
        }
    }

    /// Who wants every executable.
    pub(super) fn in_executables(&self) -> &[Wanted] {
        &self.executables
    }

    /// Who wants the directory at `path`.
    pub(super) fn in_folder(&self, path: &Path) -> &[Wanted] {
        let path = &path.as_bytes()[1..];
        let slash = path.iter().rposition(|&byte| byte == b'/').unwrap_or(0);
        self.folders.get(&path[..slash]).map_or(&[], Vec::as_slice)
    }

    /// Who wants the file at `path`.
    pub(super) fn in_path(&self, path: &Path) -> Vec<Wanted> {
        let path = &path.as_bytes()[1..];
        let mut wanted = self.paths.get(path).cloned().unwrap_or_default();
        let slash = path.iter().rposition(|&byte| byte == b'/');
        let name = slash.map_or(path, |slash| &path[slash + 1..]);
        let directory = slash.map_or(&b""[..], |slash| &path[..slash]);
        for (suffix, wish) in self.directories.get(directory).into_iter().flatten() {
            if name.ends_with(suffix) {
                wanted.push(*wish);
            }
        }
        let named = self.names.get(name).into_iter().flatten();
        let meets = |wish: &&Wanted| wish.reader().wants.is_met_by(path);
        wanted.extend(named.chain(&self.suffixes).filter(meets));
        wanted
    }
}
