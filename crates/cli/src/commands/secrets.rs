//! `pentimento secrets`: what rules say of an image.

use std::process::ExitCode;

use clap::Args;
use report::View;

use super::ReadArguments;
#[cfg(feature = "serve")]
use super::remote;
use crate::error::Error;
use crate::ui::Ui;

const EXAMPLES: &str = "\
Examples:
  pentimento secrets oci:images/shop:1.5
  pentimento secrets shop:1.5 --all --format json
  pentimento secrets shop:1.5 --exit-code";

/// Tell which secrets and weak settings an image has
///
/// Private keys, tokens and passwords in files, also in those that a later layer took away, and in the configuration; and what
/// is set less safely than it could be. docs/secrets.md lists the rules. No secret is ever shown: only where it stands, how
/// it begins where all of its kind begin so, and how long it is. What packages ship is counted, and shown with --all.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The image
    #[arg(value_name = "IMAGE")]
    name: String,

    /// Exit with 1 if there is a secret that no package ships
    #[arg(long)]
    exit_code: bool,

    #[command(flatten)]
    read: ReadArguments,

    /// Show every row, those about files of packages too
    #[arg(long, short)]
    all: bool,
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    #[cfg(feature = "serve")]
    if ui.server().is_some() {
        return served(arguments, ui);
    }
    let subject = arguments.read.subject(&arguments.name, "could not look for secrets", ui)?;
    let view = View { all: arguments.all, ..View::default() };
    ui.write(view, |format, view, out| report::risks(&subject.side, format, view, out))?;
    let found = arguments.exit_code && report::has_secrets(&subject.side);
    Ok(ExitCode::from(u8::from(found)))
}

/// Has a service tell it of an image of its own.
#[cfg(feature = "serve")]
fn served(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    remote::refuse_reading(&arguments.read)?;
    let view = View { all: arguments.all, ..View::default() };
    let behind = ["/risks", ""];
    let fetched =
        remote::Remote::new(ui).document(&arguments.name, behind, &arguments.read, view)?;
    let found = arguments.exit_code && fetched.outcome.as_deref() == Some("found");
    Ok(ExitCode::from(u8::from(found)))
}
