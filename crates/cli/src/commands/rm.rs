//! `pentimento rm`: forgets kept images.

use std::process::ExitCode;

use clap::Args;

use super::kept::{FolderArguments, failed};
use crate::error::{self, Error};
use crate::ui::Ui;

/// Forget kept images, with the facts that no other kept image needs
///
/// The images themselves are not touched, wherever they are. That a name once meant them stays in its history.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The images: names, digests, IDs or beginnings of one
    #[arg(value_name = "IMAGE", required = true)]
    names: Vec<String>,

    #[command(flatten)]
    folder: FolderArguments,
}

/// Every name has to mean an image before any is forgotten.
pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    let store = arguments.folder.store(ui)?;
    let options = arguments.folder.options();
    let mut images = Vec::new();
    for name in &arguments.names {
        let (image, _) = engine::kept(&store, name, &options)
            .map_err(|error| error::engine("nothing is forgotten", error))?;
        images.push((name, image));
    }
    ui.warnings(&store);
    for (name, image) in images {
        let pruned = store
            .remove(&image)
            .map_err(|error| failed(&format!("could not forget {name}"), error))?;
        ui.talk(&format!(
            "{name}: forgotten ({}), and the facts of {} layers ({} bytes)",
            image.id.short(),
            pruned.layers,
            pruned.bytes
        ));
    }
    Ok(ExitCode::SUCCESS)
}
