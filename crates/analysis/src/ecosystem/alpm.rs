//! Arch Linux and kin: the database that `pacman` keeps, a folder for each package. It never looks at the databases of what
//! could be installed.

mod mtree;

use model::{Claim, Evidence, OwnedPath, Package, Path, Recorded, Scheme};

use super::{Ecosystem, Input, Reader, Reading, Unreadable, Want, kept};
use crate::budget::Budget;

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "alpm",
    title: "pacman (Arch Linux)",
    osv: None,
    scheme: Some(Scheme::Alpm),
    readers: &[
        reader("desc", 4 << 20, description),
        reader("files", 64 << 20, files),
        reader("mtree", 16 << 20, mtree::mtree),
    ],
    records: &[Want::Under("var/lib/pacman"), Want::Path("var/log/pacman.log")],
    holdings: None,
};

const fn reader(
    name: &'static str,
    limit: u64,
    read: fn(&Input<'_>) -> Result<Reading, Unreadable>,
) -> Reader {
    let wants = Want::Below("var/lib/pacman/local", name);
    Reader { revision: 1, wants, companions: &[], limit, read }
}

/// Reads `desc`: values below their `%NAME%`, ended by an empty line.
fn description(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let text = String::from_utf8_lossy(input.bytes);
    let values = |name: &str| section(&text, name).filter_map(kept).collect::<Vec<_>>().join(", ");
    let value = |name: &str| kept(&values(name));
    let name = value("%NAME%").ok_or_else(|| Unreadable("it has no %NAME%".into()))?;
    let version = value("%VERSION%").ok_or_else(|| Unreadable("it has no %VERSION%".into()))?;
    let package = Package {
        architecture: value("%ARCH%"),
        source: value("%BASE%").filter(|base| *base != name),
        build: value("%BUILDDATE%"),
        size: value("%SIZE%").and_then(|size| size.parse().ok()),
        license: value("%LICENSE%"),
        supplier: value("%PACKAGER%"),
        ..Package::new(ECOSYSTEM.name, &name, &version, Scheme::Alpm)
    };
    let evidence = vec![Evidence::Packages(vec![(package, Vec::new())])];
    Ok(Reading { evidence, ..Reading::default() })
}

fn section<'a>(text: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let lines = text.lines().skip_while(move |line| *line != name).skip(1);
    lines.take_while(|line| !line.is_empty())
}

/// Reads `files`: paths below `%FILES%`, and those of configuration files with their checksums below `%BACKUP%`.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
fn files(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let mut budget = Budget::of(input);
    let mut paths = Vec::new();
    let mut is_backup = false;
    for line in input.bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        if matches!(line, b"%FILES%" | b"%BACKUP%") {
            is_backup = line == b"%BACKUP%";
            continue;
        }
        let path =
            if is_backup { line.split(|&byte| byte == b'\t').next().unwrap_or(line) } else { line };
        if budget.admits(path.len().saturating_add(1)) {
            let recorded = Recorded { config: is_backup, ..Recorded::default() };
            paths.push(OwnedPath { path: Path::new(path), recorded });
        }
    }
    Ok(claim(input, paths, budget))
}

/// What a file beside the description claims for its package.
fn claim(input: &Input<'_>, paths: Vec<OwnedPath>, budget: Budget) -> Reading {
    let folder = input.path.rsplit(|&byte| byte == b'/').nth(1).unwrap_or_default();
    let package = String::from_utf8_lossy(folder).into_owned();
    let evidence = vec![Evidence::Claims(Claim { package, paths })];
    Reading { evidence, notices: budget.into_notices().collect(), ..Reading::default() }
}

#[cfg(test)]
mod tests {
    use super::ECOSYSTEM;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(name: &str, text: &str, expect: &str) {
        let path = format!("var/lib/pacman/local/zlib-1:1.3-1/{name}");
        assert_eq!(transcript(&ECOSYSTEM, &path, text.as_bytes()).trim_end(), expect);
    }

    #[test]
    fn a_description_is_a_package() {
        check(
            "desc",
            "%NAME%\nzlib\n\n%VERSION%\n1:1.3-1\n\n%BASE%\nzlib\n\n%ARCH%\nx86_64\n\n%BUILDDATE%\n1693000000\n\n\
             %PACKAGER%\nA <a@example.org>\n\n%SIZE%\n345\n\n%LICENSE%\nZlib\nMIT\n\n",
            "zlib 1:1.3-1 arch=x86_64 build=1693000000 size=345 license=Zlib, MIT supplier=A <a@example.org>",
        );
        check("desc", "%NAME%\nzlib\n", "unreadable: it has no %VERSION%");
        check("desc", "", "unreadable: it has no %NAME%");
    }

    #[test]
    fn files_are_claimed_and_some_are_configuration() {
        check(
            "files",
            "%FILES%\nusr/\nusr/lib/libz.so\netc/z.conf\n\n%BACKUP%\netc/z.conf\t0cc175b9\n",
            "zlib-1:1.3-1 claims\n  /usr\n  /usr/lib/libz.so\n  /etc/z.conf\n  /etc/z.conf is=config",
        );
    }
}
