//! `pentimento show`: everything that is kept of one image beside its facts.

use std::process::ExitCode;

use clap::Args;
use report::View;
use report::kept::Image;

use super::kept::{FolderArguments, failed};
#[cfg(feature = "serve")]
use super::remote;
use crate::error::Error;
use crate::ui::Ui;

/// Show what is known of a kept image: a line for each thing, a key before it
///
/// What is in the image, `analyze` and `query` tell.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The image: a name, a digest, an ID or the beginning of one
    #[arg(value_name = "IMAGE")]
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
    let doing = "could not show it";
    let (image, names) = engine::kept(&store, &arguments.name, &arguments.folder.options())
        .map_err(|error| crate::error::engine(doing, error))?;
    let subject = engine::with_ancestors(engine::outline(&image, &names), &store)
        .map_err(|error| failed(doing, error))?;
    ui.warnings(&store);
    let image = Image { subject, imported: image.imported };
    ui.list(View::default(), |format, view, out| report::kept::image(&image, format, view, out))?;
    Ok(ExitCode::SUCCESS)
}

/// Has a service tell what it knows of an image.
#[cfg(feature = "serve")]
fn served(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    remote::refuse(&[("--cache-folder", arguments.folder.is_given())])?;
    let remote = remote::Remote::new(ui);
    let image = remote::Image::parse(&arguments.name)?;
    let repo = image.repo.id(&remote)?;
    let digest = remote.digest(&repo, &image)?;
    let mut question = format!("/api/v1/images/{digest}/kept?repo={repo}");
    remote::add_platform(&mut question, arguments.folder.platform());
    remote.list(question)?;
    Ok(ExitCode::SUCCESS)
}
