//! `diff --previous`: the two images that a name was seen to mean last. It compares nothing.

use engine::{Options, Sighting};
use model::{ErrorKind, Name};

use crate::error::{self, Error};
use crate::ui::Ui;

/// The digests of what `name` means and of what it meant before. With `--force` somebody looks first.
pub(super) fn previous(name: &str, options: &Options, ui: &Ui) -> Result<[String; 2], Error> {
    let Some(keep) = &options.keep else {
        return Err(error::said(
            ErrorKind::Invalid,
            format!("could not tell what {name} meant before: nothing is kept"),
            Some("leave out --no-cache, and say --cache-folder where there is no home".into()),
        ));
    };
    if keep.force {
        let parsed: Name = name.parse().map_err(error::reference)?;
        ui.progress(|watch| engine::analyze(&parsed, None, options, watch))
            .map_err(|source| error::engine("could not look again", source))?;
    }
    let (kept_name, seen) = engine::history(&keep.store, name, options)
        .map_err(|source| error::engine("could not compare", source))?;
    match &seen[..] {
        [new, old, ..] => Ok([identity(old), identity(new)]),
        [only] => Err(error::said(
            ErrorKind::NotFound,
            format!(
                "{kept_name} was seen to mean one image only: {}, since {}",
                only.digest.as_ref().unwrap_or(&only.id).short(),
                only.first.minute()
            ),
            Some("there is something to compare once it has moved; --force looks again".into()),
        )),
        [] => Err(error::engine("could not compare", engine::Error::NotKept { name: name.into() })),
    }
}

/// What tells the image from all others.
fn identity(sighting: &Sighting) -> String {
    sighting.digest.as_ref().unwrap_or(&sighting.id).to_string()
}
