//! Tests of rpm's readers: bytes in, text out.

mod berkeley;
mod corpus;
mod header;
mod ndb;
mod sqlite;

use model::{Evidence, OwnedPath, Package, RecordedDigest};

use super::bytes::ByteOrder;
use super::{ECOSYSTEM, Input, Reading, Unreadable, Want, write};

/// One package with all that is read of one, in each of the three formats, with the file that it stands in.
pub(crate) fn samples() -> [(&'static str, Vec<u8>); 3] {
    let blobs = [header::sample()];
    [
        ("usr/lib/sysimage/rpm/Packages.db", write::ndb::database(&blobs)),
        ("var/lib/rpm/Packages", write::berkeley::database(ByteOrder::Little, 4096, &blobs)),
        ("var/lib/rpm/rpmdb.sqlite", write::sqlite::database(write::sqlite::PLAIN, &blobs)),
    ]
}

/// Checks what the reader of the file of this name makes of it: packages with their paths, then notices.
#[track_caller]
fn check(name: &str, bytes: &[u8], expect: &str) {
    check_with(name, bytes, &[], expect);
}

/// Checks what a reader makes of a file and what stands beside it.
#[track_caller]
fn check_with(name: &str, bytes: &[u8], companions: &[(&str, &[u8])], expect: &str) {
    let path = format!("var/lib/rpm/{name}");
    let wants = |wants| matches!(wants, Want::Path(wanted) if wanted == path);
    let reader = ECOSYSTEM.readers.iter().find(|reader| wants(reader.wants)).unwrap();
    let reading = (reader.read)(&Input { path: path.as_bytes(), bytes, beyond: &[], companions });
    assert_eq!(shown(reading), expect);
}

fn shown(reading: Result<Reading, Unreadable>) -> String {
    let reading = match reading {
        Ok(reading) => reading,
        Err(Unreadable(reason)) => return format!("unreadable: {reason}\n"),
    };
    let mut out = String::new();
    for evidence in reading.evidence {
        let Evidence::Packages(packages) = evidence else { panic!("{evidence:?}") };
        for (package, paths) in packages {
            out += &shown_package(&package);
            out += &paths.iter().map(shown_path).collect::<String>();
        }
    }
    out + &reading.notices.iter().map(|notice| format!("notice: {notice}\n")).collect::<String>()
}

/// `NAME VERSION`, then what else is known of it, each with its name.
fn shown_package(package: &Package) -> String {
    let size = package.size.map(|size| size.to_string());
    let facts = [
        ("arch", package.architecture.as_ref()),
        ("source", package.source.as_ref()),
        ("build", package.build.as_ref()),
        ("size", size.as_ref()),
        ("license", package.license.as_ref()),
        ("supplier", package.supplier.as_ref()),
        ("module", package.module.as_ref()),
    ];
    let facts = facts.iter().filter_map(|(name, fact)| Some(format!(", {name} {}", (*fact)?)));
    format!("{} {}{}\n", package.name, package.version, facts.collect::<String>())
}

/// The path, then what is recorded of it; of a known digest the last byte.
fn shown_path(owned: &OwnedPath) -> String {
    let recorded = &owned.recorded;
    let mode = recorded.mode.map(|mode| format!(" {mode:o}")).unwrap_or_default();
    let config = if recorded.config { " config" } else { "" };
    let ghost = if recorded.ghost { " ghost" } else { "" };
    let digest = match recorded.digest.as_deref() {
        Some(RecordedDigest::Md5(md5)) => format!(" md5:{:x}", md5[15]),
        Some(RecordedDigest::Sha1(sha1)) => format!(" sha1:{:x}", sha1[19]),
        Some(RecordedDigest::Sha256(sha256)) => format!(" sha256:{:x}", sha256.0[31]),
        Some(RecordedDigest::Other(number, digits)) => format!(" {number}:{digits}"),
        None => String::new(),
    };
    format!("  {}{mode}{config}{ghost}{digest}\n", owned.path)
}
