//! Ecosystems in OSV's words (`Debian:12`, `Alpine:v3.18`, `PyPI`), and what they are here.

use crate::namespace::plain;
use crate::record::Release;

/// What an ecosystem's word stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// In Grype's words, as records have them.
    pub(super) ecosystem: &'static str,
    /// The format of its versions, in a word that [`model::Format::named`] knows.
    pub(super) format: &'static str,
    /// The release of a distribution.
    pub(super) release: Option<Release>,
    /// What kind it is.
    pub(super) family: Family,
}

/// Whether packages belong to a language or to a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Language,
    Distribution,
}

/// Languages: OSV's word, the ecosystem, the format.
const LANGUAGES: [(&str, &str, &str); 16] = [
    ("npm", "npm", "semver"),
    ("PyPI", "python", "python"),
    ("Go", "go-module", "go"),
    ("Maven", "java-archive", "maven"),
    ("NuGet", "dotnet", "nuget"),
    ("RubyGems", "gem", "gem"),
    ("Packagist", "php-composer", "composer"),
    ("Pub", "dart-pub", "pub"),
    ("Hex", "hex", "semver"),
    ("Hackage", "hackage", "hackage"),
    ("SwiftURL", "swift", "semver"),
    ("Bitnami", "bitnami", "bitnami"),
    ("GitHub Actions", "github-action", "semver"),
    ("CRAN", "R-package", "cran"),
    ("ConanCenter", "conan", "semver"),
    ("VSCode", "vscode-extension", "semver"),
];

/// Distributions: OSV's word, Grype's name, the `ID` of `os-release`, the ecosystem, the format.
const DISTRIBUTIONS: [(&str, &str, &str, &str, &str); 20] = [
    ("Alpine", "alpine", "alpine", "apk", "apk"),
    ("Wolfi", "wolfi", "wolfi", "apk", "apk"),
    ("Chainguard", "chainguard", "chainguard", "apk", "apk"),
    ("MinimOS", "minimos", "minimos", "apk", "apk"),
    ("CleanStart", "cleanstart", "cleanstart", "apk", "apk"),
    ("Alpaquita", "alpaquita", "alpaquita", "apk", "apk"),
    (
        "BellSoft Hardened Containers",
        "bellsoft-hardened-containers",
        "bellsoft-hardened-containers",
        "apk",
        "apk",
    ),
    ("Debian", "debian", "debian", "deb", "dpkg"),
    ("Ubuntu", "ubuntu", "ubuntu", "deb", "dpkg"),
    ("Echo", "echo", "echo", "deb", "dpkg"),
    ("AlmaLinux", "almalinux", "almalinux", "rpm", "rpm"),
    ("Rocky Linux", "rocky", "rocky", "rpm", "rpm"),
    ("Red Hat", "redhat", "rhel", "rpm", "rpm"),
    ("SUSE", "sles", "sles", "rpm", "rpm"),
    ("openSUSE", "opensuse-leap", "opensuse-leap", "rpm", "rpm"),
    ("Azure Linux", "azurelinux", "azurelinux", "rpm", "rpm"),
    ("Mageia", "mageia", "mageia", "rpm", "rpm"),
    ("Photon OS", "photon", "photon", "rpm", "rpm"),
    ("openEuler", "openeuler", "openeuler", "rpm", "rpm"),
    ("Arch Linux", "archlinux", "arch", "alpm", "pacman"),
];

/// Distributions that have no versions, by their `ID`.
const ROLLING: [&str; 6] = ["wolfi", "chainguard", "minimos", "cleanstart", "echo", "arch"];

impl Place {
    /// What an ecosystem's word means; none where nothing is known of it.
    pub(super) fn of(word: &str) -> Option<Place> {
        let (base, suffix) = word.split_once(':').unwrap_or((word, ""));
        let language = LANGUAGES.iter().find(|(name, ..)| *name == base);
        if let Some((_, ecosystem, format)) = language {
            return Some(Place::of_a_language(ecosystem, format));
        }
        // Rust's registry is called by its address.
        if base.strip_prefix("crates.").is_some_and(|end| end.len() == 2) {
            return Some(Place::of_a_language("rust-crate", "semver"));
        }
        let (_, name, id, ecosystem, format) =
            *DISTRIBUTIONS.iter().find(|(known, ..)| *known == base)?;
        let mut release = Release { name: name.into(), id: id.into(), ..Release::default() };
        match base {
            _ if ROLLING.contains(&id) => release.label = "rolling".into(),
            "Red Hat" => red_hat(suffix, &mut release)?,
            "Ubuntu" => ubuntu(suffix, &mut release)?,
            "SUSE" | "openSUSE" => suse(suffix, &mut release)?,
            _ => numbers(suffix.split(':').next().unwrap_or_default(), &mut release)?,
        }
        let release = Some(release);
        Some(Place { ecosystem, format, release, family: Family::Distribution })
    }

    fn of_a_language(ecosystem: &'static str, format: &'static str) -> Place {
        Place { ecosystem, format, release: None, family: Family::Language }
    }

    /// A package's name as records have it.
    pub(super) fn name(&self, name: &str) -> String {
        if self.ecosystem != "python" {
            return name.into();
        }
        let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join("-").to_lowercase()
    }
}

/// `12`, `v3.18`, `3.0`, `edge`, `22.03-LTS`.
fn numbers(version: &str, release: &mut Release) -> Option<()> {
    let version = version.strip_prefix('v').unwrap_or(version);
    if version.is_empty() {
        return None;
    }
    if !version.starts_with(|first: char| first.is_ascii_digit()) {
        release.label = version.to_ascii_lowercase();
        return Some(());
    }
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    let mut parts = version[..end].split('.');
    release.major = plain(parts.next().unwrap_or_default()).into();
    release.minor = plain(parts.next().unwrap_or_default()).into();
    Some(())
}

/// `22.04:LTS`, `Pro:18.04:LTS`; what is only certified (`Pro:FIPS:…`) is another line of packages.
fn ubuntu(suffix: &str, release: &mut Release) -> Option<()> {
    let version = match suffix.strip_prefix("Pro:") {
        Some(version) => {
            release.channel = "esm".into();
            version
        }
        None => suffix,
    };
    let version = version.split(':').next().unwrap_or_default();
    version.starts_with(|first: char| first.is_ascii_digit()).then(|| numbers(version, release))?
}

/// `enterprise_linux:9::baseos`, `rhel_eus:9.2::appstream`; other products are no distributions.
fn red_hat(suffix: &str, release: &mut Release) -> Option<()> {
    let mut parts = suffix.split(':');
    match parts.next()? {
        "enterprise_linux" => {}
        "rhel_eus" => release.channel = "eus".into(),
        _ => return None,
    }
    numbers(parts.next()?, release)
}

/// `Linux Enterprise Server 15 SP4`, `Leap 15.5`, `Tumbleweed`.
fn suse(suffix: &str, release: &mut Release) -> Option<()> {
    let product = suffix.split(':').next().unwrap_or_default();
    if product == "Tumbleweed" {
        (release.name, release.id) = ("opensuse-tumbleweed".into(), "opensuse-tumbleweed".into());
        release.label = "rolling".into();
        return Some(());
    }
    if let Some(version) = product.strip_prefix("Leap ") {
        return numbers(version, release);
    }
    let version = product.strip_prefix("Linux Enterprise Server ")?;
    let (major, pack) = version.split_once(" SP").unwrap_or((version, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // `15 SP4-LTSS` is sold apart, but its packages are of SP4.
    let pack = pack.split('-').next().unwrap_or_default();
    if major.is_empty() || !is_number(major) || !is_number(pack) {
        return None;
    }
    (release.major, release.minor) = (major.into(), pack.into());
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, expected: &str) {
        let told = Place::of(word).map_or("nothing".into(), |place| {
            let Place { ecosystem, format, release, .. } = place;
            let release = release.map(|release| {
                let Release { name, id, major, minor, label, channel, .. } = release;
                format!(" {name} {id} {major}/{minor}/{label}/{channel}")
            });
            format!("{ecosystem} {format}{}", release.unwrap_or_default())
        });
        assert_eq!(told, expected, "{word}");
    }

    #[test]
    fn languages_have_ecosystems_and_formats() {
        check("PyPI", "python python");
        check("npm", "npm semver");
        check("Maven:central", "java-archive maven");
        check("crates.xy", "rust-crate semver");
        check("crates.", "nothing");
        check("Linux", "nothing");
    }

    #[test]
    fn distributions_have_releases() {
        check("Alpine:v3.18", "apk apk alpine alpine 3/18//");
        check("Alpine:edge", "apk apk alpine alpine //edge/");
        check("Alpine", "nothing");
        check("Debian:12", "deb dpkg debian debian 12///");
        check("Wolfi", "apk apk wolfi wolfi //rolling/");
        check("AlmaLinux:9", "rpm rpm almalinux almalinux 9///");
        check("Rocky Linux:8", "rpm rpm rocky rocky 8///");
        check("Azure Linux:3", "rpm rpm azurelinux azurelinux 3///");
        check("openEuler:22.03-LTS-SP1", "rpm rpm openeuler openeuler 22/3//");
    }

    #[test]
    fn some_suffixes_have_a_language_of_their_own() {
        check("Ubuntu:22.04:LTS", "deb dpkg ubuntu ubuntu 22/4//");
        check("Ubuntu:Pro:18.04:LTS", "deb dpkg ubuntu ubuntu 18/4//esm");
        check("Ubuntu:Pro:FIPS:16.04:LTS", "nothing");
        check("Red Hat:enterprise_linux:9::baseos", "rpm rpm redhat rhel 9///");
        check("Red Hat:rhel_eus:9.2::appstream", "rpm rpm redhat rhel 9/2//eus");
        check("Red Hat:openshift:4.12::el8", "nothing");
        check("SUSE:Linux Enterprise Server 15 SP4", "rpm rpm sles sles 15/4//");
        check("SUSE:Linux Enterprise Server 12", "rpm rpm sles sles 12///");
        check("SUSE:Manager Server 4.3", "nothing");
        check("openSUSE:Leap 15.5", "rpm rpm opensuse-leap opensuse-leap 15/5//");
        check("openSUSE:Tumbleweed", "rpm rpm opensuse-tumbleweed opensuse-tumbleweed //rolling/");
    }

    #[test]
    fn names_of_python_have_one_spelling() {
        assert_eq!(Place::of("PyPI").unwrap().name("Zope.Interface__x"), "zope-interface-x");
        assert_eq!(Place::of("npm").unwrap().name("JSONStream"), "JSONStream");
    }
}
