//! What a reader gave, as text, for tests. It leaves out what is not there.

use std::fmt::Write as _;

use model::{Evidence, OwnedPath, Package, RecordedDigest};

use crate::ecosystem::{Ecosystem, Input, Reader, Reading, Unreadable, Want};

/// Gives `bytes` to the reader that wants `path`, and tells what it made of them.
pub(crate) fn transcript(ecosystem: &Ecosystem, path: &str, bytes: &[u8]) -> String {
    let mut out = String::new();
    match reading(ecosystem, path, bytes) {
        Err(Unreadable(reason)) => writeln!(out, "unreadable: {reason}").unwrap(),
        Ok(reading) => {
            reading.evidence.iter().for_each(|evidence| tell(&mut out, evidence));
            for (kind, bytes) in &reading.texts {
                writeln!(out, "text {kind:?} of {} bytes", bytes.len()).unwrap();
            }
            reading.notices.iter().for_each(|notice| writeln!(out, "notice: {notice}").unwrap());
        }
    }
    out
}

/// Gives `bytes` to the reader that wants `path`.
pub(crate) fn reading(
    ecosystem: &Ecosystem,
    path: &str,
    bytes: &[u8],
) -> Result<Reading, Unreadable> {
    let path = path.as_bytes();
    (reader(ecosystem, path).read)(&Input { path, bytes, beyond: &[], companions: &[] })
}

/// The one reader that wants `path`: two would read it twice.
fn reader<'a>(ecosystem: &'a Ecosystem, path: &[u8]) -> &'a Reader {
    let wants = |reader: &&Reader| reader.wants == Want::Executable || reader.wants.is_met_by(path);
    let readers: Vec<&Reader> = ecosystem.readers.iter().filter(wants).collect();
    assert_eq!(readers.len(), 1, "readers of {}", String::from_utf8_lossy(path));
    readers[0]
}

fn tell(out: &mut String, evidence: &Evidence) {
    match evidence {
        Evidence::Packages(packages) => {
            for (package, owned) in packages {
                writeln!(out, "{}{}", line(package), paths(owned)).unwrap();
            }
        }
        Evidence::Nested { inside, packages } => {
            for package in packages {
                writeln!(out, "{inside}: {}", line(package)).unwrap();
            }
        }
        Evidence::Stated(packages) => {
            for one in packages {
                writeln!(out, "states {}", line(one)).unwrap();
            }
        }
        Evidence::Declared(packages) => {
            for one in packages {
                writeln!(out, "declares {}", line(one)).unwrap();
            }
        }
        Evidence::Claims(claim) => {
            writeln!(out, "{} claims{}", claim.package, paths(&claim.paths)).unwrap();
        }
        Evidence::Diversions(diversions) => {
            for diversion in diversions {
                let by = diversion.by.as_deref().unwrap_or("the administrator");
                writeln!(out, "{} goes to {} for {by}", diversion.from, diversion.to).unwrap();
            }
        }
        Evidence::Licenses { package, licenses } => {
            writeln!(out, "{package} is under {}", licenses.join(", ")).unwrap();
        }
        Evidence::Hits(hits) => {
            for hit in hits {
                writeln!(out, "{} in line {}: {}", hit.rule, hit.line, hit.excerpt).unwrap();
            }
        }
        Evidence::Channel(channel) => writeln!(out, "takes fixes of {channel}").unwrap(),
        Evidence::Distro(distro) => {
            let parts = [
                ("version", distro.version_id.clone()),
                ("codename", distro.codename.clone()),
                ("like", Some(distro.id_like.join(" ")).filter(|like| !like.is_empty())),
                ("pretty", distro.pretty_name.clone()),
            ];
            writeln!(out, "{}{}", distro.id, named(parts)).unwrap();
        }
    }
}

fn line(package: &Package) -> String {
    let parts = [
        ("arch", package.architecture.clone()),
        ("source", package.source.clone()),
        ("build", package.build.clone()),
        ("commit", package.commit.clone()),
        ("size", package.size.map(|size| size.to_string())),
        ("license", package.license.clone()),
        ("supplier", package.supplier.clone()),
        ("module", package.module.clone()),
        ("group", package.group.clone()),
        ("specification", package.specification.clone()),
    ];
    format!("{} {}{}", package.name, package.version, named(parts))
}

fn paths(owned: &[OwnedPath]) -> String {
    owned.iter().map(|owned| format!("\n  {}", path(owned))).collect()
}

fn path(owned: &OwnedPath) -> String {
    let recorded = &owned.recorded;
    let digest = recorded.digest.as_deref().map(|digest| match digest {
        RecordedDigest::Md5(bytes) => format!("md5:{}", hex(bytes)),
        RecordedDigest::Sha1(bytes) => format!("sha1:{}", hex(bytes)),
        RecordedDigest::Sha256(digest) => format!("sha256:{digest}"),
        RecordedDigest::Other(algorithm, digits) => format!("{algorithm}:{digits}"),
    });
    let parts = [
        ("mode", recorded.mode.map(|mode| format!("{mode:o}"))),
        ("digest", digest),
        ("is", recorded.config.then(|| "config".into())),
        ("is", recorded.ghost.then(|| "ghost".into())),
    ];
    format!("{}{}", owned.path, named(parts))
}

fn named<const N: usize>(parts: [(&str, Option<String>); N]) -> String {
    let there = parts.into_iter().filter_map(|(name, value)| Some((name, value?)));
    there.map(|(name, value)| format!(" {name}={value}")).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
