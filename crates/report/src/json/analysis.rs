//! The document of one image.

use std::collections::BTreeMap;

use compare::Side;
use model::{Health, History, Settings};
use serde::Serialize;

use super::NoticeShape;
use super::image::{DeclaredShape, ImageShape, PackageShape};
use super::risks::{RiskShape, risks};
use super::sizes::SizesShape;
use crate::VERSION;

/// What is in one image.
#[derive(Serialize)]
pub(crate) struct Analysis {
    version: u32,
    kind: &'static str,
    image: ImageShape,
    settings: SettingsShape,
    packages: Vec<OwningPackage>,
    declared: Vec<DeclaredShape>,
    files: FilesShape,
    /// Only where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    sizes: Option<SizesShape>,
    risks: Vec<RiskShape>,
    notices: Vec<NoticeShape>,
}

#[derive(Serialize)]
struct OwningPackage {
    #[serde(flatten)]
    package: PackageShape,
    /// How many paths of the image it owns.
    files: usize,
}

/// How many files of which kind there are.
#[derive(Serialize)]
struct FilesShape {
    count: usize,
    /// The sizes of all regular files together, in bytes; each name of a hard link counts.
    size: u64,
    unowned: usize,
    by_type: BTreeMap<&'static str, usize>,
}

impl Analysis {
    /// The document; with sizes where somebody asks for them, directories so many levels deep.
    pub(crate) fn of(side: &Side, depth: Option<usize>) -> Analysis {
        let mut owned = vec![0; side.facts.packages.len()];
        for owner in side.facts.files.iter().flat_map(|file| &file.owners) {
            owned[owner.package as usize] += 1;
        }
        let packages = side.facts.packages.iter().zip(owned).map(|(installed, files)| {
            OwningPackage { package: PackageShape::of(installed, side), files }
        });
        Analysis {
            version: VERSION,
            kind: "analysis",
            image: ImageShape::of(side),
            settings: SettingsShape::of(&side.settings),
            packages: packages.collect(),
            declared: side.facts.declared.iter().map(DeclaredShape::of).collect(),
            files: FilesShape::of(side),
            sizes: depth.map(|depth| SizesShape::of(&Side::default(), side, depth)),
            risks: risks(side),
            notices: side.all_notices().map(|notice| NoticeShape::of(None, notice)).collect(),
        }
    }
}

impl FilesShape {
    fn of(side: &Side) -> FilesShape {
        let files = &side.facts.files;
        let mut by_type = BTreeMap::new();
        for file in files {
            *by_type.entry(file.entry.kind.name()).or_default() += 1;
        }
        FilesShape {
            count: files.len(),
            size: files.iter().fold(0, |sum, file| sum.saturating_add(file.entry.size())),
            unowned: files.iter().filter(|file| file.owners.is_empty()).count(),
            by_type,
        }
    }
}

/// What a container starts with.
#[derive(Serialize)]
pub(super) struct SettingsShape {
    user: Option<String>,
    entrypoint: Option<Vec<String>>,
    cmd: Option<Vec<String>>,
    workdir: Option<String>,
    env: BTreeMap<String, String>,
    ports: Vec<String>,
    volumes: Vec<String>,
    labels: BTreeMap<String, String>,
    stop_signal: Option<String>,
    shell: Option<Vec<String>>,
    healthcheck: Option<HealthShape>,
    onbuild: Vec<String>,
    author: Option<String>,
    history: Vec<HistoryShape>,
}

/// Durations are in nanoseconds.
#[derive(Serialize)]
struct HealthShape {
    test: Vec<String>,
    interval: Option<u64>,
    timeout: Option<u64>,
    start_period: Option<u64>,
    start_interval: Option<u64>,
    retries: Option<u64>,
}

#[derive(Serialize)]
struct HistoryShape {
    created: Option<String>,
    created_by: Option<String>,
    comment: Option<String>,
    empty_layer: bool,
}

impl SettingsShape {
    /// Secrets in them are left out.
    pub(super) fn of(settings: &Settings) -> SettingsShape {
        let named = |(name, value): (&String, &String)| {
            (name.clone(), risk::redact_setting(Some(name), value).into_owned())
        };
        let words = |words: &Vec<String>| risk::redact_words(words);
        SettingsShape {
            user: settings.user.clone(),
            entrypoint: settings.entrypoint.as_ref().map(words),
            cmd: settings.cmd.as_ref().map(words),
            workdir: settings.workdir.clone(),
            env: settings.env.iter().map(named).collect(),
            ports: settings.ports.iter().cloned().collect(),
            volumes: settings.volumes.iter().cloned().collect(),
            labels: settings.labels.iter().map(named).collect(),
            stop_signal: settings.stop_signal.clone(),
            shell: settings.shell.clone(),
            healthcheck: settings.healthcheck.as_ref().map(HealthShape::of),
            onbuild: words(&settings.onbuild),
            author: settings.author.clone(),
            history: settings.history.iter().map(HistoryShape::of).collect(),
        }
    }
}

impl HealthShape {
    fn of(health: &Health) -> HealthShape {
        HealthShape {
            test: risk::redact_words(&health.test),
            interval: health.interval,
            timeout: health.timeout,
            start_period: health.start_period,
            start_interval: health.start_interval,
            retries: health.retries,
        }
    }
}

impl HistoryShape {
    fn of(history: &History) -> HistoryShape {
        let line = |text: &Option<String>| {
            text.as_ref().map(|text| risk::redact_setting(None, text).into_owned())
        };
        HistoryShape {
            created: history.created.clone(),
            created_by: line(&history.created_by),
            comment: line(&history.comment),
            empty_layer: history.empty_layer,
        }
    }
}
