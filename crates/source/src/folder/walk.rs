//! Walks a folder in the order of names, a folder before what is in it. It opens no file and follows no link.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::vec;

use model::Notice;

use crate::{Error, listing};

/// Notices about single files at the most; the rest is counted.
const NOTICES: usize = 100;

/// Attributes that the machine gives to all its files: they are not a part of what an image would hold.
const OF_THE_MACHINE: &[u8] = b"security.selinux";

/// One thing in the folder.
pub(super) struct Item {
    /// Its path below the folder.
    pub(super) name: Vec<u8>,
    /// Where it is.
    pub(super) path: PathBuf,
    /// What it is.
    pub(super) kind: Kind,
    /// What its inode says.
    pub(super) metadata: Metadata,
    /// Its extended attributes, in the order of their names.
    pub(super) xattrs: Vec<(Vec<u8>, Vec<u8>)>,
}

/// What a thing is.
pub(super) enum Kind {
    Directory,
    File,
    /// Another name of a file that came before under this name.
    Link(Vec<u8>),
    Symlink(Vec<u8>),
    Char,
    Block,
    Fifo,
}

/// A walk that is under way.
pub(super) struct Walk {
    root: PathBuf,
    device: u64,
    /// The folders that are open, each with the names in it that are still to come.
    open: Vec<(Vec<u8>, vec::IntoIter<OsString>)>,
    /// The first name of every file that has several.
    links: HashMap<(u64, u64), Vec<u8>>,
    mounts: Vec<String>,
    notices: Vec<Notice>,
    unsaid: usize,
}

impl Walk {
    /// Begins a walk.
    pub(super) fn new(root: &Path) -> Result<Walk, Error> {
        let device = fs::metadata(root).map_err(|source| io("read", root, source))?.dev();
        let mut walk = Walk {
            root: root.into(),
            device,
            open: Vec::new(),
            links: HashMap::new(),
            mounts: Vec::new(),
            notices: Vec::new(),
            unsaid: 0,
        };
        walk.enter(Vec::new())?;
        Ok(walk)
    }

    /// The next thing; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Item>, Error> {
        while let Some((folder, names)) = self.open.last_mut() {
            let Some(file_name) = names.next() else {
                self.open.pop();
                continue;
            };
            let mut name = folder.clone();
            if !name.is_empty() {
                name.push(b'/');
            }
            name.extend(file_name.as_bytes());
            if file_name.as_bytes().starts_with(b".wh.") {
                self.note(
                    &name,
                    "was left out: in a layer its name would mean that another is deleted",
                );
            } else if let Some(item) = self.item(name)? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// What had to be left out.
    pub(super) fn notices(mut self) -> Vec<Notice> {
        if self.unsaid > 0 {
            let text = format!("{} more files have such notices", self.unsaid);
            self.notices.push(Notice::general(text));
        }
        if !self.mounts.is_empty() {
            self.notices.push(Notice::general(format!(
                "{} folders on which other file systems are mounted were not entered: {}",
                self.mounts.len(),
                listing::list(&self.mounts)
            )));
        }
        self.notices
    }

    fn item(&mut self, name: Vec<u8>) -> Result<Option<Item>, Error> {
        let path = self.path(&name);
        let metadata = fs::symlink_metadata(&path).map_err(|source| io("read", &path, source))?;
        let file_type = metadata.file_type();
        let identity = (metadata.dev(), metadata.ino());
        let kind = if file_type.is_dir() {
            if metadata.dev() == self.device {
                self.enter(name.clone())?;
            } else {
                self.mounts.push(String::from_utf8_lossy(&name).into_owned());
            }
            Kind::Directory
        } else if file_type.is_socket() {
            self.note(&name, "was left out: it is a socket, which no layer can hold");
            return Ok(None);
        } else if let Some(first) = self.links.get(&identity) {
            Kind::Link(first.clone())
        } else {
            if metadata.nlink() > 1 {
                self.links.insert(identity, name.clone());
            }
            if file_type.is_symlink() {
                let target = fs::read_link(&path).map_err(|source| io("read", &path, source))?;
                Kind::Symlink(target.into_os_string().into_vec())
            } else if file_type.is_char_device() {
                Kind::Char
            } else if file_type.is_block_device() {
                Kind::Block
            } else if file_type.is_fifo() {
                Kind::Fifo
            } else {
                Kind::File
            }
        };
        let xattrs = self.xattrs(&name, &path);
        Ok(Some(Item { name, path, kind, metadata, xattrs }))
    }

    /// Opens a folder, so that what is in it comes next.
    fn enter(&mut self, name: Vec<u8>) -> Result<(), Error> {
        let path = self.path(&name);
        let names: Result<Vec<OsString>, io::Error> = fs::read_dir(&path)
            .and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect());
        let mut names = names.map_err(|source| io("read", &path, source))?;
        names.sort_unstable();
        self.open.push((name, names.into_iter()));
        Ok(())
    }

    fn xattrs(&mut self, name: &[u8], path: &Path) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut xattrs = Vec::new();
        let keys = match xattr::list(path) {
            Ok(keys) => keys,
            // Not every file system has attributes.
            Err(error) if error.kind() == io::ErrorKind::Unsupported => return xattrs,
            Err(error) => {
                self.note(name, &format!("its extended attributes could not be read: {error}"));
                return xattrs;
            }
        };
        for key in keys {
            if key.as_bytes() == OF_THE_MACHINE {
                continue;
            }
            match xattr::get(path, &key) {
                Ok(Some(value)) if !key.as_bytes().contains(&b'=') => {
                    xattrs.push((key.into_vec(), value));
                }
                Ok(Some(_)) => {
                    self.note(name, "an extended attribute with `=` in its name was left out");
                }
                // It went meanwhile.
                Ok(None) => {}
                Err(error) => {
                    let key = model::visible(key.as_bytes());
                    self.note(name, &format!("its attribute {key} could not be read: {error}"));
                }
            }
        }
        xattrs.sort_unstable();
        xattrs
    }

    fn path(&self, name: &[u8]) -> PathBuf {
        // Joining nothing would add a slash.
        if name.is_empty() {
            return self.root.clone();
        }
        self.root.join(std::ffi::OsStr::from_bytes(name))
    }

    fn note(&mut self, name: &[u8], text: &str) {
        if self.notices.len() < NOTICES {
            self.notices.push(Notice::about(model::Path::new(name), text));
        } else {
            self.unsaid += 1;
        }
    }
}

fn io(doing: &'static str, path: &Path, source: io::Error) -> Error {
    Error::Io { doing, object: path.display().to_string(), source }
}
