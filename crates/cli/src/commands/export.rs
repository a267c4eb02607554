//! `pentimento export`: kept analyses as one file.

use std::io;
use std::process::ExitCode;

use clap::Args;
use engine::StoreError;

use super::kept::{FolderArguments, failed};
use crate::error::{self, Error};
use crate::ui::Ui;

const EXAMPLES: &str = "\
Examples:
  pentimento export shop:1.4 shop:1.5 -o shop.pentimento
  pentimento export shop:1.5 -o - | ssh host pentimento import -";

/// Write what is kept of images to one file, which `import` reads elsewhere
///
/// It has the images' descriptions, their facts and texts, and the names that they were seen under and when; no byte of
/// their programs.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The images: names, digests, IDs or beginnings of one
    #[arg(value_name = "IMAGE", required = true)]
    names: Vec<String>,

    #[command(flatten)]
    folder: FolderArguments,
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    let store = arguments.folder.store(ui)?;
    let options = arguments.folder.options();
    let mut images = Vec::new();
    for name in &arguments.names {
        let (image, _) = engine::kept(&store, name, &options)
            .map_err(|error| error::engine("nothing is exported", error))?;
        if !images.contains(&image) {
            images.push(image);
        }
    }
    let mut failure = None;
    let written = ui.bytes(|out| {
        store.export(&images, engine::revision(), out).map_err(|error| match error {
            StoreError::Transfer { source, .. } => source,
            error => {
                failure = Some(error);
                io::Error::other("there was nothing to write")
            }
        })
    });
    ui.warnings(&store);
    // What is not kept is no fault of the file's.
    match failure {
        Some(error) => Err(failed("nothing is exported", error)),
        None => written.map(|()| ExitCode::SUCCESS),
    }
}
