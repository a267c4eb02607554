//! The findings of one side, put in order by vulnerability and package.

use std::collections::{BTreeMap, BTreeSet};

use model::{Finding, Findings, InstalledPackage, PackageKey, SuppressedBy};

use super::SideFindings;
use super::aliases::Aliases;
use crate::Side;

/// A vulnerability of a package: what is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity<'n> {
    /// What stands for all of the vulnerability's names.
    pub(crate) name: &'n str,
    /// The package, whatever its version.
    pub(crate) package: PackageKey,
}

impl<'n> Identity<'n> {
    /// Of which vulnerability and package a finding is; none where the image has no such package.
    pub(crate) fn of<'f: 'n>(
        finding: &'f Finding,
        packages: &[InstalledPackage],
        aliases: &Aliases<'n>,
    ) -> Option<Identity<'n>> {
        let installed = packages.get(finding.package as usize)?;
        let name = aliases.class(&finding.id);
        Some(Identity { name, package: installed.package.key() })
    }
}

/// What was found in one image.
pub(crate) struct Looked<'a, 'n> {
    pub(crate) found: SideFindings<'a>,
    /// What counts.
    pub(crate) counted: BTreeMap<Identity<'n>, Vec<&'a Finding>>,
    /// What somebody said not to count: a VEX statement, or a rule of the user's.
    pub(crate) excused: BTreeSet<Identity<'n>>,
    /// What counts with the other side's data, where that was asked.
    pub(crate) elsewhere: Option<BTreeMap<Identity<'n>, Vec<&'a Finding>>>,
    /// The packages that the image has.
    pub(crate) packages: BTreeSet<PackageKey>,
}

impl<'a: 'n, 'n> Looked<'a, 'n> {
    pub(crate) fn new(
        found: SideFindings<'a>,
        side: &Side,
        aliases: &Aliases<'n>,
    ) -> Looked<'a, 'n> {
        let packages = &side.facts.packages;
        let excused = found.findings.findings.iter().filter(|finding| is_excused(finding));
        let excused = excused.filter_map(|finding| Identity::of(finding, packages, aliases));
        Looked {
            counted: counted(found.findings, packages, aliases),
            excused: excused.collect(),
            elsewhere: found.with_other_data.map(|findings| counted(findings, packages, aliases)),
            packages: packages.iter().map(|installed| installed.package.key()).collect(),
            found,
        }
    }
}

fn is_excused(finding: &Finding) -> bool {
    finding.suppressed.as_ref().is_some_and(|suppressed| match suppressed.by {
        SuppressedBy::Vex { .. } | SuppressedBy::Rule { .. } => true,
        SuppressedBy::Matching => false,
    })
}

fn counted<'a: 'n, 'n>(
    findings: &'a Findings,
    packages: &[InstalledPackage],
    aliases: &Aliases<'n>,
) -> BTreeMap<Identity<'n>, Vec<&'a Finding>> {
    let mut identities: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.findings.iter().filter(|finding| finding.suppressed.is_none()) {
        if let Some(identity) = Identity::of(finding, packages, aliases) {
            identities.entry(identity).or_default().push(finding);
        }
    }
    identities
}
