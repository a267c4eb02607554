//! Package URLs, written as the purl specification (ECMA-427) wants them.

use std::fmt;

use crate::{Distro, Package};

/// A package URL: `pkg:type/namespace/name@version?qualifiers`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl {
    /// `apk`, `deb`, `rpm`, `npm`, …
    pub kind: String,
    /// The distribution for distributions' packages, else the ecosystem's own scope.
    pub namespace: Option<String>,
    /// The package's name.
    pub name: String,
    /// The version, without rpm's epoch.
    pub version: String,
    /// Qualifiers, ordered by name.
    pub qualifiers: Vec<(&'static str, String)>,
}

impl Purl {
    /// The URL of an installed package of an image of `distro`.
    pub fn of(package: &Package, distro: Option<&Distro>) -> Purl {
        let mut version = package.version.as_str();
        let mut epoch = None;
        if package.ecosystem == "rpm" {
            // The specification's rpm type has the epoch as a qualifier.
            if let Some((number, rest)) = version.split_once(':') {
                epoch = Some(number.to_owned());
                version = rest;
            }
        }
        let release = distro.map(|distro| match &distro.version_id {
            Some(version) => format!("{}-{version}", distro.id),
            None => distro.id.clone(),
        });
        let upstream = upstream(package);
        let qualifiers = [
            ("arch", package.architecture.clone()),
            ("distro", release),
            ("epoch", epoch),
            ("upstream", upstream),
        ];
        Purl {
            kind: package.ecosystem.clone(),
            namespace: distro.map(|distro| distro.id.to_ascii_lowercase()),
            // The types deb and apk fold names to lower case, rpm keeps them.
            name: match package.ecosystem.as_str() {
                "deb" | "apk" => package.name.to_ascii_lowercase(),
                _ => package.name.clone(),
            },
            version: version.into(),
            qualifiers: qualifiers
                .into_iter()
                .filter_map(|(key, value)| Some((key, value?)))
                .collect(),
        }
    }
}

/// The source package where it is called otherwise than the package: advisories are written about sources.
fn upstream(package: &Package) -> Option<String> {
    let source = package.source.as_deref()?;
    let upstream = match source.split_once(" (") {
        Some((name, version)) => format!("{name}@{}", version.trim_end_matches(')')),
        None => source.to_owned(),
    };
    (upstream != package.name).then_some(upstream)
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}/", self.kind)?;
        self.namespace.iter().try_for_each(|namespace| write!(f, "{}/", Encoded(namespace)))?;
        write!(f, "{}", Encoded(&self.name))?;
        if !self.version.is_empty() {
            write!(f, "@{}", Encoded(&self.version))?;
        }
        self.qualifiers.iter().enumerate().try_for_each(|(place, (key, value))| {
            write!(f, "{}{key}={}", if place == 0 { '?' } else { '&' }, Encoded(value))
        })
    }
}

/// Percent-encoded but for letters, digits and `.-_~:`.
struct Encoded<'a>(&'a str);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.bytes().try_for_each(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() || b".-_~:".contains(&byte) => {
                write!(f, "{}", char::from(byte))
            }
            byte => write!(f, "%{byte:02X}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scheme;

    fn check(package: &Package, id: &str, version: Option<&str>, expect: &str) {
        let version_id = version.map(Into::into);
        let distro = Distro { id: id.into(), version_id, ..Distro::default() };
        assert_eq!(Purl::of(package, Some(&distro)).to_string(), expect);
    }

    #[test]
    fn each_type_has_its_own_form() {
        let mut bzip2 = Package::new("deb", "libbz2-1.0", "1:1.0.8-5+b1", Scheme::Deb);
        bzip2.architecture = Some("amd64".into());
        bzip2.source = Some("bzip2 (1.0.8-5)".into());
        check(
            &bzip2,
            "debian",
            Some("12"),
            "pkg:deb/debian/libbz2-1.0@1:1.0.8-5%2Bb1?arch=amd64&distro=debian-12&upstream=bzip2%401.0.8-5",
        );
        let ssl = Package::new("rpm", "OpenSSL", "1:1.0.2k-3.el9", Scheme::Rpm);
        check(&ssl, "rhel", Some("9"), "pkg:rpm/rhel/OpenSSL@1.0.2k-3.el9?distro=rhel-9&epoch=1");
        let bash = Package::new("apk", "bash", "5.2.21-r0", Scheme::Apk);
        check(&bash, "wolfi", None, "pkg:apk/wolfi/bash@5.2.21-r0?distro=wolfi");
    }
}
