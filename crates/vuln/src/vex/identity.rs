//! What VEX documents call images and packages: package URLs, digests, names, CPEs; and whether one is ours.

use std::collections::BTreeMap;
use std::fmt;

use model::{Description, Distro, ImageFacts, Purl};

use crate::percent::decoded;

/// What something is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// A package URL.
    Purl(Pattern),
    /// `sha256:…`.
    Digest(String),
    /// A CPE, in either form.
    Cpe(String),
    /// Any other name: `docker.io/library/nginx:1.25`.
    Name(String),
}

/// A package URL whose parts may be missing: then they are any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    text: String,
    kind: String,
    namespace: Option<String>,
    name: String,
    version: Option<String>,
    qualifiers: BTreeMap<String, String>,
}

impl Identity {
    /// What a text is, by how it looks.
    pub(super) fn of(text: &str) -> Identity {
        let text = text.trim();
        if let Some(pattern) = Pattern::parse(text) {
            return Identity::Purl(pattern);
        }
        let is_digest = |text: &str| {
            text.strip_prefix("sha256:").is_some_and(|hex| {
                hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
        };
        if is_digest(text) {
            return Identity::Digest(text.to_ascii_lowercase());
        }
        if text.starts_with("cpe:") {
            return Identity::Cpe(text.to_ascii_lowercase());
        }
        Identity::Name(text.into())
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Identity::Purl(pattern) => f.pad(&pattern.text),
            Identity::Digest(text) | Identity::Cpe(text) | Identity::Name(text) => f.pad(text),
        }
    }
}

impl Pattern {
    /// Reads `pkg:type/namespace/name@version?key=value&…#path`; none where it is not one.
    fn parse(text: &str) -> Option<Pattern> {
        let rest = text.strip_prefix("pkg:")?.trim_start_matches('/');
        let rest = rest.split('#').next()?;
        let (rest, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        let (path, version) = match rest.rsplit_once('@') {
            // `pkg:npm/@angular/core` is written so by some; its `@` is no version's.
            Some((path, version)) if !version.contains('/') => (path, Some(decoded(version))),
            _ => (rest, None),
        };
        let (kind, path) = path.split_once('/')?;
        let path = path.trim_matches('/');
        let (namespace, name) = match path.rsplit_once('/') {
            Some((namespace, name)) => (Some(decoded(namespace)), decoded(name)),
            None => (None, decoded(path)),
        };
        let qualifiers = qualifiers.split('&').filter_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            Some((key.to_ascii_lowercase(), decoded(value)))
        });
        (!name.is_empty()).then(|| Pattern {
            text: text.into(),
            kind: kind.to_ascii_lowercase(),
            namespace,
            name,
            version: version.filter(|version| !version.is_empty()),
            qualifiers: qualifiers.collect(),
        })
    }

    fn is_image(&self) -> bool {
        matches!(&*self.kind, "oci" | "docker")
    }
}

/// The image, by all that it can be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    names: Vec<ImageName>,
    digests: Vec<String>,
}

/// `docker.io/library/nginx:1.25`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ImageName {
    /// Registry and path: `docker.io/library/nginx`.
    repository: String,
    tag: Option<String>,
}

impl ImageName {
    fn of(text: &str) -> ImageName {
        let text = text.split_once("://").map_or(text, |(_, rest)| rest);
        let text = text.split('@').next().unwrap_or_default();
        let (path, tag) = match text.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, Some(tag.to_owned())),
            _ => (text, None),
        };
        let first = path.split('/').next().unwrap_or_default();
        let has_registry =
            path.contains('/') && (first.contains(['.', ':']) || first == "localhost");
        let repository = match (has_registry, path.contains('/')) {
            (true, _) => path.to_owned(),
            (false, true) => format!("docker.io/{path}"),
            (false, false) => format!("docker.io/library/{path}"),
        };
        ImageName { repository, tag }
    }

    fn last(&self) -> &str {
        self.repository.rsplit('/').next().unwrap_or_default()
    }

    /// Whether this is what a document means; without a tag it means all of them.
    fn is_meant_by(&self, other: &ImageName) -> bool {
        self.repository == other.repository && (other.tag.is_none() || other.tag == self.tag)
    }
}

impl Target {
    /// The image that a description is of.
    pub fn of(description: &Description) -> Target {
        let mut target = Target::default();
        for digest in [&description.digest, &description.config_digest, &description.index_digest] {
            target.digests.extend(digest.as_ref().map(ToString::to_string));
        }
        target.add_name(&description.reference);
        target
    }

    /// Another name of the image: a reference, with or without the way that it was reached by (`oci:images/shop:1.4`).
    pub fn add_name(&mut self, reference: &str) {
        const WAYS: [&str; 8] = [
            "registry",
            "docker",
            "podman",
            "oci",
            "oci-archive",
            "docker-archive",
            "dir",
            "docker-daemon",
        ];
        let name = match reference.split_once(':') {
            Some((way, rest)) if WAYS.contains(&way) => rest,
            _ => reference,
        };
        if let Some((_, digest)) = reference.split_once('@') {
            self.digests.push(digest.into());
        }
        self.names.push(ImageName::of(name));
    }

    /// Whether a document means the image by this.
    pub(super) fn is(&self, identity: &Identity, packages: &Packages<'_>) -> bool {
        match identity {
            Identity::Digest(digest) => self.digests.contains(digest),
            Identity::Name(name) => {
                let (named, digest) =
                    (ImageName::of(name), name.split_once('@').map(|(_, digest)| digest));
                match digest {
                    Some(digest) => self.digests.iter().any(|ours| ours == digest),
                    None => self.names.iter().any(|ours| ours.is_meant_by(&named)),
                }
            }
            Identity::Purl(pattern) if pattern.is_image() => self.is_pattern(pattern),
            Identity::Purl(_) => false,
            Identity::Cpe(cpe) => packages.distro.is_some_and(|distro| is_distro(cpe, distro)),
        }
    }

    fn is_pattern(&self, pattern: &Pattern) -> bool {
        let version = pattern.version.as_deref();
        if let Some(digest) = version.filter(|version| version.contains(':')) {
            return self.digests.iter().any(|ours| ours == digest);
        }
        let tag = pattern.qualifiers.get("tag").map(String::as_str).or(version);
        // `repository_url` may end with the image's own name or with the folder that it is in.
        let folder =
            pattern.qualifiers.get("repository_url").map(|url| ImageName::of(url).repository);
        let path = match &pattern.namespace {
            Some(namespace) => format!("{namespace}/{}", pattern.name),
            None => pattern.name.clone(),
        };
        self.names.iter().any(|name| {
            let in_folder = folder.as_ref().is_none_or(|folder| {
                name.repository == *folder
                    || name
                        .repository
                        .strip_prefix(folder.as_str())
                        .is_some_and(|rest| rest == format!("/{path}"))
            });
            let ends_so = name.repository == path || name.repository.ends_with(&format!("/{path}"));
            in_folder
                && (ends_so || name.last().eq_ignore_ascii_case(&path))
                && tag.is_none_or(|tag| name.tag.as_deref() == Some(tag))
        })
    }
}

/// Whether a CPE of an operating system means this distribution: `cpe:/o:redhat:enterprise_linux:9`.
fn is_distro(cpe: &str, distro: &Distro) -> bool {
    const PRODUCTS: [(&str, &str); 8] = [
        ("redhat:enterprise_linux", "rhel"),
        ("debian:debian_linux", "debian"),
        ("canonical:ubuntu_linux", "ubuntu"),
        ("almalinux:almalinux", "almalinux"),
        ("rocky:rocky", "rocky"),
        ("suse:sles", "sles"),
        ("opensuse:leap", "opensuse-leap"),
        ("alpinelinux:alpine_linux", "alpine"),
    ];
    let rest =
        cpe.strip_prefix("cpe:2.3:").or_else(|| cpe.strip_prefix("cpe:/")).unwrap_or_default();
    let parts: Vec<&str> = rest.split(':').collect();
    let [_, vendor, product, more @ ..] = &parts[..] else { return false };
    let name = format!("{vendor}:{product}");
    let Some((_, id)) = PRODUCTS.iter().find(|(known, _)| *known == name) else { return false };
    let version = more.first().copied().unwrap_or_default();
    let ours = distro.version_id.as_deref().unwrap_or_default();
    let in_version = matches!(version, "" | "*" | "-")
        || ours == version
        || ours.strip_prefix(version).is_some_and(|rest| rest.starts_with('.'));
    distro.id == *id && in_version
}

/// The packages of the image, as documents may call them.
pub(super) struct Packages<'a> {
    facts: &'a ImageFacts,
    distro: Option<&'a Distro>,
    purls: Vec<Purl>,
}

impl<'a> Packages<'a> {
    pub(super) fn of(facts: &'a ImageFacts) -> Packages<'a> {
        let distro = facts.distro.as_ref();
        let purl = |installed: &model::InstalledPackage| Purl::of(&installed.package, distro);
        Packages { facts, distro, purls: facts.packages.iter().map(purl).collect() }
    }

    /// Whether a document means the package by this.
    pub(super) fn is(&self, identity: &Identity, package: u32) -> bool {
        let place = package as usize;
        let (Identity::Purl(pattern), Some(purl), Some(installed)) =
            (identity, self.purls.get(place), self.facts.packages.get(place))
        else {
            return false;
        };
        let package = &installed.package;
        if pattern.kind != purl.kind {
            return false;
        }
        let is_named = |name: &str| match &*purl.kind {
            "pypi" => folded(name) == folded(&pattern.name),
            "deb" | "apk" => name.eq_ignore_ascii_case(&pattern.name),
            _ => name == pattern.name,
        };
        let architecture = pattern.qualifiers.get("arch").map(String::as_str);
        // What is said of a source package holds for all that was built from it.
        if matches!(architecture, Some("source" | "src")) {
            let (name, version) = source(package);
            let version_is = pattern
                .version
                .as_deref()
                .is_none_or(|wanted| without_epoch(&version) == wanted || version == wanted);
            return is_named(&name) && version_is && Packages::namespace_is(pattern, purl);
        }
        let version_is = pattern
            .version
            .as_deref()
            .is_none_or(|wanted| wanted == purl.version || wanted == package.version.as_str());
        let qualified = |key: &str| {
            let ours =
                purl.qualifiers.iter().find(|(name, _)| *name == key).map(|(_, value)| value);
            pattern.qualifiers.get(key).is_none_or(|wanted| ours == Some(wanted))
        };
        is_named(&purl.name)
            && version_is
            && Packages::namespace_is(pattern, purl)
            && ["arch", "distro", "epoch"].into_iter().all(qualified)
    }

    fn namespace_is(pattern: &Pattern, purl: &Purl) -> bool {
        const ALIKE: [(&str, &str); 2] = [("redhat", "rhel"), ("oracle", "ol")];
        let Some(wanted) = pattern.namespace.as_deref() else {
            // Without one it is any distribution; a language's scope is part of the name.
            return purl.namespace.is_none()
                || matches!(&*purl.kind, "deb" | "rpm" | "apk" | "alpm");
        };
        let ours = purl.namespace.as_deref().unwrap_or_default();
        ours.eq_ignore_ascii_case(wanted) || ALIKE.contains(&(wanted, ours))
    }
}

/// A name of Python, in one spelling.
fn folded(name: &str) -> String {
    name.replace(['_', '.'], "-").to_ascii_lowercase()
}

/// Name and version of what a package was built from.
fn source(package: &model::Package) -> (String, String) {
    let version = package.version.as_str().to_owned();
    let Some(source) = &package.source else { return (package.name.clone(), version) };
    if package.ecosystem == "rpm" {
        // `bzip2-1.0.8-8.el9.src.rpm`
        let stem = source.strip_suffix(".rpm").unwrap_or(source);
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        let mut parts = stem.rsplitn(3, '-');
        if let (Some(release), Some(version), Some(name)) =
            (parts.next(), parts.next(), parts.next())
        {
            return (name.into(), format!("{version}-{release}"));
        }
    }
    match source.split_once(" (") {
        Some((name, version)) => (name.into(), version.trim_end_matches(')').into()),
        None => (source.clone(), version),
    }
}

fn without_epoch(version: &str) -> &str {
    version.split_once(':').map_or(version, |(_, rest)| rest)
}
