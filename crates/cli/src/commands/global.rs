//! Options of every verb, which may stand before it or after it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What is written, how and where.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(crate) struct GlobalArguments {
    /// Write it so [default: table]
    #[arg(long, short, value_enum, global = true)]
    format: Option<Format>,

    /// Write JSON
    ///
    /// Of several such options JSON wins over plain text, and that over HTML.
    #[arg(long, global = true)]
    json: bool,

    /// Write plain text: rows of words with single spaces between them
    #[arg(long, global = true)]
    plain: bool,

    /// Write an HTML table
    #[arg(long, global = true)]
    html: bool,

    /// Write it to this file instead of standard output, which is `-`
    #[arg(long, short, value_name = "FILE", global = true)]
    pub(crate) output: Option<PathBuf>,

    /// Write tables for a terminal of so many columns, whatever they are written to
    #[arg(long, value_name = "COLUMNS", global = true, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) width: Option<u16>,

    /// Have this service do it; for all that asks something of images, `auth` and `iam`
    ///
    /// Images are named as the service has them then: GROUP/REPOSITORY:TAG. `auth` and `iam` ask the service that last ran on
    /// this machine where nothing is said, or the one of `PENTIMENTO_SERVER`.
    #[cfg(feature = "serve")]
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) server: Option<String>,

    /// Use colours
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN", global = true)]
    pub(crate) color: Colour,

    /// Say nothing but errors
    ///
    /// Answers of queries and lists are written all the same; `diff` and `analyze` write theirs to a file only.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,

    /// Tell the whole chain of causes of an error
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For eyes: one screen, or a grid of rows
    Table,
    /// The whole document, for programs; docs/schema has its schema
    Json,
    /// Rows of words with single spaces between them
    Plain,
    /// Rows as an HTML table
    Html,
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

impl GlobalArguments {
    /// The format that wins of those that were asked for.
    pub(crate) fn format(&self) -> report::Format {
        let is = |format: Format| self.format == Some(format);
        match () {
            () if self.json || is(Format::Json) => report::Format::Json,
            () if self.plain || is(Format::Plain) => report::Format::Plain,
            () if self.html || is(Format::Html) => report::Format::Html,
            () => report::Format::Table,
        }
    }
}
