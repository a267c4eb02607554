//! The document of a comparison.

use std::collections::BTreeMap;

use compare::{Aspect, Cause, FileChange, PackageChange, Sameness, SettingChange, Value};
use model::InstalledPackage;
use serde::Serialize;

use super::changelogs::SaidShape;
use super::findings::VulnerabilitiesShape;
use super::image::{DeclaredShape, FileShape, ImageShape, OwnerShape, PackageShape};
use super::risks::RiskChangeShape;
use super::sizes::{SizesShape, SpentShape};
use super::unknown::{UnknownShape, unknown};
use super::{NoticeShape, PathShape};
use crate::VERSION;

/// What differs between two images.
#[derive(Serialize)]
pub(crate) struct Comparison {
    version: u32,
    kind: &'static str,
    /// Whether packages, files and settings are alike.
    same: bool,
    /// What differs all the same (`compression`, …), where they are alike, but not one image.
    same_but_for: Vec<&'static str>,
    old: ImageShape,
    new: ImageShape,
    /// What cannot be told of packages.
    unknown: Vec<UnknownShape>,
    summary: Summary,
    packages: Vec<PackageChangeShape>,
    declared: Vec<DeclaredChangeShape>,
    /// Only where advisories were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    vulnerabilities: Option<VulnerabilitiesShape>,
    files: Vec<FileChangeShape>,
    moves: Vec<MoveShape>,
    settings: Vec<SettingShape>,
    /// Secrets and weak settings that only one of the two has, new ones first.
    risks: Vec<RiskChangeShape>,
    /// Only where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    sizes: Option<SizesShape>,
    /// Only where any were given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    budgets: Vec<SpentShape>,
    /// Only where changelogs were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    changelogs: Option<SaidShape>,
    notices: Vec<NoticeShape>,
}

#[derive(Serialize)]
struct Summary {
    packages: BTreeMap<&'static str, usize>,
    files: BTreeMap<&'static str, usize>,
    causes: BTreeMap<&'static str, usize>,
    settings: usize,
    risks: BTreeMap<&'static str, usize>,
    /// Paths that differ in nothing but their time; they are not among the files.
    times_only: usize,
    layers_shared: usize,
    /// How much larger the new image is, as stored, in bytes.
    growth: i64,
    notices: usize,
}

#[derive(Serialize)]
struct PackageChangeShape {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    change: &'static str,
    old: Vec<PackageShape>,
    new: Vec<PackageShape>,
    /// How much more it takes when installed, in bytes, where the databases say it.
    growth: Option<i64>,
    /// How many changed paths it explains.
    files: usize,
    /// Vulnerabilities that went because of it, and those that came; only where advisories were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    closes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opens: Option<Vec<String>>,
}

/// What happened to packages of one name that lock files name and that are not installed.
#[derive(Serialize)]
struct DeclaredChangeShape {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    change: &'static str,
    old: Vec<DeclaredShape>,
    new: Vec<DeclaredShape>,
}

#[derive(Serialize)]
pub(super) struct FileChangeShape {
    #[serde(flatten)]
    path: PathShape,
    change: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    what: Vec<&'static str>,
    cause: &'static str,
    /// Of a generated path: the row of docs/causes.md that explains it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'static str>,
    /// Of a path that an instruction names: that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    instruction: Option<InstructionShape>,
    owner: Option<OwnerShape>,
    /// Where it was moved to, where it was removed; else where it was moved from.
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<PathShape>,
    old: Option<FileShape>,
    new: Option<FileShape>,
}

/// A line of the history.
#[derive(Serialize)]
struct InstructionShape {
    /// The image: `old` or `new`.
    side: &'static str,
    /// Its place in the image's history, counted from 1.
    line: usize,
    /// What was done, in the words of a Dockerfile where it was.
    text: String,
}

/// What was moved; a directory that was moved as a whole is one.
#[derive(Serialize)]
struct MoveShape {
    from: PathShape,
    to: PathShape,
    /// How many paths that are no directories went with it; none for a single file.
    below: Option<usize>,
}

#[derive(Serialize)]
struct SettingShape {
    name: &'static str,
    key: Option<String>,
    old: Option<ValueShape>,
    new: Option<ValueShape>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ValueShape {
    Text(String),
    Words(Vec<String>),
}

impl Comparison {
    /// The document; with sizes where somebody asks for them, directories so many levels deep.
    pub(crate) fn of(comparison: &compare::Comparison<'_>, depth: Option<usize>) -> Comparison {
        let explained = comparison.explained();
        let (old, new) = (comparison.old, comparison.new);
        let packages = comparison
            .packages
            .iter()
            .zip(explained)
            .map(|(change, files)| PackageChangeShape::of(change, files, comparison));
        let notices = notices(comparison);
        let same_but_for = match comparison.sameness() {
            Sameness::Content(differing) => differing,
            Sameness::Image | Sameness::Different => Vec::new(),
        };
        Comparison {
            version: VERSION,
            kind: "comparison",
            same: comparison.is_empty(),
            same_but_for,
            old: ImageShape::of(old),
            new: ImageShape::of(new),
            unknown: unknown(comparison),
            summary: Summary::of(comparison, notices.len()),
            packages: packages.collect(),
            declared: comparison.declared.iter().map(DeclaredChangeShape::of).collect(),
            vulnerabilities: comparison
                .vulnerabilities
                .as_ref()
                .map(|vulnerabilities| VulnerabilitiesShape::of(vulnerabilities, [old, new])),
            files: comparison
                .files
                .iter()
                .map(|change| FileChangeShape::of(change, comparison))
                .collect(),
            moves: comparison.moves.iter().map(MoveShape::of).collect(),
            settings: comparison.settings.iter().map(SettingShape::of).collect(),
            risks: comparison.risks.iter().map(RiskChangeShape::of).collect(),
            sizes: depth.map(|depth| SizesShape::of(old, new, depth)),
            budgets: comparison.budgets.iter().map(SpentShape::of).collect(),
            changelogs: comparison.changelogs.as_ref().map(SaidShape::of),
            notices,
        }
    }
}

/// One changed path.
pub(crate) fn changed_file(
    change: &FileChange<'_>,
    comparison: &compare::Comparison<'_>,
) -> serde_json::Result<serde_json::Value> {
    serde_json::to_value(FileChangeShape::of(change, comparison))
}

/// What could not be read of both images.
pub(super) fn notices(comparison: &compare::Comparison<'_>) -> Vec<NoticeShape> {
    let sides = [("old", comparison.old), ("new", comparison.new)];
    let notices = sides.into_iter().flat_map(|(name, side)| {
        side.all_notices().map(move |notice| NoticeShape::of(Some(name), notice))
    });
    notices.collect()
}

impl Summary {
    fn of(comparison: &compare::Comparison<'_>, notices: usize) -> Summary {
        let mut packages = BTreeMap::new();
        for change in &comparison.packages {
            *packages.entry(change.direction.name()).or_default() += 1;
        }
        let mut files = BTreeMap::new();
        for change in &comparison.files {
            *files.entry(change_name(change)).or_default() += 1;
        }
        let causes = Cause::NAMES.map(|cause| (cause, comparison.count(cause)));
        let mut risks = BTreeMap::new();
        for change in &comparison.risks {
            *risks.entry(if change.is_new { "added" } else { "removed" }).or_default() += 1;
        }
        let size = |side: &compare::Side| i64::try_from(side.image.size()).unwrap_or(i64::MAX);
        Summary {
            packages,
            files,
            causes: causes.into(),
            settings: comparison.settings.len(),
            risks,
            times_only: comparison.times_only,
            layers_shared: comparison.shared_layers,
            growth: size(comparison.new).saturating_sub(size(comparison.old)),
            notices,
        }
    }
}

impl PackageChangeShape {
    fn of(
        change: &PackageChange<'_>,
        files: usize,
        comparison: &compare::Comparison<'_>,
    ) -> PackageChangeShape {
        let (old, new) = (comparison.old, comparison.new);
        let vulnerabilities = comparison.vulnerabilities.as_ref();
        PackageChangeShape {
            kind: change.key.ecosystem.clone(),
            name: change.key.name.clone(),
            change: change.direction.name(),
            old: change.old.iter().map(|package| PackageShape::of(package, old)).collect(),
            new: change.new.iter().map(|package| PackageShape::of(package, new)).collect(),
            growth: change.growth(),
            files,
            closes: vulnerabilities.map(|all| own(all.closed_by(change))),
            opens: vulnerabilities.map(|all| own(all.opened_by(change))),
        }
    }
}

impl DeclaredChangeShape {
    fn of(change: &PackageChange<'_>) -> DeclaredChangeShape {
        let shapes = |side: &[&InstalledPackage]| {
            side.iter().map(|declared| DeclaredShape::of(declared)).collect()
        };
        DeclaredChangeShape {
            kind: change.key.ecosystem.clone(),
            name: change.key.name.clone(),
            change: change.direction.name(),
            old: shapes(&change.old),
            new: shapes(&change.new),
        }
    }
}

fn own(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(Into::into).collect()
}

impl FileChangeShape {
    pub(super) fn of(
        change: &FileChange<'_>,
        comparison: &compare::Comparison<'_>,
    ) -> FileChangeShape {
        let rule = match change.cause {
            Cause::Generated(row) => compare::TABLE.get(row).map(|row| row.name),
            _ => None,
        };
        let instruction = change.line.zip(comparison.instruction(change));
        FileChangeShape {
            path: PathShape::of(change.path()),
            change: change_name(change),
            kind: change.file().entry.kind.name(),
            what: change.mask.aspects().map(Aspect::name).collect(),
            cause: change.cause.name(),
            rule,
            instruction: instruction.map(|(line, text)| InstructionShape {
                side: line.side.name(),
                line: line.place.saturating_add(1),
                text,
            }),
            owner: change.owner.map(OwnerShape::of),
            moved: change.moved.as_ref().map(PathShape::of),
            old: change.old.map(FileShape::of),
            new: change.new.map(FileShape::of),
        }
    }
}

impl MoveShape {
    fn of(one: &compare::Move) -> MoveShape {
        let [from, to] = [&one.from, &one.to].map(PathShape::of);
        MoveShape { from, to, below: one.below }
    }
}

/// How a path changed.
pub(super) fn change_name(change: &FileChange<'_>) -> &'static str {
    match (change.old, change.new) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "changed",
    }
}

impl SettingShape {
    fn of(change: &SettingChange) -> SettingShape {
        let value = |value: &Option<Value>| {
            value.clone().map(|value| match value {
                Value::Text(text) => ValueShape::Text(text),
                Value::Words(words) => ValueShape::Words(words),
            })
        };
        SettingShape {
            name: change.name,
            key: change.key.clone(),
            old: value(&change.old),
            new: value(&change.new),
        }
    }
}
