//! Namespaces: Grype's words for who says something of what. Schema 5 has them in its rows; for schema 6 they are made, so
//! that findings of both can be compared.

use crate::Release;

/// The parts of a namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Namespace {
    /// Who says it.
    pub(crate) provider: String,
    /// Of which release of a distribution.
    pub(crate) release: Option<Release>,
    /// Of which language.
    language: Option<String>,
}

/// Languages in Grype's words, with the ecosystems that they are in schema 6.
const LANGUAGES: [(&str, &str); 12] = [
    ("python", "python"),
    ("javascript", "npm"),
    ("java", "java-archive"),
    ("ruby", "gem"),
    ("go", "go-module"),
    ("rust", "rust-crate"),
    ("php", "php-composer"),
    ("dotnet", "dotnet"),
    ("dart", "dart-pub"),
    ("swift", "swift"),
    ("elixir", "hex"),
    ("haskell", "hackage"),
];

/// Distributions in Grype's words that `os-release` calls otherwise.
const IDS: [(&str, &str); 4] =
    [("redhat", "rhel"), ("amazonlinux", "amzn"), ("oraclelinux", "ol"), ("archlinux", "arch")];

impl Namespace {
    /// Reads `debian:distro:debian:12`, `github:language:python` or `nvd:cpe`.
    pub(crate) fn parse(text: &str) -> Option<Namespace> {
        let mut parts = text.splitn(4, ':');
        let provider = parts.next()?.to_owned();
        let (release, language) = match parts.next()? {
            "distro" => (Some(release(parts.next()?, parts.next().unwrap_or_default())), None),
            "language" => (None, Some(parts.next()?.to_owned())),
            "cpe" => (None, None),
            _ => return None,
        };
        Some(Namespace { provider, release, language })
    }

    /// Whether it is about products, by their CPEs.
    pub(crate) fn is_of_products(&self) -> bool {
        self.release.is_none() && self.language.is_none()
    }

    /// The ecosystem of a package of this namespace, whose versions are of this format.
    pub(crate) fn ecosystem<'a>(&'a self, format: &'a str) -> Option<&'a str> {
        if let Some(language) = &self.language {
            let known = LANGUAGES.iter().find(|(word, _)| word == language);
            return Some(known.map_or(&**language, |(_, ecosystem)| ecosystem));
        }
        self.release.as_ref()?;
        Some(match format {
            "dpkg" | "deb" => "deb",
            "kb" => "msrc-kb",
            "pacman" => "alpm",
            other => other,
        })
    }
}

fn release(name: &str, version: &str) -> Release {
    let id = IDS.iter().find(|(word, _)| *word == name).map_or(name, |(_, id)| id);
    let mut release = Release { name: name.into(), id: id.into(), ..Release::default() };
    if version.starts_with(|first: char| first.is_ascii_digit()) {
        let mut parts = version.splitn(2, '.');
        release.major = plain(parts.next().unwrap_or_default()).into();
        release.minor = plain(parts.next().unwrap_or_default()).into();
    } else {
        release.label = version.into();
    }
    release
}

/// A number without leading zeros.
pub(crate) fn plain(number: &str) -> &str {
    let plain = number.trim_start_matches('0');
    if plain.is_empty() && !number.is_empty() { "0" } else { plain }
}

/// The namespace of what a provider says of packages of a release.
pub(crate) fn of_release(provider: &str, release: &Release) -> String {
    let Release { name, major, minor, label, .. } = release;
    let version = match &**name {
        _ if major.is_empty() => label.clone(),
        "redhat" | "rhel" | "oraclelinux" | "ol" => major.clone(),
        _ if minor.is_empty() => major.clone(),
        "ubuntu" => format!("{major}.{minor:0>2}"),
        _ => format!("{major}.{minor}"),
    };
    format!("{}:distro:{name}:{version}", said_by(provider))
}

/// The namespace of what a provider says of packages of an ecosystem.
pub(crate) fn of_language(provider: &str, ecosystem: &str) -> String {
    format!("{}:language:{}", said_by(provider), language(ecosystem).unwrap_or(ecosystem))
}

/// What Grype calls the language of packages of this type.
pub(crate) fn language(kind: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|(_, of)| *of == kind).map(|(language, _)| *language)
}

/// The namespace of what is said of products.
pub(crate) const OF_PRODUCTS: &str = "nvd:cpe";

fn said_by(provider: &str) -> &str {
    if provider == "rhel" { "redhat" } else { provider }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_schema_5_says_is_what_is_made_for_schema_6() {
        for text in [
            "debian:distro:debian:12",
            "ubuntu:distro:ubuntu:22.04",
            "alpine:distro:alpine:edge",
            "sles:distro:sles:15.4",
            "amazon:distro:amazonlinux:2",
            "wolfi:distro:wolfi:rolling",
        ] {
            let namespace = Namespace::parse(text).unwrap();
            let release = namespace.release.unwrap();
            assert_eq!(of_release(&namespace.provider, &release), text);
        }
        let rhel = Release {
            name: "redhat".into(),
            major: "8".into(),
            minor: "4".into(),
            ..Release::default()
        };
        assert_eq!(of_release("rhel", &rhel), "redhat:distro:redhat:8");
        assert_eq!(of_language("github", "npm"), "github:language:javascript");
        assert_eq!(
            Namespace::parse("github:language:javascript").unwrap().ecosystem("npm"),
            Some("npm")
        );
        assert!(Namespace::parse("nvd:cpe").unwrap().is_of_products());
        assert_eq!(Namespace::parse("debian:10"), None);
    }

    #[test]
    fn numbers_have_no_leading_zeros() {
        let release = release("ubuntu", "22.04");
        assert_eq!([&*release.major, &*release.minor], ["22", "4"]);
        assert_eq!(super::release("debian", "0").major, "0");
    }
}
