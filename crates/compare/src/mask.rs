//! Change masks: which sides of a file differ. They say nothing of why.

use std::fmt;

use model::{FileEntry, FileKind};

/// One thing about a file that can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Aspect {
    /// What kind of thing it is; then nothing else is compared.
    Type,
    /// The content of a regular file.
    Content,
    /// The length of a regular file.
    Size,
    /// The text of a symbolic link.
    Link,
    /// Permission bits; those of symbolic links mean nothing and are not compared.
    Mode,
    /// The owning user or group.
    Owner,
    /// Extended attributes, capabilities among them.
    Xattr,
    /// The numbers of a device.
    Device,
}

impl Aspect {
    /// Every aspect, in the order of reports.
    pub const ALL: [Aspect; 8] = [
        Aspect::Type,
        Aspect::Content,
        Aspect::Size,
        Aspect::Link,
        Aspect::Mode,
        Aspect::Owner,
        Aspect::Xattr,
        Aspect::Device,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Aspect::Type => "type",
            Aspect::Content => "content",
            Aspect::Size => "size",
            Aspect::Link => "link",
            Aspect::Mode => "mode",
            Aspect::Owner => "owner",
            Aspect::Xattr => "xattr",
            Aspect::Device => "device",
        }
    }
}

/// A set of aspects.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Mask(u8);

impl Mask {
    /// What differs between two files at one path; times are not looked at.
    pub fn between(old: &FileEntry, new: &FileEntry) -> Mask {
        use FileKind::{BlockDevice, CharDevice, Regular, Symlink};
        let mut mask = Mask::default();
        if old.kind.name() != new.kind.name() {
            return mask.with(Aspect::Type, true);
        }
        match (&old.kind, &new.kind) {
            (Regular { size, sha256 }, Regular { size: new_size, sha256: new_sha256 }) => {
                mask = mask.with(Aspect::Content, sha256 != new_sha256);
                mask = mask.with(Aspect::Size, size != new_size);
            }
            (Symlink { target }, Symlink { target: new_target }) => {
                mask = mask.with(Aspect::Link, target != new_target);
            }
            (CharDevice { .. } | BlockDevice { .. }, _) => {
                mask = mask.with(Aspect::Device, old.kind != new.kind);
            }
            _ => {}
        }
        let is_link = matches!(old.kind, Symlink { .. });
        mask.with(Aspect::Mode, old.mode != new.mode && !is_link)
            .with(Aspect::Owner, (old.uid, old.gid) != (new.uid, new.gid))
            .with(Aspect::Xattr, old.xattrs != new.xattrs)
    }

    fn with(self, aspect: Aspect, differs: bool) -> Mask {
        Mask(self.0 | (u8::from(differs) << aspect as u8))
    }

    /// Whether it has this aspect.
    pub fn has(self, aspect: Aspect) -> bool {
        self.0 & (1 << aspect as u8) != 0
    }

    /// Whether it is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its aspects, in the order of reports.
    pub fn aspects(self) -> impl Iterator<Item = Aspect> {
        Aspect::ALL.into_iter().filter(move |&aspect| self.has(aspect))
    }
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.aspects().map(Aspect::name)).finish()
    }
}
