//! Grype's answer: its report in JSON, of version 0.74 (schema 5) as of those that ask schema 6.

use model::{
    AdvisoryData, Cvss, Epss, Finding, Findings, Fix, Gap, ImageFacts, KnownExploited, Matched,
    MatchedBy, Scanner, Severity, Share, Suppressed, SuppressedBy, Time,
};
use serde::Deserialize;
use serde_json::Value;

use super::{Packages, Program, rows};
use crate::grype::state;
use crate::score;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    matches: Vec<Value>,
    #[serde(default)]
    ignored_matches: Vec<Value>,
    descriptor: Descriptor,
}

#[derive(Deserialize)]
struct Descriptor {
    name: String,
    version: String,
    #[serde(default)]
    db: Option<Database>,
}

/// Newer ones tell the state of the database one floor below, beside its providers.
#[derive(Default, Deserialize)]
struct Database {
    #[serde(default)]
    status: Option<State>,
    #[serde(flatten)]
    state: State,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct State {
    #[serde(default)]
    built: Option<String>,
    /// A number in older ones, `v6.1.9` in newer ones.
    #[serde(default)]
    schema_version: Value,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    location: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Match {
    vulnerability: Vulnerability,
    #[serde(default)]
    related_vulnerabilities: Vec<Vulnerability>,
    #[serde(default)]
    #[serde(rename = "matchDetails")]
    details: Vec<Detail>,
    artifact: Artifact,
    #[serde(default)]
    applied_ignore_rules: Vec<Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Vulnerability {
    id: String,
    data_source: Option<String>,
    namespace: String,
    severity: String,
    urls: Option<Vec<String>>,
    description: Option<String>,
    cvss: Option<Vec<Rating>>,
    epss: Option<Vec<Likelihood>>,
    cwes: Option<Vec<Weakness>>,
    known_exploited: Option<Vec<Exploited>>,
    fix: Option<Mended>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rating {
    #[serde(default)]
    source: Option<String>,
    version: String,
    vector: String,
    #[serde(default)]
    metrics: Metrics,
}

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Metrics {
    base_score: Option<f64>,
}

#[derive(Deserialize)]
struct Likelihood {
    cve: String,
    epss: f64,
    percentile: f64,
    #[serde(default)]
    date: Option<String>,
}

#[derive(Deserialize)]
struct Weakness {
    cwe: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exploited {
    cve: String,
    #[serde(default)]
    date_added: Option<String>,
    #[serde(default)]
    due_date: Option<String>,
    #[serde(default)]
    required_action: String,
    #[serde(default)]
    known_ransomware_campaign_use: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Mended {
    versions: Option<Vec<String>>,
    state: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    searched_by: Value,
    #[serde(default)]
    found: Value,
}

#[derive(Deserialize)]
struct Artifact {
    name: String,
    version: String,
    #[serde(default)]
    purl: String,
}

/// Reads a report.
pub(super) fn read(report: &[u8], facts: &ImageFacts) -> serde_json::Result<Findings> {
    serde_json::from_slice(report).map(|report| findings(report, facts))
}

fn findings(report: Report, facts: &ImageFacts) -> Findings {
    let mut gaps = Vec::new();
    let packages = Packages::of(facts);
    let mut found = Vec::new();
    let answers = report.matches.into_iter().chain(report.ignored_matches).collect();
    for one in rows::<Match>(Program::Grype, answers, &mut gaps) {
        let artifact = &one.artifact;
        let places = packages.find(&artifact.purl, &artifact.name, &artifact.version);
        if places.is_empty() {
            let Artifact { name, version, .. } = artifact;
            let id = &one.vulnerability.id;
            let what = format!(
                "grype tells {id} of a package that the image is not known to have: {name} {version}"
            );
            gaps.push(Gap::Unreadable { what });
        }
        let finding = finding(one);
        found.extend(places.iter().map(|place| Finding { package: *place, ..finding.clone() }));
    }
    let Descriptor { name, version, db } = report.descriptor;
    Findings { scanner: Scanner { name, version, data: data(db) }, findings: found, gaps }
}

fn data(database: Option<Database>) -> AdvisoryData {
    let database = database.unwrap_or_default();
    let state = database.status.unwrap_or(database.state);
    let schema = match state.schema_version {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    AdvisoryData {
        schema,
        built: state.built.and_then(|text| Time::of_rfc3339(&text)),
        origin: state.from.or(state.location).unwrap_or_default(),
        ..AdvisoryData::default()
    }
}

fn finding(one: Match) -> Finding {
    let Vulnerability {
        id,
        data_source,
        namespace,
        severity,
        urls,
        description,
        cvss,
        epss,
        cwes,
        known_exploited,
        fix,
    } = one.vulnerability;
    let related = one.related_vulnerabilities;
    let mut aliases: Vec<String> =
        related.iter().map(|other| other.id.clone()).filter(|other| *other != id).collect();
    aliases.sort();
    aliases.dedup();
    // A distribution's record often has no words and no scores of its own; what it refers to has.
    let cvss = std::iter::once(&cvss).chain(related.iter().map(|other| &other.cvss));
    let cvss = cvss.flatten().find(|list| !list.is_empty()).cloned().unwrap_or_default();
    let descriptions = related.into_iter().map(|other| other.description);
    let description =
        std::iter::once(description).chain(descriptions).flatten().find(|text| !text.is_empty());
    let mut epss: Vec<Epss> = epss.into_iter().flatten().map(Likelihood::told).collect();
    epss.sort();
    let mut known_exploited: Vec<KnownExploited> =
        known_exploited.into_iter().flatten().map(Exploited::told).collect();
    known_exploited.sort();
    let mut weaknesses: Vec<String> = cwes.into_iter().flatten().map(|one| one.cwe).collect();
    weaknesses.sort();
    weaknesses.dedup();
    let mut matched: Vec<Matched> =
        one.details.into_iter().map(|detail| detail.told(&one.artifact)).collect();
    matched.sort();
    matched.dedup();
    let suppressed = one.applied_ignore_rules.first().map(|rule| Suppressed {
        by: SuppressedBy::Matching,
        reason: match rule.get("reason").and_then(Value::as_str).filter(|text| !text.is_empty()) {
            Some(reason) => reason.into(),
            None => "a rule of Grype's own says so".into(),
        },
    });
    let fix = fix.unwrap_or_default();
    Finding {
        package: 0,
        provider: namespace.split(':').next().unwrap_or_default().into(),
        id,
        aliases,
        namespace,
        severity: Severity::of_word(&severity).unwrap_or_default(),
        severity_source: None,
        cvss: cvss.into_iter().map(Rating::told).collect(),
        epss,
        known_exploited,
        weaknesses,
        fix: Fix { state: state(&fix.state), versions: fix.versions.unwrap_or_default() },
        data_source,
        urls: urls.unwrap_or_default(),
        description: description.map(Into::into),
        matched,
        suppressed,
    }
}

impl Rating {
    fn told(self) -> Cvss {
        let score = self
            .metrics
            .base_score
            .map(score::of_number)
            .or_else(|| score::of_vector(&self.vector));
        Cvss { version: self.version, vector: self.vector, score, source: self.source }
    }
}

impl Likelihood {
    fn told(self) -> Epss {
        Epss {
            cve: self.cve,
            probability: Share::new(self.epss),
            percentile: Share::new(self.percentile),
            day: self.date,
        }
    }
}

impl Exploited {
    fn told(self) -> KnownExploited {
        KnownExploited {
            cve: self.cve,
            added: self.date_added,
            due: self.due_date,
            action: self.required_action,
            ransomware: self.known_ransomware_campaign_use.eq_ignore_ascii_case("known"),
        }
    }
}

impl Detail {
    fn told(self, artifact: &Artifact) -> Matched {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let by = match &*self.kind {
            "cpe-match" => MatchedBy::Cpe,
            "exact-indirect-match" => MatchedBy::Source,
            _ => MatchedBy::Name,
        };
        let package = &self.searched_by["package"];
        let name = match by {
            MatchedBy::Cpe => text(&self.searched_by["cpes"][0]),
            MatchedBy::Source | MatchedBy::Name => text(&package["name"]),
        };
        let or = |text: String, other: &str| if text.is_empty() { other.to_owned() } else { text };
        Matched {
            by,
            name: or(name, &artifact.name),
            version: or(text(&package["version"]), &artifact.version),
            constraint: text(&self.found["versionConstraint"]),
        }
    }
}
