//! What a comparison cannot tell of packages, as data.

use compare::{Comparison, Unknown, Untold, Which};
use serde::Serialize;

use super::image::PackageShape;
use crate::unknown::Statement;

/// Something that cannot be told.
#[derive(Serialize)]
pub(super) struct UnknownShape {
    /// What: `packages`, `all-packages`, `distribution`.
    about: &'static str,
    /// The image that it is not known of; none where it is both.
    side: Option<&'static str>,
    /// The ecosystem, where it is one.
    #[serde(rename = "type")]
    kind: Option<&'static str>,
    /// Why: `missing`, `empty`, `damaged`.
    reason: Option<&'static str>,
    /// Whether a difference may be hidden in it.
    may_hide: bool,
    /// Packages that only the other image records.
    packages: Vec<PackageShape>,
    /// How many packages of the ecosystem each image records.
    recorded: Option<RecordedShape>,
    /// What is left of those packages' files.
    files: Option<TracesShape>,
    /// All of it as a sentence.
    text: String,
}

#[derive(Serialize)]
struct RecordedShape {
    old: usize,
    new: usize,
}

#[derive(Serialize)]
struct TracesShape {
    owned: usize,
    there: usize,
    unchanged: usize,
}

/// Everything that cannot be told.
pub(super) fn unknown(comparison: &Comparison<'_>) -> Vec<UnknownShape> {
    comparison.unknown.iter().map(|unknown| UnknownShape::of(unknown, comparison)).collect()
}

impl UnknownShape {
    fn of(unknown: &Unknown<'_>, comparison: &Comparison<'_>) -> UnknownShape {
        let shape = UnknownShape {
            about: unknown.name(),
            side: None,
            kind: None,
            reason: None,
            may_hide: unknown.may_hide(),
            packages: Vec::new(),
            recorded: None,
            files: None,
            text: Statement::of(unknown).line(),
        };
        match unknown {
            Unknown::Packages(untold) => shape.with(untold, comparison),
            Unknown::Both { .. } => shape,
            Unknown::Distro { lacking, .. } => UnknownShape { side: Some(lacking.name()), ..shape },
        }
    }

    fn with(self, untold: &Untold<'_>, comparison: &Comparison<'_>) -> UnknownShape {
        let having = match untold.lacking {
            Which::Old => comparison.new,
            Which::New => comparison.old,
        };
        let ([old, new], traces) = (untold.recorded, untold.traces);
        UnknownShape {
            side: Some(untold.lacking.name()),
            kind: Some(untold.ecosystem),
            reason: Some(untold.lack.name()),
            packages: untold.packages.iter().map(|one| PackageShape::of(one, having)).collect(),
            recorded: Some(RecordedShape { old, new }),
            files: Some(TracesShape {
                owned: traces.owned,
                there: traces.there,
                unchanged: traces.unchanged,
            }),
            ..self
        }
    }
}
