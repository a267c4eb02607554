//! What changelogs say of the packages that changed: of each only what lies between its two versions. It reads no text:
//! whoever asks has taken the changelogs apart.

mod between;
mod link;
mod source;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use model::{Bug, ChangelogEntry, InstalledPackage, Silence, Told};

use crate::{Comparison, Direction, PackageChange};

pub use between::Remark;
pub use link::Link;

use between::{Newer, between};
pub use source::source;

/// What is told of every package that changed, ordered by ecosystem and source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changelogs {
    /// Packages of one source of which one thing is told.
    pub sources: Vec<SourceChange>,
}

/// What is told of packages that were built from one source and went the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceChange {
    /// The ecosystem's name.
    pub ecosystem: String,
    /// What the packages were built from, or the package's own name.
    pub source: String,
    /// Which way they went.
    pub direction: Direction,
    /// The packages, by name.
    pub packages: Vec<Binary>,
    /// What is told.
    pub said: Said,
    /// Where the difference between the two versions can be read.
    pub link: Option<Link>,
}

/// A package and the versions that only one of the images has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Binary {
    /// The package's name.
    pub name: String,
    /// What only the old image has, ordered.
    pub old: Vec<String>,
    /// What only the new image has, ordered.
    pub new: Vec<String>,
}

/// What is told of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Entries of the changelog of the later version that are between the two; of a downgrade those that were lost.
    Entries {
        /// The entries, in the changelog's order.
        entries: Vec<ChangelogEntry>,
        /// What must be known of them.
        remarks: Vec<Remark>,
    },
    /// No text, but the commits that the packaging was built from.
    Commits {
        /// That of the old image.
        old: Option<String>,
        /// That of the new image.
        new: Option<String>,
    },
    /// Nothing, and why.
    Nothing(Silence),
    /// The package came or went: there is nothing between.
    Alone,
}

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Packages that changed.
    pub packages: usize,
    /// Those of which entries are told.
    pub with_entries: usize,
    /// Those of which commits are told.
    pub with_commits: usize,
    /// Those that came or went.
    pub alone: usize,
    /// Those of which nothing can be told.
    pub silent: usize,
    /// Entries, those of one source counted once.
    pub entries: usize,
    /// CVEs that they mention, each once.
    pub cves: usize,
    /// Bugs that they mention, each once.
    pub bugs: usize,
}

/// Tells what lies between the two versions of each package that changed. `old` and `new` know what the images say.
pub fn changelogs(
    comparison: &Comparison<'_>,
    old: impl Fn(&InstalledPackage) -> Told,
    new: impl Fn(&InstalledPackage) -> Told,
) -> Changelogs {
    let mut sources: Vec<SourceChange> = Vec::new();
    let mut places: HashMap<(String, String, Direction), Vec<usize>> = HashMap::new();
    for change in comparison.packages.iter().filter(|change| change.is_of_content()) {
        let said = said(change, &old, &new);
        let (ecosystem, direction) = (change.key.ecosystem.clone(), change.direction);
        let name =
            latest(&change.new).or_else(|| latest(&change.old)).map(|one| source(&one.package).0);
        let name = name.unwrap_or_else(|| change.key.name.clone());
        let known = places.entry((ecosystem.clone(), name.clone(), direction)).or_default();
        let packages = vec![binary(change)];
        let link = latest(&change.old)
            .zip(latest(&change.new))
            .filter(|(_, new)| new.package.is_of_a_language())
            .and_then(|(old, new)| link::link(&old.package, &new.package));
        let is_like = |source: &SourceChange| source.said == said && source.link == link;
        if let Some(&place) = known.iter().find(|&&place| is_like(&sources[place])) {
            sources[place].packages.extend(packages);
        } else {
            known.push(sources.len());
            sources.push(SourceChange { ecosystem, source: name, direction, packages, said, link });
        }
    }
    // Sorting is stable: packages stay in order among those of one source.
    sources.sort_by(|a, b| (&a.ecosystem, &a.source).cmp(&(&b.ecosystem, &b.source)));
    Changelogs { sources }
}

fn said(
    change: &PackageChange<'_>,
    old: &impl Fn(&InstalledPackage) -> Told,
    new: &impl Fn(&InstalledPackage) -> Told,
) -> Said {
    let (Some(before), Some(after)) = (latest(&change.old), latest(&change.new)) else {
        return Said::Alone;
    };
    let (told_before, told_after) = (old(before), new(after));
    let is_back = change.direction == Direction::Downgraded;
    let (older, newer, version) = if is_back {
        (told_after, told_before, source(&after.package).1)
    } else {
        (told_before, told_after, source(&before.package).1)
    };
    match (newer, older) {
        (Told::Changelog(mut changelog), older) => {
            let older = if let Told::Changelog(older) = &older { Some(older) } else { None };
            let origin = changelog.origin.take();
            let (entries, mut remarks) = if changelog.is_between {
                let cut = changelog.cut.map(|cut| Remark::EndsEarly(Some(cut)));
                (changelog.entries, cut.into_iter().collect())
            } else {
                between(&Newer { changelog, version: &version }, older)
            };
            if let Some(address) = origin {
                // What is published is whole; that the other image has none does not matter.
                remarks.retain(|remark| *remark != Remark::OneSided);
                if entries.is_empty() && remarks.is_empty() {
                    remarks.push(Remark::Unwritten);
                }
                remarks.insert(0, Remark::Fetched(address));
            }
            Said::Entries { entries: entries.into_iter().map(redacted).collect(), remarks }
        }
        (Told::Commit(newer), older) => commits(Some(newer), commit(older), is_back),
        (Told::Nothing(_), Told::Commit(older)) => commits(None, Some(older), is_back),
        (Told::Nothing(silence), _) => Said::Nothing(silence),
    }
}

/// An entry without secrets in its text.
fn redacted(mut entry: ChangelogEntry) -> ChangelogEntry {
    if let Cow::Owned(text) = risk::redact_setting(None, &entry.text) {
        entry.text = text;
    }
    entry
}

fn commit(told: Told) -> Option<String> {
    if let Told::Commit(commit) = told { Some(commit) } else { None }
}

fn commits(newer: Option<String>, older: Option<String>, is_back: bool) -> Said {
    let (old, new) = if is_back { (newer, older) } else { (older, newer) };
    Said::Commits { old, new }
}

/// The package of the latest version, of several that are called alike.
pub fn latest<'a>(packages: &[&'a InstalledPackage]) -> Option<&'a InstalledPackage> {
    packages.iter().copied().max_by(|a, b| a.package.version.cmp(&b.package.version))
}

fn binary(change: &PackageChange<'_>) -> Binary {
    let versions = |packages: &[&InstalledPackage]| {
        let mut versions: Vec<String> =
            packages.iter().map(|one| one.package.version.to_string()).collect();
        versions.dedup();
        versions
    };
    let (old, new) = (versions(&change.old), versions(&change.new));
    Binary { name: change.key.name.clone(), old, new }
}

impl Changelogs {
    /// Keeps what is told of packages or sources of these names.
    pub fn retain(&mut self, names: &[String]) {
        for source in &mut self.sources {
            if !names.contains(&source.source) {
                source.packages.retain(|package| names.contains(&package.name));
            }
        }
        self.sources.retain(|source| !source.packages.is_empty());
    }

    /// The names of packages and sources that something is told of.
    pub fn names(&self) -> BTreeSet<&str> {
        let sources = self.sources.iter().map(|source| source.source.as_str());
        let packages = self.sources.iter().flat_map(|source| &source.packages);
        sources.chain(packages.map(|package| package.name.as_str())).collect()
    }

    /// How much is told.
    pub fn figures(&self) -> Figures {
        let mut figures = Figures::default();
        let mut cves: BTreeSet<&str> = BTreeSet::new();
        let mut bugs: BTreeSet<Bug> = BTreeSet::new();
        for source in &self.sources {
            let packages = source.packages.len();
            figures.packages += packages;
            match &source.said {
                Said::Entries { entries, .. } => {
                    figures.with_entries += packages;
                    figures.entries += entries.len();
                    cves.extend(entries.iter().flat_map(|entry| &entry.cves).map(String::as_str));
                    bugs.extend(entries.iter().flat_map(|entry| &entry.bugs));
                }
                Said::Commits { .. } => figures.with_commits += packages,
                Said::Nothing(_) => figures.silent += packages,
                Said::Alone => figures.alone += packages,
            }
        }
        (figures.cves, figures.bugs) = (cves.len(), bugs.len());
        figures
    }
}
