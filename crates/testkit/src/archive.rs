//! Writes entries as a tar archive, to the byte as they are said, broken ones too. It reads nothing.

use tar::{EntryType, Header};

const BLOCK: usize = 512;
const SHORT: usize = 100;

/// One member of an archive.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    /// The type flag: `0` a file, `1` a hard link, `2` a symbolic link, `5` a directory, …
    pub(crate) flag: u8,
    pub(crate) link: Vec<u8>,
    pub(crate) content: Vec<u8>,
    pub(crate) mode: u32,
    pub(crate) uid: u64,
    pub(crate) gid: u64,
    pub(crate) mtime: u64,
    pub(crate) device: (u32, u32),
    pub(crate) pax: Vec<(Vec<u8>, Vec<u8>)>,
    /// The size that the header claims, where it lies.
    pub(crate) claim: Option<u64>,
}

impl Entry {
    /// An entry with nothing but a name.
    pub(crate) fn new(name: Vec<u8>, flag: u8) -> Entry {
        Entry {
            name,
            flag,
            link: Vec::new(),
            content: Vec::new(),
            mode: 0o644,
            uid: 0,
            gid: 0,
            mtime: 0,
            device: (0, 0),
            pax: Vec::new(),
            claim: None,
        }
    }

    /// A regular file.
    pub(crate) fn file(name: &str, content: Vec<u8>) -> Entry {
        Entry { content, ..Entry::new(name.into(), b'0') }
    }

    /// The PAX records: those that were asked for, then what does not fit the header.
    fn records(&self) -> Vec<u8> {
        let mut records = Vec::new();
        for (key, value) in &self.pax {
            record(&mut records, key, value);
        }
        for (key, value) in [(&b"path"[..], &self.name[..]), (b"linkpath", &self.link)] {
            let given = self.pax.iter().any(|(given, _)| given == key);
            if !given && (value.len() > SHORT || is_foreign(value)) {
                record(&mut records, key, value);
            }
        }
        records
    }

    fn header(&self) -> Header {
        let mut header = Header::new_ustar();
        copy(&mut header.as_old_mut().name, &self.name);
        copy(&mut header.as_old_mut().linkname, &self.link);
        header.set_entry_type(EntryType::new(self.flag));
        header.set_mode(self.mode);
        header.set_uid(self.uid);
        header.set_gid(self.gid);
        header.set_mtime(self.mtime);
        header.set_size(self.claim.unwrap_or(self.content.len() as u64));
        if let Some(ustar) = header.as_ustar_mut() {
            ustar.set_device_major(self.device.0);
            ustar.set_device_minor(self.device.1);
        }
        header.set_cksum();
        header
    }
}

/// Whether it is text that ustar's ASCII cannot say; bytes that are no text stay as they are.
fn is_foreign(value: &[u8]) -> bool {
    !value.is_ascii() && std::str::from_utf8(value).is_ok()
}

/// Writes a whole archive, with the two empty blocks at its end.
pub(crate) fn archive(entries: &[Entry]) -> Vec<u8> {
    let mut tar = Vec::new();
    for entry in entries {
        let records = entry.records();
        if !records.is_empty() {
            let name = b"PaxHeaders/entry".to_vec();
            append(&mut tar, &Entry { content: records, ..Entry::new(name, b'x') });
        }
        append(&mut tar, entry);
    }
    tar.resize(tar.len() + 2 * BLOCK, 0);
    tar
}

fn append(tar: &mut Vec<u8>, entry: &Entry) {
    tar.extend_from_slice(entry.header().as_bytes());
    tar.extend_from_slice(&entry.content);
    tar.resize(tar.len().next_multiple_of(BLOCK), 0);
}

fn copy(field: &mut [u8], bytes: &[u8]) {
    let length = bytes.len().min(field.len());
    field[..length].copy_from_slice(&bytes[..length]);
}

/// Writes `LENGTH KEY=VALUE\n`, where the length counts its own digits.
fn record(records: &mut Vec<u8>, key: &[u8], value: &[u8]) {
    let rest = key.len() + value.len() + 3;
    let mut length = rest;
    while length != rest + length.to_string().len() {
        length = rest + length.to_string().len();
    }
    records.extend_from_slice(format!("{length} ").as_bytes());
    records.extend_from_slice(key);
    records.push(b'=');
    records.extend_from_slice(value);
    records.push(b'\n');
}
