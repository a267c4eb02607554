//! The verbs, one file each, and the options that several of them have.

mod advisories;
mod analyze;
#[cfg(feature = "serve")]
mod auth;
mod cache;
mod capacity;
mod changelog;
mod contents;
mod db;
mod diff;
mod explain;
mod export;
mod global;
mod history;
#[cfg(feature = "serve")]
mod iam;
mod imagefile;
mod images;
mod import;
mod kept;
mod layers;
mod previous;
mod query;
mod read;
#[cfg(feature = "serve")]
mod remote;
mod rm;
mod scan;
mod secrets;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "serve")]
mod service;
mod show;
mod verify;
mod watch;

#[cfg(feature = "serve")]
use std::ffi::OsString;
use std::process::ExitCode;

use clap::Subcommand;
#[cfg(feature = "serve")]
use model::ErrorKind;

#[cfg(feature = "serve")]
use crate::error;
use crate::error::Error;
use crate::ui::Ui;

pub(crate) use global::{Colour, GlobalArguments};
pub(crate) use read::ReadArguments;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Diff(diff::Arguments),
    Changelog(changelog::Arguments),
    Scan(scan::Arguments),
    Analyze(analyze::Arguments),
    Secrets(secrets::Arguments),
    Verify(verify::Arguments),
    Query(query::Arguments),
    Images(images::Arguments),
    Show(show::Arguments),
    History(history::Arguments),
    Watch(watch::Arguments),
    Rm(rm::Arguments),
    Export(export::Arguments),
    Import(import::Arguments),
    Cache(cache::Arguments),
    Db(db::Arguments),
    #[cfg(feature = "serve")]
    Serve(serve::Arguments),
    #[cfg(feature = "serve")]
    Auth(auth::Arguments),
    #[cfg(feature = "serve")]
    Iam(iam::Arguments),
}

impl Command {
    pub(crate) fn run(&self, ui: &Ui) -> Result<ExitCode, Error> {
        #[cfg(feature = "serve")]
        self.demand_no_service_in_vain(ui)?;
        match self {
            Command::Diff(arguments) => diff::run(arguments, ui),
            Command::Changelog(arguments) => changelog::run(arguments, ui),
            Command::Scan(arguments) => scan::run(arguments, ui),
            Command::Analyze(arguments) => analyze::run(arguments, ui),
            Command::Secrets(arguments) => secrets::run(arguments, ui),
            Command::Verify(arguments) => verify::run(arguments, ui),
            Command::Query(arguments) => Ok(query::run(arguments, ui)),
            Command::Images(arguments) => images::run(arguments, ui),
            Command::Show(arguments) => show::run(arguments, ui),
            Command::History(arguments) => history::run(arguments, ui),
            Command::Watch(arguments) => watch::run(arguments, ui),
            Command::Rm(arguments) => rm::run(arguments, ui),
            Command::Export(arguments) => export::run(arguments, ui),
            Command::Import(arguments) => import::run(arguments, ui),
            Command::Cache(arguments) => cache::run(arguments, ui),
            Command::Db(arguments) => db::run(arguments, ui),
            #[cfg(feature = "serve")]
            Command::Serve(arguments) => serve::run(arguments, ui),
            #[cfg(feature = "serve")]
            Command::Auth(arguments) => auth::run(arguments, ui),
            #[cfg(feature = "serve")]
            Command::Iam(arguments) => iam::run(arguments, ui),
        }
    }

    /// The command line with what the configuration file of a service says, where one is said.
    #[cfg(feature = "serve")]
    pub(crate) fn with_file(&self, said: Vec<OsString>) -> Option<Result<Vec<OsString>, Error>> {
        match self {
            Command::Serve(arguments) => arguments.file().map(|path| serve::with_file(path, said)),
            _ => None,
        }
    }

    /// Refuses `--server` where no service would be asked.
    #[cfg(feature = "serve")]
    fn demand_no_service_in_vain(&self, ui: &Ui) -> Result<(), Error> {
        let asks = !matches!(
            self,
            Command::Watch(_)
                | Command::Rm(_)
                | Command::Export(_)
                | Command::Import(_)
                | Command::Cache(_)
                | Command::Db(_)
                | Command::Serve(_)
        );
        if asks || ui.server().is_none() {
            return Ok(());
        }
        let text = "--server is for verbs that ask something of images: what this machine keeps, watches or serves is \
            nothing of a service"
            .into();
        Err(error::said(ErrorKind::Invalid, text, None))
    }
}
