//! Bills of materials that lie in images (SPDX 2 as JSON, <https://spdx.github.io/spdx-spec/v2.3/>): packages that name
//! themselves by a URL of ours. Addresses of sources are no packages.

use model::{Evidence, Package, Scheme};
use serde_json::Value;

use super::super::{Input, Reading, Unreadable, kept};

/// The types of URLs that are read, with what orders their versions.
const TYPES: &[(&str, Scheme)] = &[
    ("bitnami", Scheme::Generic),
    ("apk", Scheme::Apk),
    ("deb", Scheme::Deb),
    ("rpm", Scheme::Rpm),
    ("npm", Scheme::Npm),
    ("pypi", Scheme::Pypi),
    ("gem", Scheme::Gem),
    ("maven", Scheme::Maven),
    ("golang", Scheme::Semver),
    ("cargo", Scheme::Semver),
    ("composer", Scheme::Composer),
    ("nuget", Scheme::Nuget),
    ("hex", Scheme::Semver),
    ("cran", Scheme::Cran),
];

/// Reads a bill: what it states need not be there, and is told of where no package manager says it.
pub(crate) fn read(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let document: Value = serde_json::from_slice(input.bytes)
        .map_err(|error| Unreadable(format!("it is not JSON ({error})")))?;
    let packages = document.get("packages").and_then(Value::as_array);
    let packages = packages.ok_or_else(|| Unreadable("it has no list of packages".into()))?;
    let mut packages: Vec<Package> = packages.iter().filter_map(package).collect();
    packages.sort();
    packages.dedup();
    let evidence = (!packages.is_empty()).then_some(Evidence::Stated(packages));
    Ok(Reading { evidence: evidence.into_iter().collect(), ..Reading::default() })
}

fn package(one: &Value) -> Option<Package> {
    let references = one.get("externalRefs")?.as_array()?.iter();
    let mut urls = references.filter_map(|reference| {
        (reference.get("referenceType")?.as_str()? == "purl").then_some(())?;
        reference.get("referenceLocator")?.as_str()
    });
    let package = urls.find_map(of_url)?;
    let said = |field: &str| {
        let text =
            one.get(field)?.as_str().filter(|text| !matches!(*text, "NOASSERTION" | "NONE"))?;
        kept(text)
    };
    Some(Package {
        license: said("licenseDeclared").or_else(|| said("licenseConcluded")),
        ..package
    })
}

/// `pkg:TYPE/NAMESPACE/NAME@VERSION?QUALIFIERS#SUBPATH`.
fn of_url(url: &str) -> Option<Package> {
    let rest = url.strip_prefix("pkg:")?.split('#').next()?;
    let (rest, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
    let (kind, rest) = rest.split_once('/')?;
    let (ecosystem, scheme) = TYPES.iter().find(|(one, _)| one.eq_ignore_ascii_case(kind))?;
    let (path, version) = rest.rsplit_once('@')?;
    let (path, version) = (decoded(path)?, decoded(version)?);
    let (namespace, name) =
        path.rsplit_once('/').map_or((None, &*path), |(n, name)| (Some(n), name));
    let qualifier = |wanted: &str| {
        let pairs = qualifiers.split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(key, _)| *key == wanted).and_then(|(_, value)| decoded(value))
    };
    let is_of_distribution = matches!(*ecosystem, "apk" | "deb" | "rpm");
    let version = match qualifier("epoch").filter(|epoch| is_of_distribution && epoch != "0") {
        Some(epoch) => format!("{epoch}:{version}"),
        None => version,
    };
    // The namespace of a distribution's package is the distribution.
    let (group, name) = match *ecosystem {
        "maven" => (namespace.and_then(kept), name),
        "apk" | "deb" | "rpm" | "bitnami" => (None, name),
        _ => (None, &*path),
    };
    Some(Package {
        group,
        architecture: qualifier("arch").as_deref().and_then(kept),
        ..Package::new(ecosystem, &kept(name)?, &kept(&version)?, *scheme)
    })
}

/// A text without its `%XX`; none where what they say is not text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        let digits =
            after.get(..2).filter(|_| *first == b'%').and_then(|two| str::from_utf8(two).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expect: Option<(&str, Option<&str>, &str, &str)>) {
        let package = of_url(url);
        let told = package
            .as_ref()
            .map(|one| (&*one.ecosystem, one.group.as_deref(), &*one.name, one.version.as_str()));
        assert_eq!(told, expect, "{url}");
    }

    #[test]
    fn urls_name_packages() {
        check("pkg:apk/wolfi/musl@1.2.5-r0?arch=x86_64", Some(("apk", None, "musl", "1.2.5-r0")));
        check("pkg:npm/%40a/b@1.0.0", Some(("npm", None, "@a/b", "1.0.0")));
        check("pkg:maven/org.x/a@1#p", Some(("maven", Some("org.x"), "a", "1")));
        check(
            "pkg:golang/example.org/a/b@v1.0.0",
            Some(("golang", None, "example.org/a/b", "v1.0.0")),
        );
        check("pkg:rpm/fedora/a@1-2?epoch=3", Some(("rpm", None, "a", "3:1-2")));
        check("pkg:deb/debian/a@1%3A2%2Bb1", Some(("deb", None, "a", "1:2+b1")));
    }

    #[test]
    fn what_is_no_package_of_ours_is_none() {
        for url in [
            "",
            "pkg:",
            "pkg:npm/a",
            "pkg:github/a/b@1",
            "pkg:npm/@1",
            "pkg:npm/%ff@1",
            "npm/a@1",
            "pkg:npm/a@",
        ] {
            check(url, None);
        }
        check("pkg:npm/%4@1%", Some(("npm", None, "%4", "1%")));
    }
}
