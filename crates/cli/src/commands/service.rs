//! Options of the verbs that use a service, and how it is asked. It knows no question.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use model::ErrorKind;
use serde_json::Value;

use crate::client::{self, Fetched};
use crate::environment::Environment;
use crate::error::{self, Error};
use crate::ui::Ui;

/// Where a service of this machine keeps what it has.
#[derive(Debug, Default, Args)]
pub(crate) struct DataArguments {
    /// Keep groups, repositories and the key of tokens in this folder [default: ~/.local/share/pentimento]
    ///
    /// `PENTIMENTO_DATA` says the same. Without both it is the folder `pentimento` in `$XDG_DATA_HOME` or `~/.local/share`.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

/// Which service is meant, where `--server` does not say it.
#[derive(Debug, Default, Args)]
pub(crate) struct ServerArguments {
    #[command(flatten)]
    data: DataArguments,
}

impl DataArguments {
    /// The folder.
    pub(crate) fn folder(&self, environment: &Environment) -> Result<PathBuf, Error> {
        let folder = self.data.clone().or_else(|| environment.data_folder());
        folder.ok_or_else(|| {
            let text = "neither --data nor $HOME says where the service keeps what it has";
            error::said(ErrorKind::Invalid, text.into(), None)
        })
    }
}

impl ServerArguments {
    /// The folder of the service, where it is one of this machine.
    pub(crate) fn folder(&self, environment: &Environment) -> Result<PathBuf, Error> {
        self.data.folder(environment)
    }

    /// The service's address.
    pub(crate) fn url(&self, environment: &Environment, ui: &Ui) -> Result<String, Error> {
        let said = ui.server().map(str::to_owned).or_else(Environment::server);
        let noted = || server::token_audience(&self.data.folder(environment).ok()?);
        let url = said.or_else(noted).ok_or_else(|| {
            let text = "it is not known which service is meant".into();
            let hint = "say --server URL, or run `pentimento serve` on this machine".into();
            error::said(ErrorKind::Invalid, text, Some(hint))
        })?;
        Ok(url.trim_end_matches('/').into())
    }

    /// The token that was kept for the service, and the file that it is kept in.
    pub(crate) fn token(
        &self,
        environment: &Environment,
        ui: &Ui,
    ) -> Result<(String, PathBuf), Error> {
        let url = self.url(environment, ui)?;
        let path = token_file(environment, &url)?;
        match fs::read_to_string(&path) {
            Ok(token) => Ok((token.trim().to_owned(), path)),
            Err(error) => {
                let text = format!("there is no token for {url}: {}: {error}", path.display());
                let hint = "`pentimento auth login` makes one".into();
                Err(error::said(error::kind_of(&error), text, Some(hint)))
            }
        }
    }

    /// Asks the service for a document.
    pub(crate) fn ask(
        &self,
        environment: &Environment,
        ui: &Ui,
        question: &str,
    ) -> Result<Value, Error> {
        self.fetch(environment, ui, question)?.json()
    }

    /// Asks the service for whatever it answers.
    pub(crate) fn fetch(
        &self,
        environment: &Environment,
        ui: &Ui,
        question: &str,
    ) -> Result<Fetched, Error> {
        let (url, (token, _)) = (self.url(environment, ui)?, self.token(environment, ui)?);
        client::get(&format!("{url}{question}"), Some(&token), &Environment::certificate_files())
    }
}

/// The file that a token for this audience is kept in.
pub(crate) fn token_file(environment: &Environment, audience: &str) -> Result<PathBuf, Error> {
    let text =
        || error::said(ErrorKind::Invalid, "$HOME does not say where tokens are kept".into(), None);
    let folder = environment.shared_cache_folder().ok_or_else(text)?;
    // Where other clients of the API look for it.
    Ok(folder.join("chainguard").join(audience.replace('/', "-")).join("oidc-token"))
}
