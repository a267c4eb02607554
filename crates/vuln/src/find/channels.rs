//! Lines of releases that are kept alive apart (Red Hat's Extended Update Support, Ubuntu's Expanded Security Maintenance).
//! What is affected, the release itself says; what a line says is which versions fix it there. So a line clears what it has
//! fixed in the installed version, and names the versions that fix the rest.

use std::collections::BTreeSet;

use model::{Constraint, Fix, FixState, Format};

use super::distro::Meant;
use super::judge::{self, Judgement, judge};
use super::names::Lookup;
use super::{Found, Matching};
use crate::Error;
use crate::record::{Said, Verdict};

/// What a line says of one thing that it has not fixed in the installed version.
struct Ahead {
    names: BTreeSet<String>,
    /// The versions that fix it, if any does.
    versions: Vec<String>,
    /// Whether the line will not fix it.
    is_given_up: bool,
}

impl Matching<'_> {
    /// Heeds what the image's lines say of a package, after what the release says.
    pub(super) fn heed_channels(
        &mut self,
        place: usize,
        lookup: &Lookup,
        owns_packages: bool,
        cleared: &mut BTreeSet<String>,
        hits: &mut [Found],
    ) -> Result<(), Error> {
        let Meant { channels, reach, .. } = &self.meant;
        if !lookup.is_of_distro || channels.is_empty() && reach.is_none() {
            return Ok(());
        }
        let mut told = Vec::new();
        for row in self.database.affected(lookup.ecosystem, &lookup.name, &self.meant.channels)? {
            if row.verdict != Verdict::Affected || self.is_withdrawn(row.advisory)? {
                continue;
            }
            let package = &self.facts.packages[place].package;
            let judgement = judge(&row.said, package, lookup, self.facts.distro.as_ref());
            if matches!(judgement, Judgement::Elsewhere | Judgement::Incomparable) {
                continue;
            }
            let names = self.names(row.advisory, &row.said.cves)?;
            let (there, versions) = fixes(&row.said, &lookup.version);
            if there.is_empty() {
                let is_given_up = judge::fix(&row.said).state == FixState::WontFix;
                told.push(Ahead { names, versions, is_given_up });
                continue;
            }
            if owns_packages {
                self.speak(place, &names, "the distribution's package has the fix");
            }
            cleared.extend(names);
        }
        for hit in hits.iter_mut() {
            let names = self.names(hit.advisory, &hit.cves)?;
            self.drop_unreachable(&mut hit.fix);
            for one in told.iter().filter(|one| !one.names.is_disjoint(&names)) {
                merge(&mut hit.fix, one);
            }
            self.drop_unreachable(&mut hit.fix);
        }
        Ok(())
    }

    /// Takes away versions that an image of such a line never gets: those of a later minor release of Red Hat's.
    fn drop_unreachable(&self, fix: &mut Fix) {
        let Some(own) = self.meant.reach else { return };
        let known = fix.versions.len();
        fix.versions.retain(|version| is_reachable(version, own));
        if known > 0 && fix.versions.is_empty() && fix.state == FixState::Fixed {
            fix.state = FixState::NotFixed;
        }
    }
}

/// Versions that fix it: those that the installed one has reached, and those ahead of it.
fn fixes(said: &Said, installed: &str) -> (Vec<String>, Vec<String>) {
    let ranges = said.ranges.iter().filter(|range| range.fix.state == FixState::Fixed);
    let each = ranges.flat_map(|range| range.fix.versions.iter().map(|fix| (&range.format, fix)));
    let (mut there, mut ahead) = (Vec::new(), Vec::new());
    for (format, fix) in each {
        let format = Format::named(format).unwrap_or(Format::Fuzzy);
        let before = Constraint::parse(&format!("< {fix}"), format);
        match before.ok().and_then(|before| before.holds(installed).ok()) {
            Some(true) => ahead.push(fix.clone()),
            Some(false) => there.push(fix.clone()),
            None => {}
        }
    }
    (there, ahead)
}

fn merge(fix: &mut Fix, told: &Ahead) {
    if told.versions.is_empty() {
        if told.is_given_up {
            fix.state = judge::better(fix.state, FixState::WontFix);
        }
        return;
    }
    if fix.state != FixState::Fixed {
        *fix = Fix { state: FixState::Fixed, versions: Vec::new() };
    }
    let more = told.versions.iter().filter(|version| !fix.versions.contains(version)).cloned();
    fix.versions.extend(more.collect::<Vec<_>>());
}

/// Whether a minor release gets the fix: where its version names a release of Red Hat's (`.el9_4`, without a minor one the
/// first), not a later one, nor another major one.
fn is_reachable(version: &str, (major, minor): (u32, u32)) -> bool {
    let release = version.rsplit_once('-').map_or(version, |(_, release)| release);
    let named = release.split('.').find_map(|part| {
        let numbers = part.strip_prefix("el")?;
        let (major, rest) = leading(numbers)?;
        let minor = rest.strip_prefix('_').and_then(leading).map_or(0, |(minor, _)| minor);
        Some((major, minor))
    });
    named.is_none_or(|(of, at)| of == major && at <= minor)
}

/// The number that a text begins with, and what follows.
fn leading(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|one: char| !one.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minor_release_gets_what_came_before_it() {
        let check = |version: &str, expect: bool| {
            assert_eq!(is_reachable(version, (9, 4)), expect, "{version}");
        };
        check("5.14.0-427.11.1.el9_4", true);
        check("0:5.14.0-362.el9_3.2", true);
        check("3.0.7-27.el9", true);
        check("5.14.0-503.11.1.el9_5", false);
        check("5.14.0-503.11.1.el9_10", false);
        check("4.18.0-553.el8_4", false);
        check("1.0-1", true);
    }
}
