//! `pentimento analyze`: what is in one image.

use std::process::ExitCode;

use clap::Args;
use engine::Texts;
use model::Name;
use report::View;

use super::ReadArguments;
use crate::error::{self, Error};
use crate::ui::Ui;

const EXAMPLES: &str = "\
Examples:
  pentimento analyze dir:/srv/rootfs
  pentimento analyze alpine:3.20 --platform linux/arm64 --format json";

/// Tell what is in one image: packages, files, settings
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The image
    image: String,

    #[command(flatten)]
    read: ReadArguments,

    /// Show every row, where otherwise rows alike are folded
    #[arg(long, short)]
    all: bool,
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    let name: Name = arguments.image.parse().map_err(error::reference)?;
    let options = arguments.read.options(ui);
    let subject = ui
        .progress(|watch| engine::subject(&name, Texts::Unwanted, &options, watch))
        .map_err(|source| error::engine("could not analyze", source))
        .map_err(|error| error::mistaken(error, &[&arguments.image]))?;
    let view = View { all: arguments.all, ..View::default() };
    ui.write(view, |format, view, out| report::analysis(&subject.side, format, view, out))?;
    Ok(ExitCode::SUCCESS)
}
