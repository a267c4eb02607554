//! `pentimento images`: what is kept.

use std::process::ExitCode;

use clap::Args;
use report::View;
use report::kept::Image;

use super::kept::{FolderArguments, failed};
#[cfg(feature = "serve")]
use super::remote;
use crate::error::Error;
use crate::ui::Ui;

/// List the images that are kept
///
/// With every name that each was seen under, and when it was analyzed. The JSON document tells more; docs/schema has its
/// schema.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    folder: FolderArguments,
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    #[cfg(feature = "serve")]
    if ui.server().is_some() {
        return served(arguments, ui);
    }
    let store = arguments.folder.store(ui)?;
    let images = store.images().map_err(|error| failed("could not list what is kept", error))?;
    ui.warnings(&store);
    let images: Vec<Image> = images
        .into_iter()
        .map(|(image, names)| Image {
            subject: engine::outline(&image, &names),
            imported: image.imported,
        })
        .collect();
    ui.list(View::default(), |format, view, out| report::kept::images(&images, format, view, out))?;
    Ok(ExitCode::SUCCESS)
}

/// Has a service list the images that it keeps.
#[cfg(feature = "serve")]
fn served(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    remote::refuse(&[
        ("--cache-folder", arguments.folder.is_given()),
        ("--platform", arguments.folder.platform().is_some()),
    ])?;
    remote::Remote::new(ui).list("/api/v1/kept?".into())?;
    Ok(ExitCode::SUCCESS)
}
