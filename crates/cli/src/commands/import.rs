//! `pentimento import`: kept analyses of elsewhere.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use report::View;
use report::kept::Image;

use super::capacity::CapacityArguments;
use super::kept::{FolderArguments, failed};
use super::read::now;
use crate::error::{self, Error};
use crate::ui::Ui;

/// Keep the analyses of a file that `export` wrote, and list them
///
/// Whoever made the file says what is in its images, and nothing proves it. So what is imported serves these images
/// alone, is marked wherever it is listed, and never takes the place of what was analyzed here.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The file; `-` is standard input
    file: PathBuf,

    #[command(flatten)]
    folder: FolderArguments,

    #[command(flatten)]
    capacity: CapacityArguments,
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    let store = arguments.folder.store_of(&arguments.capacity)?;
    let path = &arguments.file;
    let doing = "nothing is imported";
    let (mut from, name): (Box<dyn Read>, PathBuf) = if path.as_os_str() == "-" {
        (Box::new(io::stdin().lock()), "standard input".into())
    } else {
        let file = File::open(path).map_err(|source| error::file(doing, path, source))?;
        (Box::new(BufReader::new(file)), path.clone())
    };
    let imported = store
        .import(&mut from, &name, engine::revision(), now())
        .map_err(|error| failed(doing, error))?;
    ui.warnings(&store);
    for image in &imported.known {
        ui.talk(&format!("{}: analyzed here already, and stays as it is", image.id.short()));
    }
    let images: Vec<Image> = imported
        .images
        .iter()
        .map(|(image, names)| Image {
            subject: engine::outline(image, names),
            imported: image.imported,
        })
        .collect();
    ui.list(View::default(), |format, view, out| report::kept::images(&images, format, view, out))?;
    Ok(ExitCode::SUCCESS)
}
