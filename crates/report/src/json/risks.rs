//! Secrets and weak settings, as documents have them. The secret itself is in none.

use compare::{Place, Risk, RiskChange, Side};
use serde::Serialize;

use super::image::{ImageShape, OwnerShape};
use super::{NoticeShape, PathShape};
use crate::VERSION;

/// The document of one image's secrets and weak settings.
#[derive(Serialize)]
pub(crate) struct RisksDocument {
    version: u32,
    kind: &'static str,
    image: ImageShape,
    risks: Vec<RiskShape>,
    notices: Vec<NoticeShape>,
}

impl RisksDocument {
    pub(crate) fn of(side: &Side) -> RisksDocument {
        RisksDocument {
            version: VERSION,
            kind: "risks",
            image: ImageShape::of(side),
            risks: risks(side),
            notices: side.all_notices().map(|notice| NoticeShape::of(None, notice)).collect(),
        }
    }
}

/// Everything that rules say of an image.
pub(super) fn risks(side: &Side) -> Vec<RiskShape> {
    compare::risks(side).iter().map(RiskShape::of).collect()
}

/// A rule that is met.
#[derive(Serialize)]
pub(super) struct RiskShape {
    rule: &'static str,
    kind: &'static str,
    severity: &'static str,
    title: &'static str,
    reason: &'static str,
    /// The file; none where it is about a setting.
    #[serde(flatten)]
    path: Option<PathShape>,
    /// Counted from 1; none where it is about the file itself or a setting.
    line: Option<u32>,
    /// Counted from 1 at the bottom.
    layer: Option<u32>,
    /// The layer that hides the file.
    hidden_by: Option<u32>,
    /// `env:DB_PASSWORD`
    setting: Option<String>,
    excerpt: String,
    /// Tells a secret from others, where a machine made it at random.
    mark: Option<String>,
    owner: Option<OwnerShape>,
}

impl RiskShape {
    fn of(risk: &Risk<'_>) -> RiskShape {
        let mut shape = RiskShape {
            rule: risk.rule.id,
            kind: risk.rule.kind.name(),
            severity: risk.rule.severity.name(),
            title: risk.rule.title,
            reason: risk.rule.reason,
            path: None,
            line: None,
            layer: None,
            hidden_by: None,
            setting: risk.place.setting(),
            excerpt: risk.excerpt.to_string(),
            mark: risk.mark.map(|mark| mark.iter().map(|byte| format!("{byte:02x}")).collect()),
            owner: risk.owner.map(OwnerShape::of),
        };
        if let Place::File { path, line, layer, hidden } = &risk.place {
            shape.path = Some(PathShape::of(path));
            shape.line = Some(*line).filter(|line| *line > 0);
            shape.layer = Some(layer.saturating_add(1));
            shape.hidden_by = hidden.map(|layer| layer.saturating_add(1));
        }
        shape
    }
}

/// A risk that only one of two images has.
#[derive(Serialize)]
pub(super) struct RiskChangeShape {
    change: &'static str,
    #[serde(flatten)]
    risk: RiskShape,
}

impl RiskChangeShape {
    pub(super) fn of(change: &RiskChange<'_>) -> RiskChangeShape {
        let word = if change.is_new { "added" } else { "removed" };
        RiskChangeShape { change: word, risk: RiskShape::of(&change.risk) }
    }
}
