//! Tar archives: their members, each with the beginning of its content's digest. They are walked as layers are.

use layer::{Entries, Entry, Kind, Limits};
use model::{Parts, Structure};
use sha2::{Digest as _, Sha256};

use super::{Format, MOST_PARTS};

pub(super) static FORMAT: Format = Format {
    name: "tar",
    title: "tar archives, also packed",
    recognises: |bytes| bytes.get(257..262) == Some(b"ustar"),
    summarises: summarise,
};

/// Bytes of a digest that tell two contents apart for eyes.
const SHORT: usize = 6;

fn summarise(mut bytes: &[u8]) -> Result<Structure, String> {
    let limits = Limits { entries: MOST_PARTS as u64, inflated: 1 << 30, ..Limits::default() };
    let mut entries = Entries::new(&mut bytes, &limits);
    let mut structure = Structure::new("tar");
    let mut members = Parts::new("members");
    loop {
        let entry = match entries.next_entry() {
            Ok(Some(entry)) => entry,
            Ok(None) => break,
            Err(error) if members.parts.is_empty() => return Err(error.to_string()),
            Err(_) => {
                members.is_cut = true;
                break;
            }
        };
        let mut hasher = Sha256::new();
        while let Ok(Some(chunk)) = entries.chunk() {
            hasher.update(chunk);
        }
        let digest: String =
            hasher.finalize()[..SHORT].iter().map(|byte| format!("{byte:02x}")).collect();
        members.add(MOST_PARTS, entry.path.to_string(), told(&entry, &digest));
    }
    structure.fact("members", members.parts.len().to_string());
    structure.parts.push(members);
    Ok(structure)
}

fn told(entry: &Entry, digest: &str) -> String {
    let what = match &entry.kind {
        Kind::Regular { size } => format!("{size} B, sha256 {digest}…"),
        Kind::Link { target } => format!("link to {target}"),
        Kind::Symlink { target } => format!("-> {}", String::from_utf8_lossy(target)),
        Kind::Directory => "directory".into(),
        Kind::CharDevice { major, minor } => format!("char-device {major},{minor}"),
        Kind::BlockDevice { major, minor } => format!("block-device {major},{minor}"),
        Kind::Fifo => "fifo".into(),
        Kind::Whiteout => "whiteout".into(),
        Kind::Opaque => "opaque".into(),
    };
    format!("{:04o} {}:{} {what}", entry.mode, entry.uid, entry.gid)
}
