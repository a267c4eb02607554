//! `pentimento history`: every image that a name was seen to mean.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::Args;
use engine::{Keep, Options, Sighting, Store, Subject, Texts};
use model::Digest;
use report::View;
use report::kept::{self, Since};

use super::kept::FolderArguments;
#[cfg(feature = "serve")]
use super::remote;
#[cfg(feature = "serve")]
use crate::client::escaped;
use crate::error::{self, Error};
use crate::ui::Ui;

const EXAMPLES: &str = "\
Examples:
  pentimento history alpine:latest
  pentimento analyze alpine:latest --force --quiet && pentimento history alpine:latest";

/// Show every image that a name was seen to mean, and what changed from one to the next
///
/// The latest comes first. An image is seen when a name is analyzed, compared or asked about, not before: --force looks
/// at what the name means now. What changed is told where the facts of both images are kept. What came with `import` was
/// seen by somebody else; it stands below, with his times, as a history of its own.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The name; an ID means the name that its image was seen under last
    name: String,

    #[command(flatten)]
    folder: FolderArguments,
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    #[cfg(feature = "serve")]
    if ui.server().is_some() {
        return served(arguments, ui);
    }
    let store = arguments.folder.store(ui)?;
    let options = arguments.folder.options();
    let (name, seen) = engine::history(&store, &arguments.name, &options)
        .map_err(|error| error::engine("could not tell its history", error))?;
    let sightings = ui.progress(|_| sightings(&seen, &store, &options));
    ui.warnings(&store);
    let history = kept::History { name, sightings };
    ui.list(View::default(), |format, view, out| {
        report::kept::history(&history, format, view, out)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Has a service tell what a tag of a repository meant.
#[cfg(feature = "serve")]
fn served(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    remote::refuse(&[
        ("--cache-folder", arguments.folder.is_given()),
        ("--platform", arguments.folder.platform().is_some()),
    ])?;
    let remote = remote::Remote::new(ui);
    let image = remote::Image::parse(&arguments.name)?;
    if image.image.parse::<Digest>().is_ok() {
        return Err(remote::said("a digest means one image for ever: say a tag"));
    }
    let (repo, tag) = (image.repo.id(&remote)?, escaped(image.image));
    remote.list(format!("/api/v1/sightings?repo={repo}&tag={tag}&limit=1000"))?;
    Ok(ExitCode::SUCCESS)
}

fn sightings(seen: &[Sighting], store: &Store, options: &Options) -> Vec<kept::Sighting> {
    let keep = Some(Keep { store: store.clone(), force: false });
    // History is what is known, and nobody is asked for more.
    let options = Options { keep, offline: true, ..options.clone() };
    let mut facts = Facts { options, subjects: BTreeMap::new() };
    let mut told = Vec::new();
    for (place, sighting) in seen.iter().enumerate() {
        // What was seen here and what was seen elsewhere are two histories.
        let before = seen.get(place + 1).filter(|before| before.imported == sighting.imported);
        let since = match before {
            None => Since::First,
            Some(before) => facts.difference(before, sighting),
        };
        // Of each image, facts are needed for two lines that follow each other.
        facts.forget(sighting);
        let Sighting { id, digest, first, last, imported, .. } = sighting.clone();
        told.push(kept::Sighting { id, digest, first, last, imported, since });
    }
    told
}

/// Facts of the images that are being compared.
struct Facts {
    options: Options,
    subjects: BTreeMap<Digest, Option<Subject>>,
}

impl Facts {
    fn difference(&mut self, old: &Sighting, new: &Sighting) -> Since {
        if !old.kept || !new.kept {
            return Since::Unknown;
        }
        self.load(old);
        self.load(new);
        let subject = |sighting| self.subjects.get(identity(sighting)).and_then(Option::as_ref);
        match (subject(old), subject(new)) {
            (Some(old), Some(new)) => Since::of(&engine::compare(old, new)),
            _ => Since::Unknown,
        }
    }

    fn load(&mut self, sighting: &Sighting) {
        let identity = identity(sighting);
        if !self.subjects.contains_key(identity) {
            let subject = identity.to_string().parse().ok().and_then(|name| {
                engine::subject(&name, Texts::Unwanted, &self.options, &engine::unwatched).ok()
            });
            self.subjects.insert(identity.clone(), subject);
        }
    }

    fn forget(&mut self, sighting: &Sighting) {
        self.subjects.remove(identity(sighting));
    }
}

/// What tells the image from all others.
fn identity(sighting: &Sighting) -> &Digest {
    sighting.digest.as_ref().unwrap_or(&sighting.id)
}
