//! `pentimento query`: questions about analyzed images, with the words that Anchore had for them.

mod ask;
mod images;
mod list;
#[cfg(feature = "serve")]
mod remote;
mod write;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use model::ErrorKind;
use report::query::{Asking, Query, Wrong};

use super::ReadArguments;
use crate::error::{self, Error};
use crate::ui::Ui;

/// The word that asks for help: behind a query, before one, or alone.
const HELP: &str = "help";

const EXAMPLES: &str = "\
Examples:
  pentimento query                                    lists every query; so does `query help`
  pentimento query show-pkg-diffs help                explains one
  pentimento query --image=shop:1.5 show-pkg-diffs shop:1.4
  pentimento query --image=shop:1.5 show-non-packaged-files-diff all / shop:1.4 exclude=/var/log

Exit codes: 0 done, 1 it could not be told, 2 it was told with warnings (or these arguments make no sense).";

/// Ask a question about images: packages, files, layers, and how they differ
///
/// Without --image every kept image is asked. Without a query all queries are listed; a query without parameters is
/// explained. What is different from the queries of the same names of Anchore, docs/anchore.md tells.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The query
    #[arg(value_name = "QUERY")]
    name: Option<String>,

    /// Its parameters
    #[arg(value_name = "PARAMETER", allow_negative_numbers = true)]
    parameters: Vec<String>,

    /// Ask this image; may be given several times
    #[arg(long, value_name = "IMAGE", conflicts_with = "imagefile")]
    image: Vec<String>,

    /// Ask every image that this file names, one in the first word of each line
    #[arg(long, value_name = "FILE")]
    imagefile: Option<PathBuf>,

    #[command(flatten)]
    read: ReadArguments,
}

/// Warnings are 2 and failures are 1: here, and only here, Anchore's codes count.
pub(super) fn run(arguments: &Arguments, ui: &Ui) -> ExitCode {
    answer(arguments, ui).unwrap_or_else(|error| {
        ui.failure(&error);
        ExitCode::from(1)
    })
}

fn answer(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    let Some(name) = &arguments.name else { return list::all(ui) };
    if name == HELP {
        return match arguments.parameters.first() {
            None => list::all(ui),
            Some(query) => list::one(named(query)?, ui),
        };
    }
    let query = named(name)?;
    match arguments.parameters.first() {
        None => return list::one(query, ui),
        Some(word) if word == HELP => return list::one(query, ui),
        Some(_) => {}
    }
    query.check(&arguments.parameters).map_err(|reason| wrong(query, reason))?;
    #[cfg(feature = "serve")]
    if ui.server().is_some() {
        return remote::run(query, arguments, ui);
    }
    let options = arguments.read.options(ui);
    let images = images::asked(arguments, &options)?;
    let asking = Asking { query, images: &images, parameters: &arguments.parameters };
    let answers = ask::ask(&asking, arguments, &options, ui)?;
    // Files are written first: rows say where they are.
    if query.writes {
        ask::files(&asking, &answers.answers)?;
    }
    ui.rows(&answers)?;
    Ok(ExitCode::from(if answers.has_warnings() { 2 } else { 0 }))
}

fn named(name: &str) -> Result<&'static Query, Error> {
    report::query::find(name).map_err(|nearest| unknown(name, &nearest))
}

fn unknown(name: &str, nearest: &[&str]) -> Error {
    let hint = if nearest.is_empty() {
        "`pentimento query` lists all of them".into()
    } else {
        format!("did you mean {}? `pentimento query` lists all of them", nearest.join(", "))
    };
    error::said(ErrorKind::Invalid, format!("there is no query `{name}`"), Some(hint))
}

fn wrong(query: &Query, wrong: Wrong) -> Error {
    let Wrong { what, hint } = wrong;
    error::said(ErrorKind::Invalid, format!("could not ask {}: {what}", query.name), Some(hint))
}
