//! What advisories say, asked once each: many packages share one.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use model::{Cvss, Epss, KnownExploited, Severity};

use crate::record::Rating;
use crate::{Advisory, Database, Error};

/// Advisories by number.
#[derive(Debug, Default)]
pub(super) struct Told {
    advisories: RefCell<HashMap<i64, Option<Rc<Advisory>>>>,
}

/// What a finding says beside what was matched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Details {
    pub(super) aliases: Vec<String>,
    pub(super) provider: String,
    pub(super) severity: Severity,
    pub(super) severity_source: Option<String>,
    pub(super) cvss: Vec<Cvss>,
    pub(super) epss: Vec<Epss>,
    pub(super) known_exploited: Vec<KnownExploited>,
    pub(super) weaknesses: Vec<String>,
    pub(super) data_source: Option<String>,
    pub(super) urls: Vec<String>,
    pub(super) description: Option<Box<str>>,
}

impl Told {
    /// An advisory; none where the database lacks it.
    pub(super) fn advisory(
        &self,
        database: &Database,
        number: i64,
    ) -> Result<Option<Rc<Advisory>>, Error> {
        if let Some(known) = self.advisories.borrow().get(&number) {
            return Ok(known.clone());
        }
        let advisory = database.advisory(number)?.map(Rc::new);
        self.advisories.borrow_mut().insert(number, advisory.clone());
        Ok(advisory)
    }

    /// An advisory that was asked for before.
    pub(super) fn known(&self, number: i64) -> Option<Rc<Advisory>> {
        self.advisories.borrow().get(&number).cloned().flatten()
    }

    /// What is told of a finding.
    pub(super) fn details(
        &self,
        database: &Database,
        number: i64,
        cves: &BTreeSet<String>,
    ) -> Result<Option<Details>, Error> {
        let Some(advisory) = self.advisory(database, number)? else { return Ok(None) };
        let mut names: BTreeSet<&String> = cves.iter().chain(&advisory.aliases).collect();
        names.remove(&advisory.id);
        let (severity, severity_source) = severity(&advisory.ratings);
        let mut details = Details {
            aliases: names.iter().copied().cloned().collect(),
            provider: advisory.provider.clone(),
            severity,
            severity_source,
            cvss: advisory.ratings.iter().filter_map(cvss).cloned().collect(),
            data_source: advisory.references.first().cloned(),
            urls: advisory.references.iter().skip(1).cloned().collect(),
            description: Some(&*advisory.description)
                .filter(|text| !text.is_empty())
                .map(Into::into),
            ..Details::default()
        };
        names.insert(&advisory.id);
        let has = database.has();
        for cve in names.into_iter().filter(|name| name.starts_with("CVE-")) {
            if has.exploited {
                details.known_exploited.extend(database.known_exploited(cve)?);
            }
            if has.epss {
                details.epss.extend(database.epss(cve)?);
            }
            if has.weaknesses {
                details.weaknesses.extend(database.weaknesses(cve)?);
            }
        }
        details.weaknesses.sort();
        details.weaknesses.dedup();
        Ok(Some(details))
    }
}

fn cvss(rating: &Rating) -> Option<&Cvss> {
    match rating {
        Rating::Cvss(cvss) => Some(cvss),
        Rating::Word { .. } => None,
    }
}

/// The severity that counts most, and who says it.
fn severity(ratings: &[Rating]) -> (Severity, Option<String>) {
    match ratings.first() {
        Some(Rating::Word { severity, source }) => (*severity, source.clone()),
        Some(Rating::Cvss(Cvss { version, score, source, .. })) => {
            let severity = score.map(|score| Severity::of_score(score, version));
            (severity.unwrap_or_default(), source.clone())
        }
        None => (Severity::Unknown, None),
    }
}
