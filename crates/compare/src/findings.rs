//! Compares what is wrong with the packages of two images: which vulnerabilities came, went or changed, each with its cause.
//!
//! A vulnerability is one by the class of its names ([`Aliases`]), and it is told of one package: where a side's data call it
//! by another name, it is neither removed nor added. What a side could not be asked about is not said to be gone there.
//! `docs/vulnerabilities.md` defines the causes.

mod aliases;
mod cause;
mod one;
mod sides;

use model::{Finding, Findings, Gap, PackageKey, Severity};

use crate::{Comparison, PackageChange, Which};

use aliases::Aliases;
use sides::{Identity, Looked};

pub use cause::FindingCause;
pub use one::{FindingFigures, Vulnerability, vulnerabilities_of};

/// The findings of one image, and what they are compared by.
#[derive(Clone, Copy, Debug)]
pub struct SideFindings<'a> {
    /// What was found, with the data that is this side's own.
    pub findings: &'a Findings,
    /// What the same image has with the other side's data, where that is other data and it could be asked.
    pub with_other_data: Option<&'a Findings>,
}

/// What differs between the vulnerabilities of two images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vulnerabilities<'a> {
    /// What was found in the image before, and what could not be told of it.
    pub old: &'a Findings,
    /// What was found in the image after, and what could not be told of it.
    pub new: &'a Findings,
    /// What came, went or changed, by name and package.
    pub changes: Vec<FindingChange<'a>>,
    /// How many both images have alike, each counted once for a package.
    pub unchanged: usize,
    /// What only one image is known to have, where the other could not be asked about the package.
    pub untold: Vec<UntoldFinding<'a>>,
}

/// A vulnerability of one package that came, went or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingChange<'a> {
    /// What it is called: its CVE where it has one.
    pub name: String,
    /// The package.
    pub package: PackageKey,
    /// What happened to it.
    pub fate: Fate,
    /// Why.
    pub cause: FindingCause,
    /// What the old image has of it, by package and advisory; nothing where it came.
    pub old: Vec<&'a Finding>,
    /// What the new image has of it; nothing where it went.
    pub new: Vec<&'a Finding>,
}

/// What happened to a vulnerability of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Only the new image has it.
    Added,
    /// Only the old image has it.
    Removed,
    /// Both have it, and something else is said of it: what, at least one.
    Changed(Vec<FindingAspect>),
}

impl Fate {
    /// Its name in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Fate::Added => "added",
            Fate::Removed => "removed",
            Fate::Changed(_) => "changed",
        }
    }
}

/// What is said otherwise of a vulnerability that both images have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingAspect {
    /// How bad it is.
    Severity,
    /// Whether it is fixed, and where.
    Fix,
    /// What it is called.
    Id,
    /// Whether it is known to be exploited.
    KnownExploited,
}

impl FindingAspect {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            FindingAspect::Severity => "severity",
            FindingAspect::Fix => "fix",
            FindingAspect::Id => "id",
            FindingAspect::KnownExploited => "known-exploited",
        }
    }
}

/// A vulnerability of a package that one image has, where it cannot be told of the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UntoldFinding<'a> {
    /// What it is called.
    pub name: String,
    /// The package.
    pub package: PackageKey,
    /// The image that it cannot be told of.
    pub lacking: Which,
    /// What the other image has of it.
    pub findings: Vec<&'a Finding>,
}

impl FindingChange<'_> {
    /// How bad it is: as the new image's data say where it has it, else as the old one's do.
    pub fn severity(&self) -> Severity {
        let last = if self.new.is_empty() { &self.old } else { &self.new };
        worst(last)
    }

    /// Whether the new image's data know that it is exploited.
    pub fn is_exploited_now(&self) -> bool {
        exploited(&self.new)
    }

    /// Whether it is known to be exploited, on either side.
    pub fn is_exploited(&self) -> bool {
        self.old.iter().chain(&self.new).any(|finding| !finding.known_exploited.is_empty())
    }
}

/// The worst severity of findings of one vulnerability; where they differ, nobody should read the lesser one.
pub(crate) fn worst(findings: &[&Finding]) -> Severity {
    findings.iter().map(|finding| finding.severity).max().unwrap_or_default()
}

/// What differs between the vulnerabilities of the two images that were compared.
pub fn vulnerabilities<'a>(
    comparison: &Comparison<'a>,
    [old, new]: [SideFindings<'a>; 2],
) -> Vulnerabilities<'a> {
    let all = [Some(old.findings), Some(new.findings), old.with_other_data, new.with_other_data];
    let records = all.into_iter().flatten().flat_map(|findings| &findings.findings);
    let aliases = Aliases::of(records.map(|one| (one.id.as_str(), &one.aliases[..])));
    let old = Looked::new(old, comparison.old, &aliases);
    let new = Looked::new(new, comparison.new, &aliases);
    let mut compared = Vulnerabilities {
        old: old.found.findings,
        new: new.found.findings,
        changes: Vec::new(),
        unchanged: 0,
        untold: Vec::new(),
    };
    let judge = cause::Judge::new(comparison, [&old, &new]);
    let mut identities: Vec<&Identity<'_>> = old.counted.keys().chain(new.counted.keys()).collect();
    identities.sort_unstable();
    identities.dedup();
    for identity in identities {
        let of = |side: &Looked<'a, '_>| side.counted.get(identity).cloned().unwrap_or_default();
        let (before, after) = (of(&old), of(&new));
        let fate = match (&before[..], &after[..]) {
            ([], _) => Fate::Added,
            (_, []) => Fate::Removed,
            _ => Fate::Changed(differing(&before, &after)),
        };
        let (name, package) = (identity.name.to_owned(), identity.package.clone());
        if fate == Fate::Changed(Vec::new()) {
            compared.unchanged += 1;
        } else if let Some(lacking) = judge.lacking(identity, &fate) {
            let findings = [before, after].concat();
            compared.untold.push(UntoldFinding { name, package, lacking, findings });
        } else {
            let cause = judge.cause(identity, &fate);
            let (old, new) = (before, after);
            compared.changes.push(FindingChange { name, package, fate, cause, old, new });
        }
    }
    compared
}

/// What is said otherwise of one vulnerability of one package.
fn differing(old: &[&Finding], new: &[&Finding]) -> Vec<FindingAspect> {
    let aspects = [
        (FindingAspect::Severity, worst(old) != worst(new)),
        (FindingAspect::Fix, fixes(old) != fixes(new)),
        (FindingAspect::Id, ids(old) != ids(new)),
        (FindingAspect::KnownExploited, exploited(old) != exploited(new)),
    ];
    aspects.into_iter().filter(|(_, differs)| *differs).map(|(aspect, _)| aspect).collect()
}

fn fixes<'a>(findings: &[&'a Finding]) -> Vec<&'a model::Fix> {
    let mut fixes: Vec<_> = findings.iter().map(|finding| &finding.fix).collect();
    fixes.sort_unstable();
    fixes.dedup();
    fixes
}

fn ids<'a>(findings: &[&'a Finding]) -> Vec<&'a str> {
    let mut ids: Vec<_> = findings.iter().map(|finding| finding.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn exploited(findings: &[&Finding]) -> bool {
    findings.iter().any(|finding| !finding.known_exploited.is_empty())
}

impl<'a> Vulnerabilities<'a> {
    /// Whether both sides were asked by the same program, of the same data.
    pub fn same_data(&self) -> bool {
        self.old.scanner == self.new.scanner
    }

    /// Whether nothing came, went or changed.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.untold.is_empty()
    }

    /// Whether some vulnerability may be there that cannot be told: an empty list is not a clean one then.
    pub fn may_hide(&self) -> bool {
        !self.untold.is_empty() || [self.old, self.new].into_iter().any(may_hide)
    }

    /// What could not be told, of which image; first what is so of both.
    pub fn gaps(&self) -> impl Iterator<Item = (Option<Which>, &'a Gap)> {
        let (old, new) = (&self.old.gaps, &self.new.gaps);
        let both = new.iter().filter(|gap| old.contains(gap)).map(|gap| (None, gap));
        let only = |which, gaps: &'a [Gap], others: &'a [Gap]| {
            gaps.iter().filter(|gap| !others.contains(gap)).map(move |gap| (Some(which), gap))
        };
        both.chain(only(Which::Old, old, new)).chain(only(Which::New, new, old))
    }

    /// The vulnerabilities that went because of a change of a package, by name.
    pub fn closed_by(&self, change: &PackageChange<'_>) -> Vec<&str> {
        self.told_of(change, &Fate::Removed)
    }

    /// The vulnerabilities that came because of a change of a package, by name.
    pub fn opened_by(&self, change: &PackageChange<'_>) -> Vec<&str> {
        self.told_of(change, &Fate::Added)
    }

    fn told_of(&self, change: &PackageChange<'_>, fate: &Fate) -> Vec<&str> {
        let is_of = |one: &&FindingChange<'_>| {
            one.package == change.key && one.fate == *fate && one.cause.is_of(change.direction)
        };
        self.changes.iter().filter(is_of).map(|one| one.name.as_str()).collect()
    }

    /// How many changes there are of each cause, in the order of [`FindingCause::ALL`].
    pub fn causes(&self) -> [(FindingCause, usize); 7] {
        FindingCause::ALL.map(|cause| {
            (cause, self.changes.iter().filter(|change| change.cause == cause).count())
        })
    }
}

/// Whether findings may be missing from a list: then it does not matter how short it is.
pub fn may_hide(findings: &Findings) -> bool {
    findings.gaps.iter().any(Gap::may_hide)
}
