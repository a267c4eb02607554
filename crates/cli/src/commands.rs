//! The verbs, one file each, and the options that several of them have.

mod analyze;
mod diff;
mod global;
mod query;
mod read;

use std::process::ExitCode;

use clap::Subcommand;

use crate::error::Error;
use crate::ui::Ui;

pub(crate) use global::{Colour, GlobalArguments};
pub(crate) use read::ReadArguments;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Diff(diff::Arguments),
    Analyze(analyze::Arguments),
    Query(query::Arguments),
}

impl Command {
    pub(crate) fn run(&self, ui: &Ui) -> Result<ExitCode, Error> {
        match self {
            Command::Diff(arguments) => diff::run(arguments, ui),
            Command::Analyze(arguments) => analyze::run(arguments, ui),
            Command::Query(arguments) => Ok(query::run(arguments, ui)),
        }
    }
}
