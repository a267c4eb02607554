//! Alpine, Wolfi and kin: the database that `apk` keeps of what it installed. It never looks at `apk`'s cache.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Evidence, OwnedPath, Package, Path, Recorded, RecordedDigest, Scheme, Sha256};

use super::bitnami::bill;
use super::{Damage, Ecosystem, Input, Reader, Reading, Unreadable, Want};
use crate::budget::Budget;

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "apk",
    title: "apk (Alpine, Wolfi)",
    osv: Some("Alpine"),
    scheme: Some(Scheme::Apk),
    readers: &[
        reader("lib/apk/db/installed"),
        // Where it stands since /lib is a link to /usr/lib.
        reader("usr/lib/apk/db/installed"),
        // A bill of materials for each package, as apko and melange write them.
        Reader {
            revision: 1,
            wants: Want::In("var/lib/db/sbom", ".spdx.json"),
            companions: &[],
            limit: 16 << 20,
            read: bill::read,
        },
    ],
    records: &[
        Want::Under("lib/apk/db"),
        Want::Under("usr/lib/apk/db"),
        Want::Under("var/lib/apk"),
        Want::Path("etc/apk/world"),
        Want::In("var/lib/db/sbom", ".spdx.json"),
    ],
    holdings: None,
};

const fn reader(path: &'static str) -> Reader {
    Reader {
        revision: 3,
        wants: Want::Path(path),
        companions: &[],
        limit: 64 << 20,
        read: installed,
    }
}

/// Reads `installed`: one record a package, of lines `K:value`, ended by an empty line. Paths are bytes.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
fn installed(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let mut packages = Vec::new();
    let mut damage = Damage::default();
    let mut budget = Budget::of(input);
    let mut record = Record::default();
    let lines = input.bytes.split(|&byte| byte == b'\n').chain([&b""[..]]);
    for (number, line) in (1..).zip(lines) {
        if !line.is_empty() {
            record.line = record.line.or(Some(number));
            record.read(line, &mut budget);
            continue;
        }
        let record = std::mem::take(&mut record);
        let Some(first) = record.line else { continue };
        match record.finish() {
            Ok(package) => packages.push(package),
            Err(missing) => {
                damage.tell(|| format!("the record at line {first} has no {missing}: left out"));
            }
        }
    }
    let evidence = vec![Evidence::Packages(packages)];
    let notices = damage.into_notices().into_iter().chain(budget.into_notices()).collect();
    Ok(Reading { evidence, notices, ..Reading::default() })
}

/// What has been read of one package's record.
#[derive(Default)]
struct Record<'a> {
    /// The number of its first line.
    line: Option<usize>,
    name: Option<&'a str>,
    version: Option<&'a str>,
    architecture: Option<&'a [u8]>,
    origin: Option<&'a [u8]>,
    checksum: Option<&'a [u8]>,
    commit: Option<&'a [u8]>,
    size: Option<&'a [u8]>,
    license: Option<&'a [u8]>,
    maintainer: Option<&'a [u8]>,
    /// The directory that the files of the next lines lie in.
    directory: Option<Path>,
    owned: Vec<OwnedPath>,
    /// Whether the last of them is what the next lines describe.
    is_described: bool,
}

impl<'a> Record<'a> {
    fn read(&mut self, line: &'a [u8], budget: &mut Budget) {
        let [key, b':', value @ ..] = line else { return };
        match key {
            b'P' => self.name = text(value),
            b'V' => self.version = text(value),
            b'A' => self.architecture = Some(value),
            b'o' => self.origin = Some(value),
            b'C' => self.checksum = Some(value),
            b'c' => self.commit = Some(value),
            b'I' => self.size = Some(value),
            b'L' => self.license = Some(value),
            b'm' => self.maintainer = Some(value),
            b'F' => {
                self.directory = budget.admits(value.len()).then(|| Path::new(value));
                // The root is nobody's.
                let owned = self.directory.clone().filter(|directory| *directory != Path::root());
                self.own(owned, 0o755);
            }
            // A file before any directory breaks the format: where it lies cannot be told.
            b'R' => {
                let path = self.directory.as_ref().and_then(|directory| {
                    let length = directory.as_bytes().len().saturating_add(value.len());
                    budget.admits(length.saturating_add(1)).then(|| directory.join(value))
                });
                self.own(path, 0o644);
            }
            b'M' | b'a' => {
                if let (Some(mode), Some(owned)) = (mode(value), self.last()) {
                    owned.recorded.mode = Some(mode);
                }
            }
            b'Z' => {
                if let Some(owned) = self.last() {
                    owned.recorded.digest = digest(value).map(Box::new);
                }
            }
            _ => {}
        }
    }

    /// Adds a path, if there is one. apk writes a mode only where it is not the usual one.
    fn own(&mut self, path: Option<Path>, usual: u16) {
        self.is_described = path.is_some();
        let recorded = Recorded { mode: Some(usual), ..Recorded::default() };
        self.owned.extend(path.map(|path| OwnedPath { path, recorded }));
    }

    /// The path that the lines after its own describe; none where it was left out.
    fn last(&mut self) -> Option<&mut OwnedPath> {
        self.owned.last_mut().filter(|_| self.is_described)
    }

    /// The package and its paths, or what is missing.
    fn finish(self) -> Result<(Package, Vec<OwnedPath>), &'static str> {
        let name = self.name.ok_or("name (P) in UTF-8")?;
        let version = self.version.ok_or("version (V) in UTF-8")?;
        let package = Package {
            architecture: self.architecture.and_then(lossy),
            source: self.origin.and_then(lossy),
            build: self.checksum.and_then(lossy),
            commit: self.commit.and_then(lossy),
            supplier: self.maintainer.and_then(lossy),
            size: self.size.and_then(text).and_then(|size| size.parse().ok()),
            license: self.license.and_then(lossy),
            ..Package::new(ECOSYSTEM.name, name, version, Scheme::Apk)
        };
        Ok((package, self.owned))
    }
}

fn text(value: &[u8]) -> Option<&str> {
    std::str::from_utf8(value).ok().filter(|text| !text.is_empty())
}

fn lossy(value: &[u8]) -> Option<String> {
    (!value.is_empty()).then(|| String::from_utf8_lossy(value).into_owned())
}

/// Reads `uid:gid:mode` and what may follow.
fn mode(value: &[u8]) -> Option<u16> {
    let mode = value.split(|&byte| byte == b':').nth(2).and_then(text)?;
    u16::from_str_radix(mode, 8).ok().filter(|mode| *mode <= 0o7777)
}

/// Reads a checksum: `Q1` is SHA-1 and `Q2` SHA-256, in base64. That of a symbolic link is of its target.
fn digest(value: &[u8]) -> Option<RecordedDigest> {
    let (algorithm, digits) = value.split_at_checked(2)?;
    let bytes = STANDARD.decode(digits).ok()?;
    match algorithm {
        b"Q1" => bytes.try_into().ok().map(RecordedDigest::Sha1),
        b"Q2" => bytes.try_into().ok().map(|bytes| RecordedDigest::Sha256(Sha256(bytes))),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
