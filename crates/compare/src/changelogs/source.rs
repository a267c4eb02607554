//! What a package was built from, in the words of its ecosystem. It looks at one package alone.

use model::{Package, Version};

/// The name and the version of the source that a package was built from; its own where the database says nothing else.
pub fn source(package: &Package) -> (String, Version) {
    let itself = || (package.name.clone(), package.version.clone());
    let Some(source) = package.source.as_deref() else { return itself() };
    match package.ecosystem.as_str() {
        // `bzip2 (1.0.8-5)`, with a version only where it is not the package's own.
        "deb" => {
            let (name, rest) = source.split_once(' ').unwrap_or((source, ""));
            let version = rest.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
            let scheme = package.version.scheme();
            let version = version.map(|version| Version::new(version, scheme));
            (name.into(), version.unwrap_or_else(|| package.version.clone()))
        }
        // `bzip2-1.0.8-8.el9.src.rpm`: entries speak of the package's version, epoch included.
        "rpm" => {
            let stem = source.strip_suffix(".src.rpm").or(source.strip_suffix(".nosrc.rpm"));
            let name = stem.and_then(|stem| stem.rsplitn(3, '-').nth(2));
            (name.unwrap_or(&package.name).into(), package.version.clone())
        }
        // Of a language's package it is an address.
        _ if package.is_of_a_language() => itself(),
        _ => (source.into(), package.version.clone()),
    }
}
