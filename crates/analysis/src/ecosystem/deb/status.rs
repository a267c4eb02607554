//! Reads `status` and the pieces of `status.d`: which packages are there. It never reads which files they brought.

use model::{Evidence, OwnedPath, Package, Path, Recorded, RecordedDigest, Scheme};

use super::claims::md5;
use super::record::{Field, Record, records};
use super::{ECOSYSTEM, Input, Reading, Unreadable};
use crate::budget::Budget;
use crate::ecosystem::Damage;

/// Reads `status`, where every record says how far its package is installed.
pub(in crate::ecosystem) fn status(input: &Input<'_>) -> Result<Reading, Unreadable> {
    read(input, |record| {
        // dpkg takes a record without a status for one of a package that it has only heard of.
        record.first_line(Field::Status).is_some_and(is_there)
    })
}

/// Reads a piece of `status.d`, whose records are those of package archives and have no status: the package is there.
pub(super) fn piece(input: &Input<'_>) -> Result<Reading, Unreadable> {
    read(input, |record| record.first_line(Field::Status).is_none_or(is_there))
}

/// Whether files of the package are there, as the third word says. Those of a package that is unpacked or half configured
/// are; of one that was removed but not purged, only settings are (`deinstall ok config-files`).
fn is_there(status: &[u8]) -> bool {
    let mut words = status.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let state = words.next_back().unwrap_or_default().to_ascii_lowercase();
    !matches!(&state[..], b"config-files" | b"not-installed")
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
fn read(input: &Input<'_>, is_there: impl Fn(&Record<'_>) -> bool) -> Result<Reading, Unreadable> {
    let mut packages = Vec::new();
    let mut damage = Damage::default();
    let mut budget = Budget::of(input);
    for record in records(input.bytes) {
        if let Some(stray) = record.stray {
            damage.tell(|| format!("line {stray} is not what a record may hold there: left out"));
        }
        if !is_there(&record) {
            continue;
        }
        match package(&record) {
            Ok(package) => packages.push((package, conffiles(&record, &mut budget))),
            Err(missing) => {
                let line = record.line;
                damage.tell(|| format!("the record at line {line} has no {missing}: left out"));
            }
        }
    }
    let evidence = vec![Evidence::Packages(packages)];
    let notices = damage.into_notices().into_iter().chain(budget.into_notices()).collect();
    Ok(Reading { evidence, notices, ..Reading::default() })
}

/// The package of a record, or what is missing.
fn package(record: &Record<'_>) -> Result<Package, &'static str> {
    let text = |field| std::str::from_utf8(record.first_line(field)?).ok();
    let lossy = |field| Some(String::from_utf8_lossy(record.first_line(field)?).into_owned());
    let name = text(Field::Package).ok_or("package name in UTF-8")?;
    let version = text(Field::Version).ok_or("version in UTF-8")?;
    let kibibytes = text(Field::InstalledSize).and_then(|size| size.parse::<u64>().ok());
    Ok(Package {
        architecture: lossy(Field::Architecture),
        source: lossy(Field::Source),
        supplier: lossy(Field::Maintainer),
        size: kibibytes.map(|size| size.saturating_mul(1024)),
        ..Package::new(ECOSYSTEM.name, name, version, Scheme::Deb)
    })
}

/// The package's configuration files: ` PATH MD5`, with marks after it where an upgrade left the file behind.
fn conffiles(record: &Record<'_>, budget: &mut Budget) -> Vec<OwnedPath> {
    record
        .lines(Field::Conffiles)
        .filter_map(|line| {
            let mut rest = line;
            for mark in [&b"remove-on-upgrade"[..], b"obsolete"] {
                rest = rest.strip_suffix(mark).map_or(rest, <[u8]>::trim_ascii_end);
            }
            // A path may hold spaces; the digest is the last word. It is `newconffile` before the first set-up.
            let space = rest.iter().rposition(u8::is_ascii_whitespace)?;
            let (path, digest) = (rest[..space].trim_ascii_end(), &rest[space + 1..]);
            let digest = md5(digest).map(RecordedDigest::Md5).map(Box::new);
            let recorded = Recorded { digest, config: true, ..Recorded::default() };
            let is_claimed = path.starts_with(b"/") && budget.admits(path.len());
            is_claimed.then(|| OwnedPath { path: Path::new(path), recorded })
        })
        .collect()
}
