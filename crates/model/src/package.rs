//! Packages: what a package manager's own records say of them.

use crate::{Path, Scheme, Sha256, Version};

/// One package as one database records it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Package {
    /// The ecosystem's name: `apk`, `deb`, `rpm`, `npm`, …
    pub ecosystem: String,
    /// Its name as the package manager says it, without version or architecture.
    pub name: String,
    /// The group that its name belongs to, where that is not part of the name (Maven's `groupId`).
    pub group: Option<String>,
    /// Its whole version, epoch and release included (`1:1.0.2k-3.el9`), as the package manager writes it.
    pub version: Version,
    /// The architecture that it was built for, in the ecosystem's words (`amd64`, `x86_64`, `noarch`).
    pub architecture: Option<String>,
    /// What it was built from, as it stands in the database: dpkg's `Source` field (`bzip2 (1.0.8-5)`, none where
    /// the package is named as its source), rpm's `SOURCERPM` (`bzip2-1.0.8-8.el9.src.rpm`), apk's origin (`bzip2`).
    /// Of a language's package the address of its sources or of its home page.
    pub source: Option<String>,
    /// What tells two builds of one version apart: rpm's header digest, apk's checksum, a commit.
    pub build: Option<String>,
    /// The commit of its packaging that it was built from, where the database says it (apk's `c:`).
    pub commit: Option<String>,
    /// What it takes when installed, in bytes, as the database says.
    pub size: Option<u64>,
    /// The licence, as it stands in the database; of Debian's packages, whose database has none, as it stands in their
    /// documentation.
    pub license: Option<String>,
    /// Who made the package (rpm's `VENDOR`, dpkg's and apk's maintainer, a language package's author).
    pub supplier: Option<String>,
    /// The module stream that it belongs to (rpm's `MODULARITYLABEL`).
    pub module: Option<String>,
    /// The version of what it implements, where it says so (Java's `Specification-Version`).
    pub specification: Option<String>,
}

/// What makes two packages "the same one, maybe in other versions".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageKey {
    /// The ecosystem's name.
    pub ecosystem: String,
    /// The package's name, as the ecosystem compares names.
    pub name: String,
}

impl Package {
    /// A package of which only ecosystem, name and version are known.
    pub fn new(ecosystem: &str, name: &str, version: &str, scheme: Scheme) -> Package {
        Package {
            ecosystem: ecosystem.into(),
            name: name.into(),
            group: None,
            version: Version::new(version, scheme),
            architecture: None,
            source: None,
            build: None,
            commit: None,
            size: None,
            license: None,
            supplier: None,
            module: None,
            specification: None,
        }
    }

    /// What groups this package with its other versions.
    pub fn key(&self) -> PackageKey {
        PackageKey { ecosystem: self.ecosystem.clone(), name: self.comparable_name() }
    }

    /// Its name as the ecosystem compares names: Python takes `Flask_Login` and `flask-login` for one (PEP 503).
    pub(crate) fn comparable_name(&self) -> String {
        if self.ecosystem != "pypi" {
            return self.name.clone();
        }
        let parts = self.name.split(['-', '_', '.']).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join("-").to_lowercase()
    }

    /// Whether it belongs to a language, not to the operating system. Copies of it may stand in several places, and each
    /// is a package of its own.
    pub fn is_of_a_language(&self) -> bool {
        match self.version.scheme() {
            Scheme::Apk | Scheme::Deb | Scheme::Rpm | Scheme::Alpm => false,
            Scheme::Npm
            | Scheme::Gem
            | Scheme::Pypi
            | Scheme::Maven
            | Scheme::Semver
            | Scheme::Nuget
            | Scheme::Composer
            | Scheme::Cran
            | Scheme::Pub
            | Scheme::Perl
            | Scheme::Lua
            // Each has a folder of its own, and several versions may stand beside one another.
            | Scheme::Nix
            | Scheme::Generic => true,
        }
    }
}

/// A path that a package claims.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnedPath {
    /// The path as the database writes it; it may lead through links (`/lib/x` where `lib` is `usr/lib`).
    pub path: Path,
    /// What the database recorded of it.
    pub recorded: Recorded,
}

/// What a package database recorded of a path, to be compared with what is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Recorded {
    /// The digest of its content. Apart from the rest, because many paths have none.
    pub digest: Option<Box<RecordedDigest>>,
    /// Its permission bits.
    pub mode: Option<u16>,
    /// A configuration file: a change of it is an administrator's right.
    pub config: bool,
    /// Claimed, but not shipped (rpm's `%ghost`).
    pub ghost: bool,
}

/// A digest in the algorithm that the database uses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordedDigest {
    /// dpkg, old rpm.
    Md5([u8; 16]),
    /// apk (`Q1…`), some rpm.
    Sha1([u8; 20]),
    /// rpm.
    Sha256(Sha256),
    /// Any other algorithm of rpm, as number and digits.
    Other(u32, Box<str>),
}

/// What `os-release` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Distro {
    /// `ID`: `debian`, `alpine`, `rhel`, `linux` where the file does not say.
    pub id: String,
    /// `ID_LIKE`, in order.
    pub id_like: Vec<String>,
    /// `VERSION_ID`; a rolling distribution has none.
    pub version_id: Option<String>,
    /// `VERSION_CODENAME`.
    pub codename: Option<String>,
    /// `PRETTY_NAME`.
    pub pretty_name: Option<String>,
    /// Lines of releases that are kept alive apart, which other files of the image say that it takes fixes from, ordered:
    /// `eus` of Red Hat, `esm` of Ubuntu.
    pub channels: Vec<String>,
}
