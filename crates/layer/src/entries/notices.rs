//! What one archive gives reason to tell. However hostile, it cannot fill the memory with it.

use model::{Notice, Path};

/// Notices of one archive that are kept before they are only counted.
const MOST: u64 = 1_000;

/// The notices of one archive that nobody took yet.
#[derive(Default)]
pub(super) struct Notices {
    list: Vec<Notice>,
    count: u64,
}

impl Notices {
    /// Adds a notice on one file.
    pub(super) fn about(&mut self, path: &Path, text: impl Into<String>) {
        self.add(|| Notice::about(path.clone(), text));
    }

    /// Adds a notice on the archive.
    pub(super) fn general(&mut self, text: impl Into<String>) {
        self.add(|| Notice::general(text));
    }

    /// Hands the notices over.
    pub(super) fn take(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.list)
    }

    fn add(&mut self, notice: impl FnOnce() -> Notice) {
        self.count += 1;
        if self.count <= MOST {
            self.list.push(notice());
        } else if self.count == MOST + 1 {
            self.list.push(Notice::general(format!(
                "the archive gives reason for more than {MOST} notices; the others are not shown"
            )));
        }
    }
}
