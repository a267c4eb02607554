//! Compiled Python (`.pyc`): by which Python, and from what. The format is PEP 552; no code in it is looked at.

use model::{Structure, Time};

use super::{Format, little};

pub(super) static FORMAT: Format = Format {
    name: "pyc",
    title: "compiled Python",
    recognises: |bytes| {
        let is_magic = |number| (3_000..4_000).contains(&number);
        let is_flags = |flags| flags <= 3;
        bytes.get(2..4) == Some(b"\r\n")
            && little(bytes, 0, 2).is_some_and(is_magic)
            && little(bytes, 4, 4).is_some_and(is_flags)
    },
    summarises: summarise,
};

/// The first magic number of each Python, as its importer's list of numbers has them.
const PYTHONS: [(u64, &str); 9] = [
    (3_390, "3.7"),
    (3_400, "3.8"),
    (3_420, "3.9"),
    (3_430, "3.10"),
    (3_450, "3.11"),
    (3_500, "3.12"),
    (3_550, "3.13"),
    (3_600, "3.14"),
    (3_650, "3.15"),
];

fn summarise(bytes: &[u8]) -> Result<Structure, String> {
    let field = |at| little(bytes, at, 4).ok_or("is cut short");
    let magic = little(bytes, 0, 2).ok_or("is cut short")?;
    let python = PYTHONS.iter().rev().find(|(first, _)| magic >= *first);
    let mut structure = Structure::new("pyc");
    let python = python.map_or("before 3.7", |(_, name)| name);
    structure.fact("python", format!("{python} (magic {magic})"));
    if field(4)? & 1 == 0 {
        let time = Time(i64::try_from(field(8)?).unwrap_or_default());
        structure.fact("source-time", time.to_string());
        structure.fact("source-size", format!("{} B", field(12)?));
    } else {
        let hash = bytes.get(8..16).ok_or("is cut short")?;
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        structure.fact("source-hash", hash);
    }
    structure.fact("code", format!("{} B", bytes.len().saturating_sub(16)));
    Ok(structure)
}
