//! What the bytes of one file say, for eyes: a text line by line, or a summary of something that has parts. It compares
//! nothing, and everything that it gives is bounded.
//!
//! [`content()`] tries the formats of [`ALL`] in their order; what none of them knows is a text, or bytes.

mod certificate;
mod class;
mod elf;
mod gettext;
mod picture;
mod python;
mod sqlite;
mod tar;
mod text;
mod zip;

use std::panic::{AssertUnwindSafe, catch_unwind};

use layer::Rest;
use model::{Body, Content, Path, Structure};

/// A format that has parts: data first, functions of bytes after.
#[derive(Debug)]
pub struct Format {
    /// Its name in reports.
    pub name: &'static str,
    /// What a person calls it.
    pub title: &'static str,
    /// Whether bytes are of this format. It looks at few of them.
    pub recognises: fn(&[u8]) -> bool,
    /// Sums them up. An error is a clause that begins with a verb.
    pub summarises: fn(&[u8]) -> Result<Structure, String>,
}

/// Every format, in the order in which they are tried.
pub static ALL: &[&Format] = &[
    &elf::FORMAT,
    &zip::FORMAT,
    &sqlite::FORMAT,
    &picture::FORMAT,
    &class::FORMAT,
    &python::FORMAT,
    &gettext::FORMAT,
    &certificate::FORMAT,
    &tar::FORMAT,
];

/// Bytes that come out of a packed file at the most.
const MOST_INFLATED: usize = 64 << 20;

/// Parts of one kind at the most.
const MOST_PARTS: usize = 50_000;

/// What bytes say. What is packed in gzip or zstd is unpacked first. By the file's path is known what else is secret in it.
pub fn content(path: &Path, bytes: &[u8]) -> Content {
    let Some(packed) = packed(bytes) else { return plain(path, bytes) };
    let inflated = layer::inflate(bytes, MOST_INFLATED);
    let problem = inflated.rest.map(|rest| match rest {
        Rest::Beyond => format!("has more than {} MB once unpacked", MOST_INFLATED >> 20),
        Rest::Broken(reason) => format!("is broken where it is packed: {reason}"),
    });
    let mut content = plain(path, &inflated.bytes);
    content.packed = Some(packed);
    content.notices.splice(0..0, problem);
    content
}

fn packed(bytes: &[u8]) -> Option<&'static str> {
    let known = [(&[0x1f, 0x8b, 0x08][..], "gzip"), (&[0x28, 0xb5, 0x2f, 0xfd], "zstd")];
    known.into_iter().find_map(|(magic, name)| bytes.starts_with(magic).then_some(name))
}

/// What bytes say that are not packed.
fn plain(path: &Path, bytes: &[u8]) -> Content {
    let Some(format) = ALL.iter().find(|format| (format.recognises)(bytes)) else {
        return text::read(path, bytes);
    };
    // What a reader did not expect must not take the rest of the answer along.
    let summary = catch_unwind(AssertUnwindSafe(|| (format.summarises)(bytes)));
    match summary.unwrap_or_else(|_| Err("made its reader fail".into())) {
        Ok(structure) => Content { body: Body::Structure(structure), ..Content::default() },
        Err(reason) => {
            let structure = Structure::new(format.name);
            let notices = vec![reason];
            Content { body: Body::Structure(structure), notices, ..Content::default() }
        }
    }
}

/// A little-endian number of two or four bytes.
fn little(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// The same with the high end first.
fn big(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests;
