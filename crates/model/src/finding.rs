//! Findings: advisories that apply to packages of an image, and what could not be told of it.

mod gap;
mod rating;

use crate::Time;

pub use gap::Gap;
pub use rating::{Cvss, Epss, Score, Severity, Share};

/// Everything that is known to be wrong with the packages of one image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Who looked, and at which data.
    pub scanner: Scanner,
    /// What was found, ordered by package, then by advisory. Suppressed ones are among them.
    pub findings: Vec<Finding>,
    /// What could not be told, ordered. Without regard to these, an empty list of findings says nothing.
    pub gaps: Vec<Gap>,
}

impl Findings {
    /// Takes out what no version fixes, and says how much that was. What is suppressed stays countable.
    pub fn leave_out_unfixed(&mut self) -> usize {
        let before = self.findings.len();
        self.findings.retain(|one| one.suppressed.is_some() || one.fix.state == FixState::Fixed);
        before - self.findings.len()
    }
}

/// Who looked for findings, and in which data: two lists can only be compared where these are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scanner {
    /// The program: `pentimento`, `grype`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The data.
    pub data: AdvisoryData,
}

/// Which advisories were asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AdvisoryData {
    /// The shape in which they were published, with its version: `v6.1.9`, `5`; empty where nobody says.
    pub schema: String,
    /// When the data was put together, as its makers say. Grype's schema 5 gives the age of its oldest part here.
    pub built: Option<Time>,
    /// Where it came from, as it was said: an address, a path.
    pub origin: String,
    /// The digest of what was imported (`sha256:…`), where it is one file.
    pub digest: Option<String>,
    /// Who provided what it was put together from, ordered by name.
    pub providers: Vec<Provider>,
}

/// One of those whose advisories were put together.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Provider {
    /// Its name: `debian`, `nvd`, `github`.
    pub name: String,
    /// When its data was fetched, where that is known.
    pub captured: Option<Time>,
}

/// One advisory that applies to one package of an image.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The package's place in [`crate::ImageFacts::packages`].
    pub package: u32,
    /// What whoever says it calls the vulnerability: `CVE-2024-5535`, `GHSA-…`.
    pub id: String,
    /// Other names of it that its own record knows, ordered and without `id`: two findings that share a name are of
    /// one vulnerability.
    pub aliases: Vec<String>,
    /// Who says it of what, in Grype's words: `debian:distro:debian:12`, `github:language:python`, `nvd:cpe`.
    pub namespace: String,
    /// Who says it: `debian`, `github`, `nvd`.
    pub provider: String,
    /// How bad it is.
    pub severity: Severity,
    /// Who says how bad it is, where that is not the provider.
    pub severity_source: Option<String>,
    /// Scores, in the order of the record.
    pub cvss: Vec<Cvss>,
    /// How likely it is exploited, for each CVE that it is, ordered.
    pub epss: Vec<Epss>,
    /// What is known of its being exploited, for each CVE that it is, ordered.
    pub known_exploited: Vec<KnownExploited>,
    /// Kinds of weakness (`CWE-79`), ordered.
    pub weaknesses: Vec<String>,
    /// Whether it is fixed, and where.
    pub fix: Fix,
    /// The page that says it.
    pub data_source: Option<String>,
    /// Other pages, in the order of the record.
    pub urls: Vec<String>,
    /// What it is, in the words of whoever says it.
    pub description: Option<Box<str>>,
    /// How the advisory was found to apply, ordered; at least one.
    pub matched: Vec<Matched>,
    /// Why it does not count; none where it does.
    pub suppressed: Option<Suppressed>,
}

impl Finding {
    /// Every name of the vulnerability, the finding's own first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.id).chain(self.aliases.iter().map(|alias| &**alias))
    }

    /// The first of its names that is a CVE's.
    pub fn cve(&self) -> Option<&str> {
        self.names().find(|name| name.starts_with("CVE-"))
    }
}

/// Whether a vulnerability is fixed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fix {
    /// What its makers did about it.
    pub state: FixState,
    /// The versions that fix it, in the order of the record: several where several lines of versions are kept alive.
    pub versions: Vec<String>,
}

/// What a package's makers did about a vulnerability.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FixState {
    /// Nobody says.
    #[default]
    Unknown,
    /// They fixed it.
    Fixed,
    /// They have not fixed it.
    NotFixed,
    /// They will not fix it.
    WontFix,
}

impl FixState {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            FixState::Unknown => "unknown",
            FixState::Fixed => "fixed",
            FixState::NotFixed => "not-fixed",
            FixState::WontFix => "wont-fix",
        }
    }
}

/// One way in which an advisory was found to apply.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Matched {
    /// By what.
    pub by: MatchedBy,
    /// The name that was looked up: the package's, its source's, or a CPE.
    pub name: String,
    /// The version that was judged.
    pub version: String,
    /// The range that holds it, and the kind of version it is written in: `< 1.2 (deb)`. Empty: every version.
    pub constraint: String,
}

/// By what an advisory was found to apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchedBy {
    /// It is about the package's own name.
    Name,
    /// It is about the source that the package was built from.
    Source,
    /// It is about a product, by its CPE.
    Cpe,
}

impl MatchedBy {
    /// Its name in reports, which is Grype's.
    pub fn name(self) -> &'static str {
        match self {
            MatchedBy::Name => "exact-direct-match",
            MatchedBy::Source => "exact-indirect-match",
            MatchedBy::Cpe => "cpe-match",
        }
    }
}

/// What is known of a vulnerability's being exploited (CISA's catalogue).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KnownExploited {
    /// The CVE.
    pub cve: String,
    /// The day it was added to the catalogue (`2024-05-20`), where it is said.
    pub added: Option<String>,
    /// The day by which it has to be dealt with.
    pub due: Option<String>,
    /// What has to be done.
    pub action: String,
    /// Whether it is known to be used for ransom.
    pub ransomware: bool,
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Suppressed {
    /// Who says so.
    pub by: SuppressedBy,
    /// Why, as a clause: the rule's reason, a VEX justification.
    pub reason: String,
}

/// Who says that a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuppressedBy {
    /// A rule of matching itself: kernel headers have none of the kernel's faults.
    Matching,
    /// A statement of a VEX document (`not_affected`, `fixed`), with the document's ID.
    Vex {
        /// The document's ID.
        document: String,
        /// The status that it gives.
        status: String,
    },
    /// A rule of the user's, by the file that it stands in.
    Rule {
        /// The file.
        file: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_cve_is_found_among_aliases() {
        let mut finding = Finding {
            package: 0,
            id: "GHSA-aaaa-bbbb-cccc".into(),
            aliases: vec!["CVE-2024-1".into(), "PYSEC-2024-1".into()],
            namespace: "github:language:python".into(),
            provider: "github".into(),
            severity: Severity::Unknown,
            severity_source: None,
            cvss: Vec::new(),
            epss: Vec::new(),
            known_exploited: Vec::new(),
            weaknesses: Vec::new(),
            fix: Fix::default(),
            data_source: None,
            urls: Vec::new(),
            description: None,
            matched: Vec::new(),
            suppressed: None,
        };
        assert_eq!(finding.cve(), Some("CVE-2024-1"));
        finding.aliases.clear();
        assert_eq!(finding.cve(), None);
    }
}
