//! What the verbs have in common that are about kept facts alone: they need a store, and ask nobody else.

use std::path::PathBuf;

use clap::Args;
use engine::{Options, SourceOptions, Store, StoreError, StoreOptions};
use model::{ErrorKind, Platform};

use super::capacity::CapacityArguments;
use super::read::now;
use crate::environment::Environment;
use crate::error::{self, Error};
use crate::ui::Ui;

/// Where the facts are.
#[derive(Debug, Args)]
#[command(next_help_heading = "Kept facts")]
pub(crate) struct FolderArguments {
    /// The folder of kept facts [default: ~/.cache/pentimento]
    ///
    /// `PENTIMENTO_CACHE` says the same. Without both it is the folder `pentimento` in `$XDG_CACHE_HOME` or `~/.cache`.
    #[arg(long, value_name = "FOLDER")]
    cache_folder: Option<PathBuf>,

    /// Mean names as they were read for this platform
    #[arg(long, value_name = "OS/ARCH[/VARIANT]")]
    platform: Option<Platform>,
}

impl FolderArguments {
    /// Whether a folder of this machine is meant.
    #[cfg(feature = "serve")]
    pub(crate) fn is_given(&self) -> bool {
        self.cache_folder.is_some()
    }

    /// The platform that names mean.
    #[cfg(feature = "serve")]
    pub(crate) fn platform(&self) -> Option<&Platform> {
        self.platform.as_ref()
    }

    /// The store; without one there is nothing to tell.
    pub(crate) fn store(&self, ui: &Ui) -> Result<Store, Error> {
        let store = self.open(&CapacityArguments::default().lenient(ui))?;
        // What was lost is told at once: what is asked next may end before anything else is.
        ui.warnings(&store);
        Ok(store)
    }

    /// The store of a verb that throws away what there is no room for, or tells how much room there is.
    pub(crate) fn store_of(&self, capacity: &CapacityArguments) -> Result<Store, Error> {
        self.open(&capacity.strict()?)
    }

    fn open(&self, options: &StoreOptions) -> Result<Store, Error> {
        let folder = self.cache_folder.clone().or_else(|| Environment::read().cache_folder());
        let folder = folder.ok_or_else(|| {
            error::said(
                ErrorKind::NotFound,
                "nothing is kept: nothing says where".into(),
                Some("say --cache-folder FOLDER, or set PENTIMENTO_CACHE".into()),
            )
        })?;
        Store::open(&folder, options).map_err(|error| failed("could not open what is kept", error))
    }

    /// How names are understood.
    pub(crate) fn options(&self) -> Options {
        let source = SourceOptions { platform: self.platform.clone(), ..SourceOptions::default() };
        Options {
            source,
            now: now(),
            offline: true,
            folder: Environment::working_folder(),
            ..Options::default()
        }
    }
}

/// A failure of the store's.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(crate) fn failed(doing: &str, error: StoreError) -> Error {
    error::said(error.kind(), format!("{doing}: {}", model::told(&error)), error.hint())
}
