//! R: packages of its libraries, as the descriptions say that `R CMD INSTALL` writes. It takes the description of mere
//! sources for none.

use model::{Evidence, Package, Scheme};

use super::{Ecosystem, Held, Holding, Input, Reader, Reading, Unreadable, Want, kept};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "cran",
    title: "CRAN (R)",
    osv: Some("CRAN"),
    scheme: Some(Scheme::Cran),
    readers: &[Reader {
        revision: 1,
        wants: Want::Name("DESCRIPTION"),
        companions: &[],
        limit: 2 << 20,
        read: description,
    }],
    records: &[],
    holdings: Some(holdings),
};

/// A package's folder is its own.
fn holdings(held: &Held<'_>) -> Vec<Holding> {
    let folder = held.record.rsplit_once('/');
    folder.map(|(folder, _)| Holding::All(folder.into())).into_iter().collect()
}

/// Reads `DESCRIPTION`: fields that may go on in lines that begin with a blank. Only installed ones say when they were built.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
fn description(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let text = String::from_utf8_lossy(input.bytes);
    let field = |name: &str| {
        let mut lines = text.lines().skip_while(|line| value(line, name).is_none());
        let mut whole = value(lines.next()?, name)?.to_owned();
        for line in lines.take_while(|line| line.starts_with([' ', '\t'])) {
            whole = format!("{whole} {}", line.trim());
        }
        kept(&whole)
    };
    let (Some(name), Some(version), Some(_)) = (field("Package"), field("Version"), field("Built"))
    else {
        return Ok(Reading::default());
    };
    let package = Package {
        license: field("License"),
        supplier: field("Maintainer"),
        source: field("URL"),
        ..Package::new(ECOSYSTEM.name, &name, &version, Scheme::Cran)
    };
    let evidence = vec![Evidence::Packages(vec![(package, Vec::new())])];
    Ok(Reading { evidence, ..Reading::default() })
}

fn value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    Some(line.strip_prefix(name)?.strip_prefix(':')?.trim())
}

#[cfg(test)]
mod tests {
    use super::ECOSYSTEM;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let path = "usr/local/lib/R/site-library/zoo/DESCRIPTION";
        assert_eq!(transcript(&ECOSYSTEM, path, text.as_bytes()).trim_end(), expect);
    }

    #[test]
    fn an_installed_description_is_a_package() {
        check(
            "Package: zoo\nVersion: 1.8-12\nMaintainer: A\n  <a@example.org>\nLicense: GPL-2 | GPL-3\n\
             URL: https://example.org\nBuilt: R 4.2.2; x86_64-pc-linux-gnu; 2023-04-13; unix\n",
            "zoo 1.8-12 source=https://example.org license=GPL-2 | GPL-3 supplier=A <a@example.org>",
        );
    }

    #[test]
    fn sources_are_none() {
        check("Package: zoo\nVersion: 1.8-12\n", "");
        check("A sentence.\n", "");
    }
}
