//! Records: what every format of advisories becomes. A reader fills them, the writer keeps them, matching judges them.

use model::{Cvss, Fix, Severity, Time};

/// What one provider published about one vulnerability.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advisory {
    /// What the provider calls it: `CVE-2024-5535`, `GHSA-…`, `GO-2024-3337`.
    pub id: String,
    /// The provider: `debian`, `rhel`, `github`, `nvd`.
    pub provider: String,
    /// Whether it stands.
    pub status: Status,
    /// When it was published first.
    pub published: Option<Time>,
    /// When it was changed last.
    pub modified: Option<Time>,
    /// Other names of the same vulnerability.
    pub aliases: Vec<String>,
    /// How bad it is: what counts most first.
    pub ratings: Vec<Rating>,
    /// What it is.
    pub description: String,
    /// Pages about it: the one that says it first.
    pub references: Vec<String>,
}

/// Whether an advisory stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It does, or it is still being looked into or disputed.
    #[default]
    Active,
    /// It was rejected or withdrawn: nothing is affected by it.
    Withdrawn,
}

/// How bad somebody says a vulnerability is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rating {
    /// In a word.
    Word {
        /// What the word means.
        severity: Severity,
        /// Who says it, where that is not the provider.
        source: Option<String>,
    },
    /// In a vector.
    Cvss(Cvss),
}

/// What an advisory says of one package, in one release of a distribution or of none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// The package.
    pub subject: Subject,
    /// The release of a distribution that it is said of; none for packages of languages.
    pub release: Option<Release>,
    /// Whether it is affected, or known not to be.
    pub verdict: Verdict,
    /// The CVEs that it is about, where they are not the advisory's own name.
    pub cves: Vec<String>,
    /// What else must hold: all of them.
    pub qualifiers: Vec<Qualifier>,
    /// The versions that it is said of: one range of them has to hold. Without any, it is said of every version; a
    /// reader whose format means "of none" by that leaves the record out.
    pub ranges: Vec<Range>,
}

/// Whether a record says that a package is affected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It is.
    #[default]
    Affected,
    /// It is known not to be, whatever others say.
    Unaffected,
}

/// Packages that a record is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// In Grype's words: `deb`, `rpm`, `apk`, `npm`, `python`, `java-archive`, `gem`, `go-module`, `rust-crate`, …
    pub ecosystem: String,
    /// The name as the record's makers write it; of Python in the form of PEP 503, of Java as `group:artifact`.
    pub name: String,
}

/// A release of a distribution.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release {
    /// What Grype calls the distribution: `debian`, `redhat`, `amazonlinux`.
    pub name: String,
    /// Its `ID` in `os-release`: `debian`, `rhel`, `amzn`.
    pub id: String,
    /// The first number of its version, without leading zeros; empty where it has none.
    pub major: String,
    /// The second number, without leading zeros.
    pub minor: String,
    /// A version that is no number: `edge`, `unstable`, `rolling`.
    pub label: String,
    /// The name of the release: `bookworm`.
    pub codename: String,
    /// A line of releases that is kept alive apart: `eus`, `esm`.
    pub channel: String,
    /// From when on it is not kept secure any more.
    pub end_of_life: Option<Time>,
}

/// Something that must hold of a package besides its version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Qualifier {
    /// Its module stream begins so (`nodejs:18`); empty: it has none.
    Module(String),
    /// It was built for this architecture; `src` is any.
    Architecture(String),
    /// It runs on a platform that this CPE means.
    Platform(String),
    /// It has one of these Go packages, each with the functions that matter; none of them: all.
    GoImports(Vec<(String, Vec<String>)>),
    /// It comes from Root's own builds.
    RootIo,
}

/// Versions, and what was done about the vulnerability for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// The kind of version, in the record's word: `dpkg`, `rpm`, `apk`, `semver`, `python`, `go`.
    pub format: String,
    /// Which ones: `< 1.2 || >= 2, < 2.3`; empty is every version.
    pub constraint: String,
    /// What was done.
    pub fix: Fix,
}

/// A product that a record is about by its CPE, whose own version does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Product {
    /// `a`, `o` or `h`.
    pub part: String,
    /// The vendor; empty or `*`: any, here and below.
    pub vendor: String,
    /// The product.
    pub product: String,
    /// The edition.
    pub edition: String,
    /// The language.
    pub language: String,
    /// The edition of the software.
    pub software_edition: String,
    /// The hardware that it is for.
    pub target_hardware: String,
    /// The software that it is for: `node.js`, `wordpress`.
    pub target_software: String,
    /// Anything else.
    pub other: String,
}

/// What a record says, without of whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The versions; any one of them. Without any: every version.
    pub ranges: Vec<Range>,
    /// What else must hold.
    pub qualifiers: Vec<Qualifier>,
    /// The CVEs that it is about.
    pub cves: Vec<String>,
}

/// Findings that whoever made a database says are wrong. What is empty may be anything, the rest has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exclusion {
    /// The advisory.
    pub id: String,
    /// Its namespace: `debian:distro:debian:12`.
    pub namespace: String,
    /// What was done about it, in Grype's word.
    pub fix: String,
    /// The package's name, whole, as a regular expression.
    pub name: String,
    /// The package's version.
    pub version: String,
    /// The package's language, in Grype's word.
    pub language: String,
    /// The package's type, in Grype's word.
    pub kind: String,
    /// Where the package's record lies, as a pattern of paths.
    pub location: String,
    /// Why it is wrong.
    pub justification: String,
}

/// What the name that a distribution gives itself stands for, where others publish its advisories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Override {
    /// The name, in whatever case.
    pub alias: String,
    /// Only of this version.
    pub version: Option<String>,
    /// Only of versions that this regular expression fits.
    pub pattern: Option<String>,
    /// Only of the release with this codename.
    pub codename: Option<String>,
    /// The name that takes its place.
    pub name: Option<String>,
    /// The first number of the version that takes its place.
    pub major: Option<String>,
    /// The second number.
    pub minor: Option<String>,
    /// A version that is no number.
    pub label: Option<String>,
    /// Whether it has no versions: only the label counts.
    pub rolling: bool,
}
