//! Debian, Ubuntu and kin: the database that `dpkg` keeps, whole or in distroless' pieces. It never looks at archives.

mod changelog;
mod chisel;
mod claims;
mod licenses;
mod record;
mod status;

use model::Scheme;

use super::{Ecosystem, Input, Reader, Reading, Unreadable, Want};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "deb",
    title: "dpkg (Debian, Ubuntu, distroless, chisel)",
    osv: Some("Debian"),
    scheme: Some(Scheme::Deb),
    readers: &[
        reader(Want::Path("var/lib/dpkg/status"), 64 << 20, status::status),
        reader(Want::In("var/lib/dpkg/status.d", ""), 16 << 20, piece),
        reader(Want::Path("var/lib/chisel/manifest.wall"), 64 << 20, chisel::wall),
        reader(Want::In("var/lib/dpkg/info", ".list"), 16 << 20, claims::list),
        reader(Want::In("var/lib/dpkg/info", ".md5sums"), 16 << 20, claims::md5sums),
        reader(Want::Path("var/lib/dpkg/diversions"), 16 << 20, claims::diversions),
        Reader {
            revision: 3,
            ..reader(Want::Below(PAPERS, "copyright"), 4 << 20, licenses::copyright)
        },
        paper("changelog.Debian.gz"),
        paper("changelog.Debian"),
        reader(Want::Below(PAPERS, "changelog.gz"), PAPER, changelog::keep_native),
        reader(Want::Below(PAPERS, "changelog"), PAPER, changelog::keep_native),
        // Where a package was built again for one architecture, the file beside the changelog says so.
        paper("changelog.Debian.amd64.gz"),
        paper("changelog.Debian.arm64.gz"),
        paper("changelog.Debian.armel.gz"),
        paper("changelog.Debian.armhf.gz"),
        paper("changelog.Debian.i386.gz"),
        paper("changelog.Debian.loong64.gz"),
        paper("changelog.Debian.mips64el.gz"),
        paper("changelog.Debian.ppc64el.gz"),
        paper("changelog.Debian.riscv64.gz"),
        paper("changelog.Debian.s390x.gz"),
    ],
    records: &[
        Want::Under("var/lib/dpkg"),
        Want::Under("var/lib/chisel"),
        // What apt chose by itself, and the indexes that it fetched: they change with every update.
        Want::Under("var/lib/apt"),
    ],
    holdings: None,
};

/// Where packages have their papers.
const PAPERS: &str = "usr/share/doc";

/// The largest paper that is looked at.
const PAPER: u64 = 8 << 20;

const fn paper(name: &'static str) -> Reader {
    reader(Want::Below(PAPERS, name), PAPER, changelog::keep)
}

const fn reader(
    wants: Want,
    limit: u64,
    read: fn(&Input<'_>) -> Result<Reading, Unreadable>,
) -> Reader {
    Reader { revision: 2, wants, companions: &[], limit, read }
}

pub(super) use status::status;

/// Reads a file of distroless' `status.d`, where a package's record is called `NAME` and its checksums `NAME.md5sums`.
fn piece(input: &Input<'_>) -> Result<Reading, Unreadable> {
    if input.path.ends_with(b".md5sums") {
        claims::md5sums(input)
    } else if input.path.ends_with(b".list") {
        claims::list(input)
    } else {
        status::piece(input)
    }
}

#[cfg(test)]
mod tests;
