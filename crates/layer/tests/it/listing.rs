//! Shows an archive as text: a line for each entry, its notices below, the error at the end.

use std::fmt::Write as _;
use std::io::BufReader;

use layer::{Entries, Entry, Error, Kind, Limits};
use model::visible;

/// Asserts what an archive looks like under the usual limits.
#[track_caller]
pub(crate) fn check(archive: impl AsRef<[u8]>, expected: &str) {
    check_limited(archive, &Limits::default(), expected);
}

/// Asserts what an archive looks like under these limits.
#[track_caller]
pub(crate) fn check_limited(archive: impl AsRef<[u8]>, limits: &Limits, expected: &str) {
    let lines =
        |text: &str| text.lines().map(|line| format!("{}\n", line.trim())).collect::<String>();
    let (shown, expected) = (show(archive.as_ref(), limits), lines(expected.trim()));
    assert!(shown == expected, "\n-- expected\n{expected}-- is\n{shown}");
}

/// Shows an archive; whether it is read in one piece or in many must not matter.
fn show(archive: &[u8], limits: &Limits) -> String {
    let mut whole = archive;
    let shown = list(&mut Entries::new(&mut whole, limits));
    let mut pieces = BufReader::with_capacity(7, archive);
    let same = list(&mut Entries::new(&mut pieces, limits));
    assert_eq!(shown, same, "small buffers change the result");
    shown
}

fn list(entries: &mut Entries<'_>) -> String {
    let mut text = String::new();
    let result = walk(entries, &mut text);
    for notice in entries.take_notices() {
        let path = notice.path.map(|path| format!("{path}: ")).unwrap_or_default();
        writeln!(text, "! {path}{}", notice.text).unwrap();
    }
    if let Err(error) = result {
        writeln!(text, "error: {error}").unwrap();
        assert!(entries.next_entry().is_err() && entries.chunk().is_err(), "errors are final");
    }
    text
}

fn walk(entries: &mut Entries<'_>, text: &mut String) -> Result<(), Error> {
    while let Some(entry) = entries.next_entry()? {
        let mut content = Vec::new();
        while let Some(bytes) = entries.chunk()? {
            assert!(!bytes.is_empty(), "a chunk is never empty");
            content.extend_from_slice(bytes);
        }
        writeln!(text, "{}", line(&entry, &content)).unwrap();
    }
    Ok(())
}

/// One entry; what is as usual (mode 644, owner 0:0, time 0) is left away.
fn line(entry: &Entry, content: &[u8]) -> String {
    let mut line = match &entry.kind {
        Kind::Regular { size } => {
            assert_eq!(*size, content.len() as u64, "the content has the size that was told");
            format!("file {} \"{}\"", entry.path, content_text(content))
        }
        Kind::Link { target } => format!("link {} -> {target}", entry.path),
        Kind::Symlink { target } => format!("symlink {} -> {}", entry.path, visible(target)),
        Kind::Directory => format!("directory {}", entry.path),
        Kind::CharDevice { major, minor } => format!("char {} {major}:{minor}", entry.path),
        Kind::BlockDevice { major, minor } => format!("block {} {major}:{minor}", entry.path),
        Kind::Fifo => format!("fifo {}", entry.path),
        Kind::Whiteout => format!("whiteout {}", entry.path),
        Kind::Opaque => format!("opaque {}", entry.path),
    };
    if entry.mode != 0o644 {
        write!(line, " mode {:o}", entry.mode).unwrap();
    }
    if (entry.uid, entry.gid) != (0, 0) {
        write!(line, " owner {}:{}", entry.uid, entry.gid).unwrap();
    }
    if entry.mtime != 0 {
        write!(line, " time {}", entry.mtime).unwrap();
    }
    for (name, value) in entry.xattrs.iter().flat_map(|xattrs| xattrs.iter()) {
        write!(line, " {}={}", visible(name), visible(value)).unwrap();
    }
    line
}

/// Content with its runs of zeros shortened.
fn content_text(content: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = content;
    while !rest.is_empty() {
        let zeros = rest.iter().take_while(|&&byte| byte == 0).count();
        if zeros > 0 {
            write!(text, "<{zeros} zeros>").unwrap();
        }
        let bytes = rest[zeros..].iter().take_while(|&&byte| byte != 0).count();
        text.push_str(&visible(&rest[zeros..zeros + bytes]));
        rest = &rest[zeros + bytes..];
    }
    text
}
