//! `pentimento diff --explain`: everything about one path of a comparison.

use std::process::ExitCode;

use engine::{Explained, Options};
use model::{ErrorKind, Name, Path};
use report::View;

use crate::error::{self, Error};
use crate::ui::Ui;

pub(super) fn run(
    names: [&Name; 2],
    path: &str,
    options: &Options,
    ui: &Ui,
) -> Result<ExitCode, Error> {
    let doing = format!("could not explain {path}");
    let asked = Path::from(path);
    let Explained { pair, pasts } = ui
        .progress(|watch| engine::explained(names, &asked, options, watch))
        .map_err(|source| error::engine(&doing, source))?;
    let comparison = pair.compare();
    let Some((path, pasts)) = pasts else {
        let sentence = format!("neither of the two images has {asked}");
        return Err(error::said(ErrorKind::NotFound, sentence, hint(&asked, &pair)));
    };
    let explanation = comparison.explain(&path, pasts);
    ui.write(View::default(), |format, view, out| {
        report::explanation(&explanation, &comparison, format, view, out)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Files of the same name elsewhere, or of a like name in either image.
fn hint(asked: &Path, pair: &engine::Pair) -> Option<String> {
    let sides = [&pair.new.side.facts.files, &pair.old.side.facts.files];
    let paths = sides.into_iter().flatten().map(|file| &file.path);
    let mut same: Vec<String> = Vec::new();
    for path in paths.clone().filter(|path| path.name() == asked.name()) {
        let path = path.to_string();
        if same.len() < MOST_HINTS && !same.contains(&path) {
            same.push(path);
        }
    }
    if same.is_empty() {
        let folder = asked.parent();
        let beside = paths.filter(|path| path.parent() == folder);
        let mut names: Vec<&str> = beside.filter_map(Path::to_str).collect();
        names.sort_unstable();
        names.dedup();
        let near = report::query::nearest(&asked.to_string(), names.into_iter());
        same.extend(near.into_iter().map(ToOwned::to_owned));
    }
    (!same.is_empty()).then(|| format!("did you mean {}?", same.join(", ")))
}

/// So many paths are worth reading.
const MOST_HINTS: usize = 3;
