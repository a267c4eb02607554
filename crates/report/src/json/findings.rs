//! What is wrong with packages, as data: findings, what was asked, and what could not be told.

use std::collections::BTreeMap;

use compare::{
    FindingAspect, FindingChange, FindingFigures, Side, UntoldFinding, Vulnerabilities, Which,
    vulnerabilities_of,
};
use model::{
    Cvss, Epss, Finding, Findings, Gap, InstalledPackage, KnownExploited, Matched, Provider, Purl,
    Severity, Suppressed, SuppressedBy,
};
use serde::Serialize;

use super::NoticeShape;
use super::image::ImageShape;
use crate::{Scan, VERSION, gaps};

/// The vulnerabilities of one image.
#[derive(Serialize)]
pub(crate) struct ScanDocument {
    version: u32,
    kind: &'static str,
    image: ImageShape,
    #[serde(flatten)]
    asked: AskedShape,
    /// How many were left out because no version fixes them, where that was asked for.
    left_out: usize,
    findings: Vec<FindingShape>,
    notices: Vec<NoticeShape>,
}

/// Who was asked of which data, what could not be told, and how much was found.
#[derive(Serialize)]
struct AskedShape {
    scanner: ScannerShape,
    database: DatabaseShape,
    /// Whether findings may be missing: then it does not matter how few there are.
    may_hide: bool,
    gaps: Vec<GapShape>,
    figures: FiguresShape,
}

#[derive(Serialize)]
struct ScannerShape {
    name: String,
    version: String,
}

#[derive(Serialize)]
struct DatabaseShape {
    schema_version: String,
    built: Option<String>,
    origin: String,
    digest: Option<String>,
    providers: Vec<ProviderShape>,
}

#[derive(Serialize)]
struct ProviderShape {
    name: String,
    captured: Option<String>,
}

#[derive(Serialize)]
struct GapShape {
    kind: &'static str,
    may_hide: bool,
    text: String,
}

/// Vulnerabilities, each counted once for a package.
#[derive(Serialize)]
struct FiguresShape {
    vulnerabilities: usize,
    suppressed: usize,
    by_severity: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct FindingShape {
    /// What the vulnerability is called: its CVE where it has one.
    vulnerability: String,
    id: String,
    aliases: Vec<String>,
    namespace: String,
    provider: String,
    severity: &'static str,
    severity_source: Option<String>,
    cvss: Vec<CvssShape>,
    epss: Vec<EpssShape>,
    known_exploited: Vec<ExploitedShape>,
    weaknesses: Vec<String>,
    fix: FixShape,
    data_source: Option<String>,
    urls: Vec<String>,
    description: Option<String>,
    package: AffectedShape,
    matched: Vec<MatchedShape>,
    suppressed: Option<SuppressedShape>,
}

#[derive(Serialize)]
struct CvssShape {
    version: String,
    vector: String,
    score: Option<f64>,
    source: Option<String>,
}

#[derive(Serialize)]
struct EpssShape {
    cve: String,
    probability: f64,
    percentile: f64,
    day: Option<String>,
}

#[derive(Serialize)]
struct ExploitedShape {
    cve: String,
    added: Option<String>,
    due: Option<String>,
    action: String,
    ransomware: bool,
}

#[derive(Serialize)]
struct FixShape {
    state: &'static str,
    versions: Vec<String>,
}

/// The package, as far as a finding needs it.
#[derive(Serialize)]
struct AffectedShape {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    version: String,
    architecture: Option<String>,
    purl: String,
    location: String,
}

#[derive(Serialize)]
struct MatchedShape {
    by: &'static str,
    name: String,
    version: String,
    constraint: String,
}

#[derive(Serialize)]
struct SuppressedShape {
    by: &'static str,
    document: Option<String>,
    status: Option<String>,
    file: Option<String>,
    reason: String,
}

impl ScanDocument {
    pub(crate) fn of(scan: &Scan<'_>) -> ScanDocument {
        let all = vulnerabilities_of(&scan.side.facts.packages, scan.findings);
        // The findings stand in the order of their list, each beside what its vulnerability is called.
        let named: BTreeMap<*const Finding, &str> = all
            .iter()
            .flat_map(|one| {
                one.findings.iter().map(|finding| (std::ptr::from_ref(*finding), &*one.name))
            })
            .collect();
        let findings = scan.findings.findings.iter().filter_map(|finding| {
            let name = named.get(&std::ptr::from_ref(finding)).copied().unwrap_or(&finding.id);
            FindingShape::of(finding, name, scan.side)
        });
        ScanDocument {
            version: VERSION,
            kind: "scan",
            image: ImageShape::of(scan.side),
            asked: AskedShape::of(scan.findings, scan.side),
            left_out: scan.left_out,
            findings: findings.collect(),
            notices: scan.side.all_notices().map(|notice| NoticeShape::of(None, notice)).collect(),
        }
    }
}

impl AskedShape {
    fn of(findings: &Findings, side: &Side) -> AskedShape {
        let scanner = &findings.scanner;
        let figures = FindingFigures::of(&vulnerabilities_of(&side.facts.packages, findings));
        AskedShape {
            scanner: ScannerShape { name: scanner.name.clone(), version: scanner.version.clone() },
            database: DatabaseShape {
                schema_version: scanner.data.schema.clone(),
                built: scanner.data.built.map(|time| time.to_string()),
                origin: scanner.data.origin.clone(),
                digest: scanner.data.digest.clone(),
                providers: scanner.data.providers.iter().map(ProviderShape::of).collect(),
            },
            may_hide: compare::findings_may_hide(findings),
            gaps: findings.gaps.iter().map(GapShape::of).collect(),
            figures: FiguresShape {
                vulnerabilities: figures.counted(),
                suppressed: figures.suppressed,
                by_severity: by_severity(&figures),
            },
        }
    }
}

/// Every severity with how many there are of it.
fn by_severity(figures: &FindingFigures) -> BTreeMap<&'static str, usize> {
    let count = |severity| figures.by_severity.get(&severity).copied().unwrap_or_default();
    Severity::ALL.map(|severity| (severity.name(), count(severity))).into()
}

impl ProviderShape {
    fn of(provider: &Provider) -> ProviderShape {
        let captured = provider.captured.map(|time| time.to_string());
        ProviderShape { name: provider.name.clone(), captured }
    }
}

impl GapShape {
    fn of(gap: &Gap) -> GapShape {
        GapShape { kind: gaps::name(gap), may_hide: gap.may_hide(), text: gap.to_string() }
    }
}

impl FindingShape {
    /// None where the image has no such package.
    fn of(finding: &Finding, name: &str, side: &Side) -> Option<FindingShape> {
        let installed = side.facts.packages.get(finding.package as usize)?;
        Some(FindingShape {
            vulnerability: name.into(),
            id: finding.id.clone(),
            aliases: finding.aliases.clone(),
            namespace: finding.namespace.clone(),
            provider: finding.provider.clone(),
            severity: finding.severity.name(),
            severity_source: finding.severity_source.clone(),
            cvss: finding.cvss.iter().map(CvssShape::of).collect(),
            epss: finding.epss.iter().map(EpssShape::of).collect(),
            known_exploited: finding.known_exploited.iter().map(ExploitedShape::of).collect(),
            weaknesses: finding.weaknesses.clone(),
            fix: FixShape {
                state: finding.fix.state.name(),
                versions: finding.fix.versions.clone(),
            },
            data_source: finding.data_source.clone(),
            urls: finding.urls.clone(),
            description: finding.description.as_deref().map(Into::into),
            package: AffectedShape::of(installed, side),
            matched: finding.matched.iter().map(MatchedShape::of).collect(),
            suppressed: finding.suppressed.as_ref().map(SuppressedShape::of),
        })
    }
}

impl CvssShape {
    fn of(cvss: &Cvss) -> CvssShape {
        CvssShape {
            version: cvss.version.clone(),
            vector: cvss.vector.clone(),
            score: cvss.score.map(|score| f64::from(score.0) / 10.0),
            source: cvss.source.clone(),
        }
    }
}

impl EpssShape {
    fn of(epss: &Epss) -> EpssShape {
        EpssShape {
            cve: epss.cve.clone(),
            probability: epss.probability.value(),
            percentile: epss.percentile.value(),
            day: epss.day.clone(),
        }
    }
}

impl ExploitedShape {
    fn of(exploited: &KnownExploited) -> ExploitedShape {
        let KnownExploited { cve, added, due, action, ransomware } = exploited.clone();
        ExploitedShape { cve, added, due, action, ransomware }
    }
}

impl AffectedShape {
    fn of(installed: &InstalledPackage, side: &Side) -> AffectedShape {
        let package = &installed.package;
        AffectedShape {
            kind: package.ecosystem.clone(),
            name: package.name.clone(),
            version: package.version.to_string(),
            architecture: package.architecture.clone(),
            purl: Purl::of(package, side.facts.distro.as_ref()).to_string(),
            location: installed.location(),
        }
    }
}

impl MatchedShape {
    fn of(matched: &Matched) -> MatchedShape {
        let Matched { by, name, version, constraint } = matched.clone();
        MatchedShape { by: by.name(), name, version, constraint }
    }
}

impl SuppressedShape {
    fn of(suppressed: &Suppressed) -> SuppressedShape {
        let shape = SuppressedShape {
            by: "matching",
            document: None,
            status: None,
            file: None,
            reason: suppressed.reason.clone(),
        };
        match suppressed.by.clone() {
            SuppressedBy::Matching => shape,
            SuppressedBy::Vex { document, status } => SuppressedShape {
                by: "vex",
                document: Some(document),
                status: Some(status),
                ..shape
            },
            SuppressedBy::Rule { file } => {
                SuppressedShape { by: "rule", file: Some(file), ..shape }
            }
        }
    }
}

/// What differs between the vulnerabilities of two images.
#[derive(Serialize)]
pub(super) struct VulnerabilitiesShape {
    /// Whether both sides were asked of the same data by the same program.
    same_data: bool,
    /// Whether differences may be hidden in what could not be told.
    may_hide: bool,
    old: AskedShape,
    new: AskedShape,
    summary: SummaryShape,
    changes: Vec<ChangeShape>,
    untold: Vec<UntoldShape>,
}

#[derive(Serialize)]
struct SummaryShape {
    /// How many vulnerabilities came, went or changed in packages, each counted once for a package.
    added: usize,
    removed: usize,
    changed: usize,
    unchanged: usize,
    untold: usize,
    causes: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct ChangeShape {
    vulnerability: String,
    change: &'static str,
    what: Vec<&'static str>,
    cause: &'static str,
    severity: &'static str,
    package: KeyShape,
    old: Vec<FindingShape>,
    new: Vec<FindingShape>,
}

#[derive(Serialize)]
struct KeyShape {
    #[serde(rename = "type")]
    kind: String,
    name: String,
}

#[derive(Serialize)]
struct UntoldShape {
    vulnerability: String,
    /// The image that it cannot be told of.
    side: &'static str,
    package: KeyShape,
    findings: Vec<FindingShape>,
}

impl VulnerabilitiesShape {
    pub(super) fn of(vulnerabilities: &Vulnerabilities<'_>, [old, new]: [&Side; 2]) -> Self {
        let count = |name| {
            vulnerabilities.changes.iter().filter(|change| change.fate.name() == name).count()
        };
        let causes = vulnerabilities.causes().map(|(cause, count)| (cause.name(), count));
        let change = |change| ChangeShape::of(change, [old, new]);
        let untold = |untold| UntoldShape::of(untold, [old, new]);
        VulnerabilitiesShape {
            same_data: vulnerabilities.same_data(),
            may_hide: vulnerabilities.may_hide(),
            old: AskedShape::of(vulnerabilities.old, old),
            new: AskedShape::of(vulnerabilities.new, new),
            summary: SummaryShape {
                added: count("added"),
                removed: count("removed"),
                changed: count("changed"),
                unchanged: vulnerabilities.unchanged,
                untold: vulnerabilities.untold.len(),
                causes: causes.into(),
            },
            changes: vulnerabilities.changes.iter().map(change).collect(),
            untold: vulnerabilities.untold.iter().map(untold).collect(),
        }
    }
}

impl ChangeShape {
    fn of(change: &FindingChange<'_>, [old, new]: [&Side; 2]) -> ChangeShape {
        let what = match &change.fate {
            compare::Fate::Changed(aspects) => {
                aspects.iter().copied().map(FindingAspect::name).collect()
            }
            compare::Fate::Added | compare::Fate::Removed => Vec::new(),
        };
        ChangeShape {
            vulnerability: change.name.clone(),
            change: change.fate.name(),
            what,
            cause: change.cause.name(),
            severity: change.severity().name(),
            package: KeyShape::of(&change.package),
            old: shapes(&change.old, &change.name, old),
            new: shapes(&change.new, &change.name, new),
        }
    }
}

impl UntoldShape {
    fn of(untold: &UntoldFinding<'_>, [old, new]: [&Side; 2]) -> UntoldShape {
        let having = match untold.lacking {
            Which::Old => new,
            Which::New => old,
        };
        UntoldShape {
            vulnerability: untold.name.clone(),
            side: untold.lacking.name(),
            package: KeyShape::of(&untold.package),
            findings: shapes(&untold.findings, &untold.name, having),
        }
    }
}

impl KeyShape {
    fn of(key: &model::PackageKey) -> KeyShape {
        KeyShape { kind: key.ecosystem.clone(), name: key.name.clone() }
    }
}

fn shapes(findings: &[&Finding], name: &str, side: &Side) -> Vec<FindingShape> {
    findings.iter().filter_map(|finding| FindingShape::of(finding, name, side)).collect()
}
