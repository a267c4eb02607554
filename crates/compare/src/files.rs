//! Compares the files of two images, path by path. Why something changed is not asked here.

use std::cmp::Ordering;

use model::{File, Files, Package, Path};

use crate::{Cause, Line, Mask};

/// A path that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange<'a> {
    /// What stands there in the old image.
    pub old: Option<&'a File>,
    /// What stands there in the new image.
    pub new: Option<&'a File>,
    /// What differs where both have it; empty where it was added or removed.
    pub mask: Mask,
    /// Why it differs.
    pub cause: Cause,
    /// The other end, where it was added or removed and was moved.
    pub moved: Option<Path>,
    /// The package that it belongs to: on the new side, where it has one there.
    pub owner: Option<&'a Package>,
    /// The line of history that explains it, where that is its cause.
    pub line: Option<Line>,
}

impl<'a> FileChange<'a> {
    fn new(old: Option<&'a File>, new: Option<&'a File>, mask: Mask) -> FileChange<'a> {
        let cause = Cause::Unexplained;
        FileChange { old, new, mask, cause, moved: None, owner: None, line: None }
    }

    /// The file on the new side, or on the old one where it was removed.
    pub fn file(&self) -> &'a File {
        match (self.new, self.old) {
            (Some(file), _) | (None, Some(file)) => file,
            (None, None) => unreachable!("a change has a side"),
        }
    }

    /// The path.
    pub fn path(&self) -> &'a Path {
        &self.file().path
    }
}

/// Every path that differs, in order, and how many differ in their time alone. Where both are kept, what both have alike is
/// not looked at.
pub(crate) fn compare<'a>(old: &'a Files, new: &'a Files) -> (Vec<FileChange<'a>>, usize) {
    let mut changes = Vec::new();
    let mut times_only = 0;
    for [before, after] in old.unlike(new) {
        let (before, after) = (before.into_iter().flatten(), after.into_iter().flatten());
        times_only += walk(before, after, &mut changes);
    }
    (changes, times_only)
}

/// Goes through files of both images in order, and says how many differ in their time alone.
fn walk<'a>(
    old: impl Iterator<Item = &'a File>,
    new: impl Iterator<Item = &'a File>,
    changes: &mut Vec<FileChange<'a>>,
) -> usize {
    let (mut old, mut new) = (old.peekable(), new.peekable());
    let mut times_only = 0;
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => old.path.cmp(&new.path),
        };
        let before = if order.is_le() { old.next() } else { None };
        let after = if order.is_ge() { new.next() } else { None };
        let mask = match (before, after) {
            (Some(before), Some(after)) => {
                let mask = Mask::between(&before.entry, &after.entry);
                if mask.is_empty() {
                    times_only += usize::from(before.entry.mtime != after.entry.mtime);
                    continue;
                }
                mask
            }
            _ => Mask::default(),
        };
        changes.push(FileChange::new(before, after, mask));
    }
    times_only
}
