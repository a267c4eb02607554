//! Zip archives (jar, wheel, …): their members, by what the table of contents says. None is unpacked.

use model::{Parts, Structure};

use super::{Format, MOST_PARTS};
use crate::ecosystem::zip::Archive;

pub(super) static FORMAT: Format = Format {
    name: "zip",
    title: "zip archives (jar, war, wheel, …)",
    recognises: |bytes| bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06"),
    summarises: summarise,
};

fn summarise(bytes: &[u8]) -> Result<Structure, String> {
    let archive = Archive::open(bytes)?;
    let mut structure = Structure::new("zip");
    let mut members = Parts::new("members");
    for member in archive.members() {
        let member = member?;
        if members.is_cut {
            break;
        }
        let told = format!("{} B, crc {:08x}", member.size, member.crc);
        members.add(MOST_PARTS, String::from_utf8_lossy(member.name), told);
    }
    structure.fact("members", members.parts.len().to_string());
    structure.parts.push(members);
    Ok(structure)
}
