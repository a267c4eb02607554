//! Vulnerabilities in the words of the contract: what differs between those of two images, and what was found in one.

use std::collections::{BTreeMap, BTreeSet};

use engine::{Fate, Subject, Vulnerabilities};
use model::{Finding, Findings, FixState, MatchedBy, Scanner, Severity};
use report::{Format, Scan, View};

use super::sbom::package;
use super::{image, moment_of};
use crate::caller::Caller;
use crate::state::State;
use crate::status::Status;
use crate::wire::registry::{
    ScannerMetadata, VulnReportRequest, VulnerabilitiesDiff, VulnerabilityReference,
};
use crate::wire::tenant;
use crate::wire::tenant::vulnerability_match::Fix;
use crate::wire::tenant::vulnerability_match::fix::State as FixedState;
use crate::wire::tenant::vulnerability_record::{Cvss, Related, Severity as Badness};
use crate::wire::tenant::{VulnReport, VulnerabilityMatch, VulnerabilityRecord};

/// What differs between the vulnerabilities of two images, which were asked for by these digests. What one image has in
/// some package has neither come nor gone because another package has it, too.
pub(super) fn difference_of(
    vulnerabilities: &Vulnerabilities<'_>,
    asked: [&String; 2],
) -> VulnerabilitiesDiff {
    let Vulnerabilities { old, new, changes, .. } = vulnerabilities;
    let (had, has) = (names(old), names(new));
    let (mut added, mut removed) = (BTreeMap::new(), BTreeMap::new());
    for change in changes {
        let (list, findings, other) = match change.fate {
            Fate::Added => (&mut added, &change.new, &had),
            Fate::Removed => (&mut removed, &change.old, &has),
            Fate::Changed(_) => continue,
        };
        if findings.iter().flat_map(|finding| finding.names()).any(|name| other.contains(name)) {
            continue;
        }
        for finding in findings {
            let key = (finding.id.clone(), finding.namespace.clone());
            let severity = list.entry(key).or_insert(finding.severity);
            *severity = (*severity).max(finding.severity);
        }
    }
    let listed = |list: BTreeMap<(String, String), Severity>| {
        let reference = |((id, reference), severity)| VulnerabilityReference {
            id,
            reference,
            severity: titled(severity).into(),
        };
        list.into_iter().map(reference).collect()
    };
    let metadata = |digest: &String, scanner: &Scanner| ScannerMetadata {
        digest: digest.clone(),
        scanner: Some(who(scanner)),
        vulnerability_db_last_build_time: scanner.data.built.map(moment_of),
        vulnerability_db_schema_version: scanner.data.schema.clone(),
    };
    VulnerabilitiesDiff {
        added: listed(added),
        removed: listed(removed),
        metadata: vec![metadata(asked[0], &old.scanner), metadata(asked[1], &new.scanner)],
    }
}

/// Every name of what counts.
fn names(findings: &Findings) -> BTreeSet<&str> {
    let counts = findings.findings.iter().filter(|finding| finding.suppressed.is_none());
    counts.flat_map(Finding::names).collect()
}

fn who(scanner: &Scanner) -> tenant::Scanner {
    tenant::Scanner { name: scanner.name.clone(), version: format!("v{}", scanner.version) }
}

/// A severity in the words of Grype.
pub(crate) fn titled(severity: Severity) -> &'static str {
    match severity {
        Severity::Unknown => "Unknown",
        Severity::Negligible => "Negligible",
        Severity::Low => "Low",
        Severity::Medium => "Medium",
        Severity::High => "High",
        Severity::Critical => "Critical",
    }
}

/// Gives what was found in an image when its packages were looked up.
pub(crate) fn report(
    state: &State,
    _: &Caller,
    request: VulnReportRequest,
) -> Result<VulnReport, Status> {
    let subject = image(state, &request.repo_id, &request.digest, None)?;
    let found =
        state.advisories.ask(|data| engine::findings(&subject, data, None, &engine::unwatched));
    let Some((data, found)) = found else {
        return Err(Status::not_found("there is no report: the service has no vulnerability data"));
    };
    let findings = found.map_err(|_| Status::internal())?;
    let scan = Scan { side: &subject.side, findings: &findings, left_out: 0 };
    let mut raw = Vec::new();
    report::scan(&scan, Format::Json, View::default(), &mut raw).map_err(|_| Status::internal())?;
    let counts = findings.findings.iter().filter(|finding| finding.suppressed.is_none());
    Ok(VulnReport {
        id: format!("{} {data}", request.digest),
        vulnerability_db_last_build_time: findings.scanner.data.built.map(moment_of),
        vulnerability_matches: counts.filter_map(|finding| matched(finding, &subject)).collect(),
        scanner: Some(who(&findings.scanner)),
        report_generation: Some(moment_of(state.now())),
        raw_vuln_report: raw,
        last_seen: None,
    })
}

fn matched(finding: &Finding, subject: &Subject) -> Option<VulnerabilityMatch> {
    let place = usize::try_from(finding.package).ok()?;
    let state = match finding.fix.state {
        FixState::Unknown => FixedState::Unknown,
        FixState::Fixed => FixedState::Fixed,
        FixState::NotFixed => FixedState::NotFixed,
        FixState::WontFix => FixedState::WontFix,
    };
    Some(VulnerabilityMatch {
        vulnerability: Some(record(finding)),
        pkg: Some(package(&subject.side.facts, place)?),
        fix: Some(Fix { versions: finding.fix.versions.clone(), state: state.into() }),
    })
}

fn record(finding: &Finding) -> VulnerabilityRecord {
    let severity = match finding.severity {
        Severity::Unknown => Badness::Unknown,
        Severity::Negligible | Severity::Low => Badness::Low,
        Severity::Medium => Badness::Medium,
        Severity::High => Badness::High,
        Severity::Critical => Badness::Critical,
    };
    let related = finding
        .aliases
        .iter()
        .map(|alias| Related { id: alias.clone(), source: finding.provider.clone() });
    let products = finding.matched.iter().filter(|matched| matched.by == MatchedBy::Cpe);
    VulnerabilityRecord {
        id: finding.id.clone(),
        description: finding.description.as_deref().unwrap_or_default().to_owned(),
        severity: severity.into(),
        source: finding.namespace.clone(),
        cvss: finding.cvss.iter().filter_map(score).collect(),
        cpe_uri: products.map(|matched| matched.name.clone()).collect(),
        related_urls: finding.data_source.iter().chain(&finding.urls).cloned().collect(),
        advisories: BTreeMap::new(),
        related_vulnerabilities: related.collect(),
        display_id: finding.cve().unwrap_or(&finding.id).to_owned(),
    }
}

fn score(cvss: &model::Cvss) -> Option<Cvss> {
    let score = cvss.score?.to_string();
    Some(Cvss { score, version: cvss.version.clone() })
}
