//! What every target does with an archive: reads all of it, and checks what always holds. It looks at no meaning.

use layer::{Entries, Entry, Error, Kind, Limits};

/// Limits that keep a single input quick.
pub fn limits() -> Limits {
    Limits { inflated: 16 << 20, ..Limits::default() }
}

/// Reads every entry with its content; what was read, up to the end or the error.
pub fn walk(entries: &mut Entries<'_>) -> (Vec<Entry>, Result<(), Error>) {
    let mut read = Vec::new();
    let result = loop {
        match step(entries) {
            Ok(Some(entry)) => read.push(entry),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    if result.is_err() {
        assert!(entries.next_entry().is_err() && entries.chunk().is_err(), "errors are final");
    }
    (read, result)
}

fn step(entries: &mut Entries<'_>) -> Result<Option<Entry>, Error> {
    let Some(entry) = entries.next_entry()? else { return Ok(None) };
    assert!(entry.mode <= 0o7777);
    assert_eq!(normalised(&entry), entry.path.as_bytes(), "paths are normal");
    let mut length = 0;
    while let Some(chunk) = entries.chunk()? {
        assert!(!chunk.is_empty());
        length += chunk.len() as u64;
    }
    let size = if let Kind::Regular { size } = entry.kind { size } else { 0 };
    assert_eq!(length, size, "the content is as long as was told");
    Ok(Some(entry))
}

/// The path, taken apart and put together again.
fn normalised(entry: &Entry) -> Vec<u8> {
    let parts = entry.path.components().inspect(|part| assert!(![&b".."[..], b"."].contains(part)));
    let path = parts.flat_map(|part| [b"/", part].concat()).collect::<Vec<_>>();
    if path.is_empty() { b"/".to_vec() } else { path }
}
