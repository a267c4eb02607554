//! Options of the verbs that read images, and of those that use what is kept of them.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use engine::{Keep, Options, SourceOptions, Store, Subject, Texts};
use model::{Name, Platform, Time};

use super::capacity::CapacityArguments;
use crate::environment::Environment;
use crate::error::{self, Error};
use crate::ui::Ui;

/// How images are reached and read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct ReadArguments {
    /// Take this platform of an image that is there for several
    ///
    /// Without it the platform of this machine is taken, or the only one that there is; the output names it.
    #[arg(long, value_name = "OS/ARCH[/VARIANT]")]
    platform: Option<Platform>,

    /// Speak plain HTTP to this registry, which is not on this machine; may be given several times
    ///
    /// Registries on this machine (loopback addresses) need no mention.
    #[arg(long, value_name = "HOST[:PORT]")]
    plain_http: Vec<String>,

    /// Read so many layers at once [default: one for each processor]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,

    /// Look at the images again although they are kept
    ///
    /// A name of a kept image means that image, without asking anybody. With this option engines and registries are
    /// asked what it means now. Layers that are kept are still not read again: a digest means one content for ever.
    #[arg(long)]
    force: bool,

    /// Ask no engine and no registry: use what is kept, and local files
    #[arg(long)]
    offline: bool,

    #[command(flatten)]
    cache: CacheArguments,
}

/// Where facts are kept.
#[derive(Debug, Args)]
#[command(next_help_heading = "Kept facts")]
pub(crate) struct CacheArguments {
    /// Keep facts in this folder [default: ~/.cache/pentimento]
    ///
    /// `PENTIMENTO_CACHE` says the same. Without both it is the folder `pentimento` in `$XDG_CACHE_HOME` or `~/.cache`.
    #[arg(long, value_name = "FOLDER")]
    cache_folder: Option<PathBuf>,

    #[command(flatten)]
    capacity: CapacityArguments,

    /// Neither use nor write what is kept
    #[arg(long)]
    no_cache: bool,
}

impl ReadArguments {
    /// Finds and reads one image, as a person wrote it; `doing` is what fails where it cannot be had.
    pub(crate) fn subject(&self, text: &str, doing: &str, ui: &Ui) -> Result<Subject, Error> {
        let name: Name = text.parse().map_err(error::reference)?;
        let options = self.options(ui);
        ui.progress(|watch| engine::subject(&name, Texts::Unwanted, &options, watch))
            .map_err(|source| error::engine(doing, source))
            .map_err(|error| error::mistaken(error, &[text]))
    }

    /// The platform that is asked for.
    pub(crate) fn platform(&self) -> Option<&Platform> {
        self.platform.as_ref()
    }

    /// Whether images are to be looked at again.
    #[cfg(feature = "serve")]
    pub(crate) fn is_forced(&self) -> bool {
        self.force
    }

    /// Whether nobody is to be asked.
    #[cfg(feature = "serve")]
    pub(crate) fn is_offline(&self) -> bool {
        self.offline
    }

    /// How to read images. A store that cannot be opened is told, and done without.
    pub(crate) fn options(&self, ui: &Ui) -> Options {
        let environment = Environment::read();
        Options {
            source: SourceOptions {
                platform: self.platform.clone(),
                plain_http: self.plain_http.clone(),
                credential_files: environment.credential_files(),
                proxy: Environment::proxy(),
                no_proxy: Environment::no_proxy(),
                certificate_files: Environment::certificate_files(),
                engines: Environment::engines(),
                ..SourceOptions::default()
            },
            threads: self.threads.map(usize::from),
            now: now(),
            offline: self.offline,
            folder: Environment::working_folder(),
            keep: self.cache.store(&environment, ui).map(|store| Keep { store, force: self.force }),
            ..Options::default()
        }
    }
}

impl CacheArguments {
    /// The store, where there is to be one.
    pub(super) fn store(&self, environment: &Environment, ui: &Ui) -> Option<Store> {
        if self.no_cache {
            return None;
        }
        let Some(folder) = self.cache_folder.clone().or_else(|| environment.cache_folder()) else {
            ui.remark("nothing is kept: neither --cache-folder nor $HOME says where");
            return None;
        };
        let store = Store::open(&folder, &self.capacity.lenient(ui))
            .map_err(|error| ui.warning(&format!("nothing is kept: {}", model::told(&error))))
            .ok()?;
        // What was lost is told at once: what is asked next may end before anything else is.
        ui.warnings(&store);
        Some(store)
    }
}

/// What time it is.
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
