//! The JSON texts that stand in columns. Keys that are not known are passed over, missing ones are empty.

use model::{Cvss, Fix, FixState, Severity};
use serde::Deserialize;
use serde_json::Value;

use crate::record::{Qualifier, Range, Rating};
use crate::score;

/// Schema 6: a blob of a vulnerability.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Vulnerability {
    pub(super) description: Option<String>,
    pub(super) refs: Option<Vec<Reference>>,
    pub(super) aliases: Option<Vec<String>>,
    severities: Option<Vec<Severities>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Reference {
    pub(super) url: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Severities {
    value: Value,
    source: Option<String>,
    rank: Option<i64>,
}

impl Vulnerability {
    /// How bad it is, in the order of rank.
    pub(super) fn ratings(&mut self) -> Vec<Rating> {
        let mut severities = self.severities.take().unwrap_or_default();
        severities.sort_by_key(|one| one.rank.unwrap_or_default());
        severities.into_iter().filter_map(|one| rating(&one.value, one.source)).collect()
    }
}

fn rating(value: &Value, source: Option<String>) -> Option<Rating> {
    let source = source.filter(|source| !source.is_empty());
    if let Some(word) = value.as_str() {
        return Some(Rating::Word { severity: Severity::of_word(word)?, source });
    }
    let text = |key| value.get(key).and_then(Value::as_str);
    Some(Rating::Cvss(cvss(text("vector")?, text("version").unwrap_or_default(), source)))
}

/// A vector and its score, where the record says none.
pub(super) fn cvss(vector: &str, version: &str, source: Option<String>) -> Cvss {
    let version = if version.is_empty() { score::version(vector) } else { version };
    let score = score::of_vector(vector);
    Cvss { version: version.into(), vector: vector.into(), score, source }
}

/// Schema 6: a blob of a package.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Package {
    pub(super) cves: Option<Vec<String>>,
    qualifiers: Option<Qualifiers>,
    ranges: Option<Vec<PackageRange>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Qualifiers {
    rpm_modularity: Option<String>,
    platform_cpes: Option<Vec<String>>,
    architecture: Option<String>,
    rootio: Option<Value>,
    go_imports: Option<Vec<GoImport>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GoImport {
    path: String,
    symbols: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PackageRange {
    version: PackageVersion,
    fix: Option<PackageFix>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PackageVersion {
    r#type: Option<String>,
    constraint: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PackageFix {
    version: Option<String>,
    state: Option<String>,
}

impl Package {
    pub(super) fn qualifiers(&mut self) -> Vec<Qualifier> {
        let given = self.qualifiers.take().unwrap_or_default();
        let imports = given.go_imports.filter(|imports| !imports.is_empty()).map(|imports| {
            let one = |import: GoImport| (import.path, import.symbols.unwrap_or_default());
            Qualifier::GoImports(imports.into_iter().map(one).collect())
        });
        let is_rootio = given.rootio.is_some_and(|value| value != Value::Bool(false));
        (given.rpm_modularity.map(Qualifier::Module).into_iter())
            .chain(given.platform_cpes.into_iter().flatten().map(Qualifier::Platform))
            .chain(given.architecture.filter(|one| !one.is_empty()).map(Qualifier::Architecture))
            .chain(imports)
            .chain(is_rootio.then_some(Qualifier::RootIo))
            .collect()
    }

    pub(super) fn ranges(&mut self) -> Vec<Range> {
        let one = |range: PackageRange| {
            let fix = range.fix.unwrap_or_default();
            let versions = fix.version.filter(|version| !version.is_empty());
            Range {
                format: range.version.r#type.unwrap_or_default(),
                constraint: range.version.constraint.unwrap_or_default(),
                fix: Fix {
                    state: state(fix.state.as_deref().unwrap_or_default()),
                    versions: versions.into_iter().collect(),
                },
            }
        };
        self.ranges.take().unwrap_or_default().into_iter().map(one).collect()
    }
}

/// What was done, in Grype's word.
pub(crate) fn state(word: &str) -> FixState {
    match word {
        "fixed" => FixState::Fixed,
        "not-fixed" => FixState::NotFixed,
        "wont-fix" => FixState::WontFix,
        _ => FixState::Unknown,
    }
}

/// Schema 6: a blob of a known exploited vulnerability.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Exploited {
    pub(super) date_added: Option<String>,
    pub(super) due_date: Option<String>,
    pub(super) required_action: Option<String>,
    pub(super) known_ransomware_campaign_use: Option<String>,
}

/// Schema 5: another name of a vulnerability.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Related {
    #[serde(alias = "ID")]
    pub(super) id: String,
}

/// Schema 5: what must hold of a package.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct KindOfQualifier {
    kind: String,
    module: String,
    cpe: String,
}

impl KindOfQualifier {
    pub(super) fn qualifier(self) -> Option<Qualifier> {
        match self.kind.as_str() {
            "rpm-modularity" => Some(Qualifier::Module(self.module)),
            "platform-cpe" => Some(Qualifier::Platform(self.cpe)),
            _ => None,
        }
    }
}

/// Schema 5: a score.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Scored {
    #[serde(alias = "Vector")]
    pub(super) vector: String,
    #[serde(alias = "Version")]
    pub(super) version: String,
    pub(super) source: Option<String>,
}

/// Schema 5: a condition of an exclusion. What has words that are not known must not be taken for what it says without them.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Excluding {
    pub(super) vulnerability: ExcludedVulnerability,
    pub(super) package: ExcludedPackage,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ExcludedVulnerability {
    pub(super) namespace: String,
    pub(super) fix_state: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ExcludedPackage {
    pub(super) name: String,
    pub(super) language: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) version: String,
    pub(super) location: String,
}
