//! `--layers` and `--sizes`: what layers do, and how large things are. What is counted, others know.

use clap::Args;
use engine::{Options, Subject};

use crate::error::{self, Error};
use crate::ui::Ui;

/// Whether sizes are told, and how deep.
#[derive(Debug, Args)]
pub(super) struct SizeArguments {
    /// Tell sizes by package and by directory
    #[arg(long)]
    sizes: bool,

    /// Tell sizes of directories so many levels deep
    #[arg(long, value_name = "LEVELS", default_value_t = 2, requires = "sizes")]
    depth: usize,
}

impl SizeArguments {
    /// How deep directories are told, where sizes are.
    pub(super) fn depth(&self) -> Option<usize> {
        self.sizes.then_some(self.depth)
    }
}

/// Counts what each layer of an image does.
pub(super) fn count(subject: &mut Subject, options: &Options, ui: &Ui) -> Result<(), Error> {
    let tallies = ui
        .progress(|watch| engine::tallies(subject, options, watch))
        .map_err(|source| error::engine("could not count layers", source))?;
    subject.side.tallies = tallies;
    Ok(())
}
