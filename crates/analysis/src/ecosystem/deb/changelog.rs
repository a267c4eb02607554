//! Keeps the changelogs among packages' papers. It never reads what they say: whoever compares two images does.

use model::TextKind;

use super::{Input, Reading, Unreadable};
use crate::changelog::debian;

/// The largest changelog that is kept, as the file has it. That of Linux has 1.2 MB.
const LARGEST: usize = 2 << 20;

/// How much of a file is looked at to tell whose changelog it is.
const BEGINNING: usize = 4 << 10;

/// Keeps `changelog.Debian`, packed or not.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
pub(super) fn keep(input: &Input<'_>) -> Result<Reading, Unreadable> {
    if input.bytes.len() > LARGEST {
        let (bytes, most) = (input.bytes.len(), LARGEST >> 20);
        let notice = format!("has {bytes} bytes, and no changelog of more than {most} MB is kept");
        return Ok(Reading { notices: vec![notice], ..Reading::default() });
    }
    let texts = vec![(TextKind::DebianChangelog, input.bytes.into())];
    Ok(Reading { texts, ..Reading::default() })
}

/// Keeps `changelog` where it is the distribution's: what is made for Debian alone has no other, and for the rest it is
/// that of the authors, which has a form of its own.
pub(super) fn keep_native(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let beginning = layer::inflate(input.bytes, BEGINNING).bytes;
    let mut lines = beginning.split(|&byte| byte == b'\n');
    if lines.any(|line| debian::head(&String::from_utf8_lossy(line)).is_some()) {
        return keep(input);
    }
    Ok(Reading::default())
}
