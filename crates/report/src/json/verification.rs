//! The document of a verification.

use std::collections::BTreeMap;

use compare::{Deviation, DeviationKind, Side, digits};
use serde::Serialize;

use super::image::{FileShape, ImageShape, OwnerShape};
use super::{NoticeShape, PathShape};
use crate::VERSION;

/// What is not as it was installed in one image.
#[derive(Serialize)]
pub(crate) struct Verification {
    version: u32,
    kind: &'static str,
    image: ImageShape,
    /// Whether all is told that package databases could tell.
    whole: bool,
    /// How many files were compared with a recorded digest.
    compared: usize,
    /// How many packages recorded digests.
    packages: usize,
    summary: BTreeMap<&'static str, usize>,
    deviations: Vec<DeviationShape>,
    notices: Vec<NoticeShape>,
}

#[derive(Serialize)]
struct DeviationShape {
    #[serde(flatten)]
    path: PathShape,
    /// `altered`, `missing`, `configuration`, `left-out` or `unread`.
    deviation: &'static str,
    what: Vec<&'static str>,
    package: OwnerShape,
    database: String,
    configuration: bool,
    algorithm: Option<String>,
    digest: Option<String>,
    recorded_mode: Option<String>,
    file: Option<FileShape>,
}

impl Verification {
    pub(crate) fn of(verification: &compare::Verification<'_>) -> Verification {
        let side: &Side = verification.side;
        let summary = DeviationKind::ALL.map(|kind| (kind.name(), verification.count(kind)));
        Verification {
            version: VERSION,
            kind: "verification",
            image: ImageShape::of(side),
            whole: verification.is_whole(),
            compared: verification.compared,
            packages: verification.packages,
            summary: summary.into(),
            deviations: verification.deviations.iter().map(DeviationShape::of).collect(),
            notices: side.all_notices().map(|notice| NoticeShape::of(None, notice)).collect(),
        }
    }
}

impl DeviationShape {
    fn of(one: &Deviation<'_>) -> DeviationShape {
        let (algorithm, digest) = one.recorded.digest.as_deref().map(digits).unzip();
        DeviationShape {
            path: PathShape::of(&one.path),
            deviation: one.kind.name(),
            what: one.what.clone(),
            package: OwnerShape::of(&one.installed.package),
            database: one.installed.location(),
            configuration: one.recorded.config,
            algorithm,
            digest,
            recorded_mode: one.recorded.mode.map(|mode| format!("{mode:04o}")),
            file: one.file.map(FileShape::of),
        }
    }
}
