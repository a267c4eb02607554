//! Asks kept advisories, or another program, about images: what is wrong with their packages, and, of two, with which data.
//!
//! Both images of a pair are asked of the same data unless a person says otherwise. Where they are not, each is asked of the
//! other's data too, so that what an upgrade closed is not taken for news.

use compare::{Comparison, SideFindings, Subject};
use model::{Findings, Gap, Time};
use vuln::vex::Target;
use vuln::{Database, Error, Listed, Options, Program, Suppressions};

use crate::{Event, Pair, Watch};

/// Whoever is asked what is wrong with an image's packages.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it, or two")]
pub enum Scanner {
    /// We are, and know what these advisories say.
    Advisories(Database),
    /// Another program, with advisories of its own.
    Program(Program),
}

/// Finds what is wrong with an image's packages. With a time, old data is told to be old. An image without packages has
/// no findings and is not clean for that: it is a gap.
pub fn findings(
    subject: &Subject,
    scanner: &Scanner,
    now: Option<Time>,
    watch: &Watch<'_>,
) -> Result<Findings, Error> {
    let mut findings = asked(subject, scanner, now, watch)?;
    if subject.side.facts.packages.is_empty() {
        let what = "no package of the image is known: nothing was looked up".into();
        findings.gaps.push(Gap::Packages { what });
        findings.gaps.sort();
    }
    Ok(findings)
}

/// Marks what somebody said not to count in the findings of one image, as of `now`.
pub fn suppress(
    findings: &mut Findings,
    subject: &Subject,
    suppressions: &Suppressions,
    now: Time,
) {
    let target = target(subject);
    let listed = Listed { findings, facts: &subject.side.facts, target: &target };
    let told = suppressions.apply(&mut [listed], now);
    tell(findings, &told);
}

/// All that an image is called: a document may mean it by any name that means it now.
fn target(subject: &Subject) -> Target {
    let mut target = Target::of(&subject.side.image);
    subject.current.iter().for_each(|name| target.add_name(name));
    target
}

fn tell(findings: &mut Findings, told: &[String]) {
    findings.gaps.extend(told.iter().map(|what| Gap::Unheeded { what: what.clone() }));
    findings.gaps.sort();
}

fn asked(
    subject: &Subject,
    scanner: &Scanner,
    now: Option<Time>,
    watch: &Watch<'_>,
) -> Result<Findings, Error> {
    let facts = &subject.side.facts;
    match scanner {
        Scanner::Advisories(database) => vuln::find(facts, database, &Options { now }),
        Scanner::Program(program) => {
            let called = &subject.side.image.reference;
            program.ask(facts, called, now, &|event| watch(Event::Advisories(event)))
        }
    }
}

/// What is wrong with the packages of two images.
#[derive(Debug)]
pub struct PairFindings {
    /// Each side's, with its own data.
    own: [Findings; 2],
    /// Each side's with the other one's data, where that is other data.
    with_other_data: Option<[Findings; 2]>,
}

impl PairFindings {
    /// Finds what is wrong with the packages of both images: the old one's scanner first. Of different data the images are
    /// asked of each other's, too; another program has the data that it has.
    pub fn find(
        pair: &Pair,
        [old, new]: [&Scanner; 2],
        now: Option<Time>,
        watch: &Watch<'_>,
    ) -> Result<PairFindings, Error> {
        let both = |old: &Scanner, new: &Scanner| -> Result<[Findings; 2], Error> {
            Ok([asked(&pair.old, old, now, watch)?, asked(&pair.new, new, now, watch)?])
        };
        let own = both(old, new)?;
        let differ = own[0].scanner != own[1].scanner;
        let has_a_choice = [old, new].iter().all(|one| matches!(one, Scanner::Advisories(_)));
        let with_other_data = if differ && has_a_choice { Some(both(new, old)?) } else { None };
        Ok(PairFindings { own, with_other_data })
    }

    /// Marks what somebody said not to count, as of `now`.
    pub fn suppress(&mut self, pair: &Pair, suppressions: &Suppressions, now: Time) {
        let targets = [&pair.old, &pair.new].map(target);
        let images = || [&pair.old, &pair.new].into_iter().zip(&targets);
        let lists = self.own.iter_mut().chain(self.with_other_data.iter_mut().flatten());
        let listed = images().chain(images()).zip(lists).map(|((subject, target), findings)| {
            Listed { findings, facts: &subject.side.facts, target }
        });
        let told = suppressions.apply(&mut listed.collect::<Vec<_>>(), now);
        self.own.iter_mut().for_each(|findings| tell(findings, &told));
    }

    /// Adds to a comparison what differs between the vulnerabilities of both images.
    pub fn compare<'a>(&'a self, comparison: &mut Comparison<'a>) {
        let other = |place: usize| self.with_other_data.as_ref().map(|others| &others[place]);
        let sides = [0, 1].map(|place| SideFindings {
            findings: &self.own[place],
            with_other_data: other(place),
        });
        comparison.vulnerabilities = Some(compare::vulnerabilities(comparison, sides));
    }
}
