//! Reports of vulnerabilities: which there are, and how many were found in what tags meant. None is kept: what is kept of an image
//! is looked up in the latest advisories whenever somebody asks, so that a report is as old as these, and nothing is read for it.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use engine::{Subject, Thing, ThingKind, Wanted};
use model::{Digest, Findings, Severity, Time};
use report::{Format, Scan, View};

use super::images::vulnerabilities::titled;
use super::{moment, place_if_said, repos, visible, wanted};
use crate::caller::Caller;
use crate::capability::Capabilities;
use crate::library::Shelf;
use crate::state::State;
use crate::status::Status;
use crate::wire::registry::report_scanner::Name;
use crate::wire::registry::vuln_count_report::VulnCount;
use crate::wire::registry::{
    GetRawVulnReportRequest, RawVulnReport, ReportScanner, VulnCountReport, VulnCountReportFilter,
    VulnCountReportList, VulnReportFilter, VulnReportList, VulnReportSummary,
};

/// Reports or counts that are told at once, and how long it may take to find them.
const MOST: usize = 1000;
const PATIENCE: Duration = Duration::from_secs(10);

/// Images of a repository that are listed at once.
const AT_ONCE: usize = 100;

/// References that one question names at the most.
const MOST_REFERENCES: usize = 100;

const DAY: i64 = 24 * 60 * 60;

/// Lists the reports that there are: of every image that is kept, where there is something to look it up in.
pub(crate) fn list(
    state: &State,
    caller: &Caller,
    needed: Capabilities,
    filter: VulnReportFilter,
) -> Result<VulnReportList, Status> {
    let mut items = Vec::new();
    // Where in the tree may be a repository or what it is in.
    let wanted = wanted(filter.uidp, "", "")?;
    if filter.scanner != i32::from(Name::Unknown) || !are_advisories_there(state) {
        return Ok(VulnReportList { items });
    }
    let began = Instant::now();
    let mut scanner = None;
    for repo in visible(state, caller, needed, ThingKind::Repo, &wanted)? {
        let mut after = String::new();
        loop {
            let members = match filter.digest.as_str() {
                "" => state.ledger.members(&repo.id, &after, AT_ONCE)?,
                digest if after.is_empty() && state.ledger.has_member(&repo.id, digest)? => {
                    let seen = Time(0);
                    vec![engine::Member { digest: digest.to_owned(), seen }]
                }
                _ => Vec::new(),
            };
            let Some(last) = members.last() else { break };
            after.clone_from(&last.digest);
            for member in members {
                if items.len() >= MOST || began.elapsed() > PATIENCE {
                    return Err(too_many());
                }
                let Some(subject) = kept(state, &repo, &member.digest)? else { continue };
                if scanner.is_none() {
                    scanner = found(state, &subject)?.map(|found| (found.scanner, found.created));
                }
                let Some((who, created)) = &scanner else { continue };
                items.push(VulnReportSummary {
                    repo_id: repo.id.to_string(),
                    digest: member.digest,
                    scanner: Some(who.clone()),
                    created_at: Some(moment(*created)),
                });
            }
        }
    }
    Ok(VulnReportList { items })
}

/// Gives the report of an image that the caller may see in some repository.
pub(crate) fn raw(
    state: &State,
    caller: &Caller,
    needed: Capabilities,
    request: GetRawVulnReportRequest,
) -> Result<RawVulnReport, Status> {
    let digest: Digest = request
        .digest
        .parse()
        .map_err(|error: model::InvalidDigest| Status::invalid_argument(error.to_string()))?;
    let none = || Status::not_found(format!("there is no such report of {digest}"));
    if request.scanner != i32::from(Name::Unknown) {
        return Err(none());
    }
    for repo in visible(state, caller, needed, ThingKind::Repo, &Wanted::default())? {
        if !state.ledger.has_member(&repo.id, &request.digest)? {
            continue;
        }
        let Some(subject) = kept(state, &repo, &request.digest)? else { continue };
        let Some(found) = found(state, &subject)? else { break };
        let Found { scanner, created, findings } = found;
        if request.created_at.is_some_and(|moment| moment.seconds != created.0) {
            break;
        }
        let scan = Scan { side: &subject.side, findings: &findings, left_out: 0 };
        let mut raw = Vec::new();
        report::scan(&scan, Format::Json, View::default(), &mut raw)
            .map_err(|_| Status::internal())?;
        return Ok(RawVulnReport {
            digest: request.digest,
            scanner: Some(scanner),
            created_at: Some(moment(created)),
            raw_report: String::from_utf8(raw).map_err(|_| Status::internal())?,
            raw_report_url: String::new(),
        });
    }
    Err(none())
}

/// Counts the vulnerabilities of what tags meant at the end of each day. The advisories are those of today.
pub(crate) fn counts(
    state: &State,
    caller: &Caller,
    needed: Capabilities,
    filter: VulnCountReportFilter,
) -> Result<VulnCountReportList, Status> {
    let (first, last) = days(state, &filter)?;
    let references = references(&filter.references)?;
    let mut wanted = Wanted::default();
    match place_if_said(&filter.repo) {
        Ok(place) => wanted.ids = place.into_iter().collect(),
        Err(_) => wanted.name = Some(filter.repo.clone()),
    }
    let is_meant = |repo: &str, tag: &str| {
        (filter.tag.is_empty() || filter.tag == tag)
            && (references.is_empty() || references.contains(&(repo, tag)))
    };
    let began = Instant::now();
    let mut counted: BTreeMap<(String, String), Option<VulnCountReport>> = BTreeMap::new();
    let mut items = Vec::new();
    let mut looked = 0;
    for repo in visible(state, caller, needed, ThingKind::Repo, &wanted)? {
        let below = Wanted { children_of: Some(repo.id.clone()), ..Wanted::default() };
        let mut tags = state.ledger.things(ThingKind::Tag, &below)?;
        tags.retain(|tag| is_meant(&repo.name, &tag.name));
        tags.sort_by(|one, other| one.name.cmp(&other.name));
        for tag in tags {
            for day in first..=last {
                looked += 1;
                if looked > MOST || began.elapsed() > PATIENCE {
                    return Err(too_many());
                }
                let end = Time((day + 1).saturating_mul(DAY).saturating_sub(1));
                let meant = state.ledger.meant(&repo.id, &tag.name, end)?;
                let Some(meant) = meant.filter(|meant| meant.time <= end) else { continue };
                let key = (repo.id.to_string(), meant.digest.clone());
                if !counted.contains_key(&key) {
                    let subject = kept(state, &repo, &meant.digest)?;
                    let count = subject.map(|subject| count(state, &subject)).transpose()?;
                    counted.insert(key.clone(), count.flatten());
                }
                let count = counted.get(&key).cloned().flatten();
                let Some(count) = count else { continue };
                items.push(VulnCountReport {
                    repo: repo.name.clone(),
                    tag: tag.name.clone(),
                    date: Some(moment(Time(day.saturating_mul(DAY)))),
                    ..count
                });
            }
        }
    }
    let order = |one: &VulnCountReport| {
        (one.repo.clone(), one.tag.clone(), one.date.map(|date| date.seconds))
    };
    items.sort_by_key(order);
    Ok(VulnCountReportList { items })
}

fn too_many() -> Status {
    let text = format!(
        "there are more than {MOST}, or it takes too long; ask for one repository or tag, or for fewer days"
    );
    Status::invalid_argument(text)
}

fn are_advisories_there(state: &State) -> bool {
    !state.advisories.name().is_empty()
}

/// An image of a repository, where it is kept.
fn kept(state: &State, repo: &Thing, digest: &str) -> Result<Option<Subject>, Status> {
    let Ok(digest) = digest.parse::<Digest>() else { return Ok(None) };
    let shelf = Shelf { id: &repo.id, upstream: repos::upstream(repo), ledger: &state.ledger };
    state.library.kept_already(&shelf, &digest)
}

/// What was found in an image.
struct Found {
    scanner: ReportScanner,
    /// As of when.
    created: Time,
    findings: Findings,
}

/// What is found in an image; none where there is nothing to look it up in.
fn found(state: &State, subject: &Subject) -> Result<Option<Found>, Status> {
    let found =
        state.advisories.ask(|data| engine::findings(subject, data, None, &engine::unwatched));
    let Some((_, found)) = found else { return Ok(None) };
    let findings = found.map_err(|_| Status::internal())?;
    let built = findings.scanner.data.built;
    let scanner = ReportScanner {
        name: Name::Unknown.into(),
        version: format!("v{}", findings.scanner.version),
        db_build_time: built.map(moment),
    };
    let created = built.unwrap_or_else(|| state.now());
    Ok(Some(Found { scanner, created, findings }))
}

fn count(state: &State, subject: &Subject) -> Result<Option<VulnCountReport>, Status> {
    let Some(Found { findings, .. }) = found(state, subject)? else { return Ok(None) };
    let mut worst: BTreeMap<&str, Severity> = BTreeMap::new();
    for finding in findings.findings.iter().filter(|finding| finding.suppressed.is_none()) {
        let name = finding.cve().unwrap_or(&finding.id);
        let severity = worst.entry(name).or_insert(finding.severity);
        *severity = (*severity).max(finding.severity);
    }
    let named = |severity: Severity| -> Vec<String> {
        let named = worst.iter().filter(|(_, own)| **own == severity);
        named.map(|(name, _)| (*name).to_owned()).collect()
    };
    let severities: BTreeSet<Severity> = worst.values().copied().collect();
    let counts = severities.iter().rev().map(|severity| VulnCount {
        severity: titled(*severity).into(),
        count: i64::try_from(named(*severity).len()).unwrap_or(i64::MAX),
    });
    Ok(Some(VulnCountReport {
        vuln_counts: counts.collect(),
        size_bytes: i64::try_from(subject.side.image.size()).unwrap_or(i64::MAX),
        cve_ids: worst.keys().map(|name| (*name).to_owned()).collect(),
        low_cve_ids: named(Severity::Low),
        med_cve_ids: named(Severity::Medium),
        high_cve_ids: named(Severity::High),
        crit_cve_ids: named(Severity::Critical),
        negligible_cve_ids: named(Severity::Negligible),
        unknown_cve_ids: named(Severity::Unknown),
        ..VulnCountReport::default()
    }))
}

/// The first and the last day that are meant, counted from 1970 on.
fn days(state: &State, filter: &VulnCountReportFilter) -> Result<(i64, i64), Status> {
    let day = |seconds: i64| seconds.div_euclid(DAY);
    let last = filter.to.map_or(state.now().0, |to| to.seconds);
    let first = filter.from.map_or(last, |from| from.seconds);
    if first > last {
        return Err(Status::invalid_argument("from is later than to"));
    }
    // Nothing is known of what will be.
    Ok((day(first), day(last.min(state.now().0))))
}

/// `repository:tag`, taken apart.
fn references(said: &[String]) -> Result<Vec<(&str, &str)>, Status> {
    if said.len() > MOST_REFERENCES {
        let text = format!("no more than {MOST_REFERENCES} references at once");
        return Err(Status::invalid_argument(text));
    }
    let wrong = |text: &String| {
        Status::invalid_argument(format!("`{text}` is no reference such as nginx:latest"))
    };
    said.iter().map(|text| text.rsplit_once(':').ok_or_else(|| wrong(text))).collect()
}
