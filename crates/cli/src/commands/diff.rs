//! `pentimento diff`: what changed between two images.

use std::process::ExitCode;

use clap::Args;
use engine::Texts;
use model::Name;
use report::View;

use super::ReadArguments;
use super::contents::{self, Looking};
use super::previous::previous;
use crate::error::{self, Error};
use crate::ui::Ui;

const EXAMPLES: &str = "\
Examples:
  pentimento diff alpine:3.19 alpine:3.20
  pentimento diff oci:images/shop:1.4 oci:images/shop:1.5 --files
  pentimento diff oci:images/shop:1.4 oci:images/shop:1.5 --content /etc/shop.conf
  pentimento diff docker-archive:old.tar docker-archive:new.tar --format json
  pentimento diff --previous alpine:latest --force";

/// Tell what changed from one image to another
///
/// Shows on one screen which two images these are, the paths that need a look (those that no package change explains),
/// the packages that came, went or changed their version, the settings that differ, and what could not be read. Where it
/// cannot be told which packages an image has (its database is missing or damaged), none is said to have come or gone; that
/// is told first, and the exit code is 2.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub(crate) struct Arguments {
    /// The image before
    #[arg(required_unless_present = "previous")]
    old: Option<String>,

    /// The image after
    #[arg(required_unless_present = "previous")]
    new: Option<String>,

    /// Compare the two images that this name was seen to mean last, the one before with the one now
    #[arg(long, value_name = "NAME", conflicts_with_all = ["old", "new"])]
    previous: Option<String>,

    /// List every changed path with what changed, why, and whose it is
    #[arg(long)]
    files: bool,

    /// Tell what packages' changelogs say between their two versions
    #[arg(long)]
    changelog: bool,

    /// Look into this file: the change of a text, a summary of what else is known; may be given several times
    ///
    /// Nothing else is told then. Files are read again from the layers that hold them. What looks like a secret is hidden.
    /// docs/files.md lists the formats that are summed up.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["files", "changelog"])]
    content: Vec<String>,

    /// Exit with 1 if the images differ
    #[arg(long)]
    exit_code: bool,

    #[command(flatten)]
    read: ReadArguments,

    /// Show every row, where otherwise rows alike are folded
    #[arg(long, short)]
    all: bool,
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    let parse = |text: &str| text.parse::<Name>().map_err(error::reference);
    let mut options = arguments.read.options(ui);
    let seen = match &arguments.previous {
        Some(name) => Some(previous(name, &options, ui)?),
        None => None,
    };
    let names = match &seen {
        Some(seen) => {
            // Somebody has just looked at the name; what it meant before may be nowhere but here.
            options.keep.iter_mut().for_each(|keep| keep.force = false);
            seen.each_ref().map(|seen| seen.identity.clone())
        }
        None => [&arguments.old, &arguments.new].map(|name| name.clone().unwrap_or_default()),
    };
    let [old, new] = &names;
    let (old, new) = (parse(old)?, parse(new)?);
    let texts = if arguments.changelog { Texts::Wanted } else { Texts::Unwanted };
    let mut pair = ui
        .progress(|watch| engine::pair([&old, &new], texts, &options, watch))
        .map_err(|source| error::engine("could not compare", source))
        .map_err(|error| error::mistaken(error, &[&names[0], &names[1]]))?;
    if let Some([old, new]) = seen {
        pair.old.side.image.reference = old.called;
        pair.new.side.image.reference = new.called;
    }
    let comparison = match texts {
        Texts::Wanted => pair.compare_with_changelogs(),
        Texts::Unwanted => pair.compare(),
    };
    let view = View { files: arguments.files, all: arguments.all, ..View::default() };
    match &arguments.content[..] {
        [] => {
            ui.write(view, |format, view, out| report::comparison(&comparison, format, view, out))?;
        }
        paths => {
            let looking = Looking { pair: &pair, comparison: &comparison, options: &options };
            contents::write(paths, &looking, view, ui)?;
        }
    }
    let code = error::told_whole(&comparison, arguments.exit_code && !comparison.is_empty());
    // The process ends here: to give back the memory of large images piece by piece takes longer than to compare them.
    std::mem::forget(comparison);
    std::mem::forget(pair);
    Ok(code)
}
