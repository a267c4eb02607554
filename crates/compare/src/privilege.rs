//! Privileges that come with a file. They need a look whatever brought them.

use model::{FileEntry, FileKind};

use crate::{Cause, FileChange};

/// What a capability is stored as.
const CAPABILITY: &[u8] = b"security.capability";

/// A privilege that a file gives to whoever runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Privilege {
    /// It runs as this user.
    SetUid(u32),
    /// It runs as this group.
    SetGid(u32),
    /// It runs with capabilities.
    Capability,
}

impl Privilege {
    /// The privilege that a file gives: the greatest, where it gives several.
    fn of(entry: &FileEntry) -> Option<Privilege> {
        let is_file = matches!(entry.kind, FileKind::Regular { .. });
        let has_capability =
            || entry.xattrs.as_ref().is_some_and(|xattrs| xattrs.contains_key(CAPABILITY));
        match entry.mode {
            _ if !is_file => None,
            mode if mode & 0o4000 != 0 => Some(Privilege::SetUid(entry.uid)),
            mode if mode & 0o2000 != 0 => Some(Privilege::SetGid(entry.gid)),
            _ => has_capability().then_some(Privilege::Capability),
        }
    }
}

impl FileChange<'_> {
    /// The privilege that the new side gives and the old one did not.
    pub fn new_privilege(&self) -> Option<Privilege> {
        let new = Privilege::of(&self.new?.entry)?;
        let old = self.old.and_then(|file| Privilege::of(&file.entry));
        (old != Some(new)).then_some(new)
    }

    /// Whether somebody should look at it: no package and no record explains it, or it brought a privilege.
    pub fn needs_look(&self) -> bool {
        matches!(self.cause, Cause::Altered | Cause::UnknownPackage | Cause::Unexplained)
            || self.new_privilege().is_some()
    }
}
