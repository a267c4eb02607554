//! What is kept, as people and programs read it: images, the history of a name, facts in the cache. It looks nothing up.

mod cache;

use std::io::{self, Write};

use compare::{Comparison, Subject};
use model::{Digest, Time};

use crate::json;
use crate::query::columns::name;
use crate::rows::{self, Answer, Answers, Cell, Form, Identity, Rows};
use crate::text;
use crate::{Format, View};

pub use cache::{Pruned, Stat, Verified, pruned, stat, verified};

/// An image that is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// The image; of its facts, the distribution alone is told.
    pub subject: Subject,
    /// Whether somebody else analyzed it, and it was imported.
    pub imported: bool,
}

/// A name, and what was seen under it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The name.
    pub name: String,
    /// What was seen here, the latest first, and then what others saw, the latest first.
    pub sightings: Vec<Sighting>,
}

/// An image seen under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The image's ID.
    pub id: Digest,
    /// Its manifest's digest, where it has one.
    pub digest: Option<Digest>,
    /// When it was first seen there since another was.
    pub first: Time,
    /// When it was last seen there.
    pub last: Time,
    /// Whether somebody else saw it.
    pub imported: bool,
    /// How it differs from what the same person saw there before.
    pub since: Since,
}

/// How an image differs from the one that was seen before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// There was none before it.
    First,
    /// Facts of one of the two are not kept.
    Unknown,
    /// So much has changed.
    Changed {
        /// Packages.
        packages: usize,
        /// Paths, whatever they changed by.
        files: usize,
        /// Paths that need a look: altered, unexplained, or of packages that are not known.
        look: usize,
        /// Whether packages may have changed of which it cannot be told.
        unknown: bool,
    },
}

impl Since {
    /// Counts what differs.
    pub fn of(comparison: &Comparison<'_>) -> Since {
        Since::Changed {
            packages: comparison.packages.len(),
            files: comparison.files.len(),
            look: ["altered", "unknown-package", "unexplained"]
                .into_iter()
                .map(|cause| comparison.count(cause))
                .sum(),
            unknown: comparison.may_hide(),
        }
    }
}

/// Facts or texts of one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// The layer's digest; of a stack, that of the lines that its layers' digests make.
    pub digest: Digest,
    /// `facts`, `texts` or `stack`.
    pub part: &'static str,
    /// Whether they serve an imported image alone.
    pub imported: bool,
    /// Whether this version of the program uses them.
    pub current: bool,
    /// Their size in bytes.
    pub bytes: u64,
    /// When they were used last.
    pub used: Time,
}

/// Writes a table of images, or the document of them.
pub fn images(images: &[Image], format: Format, view: View, out: &mut dyn Write) -> io::Result<()> {
    let header = vec![
        "Names", "Image_Id", "Digest", "Platform", "Distro", "Type", "Analyzed", "Size", "Layers",
    ];
    let rows = images.iter().map(|Image { subject, imported }| {
        let image = &subject.side.image;
        let elsewhere = if *imported { ",elsewhere" } else { "" };
        vec![
            joined(&subject.names, || image.reference.clone()),
            subject.id.as_ref().map_or_else(none, short),
            image.digest.as_ref().map_or_else(none, Digest::short),
            image.platform.as_ref().map_or_else(none, ToString::to_string),
            distro(subject),
            subject.kind.name().into(),
            format!("{}{elsewhere}", subject.analyzed),
            text::bytes(image.size()).replace(' ', ""),
            image.layers.len().to_string(),
        ]
    });
    let answers = Answers::of_all(&["images"], Rows { header, rows: rows.collect() });
    match format {
        Format::Json => json::write(&json::Kept::of(images), out),
        _ => rows::write(&answers, Form::of_rows(format, view), out),
    }
}

/// Writes everything that is known of one image beside its facts: a line for each, a key before it.
pub fn image(image: &Image, format: Format, view: View, out: &mut dyn Write) -> io::Result<()> {
    let lines = lines(image);
    match format {
        Format::Json => json::write(&json::Kept::of(std::slice::from_ref(image)), out),
        Format::Table => {
            let widest = lines.iter().map(|(key, _)| key.len()).max().unwrap_or_default();
            lines
                .iter()
                .try_for_each(|(key, value)| writeln!(out, "{key:widest$}  {}", text::inert(value)))
        }
        Format::Plain | Format::Html => {
            let rows = lines.into_iter().map(|(key, value)| vec![key.to_owned(), value]).collect();
            let answers = Answer {
                rows: Rows { header: vec!["Key", "Value"], rows },
                image: Some(Identity::of(&image.subject)),
                ..Answer::default()
            };
            let answers =
                Answers { answers: vec![("multi".into(), answers)], ..Answers::default() };
            rows::write(&answers, Form::of_rows(format, view), out)
        }
    }
}

fn lines(image: &Image) -> Vec<(&'static str, String)> {
    let Image { subject, imported } = image;
    let made = &subject.side.image;
    let distro = subject.side.facts.distro.as_ref();
    let said = |digest: &Option<Digest>| digest.as_ref().map_or_else(none, ToString::to_string);
    let mut lines = vec![
        ("IMAGEID", said(&subject.id)),
        ("SHORTID", subject.id.as_ref().map_or_else(none, short)),
        ("DIGEST", said(&made.digest)),
        ("INDEXDIGEST", said(&made.index_digest)),
        ("HUMANNAME", name(subject)),
        ("NAMES", joined(&subject.names, none)),
        ("REFERENCE", made.reference.clone()),
        ("PLATFORM", made.platform.as_ref().map_or_else(none, ToString::to_string)),
        ("DISTRO", distro.map_or_else(none, |distro| distro.id.clone())),
        ("DISTROVERS", distro.and_then(|distro| distro.version_id.clone()).unwrap_or_else(none)),
        ("IMAGETYPE", subject.kind.name().into()),
        ("DOCKERFILE", if subject.dockerfile.is_some() { "kept".into() } else { none() }),
        ("CREATED", made.created.clone().unwrap_or_else(none)),
        ("ANALYZED", subject.analyzed.to_string()),
        ("IMPORTED", if *imported { "yes".into() } else { "no".into() }),
        ("SIZE", made.size().to_string()),
    ];
    let base = subject.ancestors.first();
    let parent = subject.ancestors.last();
    let id = |ancestor: &compare::Ancestor| ancestor.id.to_string();
    lines.push(("PARENTID", parent.map_or_else(none, id)));
    lines.push(("BASEID", base.map_or_else(none, id)));
    lines.extend(made.layers.iter().map(|layer| ("LAYER", layer.digest.to_string())));
    lines.extend(subject.side.notices.iter().map(|notice| ("NOTICE", notice.text.clone())));
    lines
}

/// Writes what was seen under a name: a line for each image, the latest first. What others saw is a history of its own.
pub fn history(
    history: &History,
    format: Format,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rows = history.sightings.iter().enumerate().map(|(place, sighting)| {
        let next = place.checked_sub(1).and_then(|next| history.sightings.get(next));
        row(sighting, next.filter(|next| next.imported == sighting.imported))
    });
    let mut rows: Vec<Vec<Cell>> = rows.collect();
    match format {
        Format::Json => json::write(&json::History::of(history), out),
        Format::Table => {
            let widest = |column: usize| {
                rows.iter().map(|row| text::width(&row[column])).max().unwrap_or_default()
            };
            let widths: Vec<usize> = (0..4).map(widest).collect();
            let mut heading = None;
            for (row, sighting) in rows.iter().zip(&history.sightings) {
                if heading.replace(sighting.imported) != Some(sighting.imported) {
                    let elsewhere =
                        if sighting.imported { ", seen elsewhere (imported)" } else { "" };
                    writeln!(out, "{}{elsewhere}", text::inert(&history.name))?;
                }
                let cells = row.iter().zip(&widths).map(|(cell, width)| {
                    format!("{cell}{}", " ".repeat(width.saturating_sub(text::width(cell))))
                });
                let line = cells.collect::<Vec<_>>().join("  ");
                writeln!(out, " {}", line.trim_end())?;
            }
            Ok(())
        }
        Format::Plain | Format::Html => {
            let header = vec!["First_Seen", "Digest", "Changes", "Until", "Imported"];
            for (row, sighting) in rows.iter_mut().zip(&history.sightings) {
                row.push(if sighting.imported { "yes".into() } else { "no".into() });
            }
            let answers = Answers::of_all(&["history"], Rows { header, rows });
            rows::write(&answers, Form::of_rows(format, view), out)
        }
    }
}

/// When, what, how it differs from what was before, and how long it stood there until `next`.
fn row(sighting: &Sighting, next: Option<&Sighting>) -> Vec<Cell> {
    let digest = sighting.digest.as_ref().unwrap_or(&sighting.id);
    let since = match sighting.since {
        Since::First => "first seen".into(),
        Since::Unknown => "one of the two is not kept".into(),
        Since::Changed { packages: 0, files: 0, unknown: false, .. } => {
            "no packages, no files".into()
        }
        Since::Changed { packages, look, unknown, .. } => {
            let known = if unknown { " known to have changed, others may have" } else { "" };
            let packages = text::counted(packages, "package") + known;
            let verb = if look == 1 { "needs" } else { "need" };
            let look = (look > 0).then(|| format!(", {} {verb} a look", text::number(look)));
            packages + &look.unwrap_or_default()
        }
    };
    let stood = match next {
        Some(next) => distance(sighting.first, next.first),
        // What it means there now, nobody here knows.
        None if sighting.imported => format!("(last {})", sighting.last.minute()),
        None => "(now)".into(),
    };
    vec![sighting.first.minute(), digest.short(), since, stood]
}

/// How long it is from one moment to another: `47 days`, `3 hours`.
fn distance(from: Time, to: Time) -> String {
    let seconds = usize::try_from(to.0.saturating_sub(from.0)).unwrap_or_default();
    match seconds {
        0..60 => text::counted(seconds, "second"),
        60..3_600 => text::counted(seconds / 60, "minute"),
        3_600..172_800 => text::counted(seconds / 3_600, "hour"),
        _ => text::counted(seconds / 86_400, "day"),
    }
}

/// Writes a table of what is kept of layers.
pub fn blobs(blobs: &[Blob], format: Format, view: View, out: &mut dyn Write) -> io::Result<()> {
    let header = vec!["Layer", "Part", "Bytes", "Last_Used", "Serves", "State"];
    let rows = blobs.iter().map(|blob| {
        vec![
            blob.digest.to_string(),
            blob.part.into(),
            blob.bytes.to_string(),
            blob.used.to_string(),
            if blob.imported { "import".into() } else { "all".into() },
            if blob.current { "current".into() } else { "stale".into() },
        ]
    });
    let answers = Answers::of_all(&["cache", "list"], Rows { header, rows: rows.collect() });
    match format {
        Format::Json => json::write(&json::Cache::of(blobs), out),
        _ => rows::write(&answers, Form::of_rows(format, view), out),
    }
}

/// What stands for a cell that has nothing to say.
fn none() -> String {
    "-".into()
}

fn short(digest: &Digest) -> String {
    digest.hex().chars().take(12).collect()
}

fn joined(names: &[String], otherwise: impl FnOnce() -> String) -> String {
    if names.is_empty() { otherwise() } else { names.join(" ") }
}

fn distro(subject: &Subject) -> String {
    let Some(distro) = &subject.side.facts.distro else { return none() };
    let version = distro.version_id.as_deref().map(|version| format!("/{version}"));
    distro.id.clone() + &version.unwrap_or_default()
}

#[cfg(test)]
mod tests;
