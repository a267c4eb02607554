//! The vulnerabilities of one image: its findings put together by vulnerability and package, and how many there are.

use std::collections::BTreeMap;

use model::{Finding, Findings, InstalledPackage, PackageKey, Severity};

use super::aliases::Aliases;
use super::sides::Identity;
use super::worst;

/// A vulnerability of one package, with every advisory that tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vulnerability<'a> {
    /// What it is called: its CVE where it has one.
    pub name: String,
    /// The package.
    pub package: PackageKey,
    /// What was found of it: where it counts, only what counts.
    pub findings: Vec<&'a Finding>,
}

impl Vulnerability<'_> {
    /// How bad it is, at the worst.
    pub fn severity(&self) -> Severity {
        worst(&self.findings)
    }

    /// Whether every advisory that tells of it is suppressed.
    pub fn is_suppressed(&self) -> bool {
        self.findings.iter().all(|finding| finding.suppressed.is_some())
    }
}

/// The vulnerabilities of an image, by name and package. One that counts by one advisory is not suppressed by another.
pub fn vulnerabilities_of<'a>(
    packages: &[InstalledPackage],
    findings: &'a Findings,
) -> Vec<Vulnerability<'a>> {
    let records = findings.findings.iter().map(|one| (one.id.as_str(), &one.aliases[..]));
    let aliases = Aliases::of(records);
    let mut identities: BTreeMap<Identity<'_>, Vec<&Finding>> = BTreeMap::new();
    for finding in &findings.findings {
        if let Some(identity) = Identity::of(finding, packages, &aliases) {
            identities.entry(identity).or_default().push(finding);
        }
    }
    let vulnerability = |(identity, mut findings): (Identity<'_>, Vec<&'a Finding>)| {
        if findings.iter().any(|finding| finding.suppressed.is_none()) {
            findings.retain(|finding| finding.suppressed.is_none());
        }
        Vulnerability { name: identity.name.to_owned(), package: identity.package, findings }
    };
    identities.into_iter().map(vulnerability).collect()
}

/// How many vulnerabilities an image has, each counted once for a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingFigures {
    /// Those that count.
    pub by_severity: BTreeMap<Severity, usize>,
    /// Those that are suppressed by whoever speaks of them.
    pub suppressed: usize,
}

impl FindingFigures {
    /// Counts.
    pub fn of(vulnerabilities: &[Vulnerability<'_>]) -> FindingFigures {
        let mut figures = FindingFigures::default();
        for vulnerability in vulnerabilities {
            if vulnerability.is_suppressed() {
                figures.suppressed += 1;
            } else {
                *figures.by_severity.entry(vulnerability.severity()).or_default() += 1;
            }
        }
        figures
    }

    /// How many count.
    pub fn counted(&self) -> usize {
        self.by_severity.values().sum()
    }
}
