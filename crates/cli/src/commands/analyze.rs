//! `pentimento analyze`: what is in an image, which is kept.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use engine::{Options, Said, Subject};
use model::{ErrorKind, ImageFacts, ImageKind, Name};
use report::View;
use report::kept::Image;

use super::layers::{self, SizeArguments};
#[cfg(feature = "serve")]
use super::remote;
use super::{ReadArguments, imagefile};
use crate::error::{self, Error};
use crate::ui::Ui;

const EXAMPLES: &str = "\
Examples:
  pentimento analyze dir:/srv/rootfs
  pentimento analyze alpine:3.20 --platform linux/arm64 --format json
  pentimento analyze --imagetype=base --image=debian:12
  pentimento analyze --imagefile images.txt --excludefile seen.txt --quiet";

/// Examples, and which packages are known.
fn help() -> String {
    let rows = engine::ecosystems().map(|(name, title)| format!("\n  {name:<12} {title}"));
    format!(
        "{EXAMPLES}\n\nPackages, by the names that reports call them:{}",
        rows.collect::<String>()
    )
}

/// Tell what is in an image: packages, files, settings
///
/// What was read is kept: other commands, and this one, need not read it again. docs/names.md tells how a name is looked
/// for.
#[derive(Debug, Args)]
#[command(after_long_help = help())]
pub(crate) struct Arguments {
    /// The image
    #[arg(value_name = "IMAGE", required_unless_present_any = ["image", "imagefile"])]
    name: Option<String>,

    /// The image, said otherwise
    #[arg(long, value_name = "IMAGE", conflicts_with = "name")]
    image: Option<String>,

    /// Analyze every image that this file names, and list them
    ///
    /// One in the first word of each line; a second word is the Dockerfile that it was built from.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "image", "dockerfile"])]
    imagefile: Option<PathBuf>,

    /// Leave out the images that this file names
    #[arg(long, value_name = "FILE", requires = "imagefile")]
    excludefile: Option<PathBuf>,

    /// Keep what the image is: `base` for one that others are built on, or `none`
    #[arg(long, value_name = "TYPE", value_parser = kind)]
    imagetype: Option<ImageKind>,

    /// Keep this Dockerfile, which the image was built from; its type is `user` then
    #[arg(long, value_name = "FILE")]
    dockerfile: Option<PathBuf>,

    /// Tell what each layer does, and what of it is wasted
    #[arg(long, conflicts_with = "imagefile")]
    layers: bool,

    #[command(flatten)]
    sizes: SizeArguments,

    #[command(flatten)]
    read: ReadArguments,

    /// Show every row, where otherwise rows alike are folded
    #[arg(long, short)]
    all: bool,
}

/// What a person may say that an image is.
fn kind(text: &str) -> Result<ImageKind, String> {
    match text {
        "none" => Ok(ImageKind::None),
        "base" => Ok(ImageKind::Base),
        "user" => Err("an image becomes one of type `user` by --dockerfile FILE".into()),
        _ => Err("an image is of type `base` or of `none`".into()),
    }
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    #[cfg(feature = "serve")]
    if ui.server().is_some() {
        return served(arguments, ui);
    }
    match (&arguments.imagefile, arguments.name.as_ref().or(arguments.image.as_ref())) {
        (Some(_), _) => several(arguments, ui),
        (None, name) => one(arguments, name.map(String::as_str).unwrap_or_default(), ui),
    }
}

fn one(arguments: &Arguments, name: &str, ui: &Ui) -> Result<ExitCode, Error> {
    let said = said(arguments, arguments.dockerfile.as_ref())?;
    let options = arguments.read.options(ui);
    let mut subject = analyze(name, said.as_ref(), &options, ui)?;
    if arguments.layers {
        layers::count(&mut subject, &options, ui)?;
    }
    let view = View { all: arguments.all, sizes: arguments.sizes.depth(), ..View::default() };
    ui.write(view, |format, view, out| report::analysis(&subject.side, format, view, out))?;
    Ok(ExitCode::SUCCESS)
}

/// Has a service tell what is in an image of its own.
#[cfg(feature = "serve")]
fn served(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    remote::refuse(&[
        ("--imagefile", arguments.imagefile.is_some()),
        ("--imagetype", arguments.imagetype.is_some()),
        ("--dockerfile", arguments.dockerfile.is_some()),
    ])?;
    remote::refuse_reading(&arguments.read)?;
    let name = arguments.name.as_ref().or(arguments.image.as_ref());
    let name = name.ok_or_else(|| remote::said("it is not said which image is meant"))?;
    let view = View { all: arguments.all, sizes: arguments.sizes.depth(), ..View::default() };
    let layers = if arguments.layers { "&layers=true" } else { "" };
    remote::Remote::new(ui).document(name, ["", layers], &arguments.read, view)?;
    Ok(ExitCode::SUCCESS)
}

/// One image that cannot be had does not keep the others from being analyzed.
fn several(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    let lines = |path: &Option<PathBuf>| path.as_deref().map(imagefile::read).transpose();
    let excluded = lines(&arguments.excludefile)?.unwrap_or_default();
    let excluded: BTreeSet<String> = excluded.into_iter().map(|line| line.image).collect();
    let options = arguments.read.options(ui);
    let mut images = Vec::new();
    let mut failure = None;
    for line in lines(&arguments.imagefile)?.unwrap_or_default() {
        if excluded.contains(&line.image) {
            continue;
        }
        let analyzed = said(arguments, line.dockerfile.as_ref())
            .and_then(|said| analyze(&line.image, said.as_ref(), &options, ui));
        match analyzed {
            Ok(subject) => {
                let imported = is_imported(&subject, &options);
                images.push(Image { subject: outline(subject), imported });
            }
            Err(error) => {
                ui.failure(&error);
                failure = Some(error.exit_code());
            }
        }
    }
    ui.write(View::default(), |format, view, out| {
        report::kept::images(&images, format, view, out)
    })?;
    Ok(failure.unwrap_or(ExitCode::SUCCESS))
}

/// Whether what is told of an image is what somebody else read: it is kept, and was imported.
fn is_imported(subject: &Subject, options: &Options) -> bool {
    let (Some(keep), Some(id)) = (&options.keep, &subject.id) else { return false };
    engine::kept(&keep.store, &id.to_string(), options).is_ok_and(|(image, _)| image.imported)
}

/// What a list tells: many images at once would not fit into memory with their files.
fn outline(mut subject: Subject) -> Subject {
    let distro = subject.side.facts.distro.take();
    subject.side.facts = ImageFacts { distro, ..ImageFacts::default() };
    subject
}

fn analyze(name: &str, said: Option<&Said>, options: &Options, ui: &Ui) -> Result<Subject, Error> {
    let parsed: Name = name.parse().map_err(error::reference)?;
    ui.progress(|watch| engine::analyze(&parsed, said, options, watch))
        .map_err(|source| error::engine("could not analyze", source))
        .map_err(|error| error::mistaken(error, &[name]))
}

/// What a person says of an image; none where nothing is said.
fn said(arguments: &Arguments, dockerfile: Option<&PathBuf>) -> Result<Option<Said>, Error> {
    match (arguments.imagetype, dockerfile) {
        (Some(ImageKind::Base), Some(_)) => Err(error::said(
            ErrorKind::Invalid,
            "an image that a Dockerfile is kept of is of type `user`, not `base`".into(),
            Some("leave out --imagetype, or the Dockerfile".into()),
        )),
        (_, Some(path)) => {
            let dockerfile = Some(imagefile::dockerfile(path)?);
            Ok(Some(Said { kind: ImageKind::User, dockerfile }))
        }
        (Some(kind), None) => Ok(Some(Said { kind, dockerfile: None })),
        (None, None) => Ok(None),
    }
}
