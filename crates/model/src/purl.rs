//! Package URLs, written as the purl specification (ECMA-427) wants them.

use std::fmt;

use crate::{Distro, Package};

/// A package URL: `pkg:type/namespace/name@version?qualifiers`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl {
    /// `apk`, `deb`, `rpm`, `npm`, …
    pub kind: String,
    /// The distribution for distributions' packages, else the ecosystem's own scope; segments are parted by `/`.
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
            let digits = version.bytes().take_while(u8::is_ascii_digit).count();
            if let Some(rest) = version[digits..].strip_prefix(':') {
                epoch = Some(version[..digits].to_owned());
                version = rest;
            }
        }
        // A language's packages are the same whatever distribution they are on.
        let distro = distro.filter(|_| !package.is_of_a_language());
        let release = distro.map(|distro| match &distro.version_id {
            Some(version) => format!("{}-{version}", distro.id),
            None => distro.id.clone(),
        });
        let upstream = upstream(package);
        let (namespace, name) = match distro {
            Some(distro) => (Some(distro.id.to_ascii_lowercase()), name(package)),
            None => scoped(package),
        };
        let qualifiers = [
            ("arch", package.architecture.clone()),
            ("distro", release),
            ("epoch", epoch),
            ("upstream", upstream),
        ];
        Purl {
            kind: package.ecosystem.clone(),
            namespace,
            name,
            version: version.into(),
            qualifiers: qualifiers
                .into_iter()
                .filter_map(|(key, value)| Some((key, value?)))
                // The specification takes an empty value for none.
                .filter(|(_, value)| !value.is_empty())
                .collect(),
        }
    }
}

/// The name as its type has it: deb and apk fold it to lower case, pypi to one spelling, rpm and others keep it.
fn name(package: &Package) -> String {
    match package.ecosystem.as_str() {
        "deb" | "apk" => package.name.to_ascii_lowercase(),
        _ => package.comparable_name(),
    }
}

/// Namespace and name: Maven's group, npm's scope, or all of a path but its last part, as Go and PHP's Composer have it.
fn scoped(package: &Package) -> (Option<String>, String) {
    let parts = match package.ecosystem.as_str() {
        "npm" => package.name.split_once('/'),
        "golang" | "composer" | "swift" => package.name.rsplit_once('/'),
        _ => None,
    };
    match parts {
        Some((scope, name)) => (Some(scope.into()), name.into()),
        None => (package.group.clone(), name(package)),
    }
}

/// The source package where it is called otherwise than the package: advisories are written about sources.
fn upstream(package: &Package) -> Option<String> {
    let source = package.source.as_deref().filter(|_| !package.is_of_a_language())?;
    let upstream = match source.split_once(" (") {
        Some((name, version)) => format!("{name}@{}", version.trim_end_matches(')')),
        None => source.to_owned(),
    };
    (upstream != package.name).then_some(upstream)
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}/", self.kind)?;
        let segments = self.namespace.iter().flat_map(|namespace| namespace.split('/'));
        segments
            .filter(|segment| !segment.is_empty())
            .try_for_each(|segment| write!(f, "{}/", Encoded(segment)))?;
        write!(f, "{}", Encoded(&self.name))?;
        if !self.version.is_empty() {
            write!(f, "@{}", Encoded(&self.version))?;
        }
        self.qualifiers.iter().enumerate().try_for_each(|(place, (key, value))| {
            write!(f, "{}{key}={}", if place == 0 { '?' } else { '&' }, Encoded(value))
        })
    }
}

/// Percent-encoded but for what the specification wants to be read as it is: letters, digits and `.-_~:`.
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

    #[test]
    fn only_separators_and_odd_characters_are_encoded() {
        let odd = Package::new("deb", "lib/o d+d", "2:1.0~rc1@#?&=%é_-.", Scheme::Deb);
        check(
            &odd,
            "debian",
            None,
            "pkg:deb/debian/lib%2Fo%20d%2Bd@2:1.0~rc1%40%23%3F%26%3D%25%C3%A9_-.?distro=debian",
        );
    }

    #[test]
    fn letters_are_folded_where_the_type_has_no_case() {
        let deb = Package::new("deb", "GCC", "1A", Scheme::Deb);
        check(&deb, "Debian", None, "pkg:deb/debian/gcc@1A?distro=Debian");
        let apk = Package::new("apk", ".Build-Deps", "1", Scheme::Apk);
        check(&apk, "Alpine", None, "pkg:apk/alpine/.build-deps@1?distro=Alpine");
        let rpm = Package::new("rpm", "ImageMagick", "1-1", Scheme::Rpm);
        check(&rpm, "Fedora", None, "pkg:rpm/fedora/ImageMagick@1-1?distro=Fedora");
    }

    #[test]
    fn qualifiers_are_ordered_and_never_empty() {
        let mut rpm = Package::new("rpm", "curl", "1:7.50.3-1.fc25", Scheme::Rpm);
        rpm.architecture = Some("i386".into());
        rpm.source = Some("curl-7.50.3-1.fc25.src.rpm".into());
        check(
            &rpm,
            "fedora",
            Some("25"),
            "pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25&epoch=1&upstream=curl-7.50.3-1.fc25.src.rpm",
        );
        let mut bare = Package::new("rpm", "curl", ":1-1", Scheme::Rpm);
        bare.architecture = Some(String::new());
        bare.source = Some(String::new());
        assert_eq!(Purl::of(&bare, None).to_string(), "pkg:rpm/curl@1-1");
        let no_epoch = Package::new("rpm", "curl", "a:1-1", Scheme::Rpm);
        assert_eq!(Purl::of(&no_epoch, None).to_string(), "pkg:rpm/curl@a:1-1");
    }

    #[test]
    fn a_source_is_upstream_where_it_says_more_than_the_name() {
        let mut package = Package::new("deb", "bash", "5.2.15-2+b13", Scheme::Deb);
        for (source, expect) in [
            ("bash", "pkg:deb/bash@5.2.15-2%2Bb13"),
            ("bash (5.2.15-2)", "pkg:deb/bash@5.2.15-2%2Bb13?upstream=bash%405.2.15-2"),
            ("shells", "pkg:deb/bash@5.2.15-2%2Bb13?upstream=shells"),
        ] {
            package.source = Some(source.into());
            assert_eq!(Purl::of(&package, None).to_string(), expect);
        }
    }

    #[test]
    fn packages_of_languages_know_no_distribution() {
        let languages = [
            ("npm", Scheme::Npm, "@angular/core", "pkg:npm/%40angular/core@1"),
            ("npm", Scheme::Npm, "JSONStream", "pkg:npm/JSONStream@1"),
            ("gem", Scheme::Gem, "Rails_x", "pkg:gem/Rails_x@1"),
            ("pypi", Scheme::Pypi, "Zope.Interface__x", "pkg:pypi/zope-interface-x@1"),
        ];
        for (ecosystem, scheme, name, expect) in languages {
            let mut package = Package::new(ecosystem, name, "1", scheme);
            package.source = Some("https://example.org".into());
            check(&package, "debian", Some("12"), expect);
        }
        let go = Package::new("golang", "github.com/a/b/v2", "v2.0.0+incompatible", Scheme::Semver);
        check(&go, "debian", None, "pkg:golang/github.com/a/b/v2@v2.0.0%2Bincompatible");
        let library = Package::new("golang", "stdlib", "1.21.5", Scheme::Semver);
        check(&library, "debian", None, "pkg:golang/stdlib@1.21.5");
        let php = Package::new("composer", "monolog/monolog", "3.5.0", Scheme::Composer);
        check(&php, "debian", None, "pkg:composer/monolog/monolog@3.5.0");
        let mut jar = Package::new("maven", "log4j-core", "2.17.1", Scheme::Maven);
        check(&jar, "debian", None, "pkg:maven/log4j-core@2.17.1");
        jar.group = Some("org.apache.logging.log4j".into());
        check(&jar, "debian", None, "pkg:maven/org.apache.logging.log4j/log4j-core@2.17.1");
    }

    #[test]
    fn a_namespace_may_have_segments() {
        let purl = Purl {
            kind: "golang".into(),
            namespace: Some("/github.com/Masterminds/".into()),
            name: "sprig".into(),
            version: "v3.2.3+incompatible".into(),
            qualifiers: Vec::new(),
        };
        let expect = "pkg:golang/github.com/Masterminds/sprig@v3.2.3%2Bincompatible";
        assert_eq!(purl.to_string(), expect);
    }
}
