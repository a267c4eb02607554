//! Trivy's answer: its report in JSON, schema 2, and what it says of its own advisories.

use std::collections::BTreeMap;

use model::{
    AdvisoryData, Cvss, Finding, Findings, Fix, FixState, Gap, ImageFacts, Matched, MatchedBy,
    Scanner, Severity, Time,
};
use serde::Deserialize;
use serde_json::Value;

use super::{Packages, Program, rows};
use crate::find::distro::shown;
use crate::find::of_the_system;
use crate::score;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Report {
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    results: Vec<Outcome>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    #[serde(rename = "OS")]
    system: Option<System>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct System {
    family: String,
    name: String,
    #[serde(rename = "EOSL")]
    is_at_its_end: bool,
}

/// What was found of one kind of packages.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Outcome {
    #[serde(default)]
    class: String,
    #[serde(default, rename = "Type")]
    kind: String,
    #[serde(default)]
    vulnerabilities: Vec<Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Vulnerability {
    #[serde(rename = "VulnerabilityID")]
    id: String,
    #[serde(rename = "VendorIDs")]
    vendor_ids: Vec<String>,
    pkg_name: String,
    pkg_identifier: Identifier,
    installed_version: String,
    fixed_version: String,
    status: String,
    severity_source: Option<String>,
    #[serde(rename = "PrimaryURL")]
    primary_url: Option<String>,
    data_source: Option<Source>,
    title: String,
    description: String,
    severity: String,
    #[serde(rename = "CweIDs")]
    weaknesses: Vec<String>,
    #[serde(rename = "CVSS")]
    cvss: BTreeMap<String, Vectors>,
    references: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Identifier {
    #[serde(rename = "PURL")]
    purl: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Source {
    #[serde(rename = "ID")]
    id: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Vectors {
    v2_vector: Option<String>,
    v2_score: Option<f64>,
    v3_vector: Option<String>,
    v3_score: Option<f64>,
    v40_vector: Option<String>,
    v40_score: Option<f64>,
}

/// What `trivy version` says.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct About {
    version: String,
    #[serde(rename = "VulnerabilityDB")]
    data: Option<Data>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Data {
    version: u64,
    updated_at: String,
}

/// Reads a report, and what Trivy says of itself.
pub(super) fn read(
    report: &[u8],
    about: &[u8],
    facts: &ImageFacts,
) -> serde_json::Result<Findings> {
    Ok(findings(serde_json::from_slice(report)?, serde_json::from_slice(about)?, facts))
}

fn findings(report: Report, about: About, facts: &ImageFacts) -> Findings {
    let mut gaps = gaps(&report, facts);
    let packages = Packages::of(facts);
    let mut found = Vec::new();
    for outcome in report.results {
        let Outcome { class, kind, vulnerabilities } = outcome;
        let system = report.metadata.system.as_ref().filter(|_| class == "os-pkgs");
        for one in rows::<Vulnerability>(Program::Trivy, vulnerabilities, &mut gaps) {
            let purl = &one.pkg_identifier.purl;
            let places = packages.find(purl, &one.pkg_name, &one.installed_version);
            if places.is_empty() {
                let Vulnerability { id, pkg_name, installed_version, .. } = &one;
                let what = format!(
                    "trivy tells {id} of a package that the image is not known to have: {pkg_name} {installed_version}"
                );
                gaps.push(Gap::Unreadable { what });
            }
            let finding = one.told(system, &kind);
            found.extend(places.iter().map(|place| Finding { package: *place, ..finding.clone() }));
        }
    }
    let data = about.data.unwrap_or_default();
    let data = AdvisoryData {
        schema: if data.version == 0 { String::new() } else { data.version.to_string() },
        built: Time::of_rfc3339(&data.updated_at),
        ..AdvisoryData::default()
    };
    let scanner = Scanner { name: Program::Trivy.name().into(), version: about.version, data };
    Findings { scanner, findings: found, gaps }
}

/// What Trivy did not look at: it has no result for the system's packages where it does not know the distribution.
fn gaps(report: &Report, facts: &ImageFacts) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let Some(distro) = &facts.distro else { return gaps };
    let distro = shown(distro);
    let packages = of_the_system(facts);
    if report.metadata.system.as_ref().is_some_and(|system| system.is_at_its_end) {
        gaps.push(Gap::EndOfLife { distro: distro.clone(), since: None });
    }
    if packages > 0 && !report.results.iter().any(|outcome| outcome.class == "os-pkgs") {
        gaps.push(Gap::NoDataForDistro { distro, packages });
    }
    gaps
}

impl Vulnerability {
    fn told(self, system: Option<&System>, kind: &str) -> Finding {
        let provider = self.data_source.map(|source| source.id).unwrap_or_default();
        let namespace = match system {
            Some(System { family, name, .. }) => format!("{provider}:distro:{family}:{name}"),
            None => format!("{provider}:language:{kind}"),
        };
        let versions: Vec<String> =
            self.fixed_version.split(", ").filter(|one| !one.is_empty()).map(Into::into).collect();
        let state = match &*self.status {
            _ if !versions.is_empty() => FixState::Fixed,
            "affected" | "fix_deferred" | "under_investigation" => FixState::NotFixed,
            "will_not_fix" | "end_of_life" => FixState::WontFix,
            _ => FixState::Unknown,
        };
        let mut aliases = self.vendor_ids;
        aliases.retain(|other| *other != self.id);
        aliases.sort();
        aliases.dedup();
        let mut weaknesses = self.weaknesses;
        weaknesses.sort();
        weaknesses.dedup();
        let text = if self.description.is_empty() { self.title } else { self.description };
        Finding {
            package: 0,
            id: self.id,
            aliases,
            namespace,
            severity: Severity::of_word(&self.severity).unwrap_or_default(),
            severity_source: self.severity_source.filter(|source| *source != provider),
            provider,
            cvss: self
                .cvss
                .into_iter()
                .flat_map(|(source, vectors)| vectors.told(&source))
                .collect(),
            epss: Vec::new(),
            known_exploited: Vec::new(),
            weaknesses,
            fix: Fix { state, versions },
            data_source: self.primary_url,
            urls: self.references,
            description: Some(text).filter(|text| !text.is_empty()).map(Into::into),
            matched: vec![Matched {
                by: MatchedBy::Name,
                name: self.pkg_name,
                version: self.installed_version,
                constraint: String::new(),
            }],
            suppressed: None,
        }
    }
}

impl Vectors {
    fn told(self, source: &str) -> Vec<Cvss> {
        let all = [
            (self.v40_vector, self.v40_score),
            (self.v3_vector, self.v3_score),
            (self.v2_vector, self.v2_score),
        ];
        let told = all.into_iter().filter_map(|(vector, number)| {
            let vector = vector.filter(|vector| !vector.is_empty())?;
            Some(Cvss {
                version: score::version(&vector).into(),
                score: number.map(score::of_number).or_else(|| score::of_vector(&vector)),
                vector,
                source: Some(source.into()),
            })
        });
        told.collect()
    }
}
