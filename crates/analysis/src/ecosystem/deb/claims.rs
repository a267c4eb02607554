//! Reads the files beside `status` that say which paths are whose. It never says whether the package is installed.

use model::{Claim, Diversion, Evidence, OwnedPath, Path, Recorded, RecordedDigest, visible};

use super::{Input, Reading, Unreadable};
use crate::budget::Budget;
use crate::ecosystem::Damage;

/// Reads `NAME.list`: a path a line.
pub(super) fn list(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let package = package(input.path, ".list")?;
    let mut budget = Budget::of(input);
    let paths = lines(input.bytes)
        .filter(|(_, line)| budget.admits(line.len()))
        .map(|(_, line)| Path::new(line))
        // Every package claims `/.`, the root, which is nobody's.
        .filter(|path| *path != Path::root())
        .map(|path| OwnedPath { path, recorded: Recorded::default() })
        .collect();
    let evidence = vec![Evidence::Claims(Claim { package, paths })];
    Ok(Reading { evidence, notices: budget.into_notices().collect(), ..Reading::default() })
}

/// Reads `NAME.md5sums`: digest, two spaces, path without a leading slash.
pub(super) fn md5sums(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let package = package(input.path, ".md5sums")?;
    let mut damage = Damage::default();
    let mut budget = Budget::of(input);
    let mut paths = Vec::new();
    for (number, line) in lines(input.bytes) {
        match checksum(line) {
            Some((digest, path)) if budget.admits(path.len()) => paths.push(owned(digest, path)),
            Some(_) => {}
            None => damage.tell(|| format!("line {number} is no digest and path: left out")),
        }
    }
    let evidence = vec![Evidence::Claims(Claim { package, paths })];
    let notices = damage.into_notices().into_iter().chain(budget.into_notices()).collect();
    Ok(Reading { evidence, notices, ..Reading::default() })
}

/// Reads `diversions`: groups of three lines, from where, to where and for whom.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
pub(super) fn diversions(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let mut damage = Damage::default();
    let mut diversions = Vec::new();
    let mut lines = lines(input.bytes);
    while let Some((number, from)) = lines.next() {
        let (Some((_, to)), Some((_, by))) = (lines.next(), lines.next()) else {
            damage.tell(|| format!("the diversion at line {number} is cut short: left out"));
            break;
        };
        match by {
            // The administrator's own.
            b":" => diversions.push(diversion(from, to, None)),
            by => match std::str::from_utf8(by) {
                Ok(by) => diversions.push(diversion(from, to, Some(by))),
                Err(_) => damage.tell(|| {
                    let by = visible(by);
                    format!(
                        "the diversion at line {number} is for {by}, which is not UTF-8: left out"
                    )
                }),
            },
        }
    }
    let evidence = vec![Evidence::Diversions(diversions)];
    Ok(Reading { evidence, notices: damage.into_notices(), ..Reading::default() })
}

fn diversion(from: &[u8], to: &[u8], by: Option<&str>) -> Diversion {
    Diversion { from: Path::new(from), to: Path::new(to), by: by.map(Into::into) }
}

/// Lines with their numbers, without empty ones. Names are bytes: nothing is trimmed.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    (1..).zip(bytes.split(|&byte| byte == b'\n')).filter(|(_, line)| !line.is_empty())
}

/// The package that a file is called after.
fn package(path: &[u8], suffix: &str) -> Result<String, Unreadable> {
    let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let name = name.strip_suffix(suffix.as_bytes()).unwrap_or(name);
    String::from_utf8(name.into()).map_err(|_| Unreadable("its name is not UTF-8".into()))
}

/// The digest and the path of a line.
fn checksum(line: &[u8]) -> Option<([u8; 16], &[u8])> {
    let (digest, rest) = line.split_at_checked(32)?;
    let path = rest.strip_prefix(b"  ").filter(|path| !path.is_empty())?;
    Some((md5(digest)?, path))
}

fn owned(digest: [u8; 16], path: &[u8]) -> OwnedPath {
    let digest = Some(Box::new(RecordedDigest::Md5(digest)));
    OwnedPath { path: Path::new(path), recorded: Recorded { digest, ..Recorded::default() } }
}

/// Reads 32 hexadecimal digits.
pub(super) fn md5(hex: &[u8]) -> Option<[u8; 16]> {
    let hex: &[u8; 32] = hex.try_into().ok()?;
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
    }
    Some(bytes)
}
