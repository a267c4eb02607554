//! `pentimento verify`: what is not as it was installed in one image.

use std::process::ExitCode;

use clap::Args;
use model::Name;
use report::View;

use super::ReadArguments;
#[cfg(feature = "serve")]
use super::remote;
use crate::error::{self, Error};
use crate::ui::Ui;

const EXAMPLES: &str = "\
Examples:
  pentimento verify alpine:3.20
  pentimento verify oci:images/shop:1.5 --exit-code
  pentimento verify registry.example/shop:1.5 --format json

Exit codes: 0 done, 1 something was altered or is missing (only with --exit-code), 2 it could not be told, or not of
all files: a database is damaged, none recorded digests, or a file could not be read again.";

/// Tell which files of packages are not as they were installed
///
/// Compares what package databases recorded (digests and permission bits of rpm and apk, digests of dpkg and of Python's
/// packages) with what is in the image, as `rpm -V`, `dpkg -V` and `apk audit` do, without running any of them.
/// Configuration files, and files that packages ship for others to edit, are listed apart, and so are documentation and
/// translations that were left out. Files whose database recorded MD5 or SHA-1 are read again where the image came from.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The image
    image: String,

    /// Exit with 1 if something was altered or is missing
    #[arg(long)]
    exit_code: bool,

    #[command(flatten)]
    read: ReadArguments,

    /// Show every row, where otherwise rows alike are folded
    #[arg(long, short)]
    all: bool,
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    #[cfg(feature = "serve")]
    if ui.server().is_some() {
        return served(arguments, ui);
    }
    let name: Name = arguments.image.parse().map_err(error::reference)?;
    let options = arguments.read.options(ui);
    let to_verify = ui
        .progress(|watch| engine::verified(&name, &options, watch))
        .map_err(|source| error::engine("could not verify", source))
        .map_err(|error| error::mistaken(error, &[&arguments.image]))?;
    let verification = to_verify.verify();
    let view = View { all: arguments.all, ..View::default() };
    ui.write(view, |format, view, out| report::verification(&verification, format, view, out))?;
    Ok(error::verified(&verification, arguments.exit_code))
}

/// Has a service verify an image of its own.
#[cfg(feature = "serve")]
fn served(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    remote::refuse_reading(&arguments.read)?;
    let view = View { all: arguments.all, ..View::default() };
    let behind = ["/verification", ""];
    let fetched =
        remote::Remote::new(ui).document(&arguments.image, behind, &arguments.read, view)?;
    Ok(match fetched.outcome.as_deref() {
        Some("whole") => ExitCode::SUCCESS,
        Some("altered") => ExitCode::from(u8::from(arguments.exit_code)),
        _ => ExitCode::from(2),
    })
}
