//! The folder of kept facts: how much is in it, what was thrown away, what a check found. It opens no folder.

use crate::json;
use crate::rows::{self, Answers, Form, Rows};
use crate::{Format, View};
use std::io::{self, Write};

/// How much is kept, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// The folder.
    pub folder: String,
    /// Images.
    pub images: u64,
    /// Layers whose facts are kept.
    pub layers: u64,
    /// Bytes that everything takes.
    pub bytes: u64,
    /// Bytes that it may take.
    pub capacity: u64,
}

/// What was thrown away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Layers whose facts went.
    pub layers: u64,
    /// Bytes of all that went.
    pub bytes: u64,
}

/// What a check of everything that is kept found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Layers whose facts are whole.
    pub whole: u64,
    /// What was broken, a sentence each.
    pub broken: Vec<String>,
    /// Images some of whose facts are gone, a sentence each.
    pub incomplete: Vec<String>,
}

/// Writes how much is kept.
pub fn stat(stat: &Stat, format: Format, view: View, out: &mut dyn Write) -> io::Result<()> {
    let lines = [
        ("FOLDER", stat.folder.clone()),
        ("IMAGES", stat.images.to_string()),
        ("LAYERS", stat.layers.to_string()),
        ("BYTES", stat.bytes.to_string()),
        ("CAPACITY", stat.capacity.to_string()),
    ];
    match format {
        Format::Json => json::write(&json::CacheStat::of(stat), out),
        _ => lines_of("stat", lines.into(), format, view, out),
    }
}

/// Writes what was thrown away.
pub fn pruned(pruned: Pruned, format: Format, view: View, out: &mut dyn Write) -> io::Result<()> {
    let lines = [("LAYERS", pruned.layers.to_string()), ("BYTES", pruned.bytes.to_string())];
    match format {
        Format::Json => json::write(&json::CachePruned::of(pruned), out),
        _ => lines_of("prune", lines.into(), format, view, out),
    }
}

/// Writes what a check found.
pub fn verified(
    verified: &Verified,
    format: Format,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let sentences = |key, sentences: &[String]| -> Vec<(&'static str, String)> {
        sentences.iter().map(|sentence| (key, sentence.clone())).collect()
    };
    let mut lines = vec![("WHOLE", verified.whole.to_string())];
    lines.extend(sentences("BROKEN", &verified.broken));
    lines.extend(sentences("INCOMPLETE", &verified.incomplete));
    match format {
        Format::Json => json::write(&json::CacheVerified::of(verified), out),
        _ => lines_of("verify", lines, format, view, out),
    }
}

fn lines_of(
    verb: &'static str,
    lines: Vec<(&'static str, String)>,
    format: Format,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rows = lines.into_iter().map(|(key, value)| vec![key.to_owned(), value]).collect();
    let answers = Answers::of_all(&["cache", verb], Rows { header: vec!["Key", "Value"], rows });
    rows::write(&answers, Form::of_rows(format, view), out)
}
