//! Names of one and the same flaw: a CVE, the GHSA that it has at GitHub, the number that Go's own list gave it.
//!
//! Names are put together as records say it, of both sides of a comparison: where one side's data call a flaw by another name
//! than the other's, it is still one flaw. It knows nothing of packages.

use std::collections::{BTreeMap, BTreeSet};

/// How many aliases of one record are believed. An advisory that lists more is about many flaws.
const MOST: usize = 32;

/// Which names mean one flaw.
#[derive(Debug, Default)]
pub(crate) struct Aliases<'a> {
    /// By name, the name that stands for its class.
    named: BTreeMap<&'a str, &'a str>,
}

impl<'a> Aliases<'a> {
    /// Puts names together. Each record is an identifier with its aliases, in any order.
    ///
    /// Two CVEs never become one: whoever gives out CVEs has told them apart. A record whose aliases are several CVEs is an
    /// advisory about all of them, and is an alias of none.
    pub(crate) fn of(records: impl IntoIterator<Item = (&'a str, &'a [String])>) -> Aliases<'a> {
        let mut pairs: BTreeSet<(&str, &str)> = BTreeSet::new();
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for (id, aliases) in records {
            names.insert(id);
            let cves = aliases.iter().filter(|alias| is_cve(alias) && *alias != id).count();
            if aliases.len() > MOST || cves + usize::from(is_cve(id)) > 1 {
                continue;
            }
            for alias in aliases.iter().map(String::as_str).filter(|alias| *alias != id) {
                names.insert(alias);
                // One order whichever side says it: a comparison turned round has the same classes.
                pairs.insert((id.min(alias), id.max(alias)));
            }
        }
        let names: Vec<&str> = names.into_iter().collect();
        let place = |name: &str| names.binary_search(&name).unwrap_or_default();
        let mut classes = Classes::new(&names);
        for (one, other) in pairs {
            classes.join(place(one), place(other));
        }
        let called = (0..names.len()).map(|at| (names[at], names[classes.best(at)]));
        Aliases { named: called.collect() }
    }

    /// What stands for the class of a name: its CVE where it has one, else the first of its names. A name that nobody spoke of
    /// stands for itself.
    pub(crate) fn class<'b>(&self, name: &'b str) -> &'b str
    where
        'a: 'b,
    {
        self.named.get(name).copied().unwrap_or(name)
    }
}

/// Whether a name is one of the list that all others refer to.
pub(crate) fn is_cve(name: &str) -> bool {
    name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("CVE-"))
}

/// Classes of names by their places, as a forest: each place leads to a place that stands for both.
struct Classes {
    parent: Vec<usize>,
    /// Of a root: the place of what its class is called by.
    best: Vec<usize>,
    cve: Vec<bool>,
}

impl Classes {
    fn new(names: &[&str]) -> Classes {
        let cve = names.iter().map(|name| is_cve(name)).collect();
        Classes { parent: (0..names.len()).collect(), best: (0..names.len()).collect(), cve }
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    fn best(&mut self, at: usize) -> usize {
        let root = self.root(at);
        self.best[root]
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        let (first, second) = (self.best[one], self.best[other]);
        if one == other || (self.cve[first] && self.cve[second]) {
            return;
        }
        let rank = |best: usize| (!self.cve[best], best);
        let best = if rank(first) <= rank(second) { first } else { second };
        let (low, high) = (one.min(other), one.max(other));
        self.parent[high] = low;
        self.best[low] = best;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records such as `GHSA-1=CVE-1,GO-1`, and the classes that come of them: `CVE-1: CVE-1 GHSA-1 GO-1`.
    #[track_caller]
    fn check(records: &str, expect: &str) {
        let records: Vec<(&str, Vec<String>)> = records
            .split_whitespace()
            .map(|record| {
                let (id, aliases) = record.split_once('=').unwrap_or((record, ""));
                let aliases = aliases.split(',').filter(|alias| !alias.is_empty());
                (id, aliases.map(Into::into).collect())
            })
            .collect();
        let show = |records: &[(&str, Vec<String>)]| {
            let aliases = Aliases::of(records.iter().map(|(id, aliases)| (*id, &aliases[..])));
            let mut classes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for name in aliases.named.keys() {
                classes.entry(aliases.class(name)).or_default().push(name);
            }
            let classes =
                classes.iter().map(|(class, names)| format!("{class}: {}", names.join(" ")));
            classes.collect::<Vec<_>>().join(" | ")
        };
        assert_eq!(show(&records), expect);
        let turned: Vec<_> = records.iter().rev().cloned().collect();
        assert_eq!(show(&turned), expect);
    }

    #[test]
    fn names_of_one_flaw_are_called_by_its_cve() {
        check("GHSA-1=CVE-9 GO-1=GHSA-1", "CVE-9: CVE-9 GHSA-1 GO-1");
        check("GO-1=GHSA-1 PYSEC-2", "GHSA-1: GHSA-1 GO-1 | PYSEC-2: PYSEC-2");
        check("CVE-1=CVE-1,GHSA-1", "CVE-1: CVE-1 GHSA-1");
    }

    #[test]
    fn an_advisory_about_several_flaws_is_an_alias_of_none() {
        check("ALSA-1=CVE-1,CVE-2 CVE-1 CVE-2", "ALSA-1: ALSA-1 | CVE-1: CVE-1 | CVE-2: CVE-2");
        check("CVE-1=CVE-2", "CVE-1: CVE-1");
    }

    #[test]
    fn two_cves_never_become_one_however_they_are_tied() {
        check(
            "GHSA-1=CVE-1 GO-1=CVE-2 GO-2=GHSA-1,GO-1",
            "CVE-1: CVE-1 GHSA-1 GO-2 | CVE-2: CVE-2 GO-1",
        );
    }

    #[test]
    fn a_name_that_nobody_spoke_of_stands_for_itself() {
        assert_eq!(Aliases::default().class("CVE-7"), "CVE-7");
    }
}
