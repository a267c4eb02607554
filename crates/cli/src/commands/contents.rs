//! `--content PATH`: what differs inside files. What of a file is told, others know.

use engine::{Comparison, Options, Pair};
use model::{ErrorKind, Path};
use report::View;

use crate::error::{self, Error};
use crate::ui::Ui;

/// The comparison that files are looked into for.
pub(super) struct Looking<'a> {
    pub(super) pair: &'a Pair,
    pub(super) comparison: &'a Comparison<'a>,
    pub(super) options: &'a Options,
}

/// Looks into files, and writes what differs.
pub(super) fn write(
    paths: &[String],
    looking: &Looking<'_>,
    view: View,
    ui: &Ui,
) -> Result<(), Error> {
    let &Looking { pair, comparison, options } = looking;
    let mut paths: Vec<Path> = paths.iter().map(|path| Path::new(path.as_bytes())).collect();
    // Of one image under two names no layer was read, and nothing can differ.
    if comparison.sameness() == engine::Sameness::Image {
        paths.clear();
    }
    engine::looked_up(pair, &paths).map_err(|missing| {
        let alike: Vec<String> = missing.alike.iter().map(ToString::to_string).collect();
        let hint = match &alike[..] {
            [] => "`--files` lists every changed path".into(),
            alike => format!("there is {}", alike.join(", ")),
        };
        let sentence = format!("neither image has a file {}", missing.path);
        error::said(ErrorKind::NotFound, sentence, Some(hint))
    })?;
    let contents = ui
        .progress(|watch| engine::inside(pair, comparison, &paths, options, watch))
        .map_err(|source| error::engine("could not look into files", source))?;
    ui.write(view, |format, view, out| report::contents(comparison, &contents, format, view, out))
}
