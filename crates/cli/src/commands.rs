//! The verbs, one file each, and the options that several of them have.

mod analyze;
mod diff;
mod read;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};

use crate::error::Error;
use crate::ui::Ui;

pub(crate) use read::ReadArguments;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Diff(diff::Arguments),
    Analyze(analyze::Arguments),
}

impl Command {
    pub(crate) fn output(&self) -> &OutputArguments {
        match self {
            Command::Diff(arguments) => &arguments.output,
            Command::Analyze(arguments) => &arguments.output,
        }
    }

    pub(crate) fn run(&self, ui: &Ui) -> Result<ExitCode, Error> {
        match self {
            Command::Diff(arguments) => diff::run(arguments, ui),
            Command::Analyze(arguments) => analyze::run(arguments, ui),
        }
    }
}

/// What is written, and where.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArguments {
    /// Write it so
    #[arg(long, short, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// Write it to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Show every row, where otherwise rows alike are folded
    #[arg(long, short)]
    pub(crate) all: bool,

    /// Write nothing but errors
    #[arg(long, short, conflicts_with = "output")]
    pub(crate) quiet: bool,

    /// Tell the whole chain of causes of an error
    #[arg(long, short)]
    pub(crate) verbose: bool,

    /// Use colours
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub(crate) color: Colour,
}

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One screen, for eyes
    Table,
    /// The whole document, for programs; docs/schema has its schema
    Json,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
