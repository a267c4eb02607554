//! What to look up of a package: its own name, and that of the source it was built from, because that is what most
//! distributions write about.

use model::{MatchedBy, Package};

/// One name to look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lookup {
    /// What finds it.
    pub(super) by: MatchedBy,
    /// The ecosystem, in Grype's words.
    pub(super) ecosystem: &'static str,
    /// The name.
    pub(super) name: String,
    /// The version that records are compared with.
    pub(super) version: String,
    /// Whether it is a distribution that says it.
    pub(super) is_of_distro: bool,
}

/// Ecosystems as our readers call them, with what Grype calls them.
const ECOSYSTEMS: [(&str, &[&str]); 19] = [
    ("deb", &["deb"]),
    ("rpm", &["rpm"]),
    ("apk", &["apk"]),
    ("alpm", &["alpm"]),
    ("npm", &["npm"]),
    ("pypi", &["python"]),
    ("maven", &["java-archive", "jenkins-plugin"]),
    ("gem", &["gem"]),
    ("golang", &["go-module"]),
    ("cargo", &["rust-crate"]),
    ("composer", &["php-composer"]),
    ("nuget", &["dotnet"]),
    ("pub", &["dart-pub"]),
    ("swift", &["swift"]),
    ("hex", &["hex"]),
    ("cran", &["cran", "R-package"]),
    ("wordpress", &["wordpress-plugin"]),
    ("bitnami", &["bitnami"]),
    ("generic", &["bitnami", "binary"]),
];

/// What Grype calls an ecosystem; several where it has several. Nothing where nobody writes about it.
pub(super) fn ecosystems(ecosystem: &str) -> &'static [&'static str] {
    let known = ECOSYSTEMS.iter().find(|(ours, _)| *ours == ecosystem);
    known.map_or(&[], |(_, words)| *words)
}

/// What Grype calls an ecosystem mostly.
pub(super) fn ecosystem(ecosystem: &str) -> &'static str {
    ecosystems(ecosystem).first().copied().unwrap_or_default()
}

/// Whether a distribution writes about the package.
pub(crate) fn is_of_distro(package: &Package) -> bool {
    matches!(&*package.ecosystem, "deb" | "rpm" | "apk" | "alpm")
}

/// The names to look up, the package's own first.
pub(super) fn lookups(package: &Package) -> Vec<Lookup> {
    let of = |by, name: String, version: String| Lookup {
        by,
        ecosystem: ecosystem(&package.ecosystem),
        name,
        version,
        is_of_distro: is_of_distro(package),
    };
    let (name, version) = (package.name.clone(), package.version.to_string());
    let source = package.source.as_deref().map(str::trim).filter(|source| !source.is_empty());
    match &*package.ecosystem {
        "deb" => {
            let source = source.map(|source| source_of_deb(source, &version));
            let source = source.filter(|(source, _)| *source != name);
            let source =
                source.map(|(source, version)| of(MatchedBy::Source, source.into(), version));
            std::iter::once(of(MatchedBy::Name, name, version)).chain(source).collect()
        }
        "rpm" => {
            let source = source.and_then(source_of_rpm).filter(|(source, _)| *source != name);
            // What has no epoch has the epoch 0; sources do not say theirs, and are compared without.
            let version = if has_epoch(&version) { version } else { format!("0:{version}") };
            let source = source
                .map(|(source, version)| of(MatchedBy::Source, source.into(), version.into()));
            std::iter::once(of(MatchedBy::Name, name, version)).chain(source).collect()
        }
        "apk" => {
            let source = source.map(|source| of(MatchedBy::Source, source.into(), version.clone()));
            std::iter::once(of(MatchedBy::Name, name, version)).chain(source).collect()
        }
        "golang" if is_unversioned_program(package) => Vec::new(),
        "alpm" | "golang" => vec![of(MatchedBy::Name, name, version)],
        "pypi" => vec![of(MatchedBy::Name, package.key().name, version)],
        "maven" => {
            let name = match &package.group {
                Some(group) => format!("{group}:{name}"),
                None => name,
            };
            let one = |ecosystem: &&'static str| Lookup {
                ecosystem,
                ..of(MatchedBy::Name, name.clone(), version.clone())
            };
            ecosystems("maven").iter().map(one).collect()
        }
        other => {
            let one = |ecosystem: &&'static str| Lookup {
                ecosystem,
                ..of(MatchedBy::Name, name.clone(), version.clone())
            };
            ecosystems(other).iter().map(one).collect()
        }
    }
}

/// The source that a distribution's package was built from, with its version as the package tells it; what says nothing of
/// its source is one itself.
pub(crate) fn source(package: &Package) -> Option<(String, String)> {
    let (name, version) = (&*package.name, package.version.as_str());
    let said = package.source.as_deref().map(str::trim).filter(|source| !source.is_empty());
    let own = (name.to_owned(), version.to_owned());
    match &*package.ecosystem {
        "deb" => Some(said.map_or(own, |source| {
            let (name, version) = source_of_deb(source, version);
            (name.into(), version)
        })),
        "rpm" => Some(
            said.and_then(source_of_rpm)
                .map_or(own, |(name, version)| (name.into(), version.into())),
        ),
        "apk" | "alpm" => Some((said.unwrap_or(name).into(), version.into())),
        _ => None,
    }
}

/// Name and version of `bzip2 (1.0.8-5)`; without one in brackets it is the package's.
fn source_of_deb<'a>(source: &'a str, version: &str) -> (&'a str, String) {
    match source.split_once(" (") {
        Some((source, version)) => (source.trim(), version.trim_end_matches(')').to_owned()),
        None => (source, version.to_owned()),
    }
}

/// Whether a module of Go is the program itself, built from a working copy: such a version says nothing. What a program was
/// built with has a checksum.
fn is_unversioned_program(package: &Package) -> bool {
    let version = package.version.as_str();
    version.starts_with("(devel)") || package.build.is_none() && version.starts_with("v0.0.0-")
}

fn has_epoch(version: &str) -> bool {
    let epoch = version.split_once(':').map(|(epoch, _)| epoch);
    epoch.is_some_and(|epoch| !epoch.is_empty() && epoch.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Name and version of `bzip2-1.0.8-8.el9.src.rpm`.
fn source_of_rpm(file: &str) -> Option<(&str, &str)> {
    let whole = file.strip_suffix(".rpm")?;
    let (whole, _architecture) = whole.rsplit_once('.')?;
    let (rest, _release) = whole.rsplit_once('-')?;
    let (name, _version) = rest.rsplit_once('-')?;
    (!name.is_empty()).then(|| (name, &whole[name.len() + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Scheme;

    #[track_caller]
    fn check(package: (&str, &str, &str), source: Option<&str>, scheme: Scheme, expect: &str) {
        let (ecosystem, name, version) = package;
        let mut package = Package::new(ecosystem, name, version, scheme);
        package.source = source.map(Into::into);
        let told = lookups(&package);
        let told: Vec<String> = (told.iter())
            .map(|one| format!("{} {} {} {}", one.by.name(), one.ecosystem, one.name, one.version))
            .collect();
        assert_eq!(told.join("\n").replace("exact-", "").replace("-match", ""), expect);
    }

    #[test]
    fn debian_writes_about_sources() {
        let version = "1.0.8-5+b1";
        let deb = ("deb", "libbz2", version);
        check(
            deb,
            Some("bzip2 (1.0.8-5)"),
            Scheme::Deb,
            "direct deb libbz2 1.0.8-5+b1\nindirect deb bzip2 1.0.8-5",
        );
        check(
            deb,
            Some("bzip2"),
            Scheme::Deb,
            "direct deb libbz2 1.0.8-5+b1\nindirect deb bzip2 1.0.8-5+b1",
        );
        check(deb, Some("libbz2 (1.0)"), Scheme::Deb, "direct deb libbz2 1.0.8-5+b1");
    }

    #[test]
    fn sources_of_rpm_have_no_epoch() {
        let rpm = ("rpm", "openssl-libs", "1:3.0-1.el9");
        let source = Some("openssl-3.0-1.el9.src.rpm");
        check(
            rpm,
            source,
            Scheme::Rpm,
            "direct rpm openssl-libs 1:3.0-1.el9\nindirect rpm openssl 3.0-1.el9",
        );
        check(
            ("rpm", "bash", "5-1"),
            Some("bash-5-1.src.rpm"),
            Scheme::Rpm,
            "direct rpm bash 0:5-1",
        );
        check(("rpm", "a", "5-1"), Some("nonsense"), Scheme::Rpm, "direct rpm a 0:5-1");
    }

    #[test]
    fn languages_have_names_of_their_own() {
        check(
            ("pypi", "Zope.Interface", "1"),
            None,
            Scheme::Pypi,
            "direct python zope-interface 1",
        );
        check(("golang", "a/b", "(devel)"), None, Scheme::Semver, "");
        check(("golang", "a/b", "v0.0.0-20240101000000-abcdefabcdef"), None, Scheme::Semver, "");
        check(
            ("golang", "stdlib", "1.21.3"),
            None,
            Scheme::Semver,
            "direct go-module stdlib 1.21.3",
        );
        check(("luarocks", "a", "1"), None, Scheme::Lua, "");
    }
}
