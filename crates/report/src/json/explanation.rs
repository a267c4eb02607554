//! The document about one path of a comparison.

use compare::{Claimed, Told, digits};
use model::FileEntry;
use serde::Serialize;

use super::PathShape;
use super::comparison::FileChangeShape;
use super::image::{FileShape, OwnerShape};
use crate::VERSION;

/// Everything about one path.
#[derive(Serialize)]
pub(crate) struct Explanation {
    version: u32,
    kind: &'static str,
    #[serde(flatten)]
    path: PathShape,
    /// Its change; none where it is the same in both images.
    change: Option<FileChangeShape>,
    old: SideShape,
    new: SideShape,
    /// The causes that come before its own, with what is missing for each.
    passed: Vec<PassedShape>,
}

#[derive(Serialize)]
struct SideShape {
    file: Option<FileShape>,
    /// Where it leads, if it is a link.
    leads_to: Option<String>,
    /// What the layers did to it, the lowest first.
    layers: Vec<StageShape>,
    owners: Vec<ClaimShape>,
    /// Why its content could not be read again, where it had to be.
    unread: Option<String>,
}

#[derive(Serialize)]
struct StageShape {
    /// Counted from 1 at the bottom.
    layer: u32,
    digest: Option<String>,
    diff_id: Option<String>,
    instruction: Option<String>,
    /// `put` or `removed`.
    what: &'static str,
    sha256: Option<String>,
    mode: Option<String>,
}

#[derive(Serialize)]
struct ClaimShape {
    package: OwnerShape,
    database: String,
    /// How the package changed; none where it did not, or that cannot be told.
    change: Option<&'static str>,
    configuration: bool,
    ghost: bool,
    algorithm: Option<String>,
    digest: Option<String>,
    recorded_mode: Option<String>,
    /// `matches`, `differs`, `unread` or `unrecorded`.
    content: &'static str,
    mode: &'static str,
}

#[derive(Serialize)]
struct PassedShape {
    cause: &'static str,
    why: String,
}

impl Explanation {
    pub(crate) fn of(
        explanation: &compare::Explanation<'_>,
        comparison: &compare::Comparison<'_>,
    ) -> Explanation {
        let [old, new] = &explanation.sides;
        let passed = explanation.passed.iter();
        Explanation {
            version: VERSION,
            kind: "explanation",
            path: PathShape::of(&explanation.path),
            change: explanation.change.map(|change| FileChangeShape::of(change, comparison)),
            old: SideShape::of(old),
            new: SideShape::of(new),
            passed: passed.map(|(cause, why)| PassedShape { cause, why: why.clone() }).collect(),
        }
    }
}

impl SideShape {
    fn of(told: &Told<'_>) -> SideShape {
        let stages = told.past.stages.iter().map(|stage| {
            let layer = told.side.image.layers.get(stage.layer as usize);
            StageShape {
                layer: stage.layer.saturating_add(1),
                digest: layer.map(|layer| layer.digest.to_string()),
                diff_id: layer.map(|layer| layer.diff_id.to_string()),
                instruction: told.instruction(stage.layer),
                what: if stage.file.is_some() { "put" } else { "removed" },
                sha256: stage.file.as_deref().and_then(sha256),
                mode: stage.file.as_deref().map(|entry| format!("{:04o}", entry.mode)),
            }
        });
        SideShape {
            file: told.file.map(FileShape::of),
            leads_to: told.leads_to.as_ref().map(|path| super::text(path.as_bytes())),
            layers: stages.collect(),
            owners: told.owners.iter().map(ClaimShape::of).collect(),
            unread: told.past.unread.clone(),
        }
    }
}

fn sha256(entry: &FileEntry) -> Option<String> {
    match &entry.kind {
        model::FileKind::Regular { sha256, .. } => Some(sha256.to_string()),
        _ => None,
    }
}

impl ClaimShape {
    fn of(claimed: &Claimed<'_>) -> ClaimShape {
        let recorded = &claimed.owner.recorded;
        let (algorithm, digest) = recorded.digest.as_deref().map(digits).unzip();
        ClaimShape {
            package: OwnerShape::of(&claimed.installed.package),
            database: claimed.installed.location(),
            change: claimed.direction.map(compare::Direction::name),
            configuration: recorded.config,
            ghost: recorded.ghost,
            algorithm,
            digest,
            recorded_mode: recorded.mode.map(|mode| format!("{mode:04o}")),
            content: claimed.content.name(),
            mode: claimed.mode.name(),
        }
    }
}
