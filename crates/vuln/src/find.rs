//! Matching: which advisories apply to which packages of an image. The database is asked by name, and everything else is
//! decided by pure functions: which releases a distribution's advisories stand under (`distro`), what to look up of a
//! package (`names`), whether a record means it (`judge`), what speaks against it (`owned`, `rules`).

mod channels;
pub(crate) mod distro;
mod judge;
pub(crate) mod names;
mod owned;
pub(crate) mod products;
mod rules;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Finding, Findings, Gap, ImageFacts, Matched, MatchedBy, Package, Scanner, Suppressed,
    SuppressedBy, Time,
};

use crate::database::Statement;
use crate::namespace;
use crate::record::{Status, Verdict};
use crate::{Database, Error, Release};

use distro::Meant;
use judge::{Judgement, judge};
use names::Lookup;
use told::Told;

/// How to match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What time it is: data and distributions have an age. None: nothing is said of it.
    pub now: Option<Time>,
}

/// Hours after which data is called old, which is what Grype allows.
pub const MOST_HOURS: u32 = 120;

/// Finds the advisories of a database that apply to an image's packages.
pub fn find(facts: &ImageFacts, database: &Database, options: &Options) -> Result<Findings, Error> {
    let meant = distro::meant(facts.distro.as_ref(), database.releases(), database.overrides());
    let owned = owned::owned(facts);
    let mut finding = Matching {
        facts,
        database,
        meant,
        told: Told::default(),
        found: BTreeMap::new(),
        spoken: BTreeMap::new(),
        incomparable: BTreeMap::new(),
    };
    for place in 0..facts.packages.len() {
        if !owned.dropped.contains(&place) {
            finding.package(place, owned.owns_packages.contains(&place))?;
        }
    }
    finding.suppress_owned(&owned.owners);
    let gaps = finding.gaps(options)?;
    let scanner = Scanner {
        name: "pentimento".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        data: database.data().clone(),
    };
    Ok(Findings { scanner, findings: finding.finish()?, gaps })
}

/// What makes two hits one finding: package, advisory, namespace.
type Key = (u32, String, String);

/// What one record says of a package.
struct Found {
    advisory: i64,
    matched: Matched,
    cves: Vec<String>,
    fix: model::Fix,
}

/// A hit before its advisory's details are told.
struct Hit {
    advisory: i64,
    cves: BTreeSet<String>,
    fix: model::Fix,
    matched: BTreeSet<Matched>,
    suppressed: Option<Suppressed>,
}

struct Matching<'a> {
    facts: &'a ImageFacts,
    database: &'a Database,
    meant: Meant,
    told: Told,
    found: BTreeMap<Key, Hit>,
    /// Of packages that own files of others: names of vulnerabilities that they are known not to have, and why.
    spoken: BTreeMap<usize, BTreeMap<String, &'static str>>,
    incomparable: BTreeMap<usize, u32>,
}

impl Matching<'_> {
    fn package(&mut self, place: usize, owns_packages: bool) -> Result<(), Error> {
        let facts = self.facts;
        let package = &facts.packages[place].package;
        if package.version.as_str().is_empty() {
            return Ok(());
        }
        let mut cleared: BTreeSet<String> = BTreeSet::new();
        let mut hits = Vec::new();
        let lookups = names::lookups(package);
        for lookup in &lookups {
            let releases = if lookup.is_of_distro { &*self.meant.releases } else { &[0] };
            for row in self.database.affected(lookup.ecosystem, &lookup.name, releases)? {
                self.row(place, lookup, row, owns_packages, &mut cleared, &mut hits)?;
            }
        }
        for lookup in &lookups {
            self.fixes(package, lookup, &mut cleared, &mut hits)?;
            self.heed_channels(place, lookup, owns_packages, &mut cleared, &mut hits)?;
        }
        let of_products = products::lookups(package, self.database)?;
        let spoken_of =
            if of_products.is_empty() { BTreeSet::new() } else { self.spoken_of(&lookups)? };
        for (lookup, row) in of_products {
            // Where the distribution says something of a vulnerability itself, that counts.
            if self.names(row.advisory, &row.said.cves)?.is_disjoint(&spoken_of) {
                let known = hits.len();
                self.row(place, &lookup, row, false, &mut cleared, &mut hits)?;
                // What fixes the product is no version of the distribution's.
                if names::is_of_distro(package) {
                    hits[known..].iter_mut().for_each(|hit| hit.fix = model::Fix::default());
                }
            }
        }
        for hit in hits {
            if self.names(hit.advisory, &hit.cves)?.is_disjoint(&cleared) {
                self.hit(place, hit)?;
            }
        }
        Ok(())
    }

    /// Judges what one record says of a package.
    fn row(
        &mut self,
        place: usize,
        lookup: &Lookup,
        row: Statement,
        owns_packages: bool,
        cleared: &mut BTreeSet<String>,
        hits: &mut Vec<Found>,
    ) -> Result<(), Error> {
        let package = &self.facts.packages[place].package;
        let judgement = judge(&row.said, package, lookup, self.facts.distro.as_ref());
        // Most rows are about other versions; the advisories of those need not be read.
        let says_nothing = match judgement {
            Judgement::Elsewhere => true,
            Judgement::DoesNotHold => !(lookup.is_of_distro && owns_packages),
            Judgement::Holds(_) | Judgement::Incomparable => false,
        };
        if says_nothing || self.is_withdrawn(row.advisory)? {
            return Ok(());
        }
        match (judgement, row.verdict) {
            (Judgement::Incomparable, _) => *self.incomparable.entry(place).or_default() += 1,
            (Judgement::Holds(_), Verdict::Unaffected) => {
                let names = self.names(row.advisory, &row.said.cves)?;
                if owns_packages {
                    self.speak(place, &names, "the distribution says that it is not affected");
                }
                cleared.extend(names);
            }
            (Judgement::Holds(constraint), Verdict::Affected) => {
                let matched = Matched {
                    by: lookup.by,
                    name: lookup.name.clone(),
                    version: lookup.version.clone(),
                    constraint,
                };
                let fix = judge::fix(&row.said);
                hits.push(Found { advisory: row.advisory, matched, cves: row.said.cves, fix });
            }
            (Judgement::DoesNotHold, Verdict::Affected) => {
                let names = self.names(row.advisory, &row.said.cves)?;
                self.speak(place, &names, "the distribution's package has the fix");
            }
            (Judgement::DoesNotHold, Verdict::Unaffected) | (Judgement::Elsewhere, _) => {}
        }
        Ok(())
    }

    /// What a distribution says of fixes in advisories that another distribution wrote (`AlmaLinux` of Red Hat's).
    fn fixes(
        &self,
        package: &Package,
        lookup: &Lookup,
        cleared: &mut BTreeSet<String>,
        hits: &mut [Found],
    ) -> Result<(), Error> {
        if !lookup.is_of_distro || self.meant.fixes.is_empty() {
            return Ok(());
        }
        for row in self.database.affected(lookup.ecosystem, &lookup.name, &self.meant.fixes)? {
            if row.verdict != Verdict::Unaffected || self.is_withdrawn(row.advisory)? {
                continue;
            }
            let names = self.names(row.advisory, &row.said.cves)?;
            match judge(&row.said, package, lookup, self.facts.distro.as_ref()) {
                Judgement::Holds(_) => cleared.extend(names),
                Judgement::DoesNotHold => {
                    let fix = judge::fix_of_unaffected(&row.said);
                    if fix.state != model::FixState::Fixed {
                        continue;
                    }
                    for hit in &mut *hits {
                        if !self.names(hit.advisory, &hit.cves)?.is_disjoint(&names) {
                            hit.fix.clone_from(&fix);
                        }
                    }
                }
                Judgement::Elsewhere | Judgement::Incomparable => {}
            }
        }
        Ok(())
    }

    /// The vulnerabilities that a distribution says anything of, be it that a package does not have them.
    fn spoken_of(&self, lookups: &[Lookup]) -> Result<BTreeSet<String>, Error> {
        let mut spoken_of = BTreeSet::new();
        for lookup in lookups.iter().filter(|lookup| lookup.is_of_distro) {
            for row in
                self.database.affected(lookup.ecosystem, &lookup.name, &self.meant.releases)?
            {
                if !self.is_withdrawn(row.advisory)? {
                    spoken_of.extend(self.names(row.advisory, &row.said.cves)?);
                }
            }
        }
        Ok(spoken_of)
    }

    /// Whether whoever said it has taken it back: it says nothing any more, not even that something is not affected.
    fn is_withdrawn(&self, advisory: i64) -> Result<bool, Error> {
        let advisory = self.told.advisory(self.database, advisory)?;
        Ok(advisory.is_some_and(|advisory| advisory.status == Status::Withdrawn))
    }

    fn names(&self, advisory: i64, cves: &[String]) -> Result<BTreeSet<String>, Error> {
        let mut names: BTreeSet<String> = cves.iter().cloned().collect();
        if let Some(advisory) = self.told.advisory(self.database, advisory)? {
            names.insert(advisory.id.clone());
            names.extend(advisory.aliases.iter().cloned());
        }
        Ok(names)
    }

    fn speak(&mut self, place: usize, names: &BTreeSet<String>, why: &'static str) {
        let spoken = self.spoken.entry(place).or_default();
        spoken.extend(names.iter().map(|name| (name.clone(), why)));
    }

    fn hit(&mut self, place: usize, found: Found) -> Result<(), Error> {
        let Found { advisory: number, matched, cves, fix } = found;
        let Some(advisory) = self.told.advisory(self.database, number)? else { return Ok(()) };
        let package = &self.facts.packages[place].package;
        let namespace = if matched.by == MatchedBy::Cpe {
            namespace::OF_PRODUCTS.to_owned()
        } else if package.is_of_a_language() {
            namespace::of_language(&advisory.provider, names::ecosystem(&package.ecosystem))
        } else {
            let release = self.meant.releases.first().and_then(|number| self.release(*number));
            namespace::of_release(&advisory.provider, release.unwrap_or(&Release::default()))
        };
        let suppressed = rules::suppressed(package, &advisory.id, &advisory.aliases, matched.by);
        let Ok(package) = u32::try_from(place) else { return Ok(()) };
        let key = (package, advisory.id.clone(), namespace);
        let hit = self.found.entry(key).or_insert_with(|| Hit {
            advisory: number,
            cves: BTreeSet::new(),
            fix: fix.clone(),
            matched: BTreeSet::new(),
            suppressed: suppressed.clone(),
        });
        hit.cves.extend(cves);
        // What is said of the package itself counts more than what is said of its source.
        let is_direct = |by| by != MatchedBy::Source;
        let had_direct = hit.matched.iter().any(|matched| is_direct(matched.by));
        if is_direct(matched.by) && !had_direct {
            hit.fix = fix;
        } else if is_direct(matched.by) == had_direct && hit.fix != fix {
            hit.fix.state = judge::better(hit.fix.state, fix.state);
            let more =
                fix.versions.into_iter().filter(|version| !hit.fix.versions.contains(version));
            hit.fix.versions.extend(more.collect::<Vec<_>>());
        }
        if suppressed.is_none() {
            hit.suppressed = None;
        }
        hit.matched.insert(matched);
        Ok(())
    }

    fn release(&self, number: i64) -> Option<&Release> {
        let place =
            self.database.releases().binary_search_by_key(&number, |(number, _)| *number).ok()?;
        Some(&self.database.releases()[place].1)
    }

    /// Suppresses what is found of a language's package where the package of the distribution that owns it says otherwise.
    fn suppress_owned(&mut self, owners: &BTreeMap<usize, BTreeSet<usize>>) {
        let Matching { found, spoken, told, .. } = self;
        for ((package, id, _), hit) in found {
            let owners = owners.get(&(*package as usize)).into_iter().flatten();
            for spoken in owners.filter_map(|owner| spoken.get(owner)) {
                let advisory = told.known(hit.advisory);
                let aliases = advisory.iter().flat_map(|advisory| &advisory.aliases);
                let mut names = std::iter::once(id).chain(&hit.cves).chain(aliases);
                if let Some(why) = names.find_map(|name| spoken.get(name)) {
                    hit.suppressed =
                        Some(Suppressed { by: SuppressedBy::Matching, reason: (*why).into() });
                }
            }
        }
    }

    fn finish(self) -> Result<Vec<Finding>, Error> {
        let Matching { facts, found, told, database, .. } = self;
        let mut findings = Vec::with_capacity(found.len());
        for ((package, id, namespace), hit) in found {
            let Some(details) = told.details(database, hit.advisory, &hit.cves)? else { continue };
            let named = (&*id, &*namespace, hit.fix.state);
            let suppressed = hit.suppressed.or_else(|| {
                rules::excluded(database.exclusions(), &facts.packages[package as usize], named)
            });
            findings.push(Finding {
                package,
                id,
                aliases: details.aliases,
                namespace,
                provider: details.provider,
                severity: details.severity,
                severity_source: details.severity_source,
                cvss: details.cvss,
                epss: details.epss,
                known_exploited: details.known_exploited,
                weaknesses: details.weaknesses,
                fix: hit.fix,
                data_source: details.data_source,
                urls: details.urls,
                description: details.description,
                matched: hit.matched.into_iter().collect(),
                suppressed,
            });
        }
        Ok(findings)
    }

    /// Whether the data would say what is wrong with the distribution's packages. That some are not affected does not tell of
    /// the others.
    fn tells_of_distro(&self) -> Result<bool, Error> {
        let is_of_distro = |(place, ..): &Key| {
            let one = self.facts.packages.get(*place as usize);
            one.is_some_and(|one| names::is_of_distro(&one.package))
        };
        Ok(self.found.keys().any(is_of_distro)
            || self.database.tells_of_affected(&self.meant.releases)?)
    }

    fn gaps(&self, options: &Options) -> Result<Vec<Gap>, Error> {
        let mut gaps = gaps_of_image(self.facts);
        match &self.facts.distro {
            Some(distro) if !self.tells_of_distro()? => {
                let packages = of_the_system(self.facts);
                let distro = distro::shown(distro);
                gaps.extend((packages > 0).then_some(Gap::NoDataForDistro { distro, packages }));
            }
            Some(distro) => {
                let releases = self.database.releases();
                let shown = distro::shown(distro);
                let end = distro::end_of_life(distro, &self.meant.releases, releases);
                let since = end.filter(|since| options.now.is_some_and(|now| *since < now));
                let end = Gap::EndOfLife { distro: shown.clone(), since };
                gaps.extend(since.map(|_| end));
                let asked = self.meant.other.and_then(|number| self.release(number));
                gaps.extend(asked.filter(|_| of_the_system(self.facts) > 0).map(|release| {
                    Gap::OtherRelease { distro: shown.clone(), asked: distro::named(release) }
                }));
                gaps.extend(self.foreign(&shown));
            }
            None => {}
        }
        let others = counted(self.facts, |package| !names::is_of_distro(package));
        for (ecosystem, packages) in others {
            let told =
                names::ecosystems(ecosystem).iter().any(|one| self.database.has_ecosystem(one));
            let told = told || products::answer_for(ecosystem) && self.database.has().products;
            if !told {
                gaps.insert(Gap::NoDataForEcosystem { ecosystem: ecosystem.into(), packages });
            }
        }
        for (place, advisories) in &self.incomparable {
            let Package { name, version, .. } = &self.facts.packages[*place].package;
            let (package, version) = (name.clone(), version.to_string());
            gaps.insert(Gap::Incomparable { package, version, advisories: *advisories });
        }
        let unreadable =
            self.database.unreadable().iter().map(|what| Gap::Unreadable { what: what.clone() });
        gaps.extend(unreadable);
        gaps.extend(self.database.many_unreadable());
        gaps.extend(stale(self.database.data().built, options.now));
        Ok(gaps.into_iter().collect())
    }

    /// Packages of kinds that the distribution does not have: looked up, they would look clean.
    fn foreign(&self, distro: &str) -> Vec<Gap> {
        let release = self.meant.releases.first().and_then(|number| self.release(*number));
        let Some(own) = release.and_then(distro::ecosystem) else { return Vec::new() };
        let gap = |(ecosystem, packages): (&str, u32)| Gap::Foreign {
            distro: distro.to_owned(),
            ecosystem: ecosystem.to_owned(),
            packages,
        };
        let is_foreign =
            |package: &Package| names::is_of_distro(package) && package.ecosystem != own;
        counted(self.facts, is_foreign).into_iter().map(gap).collect()
    }
}

/// What cannot be told of an image whoever is asked: which distribution it is, which packages it has, in which version.
pub(crate) fn gaps_of_image(facts: &ImageFacts) -> BTreeSet<Gap> {
    let packages = of_the_system(facts);
    let without_distro = facts.distro.is_none() && packages > 0;
    let without_version =
        facts.packages.iter().filter(|one| one.package.version.as_str().is_empty());
    let notices = facts.notices.iter().filter(|notice| !notice.spares_packages());
    let notices = notices.map(|notice| Gap::Packages {
        what: match &notice.path {
            Some(path) => format!("{path}: {}", notice.text),
            None => notice.text.clone(),
        },
    });
    // Whatever a package manager knows, also of those that nobody writes about.
    let is_managed = |one: &model::InstalledPackage| {
        names::is_of_distro(&one.package) || matches!(&*one.package.ecosystem, "opkg" | "nix")
    };
    let without_packages = facts.distro.as_ref().filter(|_| !facts.packages.iter().any(is_managed));
    let without_packages =
        without_packages.map(|distro| Gap::NoPackages { distro: distro::shown(distro) });
    without_distro
        .then_some(Gap::NoDistro { packages })
        .into_iter()
        .chain(without_packages)
        .chain(without_version.map(|one| Gap::NoVersion { package: one.package.name.clone() }))
        .chain(notices)
        .collect()
}

/// How many packages there are of each ecosystem, of those that are meant.
fn counted(facts: &ImageFacts, is_meant: impl Fn(&Package) -> bool) -> BTreeMap<&str, u32> {
    let mut counts = BTreeMap::new();
    for one in facts.packages.iter().filter(|one| is_meant(&one.package)) {
        *counts.entry(&*one.package.ecosystem).or_default() += 1;
    }
    counts
}

/// How many packages a distribution writes about.
pub(crate) fn of_the_system(facts: &ImageFacts) -> u32 {
    let count = facts.packages.iter().filter(|one| names::is_of_distro(&one.package)).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// How much later than now a clock elsewhere may say that it is, in seconds.
const CLOCKS_DIFFER: i64 = 24 * 3600;

/// Whether data says that it was built at a time that is still to come, which is no difference of clocks.
pub(crate) fn is_to_come(built: Time, now: Time) -> bool {
    built.0.saturating_sub(now.0) > CLOCKS_DIFFER
}

/// That data is older than it should be, or that nobody knows how old it is.
pub(crate) fn stale(built: Option<Time>, now: Option<Time>) -> Option<Gap> {
    let now = now?;
    let Some(built) = built else { return Some(Gap::Undated) };
    if is_to_come(built, now) {
        return Some(Gap::Untimely { built });
    }
    let is_old = now.0.saturating_sub(built.0) > i64::from(MOST_HOURS) * 3600;
    is_old.then_some(Gap::Stale { built, limit: MOST_HOURS })
}

#[cfg(test)]
mod tests;
