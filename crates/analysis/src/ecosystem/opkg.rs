//! OpenWrt, Yocto and kin: the database that `opkg` keeps, which has dpkg's form. It never looks at lists of what could be
//! installed.

use model::{Claim, Evidence, OwnedPath, Path, Recorded, Scheme};

use super::{Ecosystem, Input, Reader, Reading, Unreadable, Want, deb};
use crate::budget::Budget;

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "opkg",
    title: "opkg (OpenWrt, Yocto)",
    osv: None,
    // It compares versions as dpkg does.
    scheme: Some(Scheme::Deb),
    readers: &[
        reader(Want::Path("usr/lib/opkg/status"), 64 << 20, status),
        reader(Want::Path("var/lib/opkg/status"), 64 << 20, status),
        reader(Want::In("usr/lib/opkg/info", ".list"), 16 << 20, list),
        reader(Want::In("var/lib/opkg/info", ".list"), 16 << 20, list),
    ],
    records: &[Want::Under("usr/lib/opkg"), Want::Under("var/lib/opkg")],
    holdings: None,
};

const fn reader(
    wants: Want,
    limit: u64,
    read: fn(&Input<'_>) -> Result<Reading, Unreadable>,
) -> Reader {
    Reader { revision: 1, wants, companions: &[], limit, read }
}

/// Reads `status` as dpkg's is read.
fn status(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let mut reading = deb::status(input)?;
    for evidence in &mut reading.evidence {
        if let Evidence::Packages(packages) = evidence {
            for (package, _) in packages {
                package.ecosystem = ECOSYSTEM.name.into();
            }
        }
    }
    Ok(reading)
}

/// Reads `NAME.list`: a path a line, behind which newer versions write mode and target.
fn list(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let name = input.path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let name = name.strip_suffix(b".list").unwrap_or(name);
    let package = str::from_utf8(name).map_err(|_| Unreadable("its name is not UTF-8".into()))?;
    let mut budget = Budget::of(input);
    let lines = input.bytes.split(|&byte| byte == b'\n');
    let paths = lines.filter_map(|line| {
        let path = line.split(|&byte| byte == b'\t').next().unwrap_or_default();
        let is_claimed = path.starts_with(b"/") && budget.admits(path.len());
        let path = is_claimed.then(|| Path::new(path)).filter(|path| *path != Path::root())?;
        Some(OwnedPath { path, recorded: Recorded::default() })
    });
    let paths = paths.collect();
    let evidence = vec![Evidence::Claims(Claim { package: package.into(), paths })];
    Ok(Reading { evidence, notices: budget.into_notices().collect(), ..Reading::default() })
}

#[cfg(test)]
mod tests {
    use super::ECOSYSTEM;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(path: &str, text: &str, expect: &str) {
        assert_eq!(transcript(&ECOSYSTEM, path, text.as_bytes()).trim_end(), expect);
    }

    #[test]
    fn the_status_is_as_dpkgs() {
        check(
            "usr/lib/opkg/status",
            "Package: busybox\nVersion: 1.36.1-1\nDepends: libc\nStatus: install user installed\n\
             Architecture: x86_64\nConffiles:\n /etc/syslog.conf 0cc175b9c0f1b6a831c399e269772661\n\n\
             Package: gone\nVersion: 1\nStatus: deinstall ok not-installed\n",
            "busybox 1.36.1-1 arch=x86_64\n  \
             /etc/syslog.conf digest=md5:0cc175b9c0f1b6a831c399e269772661 is=config",
        );
    }

    #[test]
    fn a_list_has_paths_and_maybe_modes() {
        check(
            "usr/lib/opkg/info/busybox.list",
            "/bin/busybox\n/bin/ash\t0120777\t/bin/busybox\n\n",
            "busybox claims\n  /bin/busybox\n  /bin/ash",
        );
    }
}
