//! Which files readers want, compiled into one index. It looks at names only, never at content.

use std::collections::HashMap;
use std::ptr;

use model::Path;

use crate::ecosystem::{self, Ecosystem, Reader, Want};

/// The wishes of every reader, by path and by directory.
pub(super) struct Interest {
    paths: HashMap<Vec<u8>, Vec<Wanted>>,
    directories: HashMap<&'static [u8], Vec<(&'static [u8], Wanted)>>,
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

    pub(super) fn stands_alone(&self) -> bool {
        self.is_main() && self.reader().companions.is_empty()
    }

    pub(super) fn same_reader(&self, other: &Wanted) -> bool {
        ptr::eq(self.reader(), other.reader())
    }
}

impl Interest {
    pub(super) fn of_all() -> Interest {
        let mut interest = Interest { paths: HashMap::new(), directories: HashMap::new() };
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
            // Whole subtrees are records, which nobody reads file by file.
            Want::Under(_) => {}
        }
    }

    /// Who wants the file at `path`.
    pub(super) fn in_path(&self, path: &Path) -> Vec<Wanted> {
        let path = &path.as_bytes()[1..];
        let Some(slash) = path.iter().rposition(|&byte| byte == b'/') else { return Vec::new() };
        let mut wanted = self.paths.get(path).cloned().unwrap_or_default();
        for (suffix, wish) in self.directories.get(&path[..slash]).into_iter().flatten() {
            if path[slash + 1..].ends_with(suffix) {
                wanted.push(*wish);
            }
        }
        wanted
    }
}
