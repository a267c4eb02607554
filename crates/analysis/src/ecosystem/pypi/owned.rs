//! Reads which files a Python package has: `RECORD` of wheels, `installed-files.txt` of eggs. It never says which package
//! that is; its metadata in the same folder do.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{Claim, Evidence, OwnedPath, Path, Recorded, RecordedDigest, Sha256};

use super::{Damage, Input, Reading, Unreadable};
use crate::budget::Budget;

/// Reads `RECORD`: lines of path, digest and size as comma-separated values. Paths begin where the package is installed.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
pub(super) fn record(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let folder = parent(parent(input.path));
    let mut damage = Damage::default();
    let rows = lines(input.bytes).filter_map(|(number, line)| {
        let row = row(line);
        if row.is_none() {
            damage.tell(|| format!("line {number} is no path, digest and size: left out"));
        }
        row
    });
    let mut reading = claim(input, folder, rows);
    reading.notices.splice(0..0, damage.into_notices());
    Ok(reading)
}

/// Reads `installed-files.txt`: a path a line. Paths begin in the folder of the file itself.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
pub(super) fn installed_files(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let paths = lines(input.bytes).map(|(_, line)| (line.into(), None));
    Ok(claim(input, parent(input.path), paths))
}

fn claim(
    input: &Input<'_>,
    folder: &[u8],
    lines: impl Iterator<Item = (Vec<u8>, Option<RecordedDigest>)>,
) -> Reading {
    let mut budget = Budget::of(input);
    let folder = Path::new(folder);
    let paths = lines.filter_map(|(path, digest)| {
        let length = folder.as_bytes().len().saturating_add(path.len());
        if !budget.admits(length) {
            return None;
        }
        let absolute = path.starts_with(b"/");
        let path = if absolute { Path::new(path) } else { folder.join(&path) };
        let recorded = Recorded { digest: digest.map(Box::new), ..Recorded::default() };
        (path != Path::root()).then_some(OwnedPath { path, recorded })
    });
    let paths = paths.collect();
    let package = String::from_utf8_lossy(name(parent(input.path))).into_owned();
    let evidence = vec![Evidence::Claims(Claim { package, paths })];
    Reading { evidence, notices: budget.into_notices().collect(), ..Reading::default() }
}

/// The path and the digest of a row. A path with a comma or a quote stands in quotes, which are doubled in it.
fn row(line: &[u8]) -> Option<(Vec<u8>, Option<RecordedDigest>)> {
    let (path, rest) = if let Some(quoted) = line.strip_prefix(b"\"") {
        unquote(quoted)?
    } else {
        let comma = line.iter().position(|&byte| byte == b',')?;
        (line[..comma].to_vec(), &line[comma..])
    };
    let digest = rest.strip_prefix(b",")?.split(|&byte| byte == b',').next()?;
    (!path.is_empty()).then(|| (path, sha256(digest)))
}

/// What stands before the closing quote, and what follows it.
fn unquote(quoted: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut text = Vec::new();
    let mut rest = quoted;
    loop {
        let quote = rest.iter().position(|&byte| byte == b'"')?;
        text.extend_from_slice(&rest[..quote]);
        rest = &rest[quote + 1..];
        match rest.strip_prefix(b"\"") {
            Some(after) => {
                text.push(b'"');
                rest = after;
            }
            None => return Some((text, rest)),
        }
    }
}

/// `sha256=` and the digest in base64, without padding and safe for addresses. Other algorithms are left out.
fn sha256(text: &[u8]) -> Option<RecordedDigest> {
    let digits = text.strip_prefix(b"sha256=")?;
    let digits = digits.strip_suffix(b"=").unwrap_or(digits);
    let bytes = URL_SAFE_NO_PAD.decode(digits).ok()?;
    bytes.try_into().ok().map(|bytes| RecordedDigest::Sha256(Sha256(bytes)))
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let lines = (1..).zip(bytes.split(|&byte| byte == b'\n'));
    let lines = lines.map(|(number, line)| (number, line.strip_suffix(b"\r").unwrap_or(line)));
    lines.filter(|(_, line)| !line.is_empty())
}

/// The folder of a path, without a trailing slash.
fn parent(path: &[u8]) -> &[u8] {
    path.iter().rposition(|&byte| byte == b'/').map_or(b"", |slash| &path[..slash])
}

fn name(path: &[u8]) -> &[u8] {
    path.rsplit(|&byte| byte == b'/').next().unwrap_or_default()
}
