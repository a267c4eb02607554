//! rpm: the database of Fedora, Red Hat, SUSE, Amazon Linux, Azure Linux and their kin, in the three formats that it
//! has had. It never asks `rpm`, and never looks at the indexes beside the packages.

mod berkeley;
mod bytes;
mod changelog;
mod files;
mod header;
mod manifest;
mod ndb;
mod package;
pub(crate) mod sqlite;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::samples;
#[cfg(test)]
mod write;

use std::borrow::Cow;

use model::{Evidence, Package, Scheme, TextKind};

use super::{Damage, Ecosystem, Input, Reader, Reading, Unreadable, Want};
use crate::budget::Budget;

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "rpm",
    title: "RPM (Fedora, RHEL, SUSE, Amazon Linux, Azure Linux)",
    osv: None,
    scheme: Some(Scheme::Rpm),
    readers: &[
        berkeley("var/lib/rpm/Packages"),
        berkeley("usr/lib/sysimage/rpm/Packages"),
        berkeley("usr/share/rpm/Packages"),
        ndb("var/lib/rpm/Packages.db"),
        ndb("usr/lib/sysimage/rpm/Packages.db"),
        ndb("usr/share/rpm/Packages.db"),
        sqlite("var/lib/rpm/rpmdb.sqlite"),
        sqlite("usr/lib/sysimage/rpm/rpmdb.sqlite"),
        sqlite("usr/share/rpm/rpmdb.sqlite"),
        // What Azure Linux leaves of the database in images without rpm.
        Reader {
            revision: 1,
            wants: Want::Path("var/lib/rpmmanifest/container-manifest-2"),
            companions: &[],
            limit: 16 << 20,
            read: manifest::read,
        },
    ],
    records: &[
        // The databases, their indexes, locks and logs. `usr/share/rpm` is where rpm-ostree keeps them, and the
        // other one of its folders has them as they were before packages were layered on top.
        Want::Under("var/lib/rpm"),
        Want::Under("var/lib/rpmmanifest"),
        Want::Under("usr/lib/sysimage/rpm"),
        Want::Under("usr/share/rpm"),
        Want::Under("usr/lib/sysimage/rpm-ostree-base-db"),
        // What yum, dnf, tdnf, zypper and PackageKit remember of what they did: history, why a package is there,
        // module streams. Their caches in `var/cache` are downloads, not records.
        Want::Under("var/lib/yum"),
        Want::Under("var/lib/dnf"),
        Want::Under("usr/lib/sysimage/libdnf5"),
        Want::Under("var/lib/tdnf"),
        Want::Under("var/lib/zypp"),
        Want::Under("var/lib/PackageKit"),
    ],
    holdings: None,
};

/// The largest database that is read. One of 10,000 packages has about 500 MB.
const LIMIT: u64 = 512 << 20;

/// Bytes of one package's changelog at the most. That of Red Hat's kernel has 2.1 MB.
const LONGEST_CHANGELOG: usize = 8 << 20;

/// Bytes of all changelogs of a database at the most, as much text as is kept of a layer.
const MOST_TEXT: usize = 32 << 20;

const fn berkeley(path: &'static str) -> Reader {
    Reader {
        revision: 2,
        wants: Want::Path(path),
        companions: &[],
        limit: LIMIT,
        read: read_berkeley,
    }
}

const fn ndb(path: &'static str) -> Reader {
    Reader { revision: 2, wants: Want::Path(path), companions: &[], limit: LIMIT, read: read_ndb }
}

const fn sqlite(path: &'static str) -> Reader {
    Reader {
        revision: 2,
        wants: Want::Path(path),
        companions: &[WRITE_AHEAD_LOG, ROLLBACK_JOURNAL],
        limit: LIMIT,
        read: read_sqlite,
    }
}

/// Changes that SQLite has not yet written into the database.
const WRITE_AHEAD_LOG: &str = "rpmdb.sqlite-wal";
/// What SQLite needs to undo a change that was interrupted.
const ROLLBACK_JOURNAL: &str = "rpmdb.sqlite-journal";
/// What a journal begins with that is still to be rolled back; a finished one is emptied or overwritten.
const JOURNAL_MAGIC: &[u8] = &[0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

fn read_berkeley(input: &Input<'_>) -> Result<Reading, Unreadable> {
    Ok(packages(berkeley::blobs(input.bytes)?, Budget::of(input)))
}

fn read_ndb(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let blobs = ndb::blobs(input.bytes)?;
    Ok(packages(blobs.map(|blob| blob.map(Cow::Borrowed)), Budget::of(input)))
}

fn read_sqlite(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let companion = |name: &str| {
        let found = input.companions.iter().find(|(this, _)| *this == name);
        found.map_or(&b""[..], |(_, bytes)| bytes)
    };
    let database = sqlite::Database::open(input.bytes, companion(WRITE_AHEAD_LOG))?;
    let mut reading = packages(database.blobs()?, Budget::of(input));
    reading.notices.extend(database.notice);
    if companion(ROLLBACK_JOURNAL).starts_with(JOURNAL_MAGIC) {
        let text = "a change of the database was interrupted, and is not undone here";
        reading.notices.push(text.into());
    }
    Ok(reading)
}

/// The packages of a database's header blobs. A blob that cannot be read takes no other along.
fn packages<'a>(
    blobs: impl Iterator<Item = Result<Cow<'a, [u8]>, String>>,
    mut budget: Budget,
) -> Reading {
    let mut packages = Vec::new();
    let mut texts = Vec::new();
    let mut damage = Damage::default();
    let mut room = MOST_TEXT;
    for blob in blobs {
        let installed = blob.and_then(|blob| {
            package::read(&blob, &mut budget, room.min(LONGEST_CHANGELOG))
                .map_err(|reason| format!("a package is left out: {reason}"))
        });
        match installed {
            Ok(installed) => {
                for notice in installed.notices {
                    damage.tell(|| notice);
                }
                let text = installed.changelog.text;
                room -= text.len();
                if !text.is_empty() {
                    texts.push((kind(&installed.package), text.into()));
                }
                packages.push((installed.package, installed.paths));
            }
            Err(notice) => damage.tell(|| notice),
        }
        if damage.is_hopeless() {
            break;
        }
    }
    let gave_up = damage.is_hopeless();
    let mut notices = damage.into_notices();
    notices.extend(budget.into_notices());
    if gave_up {
        notices.push("the rest of the database was not read".into());
    }
    Reading { evidence: vec![Evidence::Packages(packages)], texts, notices }
}

fn kind(package: &Package) -> TextKind {
    TextKind::RpmChangelog {
        name: package.name.clone(),
        version: package.version.to_string(),
        architecture: package.architecture.clone(),
    }
}
