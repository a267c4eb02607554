//! The list of packages that Azure Linux puts into images without a database: one package a line, columns parted by tabs.
//! It never says which files are whose.

use model::{Evidence, Package, Scheme};

use super::{Damage, Input, Reading, Unreadable};

/// Reads `container-manifest-2`: name, version and release, times of installing and of building, vendor, epoch, size,
/// architecture, epoch as a number, source package.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
pub(super) fn read(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let text = String::from_utf8_lossy(input.bytes);
    let mut damage = Damage::default();
    let mut packages = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.is_empty()) {
        match package(line) {
            Some(package) => packages.push((package, Vec::new())),
            None => damage.tell(|| format!("line {number} is no package: left out")),
        }
    }
    let evidence = vec![Evidence::Packages(packages)];
    Ok(Reading { evidence, notices: damage.into_notices(), ..Reading::default() })
}

fn package(line: &str) -> Option<Package> {
    let columns: Vec<&str> = line.split('\t').collect();
    let &[name, version, _, _, vendor, epoch, size, architecture, ..] = &columns[..] else {
        return None;
    };
    if name.is_empty() || version.is_empty() {
        return None;
    }
    let said =
        |text: &str| Some(text).filter(|text| !matches!(*text, "" | "(none)")).map(str::to_owned);
    let version = match said(epoch) {
        Some(epoch) => format!("{epoch}:{version}"),
        None => version.into(),
    };
    Some(Package {
        architecture: said(architecture),
        supplier: said(vendor),
        size: size.parse().ok(),
        source: columns.get(9).and_then(|source| said(source)),
        ..Package::new("rpm", name, &version, Scheme::Rpm)
    })
}

#[cfg(test)]
mod tests {
    use crate::ecosystem::rpm::ECOSYSTEM;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let path = "var/lib/rpmmanifest/container-manifest-2";
        assert_eq!(transcript(&ECOSYSTEM, path, text.as_bytes()).trim_end(), expect);
    }

    // As the images of Azure Linux 2 have it.
    const RELEASE: &str = "mariner-release\t2.0-12.cm2\t1653816591\t1653753130\tMicrosoft Corporation\t(none)\t580\tnoarch\t0\tmariner-release-2.0-12.cm2.src.rpm\n";

    #[test]
    fn a_line_is_a_package() {
        check(
            RELEASE,
            "mariner-release 2.0-12.cm2 arch=noarch source=mariner-release-2.0-12.cm2.src.rpm size=580 \
             supplier=Microsoft Corporation",
        );
        check("a\t1-1\t0\t0\t(none)\t2\t7\tx86_64\t2\t(none)\n", "a 2:1-1 arch=x86_64 size=7");
        check("", "");
    }

    #[test]
    fn what_is_no_package_is_told_of() {
        check(
            "a\t1\n\t1\t0\t0\tx\tx\tx\tx\n",
            "notice: line 1 is no package: left out\nnotice: line 2 is no package: left out",
        );
    }
}
