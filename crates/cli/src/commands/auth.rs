//! `pentimento auth`: tokens for a service.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::read::now;
use super::service::{ServerArguments, token_file};
use crate::environment::Environment;
use crate::error::{self, Error};
use crate::ui::Ui;

/// Make, write and look at tokens for a service
///
/// A token lasts an hour. It is kept where other clients of the Image Diff API look for it, in a file that only you can
/// read: `~/.cache/chainguard/URL/oidc-token`, where each `/` of the URL is `-`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a token for the service of this machine, and keep it
    ///
    /// Whoever may read the folder of the service is its owner: the token is signed with the key that is kept there.
    Login(ServerArguments),
    /// Write the token that is kept
    Token(ServerArguments),
    /// Ask the service whose the token is that is kept, and what it allows
    Status(ServerArguments),
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    let environment = Environment::read();
    match &arguments.what {
        What::Login(server) => login(server, &environment, ui)?,
        What::Token(server) => ui.announce(&server.token(&environment, ui)?.0),
        What::Status(server) => status(server, &environment, ui)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn login(server: &ServerArguments, environment: &Environment, ui: &Ui) -> Result<(), Error> {
    let (folder, url) = (server.folder(environment)?, server.url(environment, ui)?);
    let (token, ends) = server::local_token(&folder, &url, now())
        .map_err(|source| error::service("could not make a token", source))?;
    let path = token_file(environment, &url)?;
    write(&path, &token).map_err(|source| error::output(Some(&path), source))?;
    ui.talk(&format!("a token for {url} is kept in {} until {ends}", path.display()));
    Ok(())
}

/// Keeps a token for its owner alone.
fn write(path: &Path, token: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let beside = path.with_extension(std::process::id().to_string());
    let options = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).clone();
    let mut file = options.open(&beside)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    // Without a line feed: the file is the token.
    file.write_all(token.as_bytes())?;
    fs::rename(&beside, path)
}

fn status(server: &ServerArguments, environment: &Environment, ui: &Ui) -> Result<(), Error> {
    let who = server.ask(environment, ui, "/auth/v1/ok")?;
    let text = |name: &str| who[name].as_str().unwrap_or_default().to_owned();
    ui.announce(&format!("{} of {}, until {}", text("subject"), text("issuer"), text("expiry")));
    for granted in who["capabilities"].as_array().into_iter().flatten() {
        let names: Vec<&str> = (granted["capabilities"].as_array().into_iter().flatten())
            .filter_map(|name| name.as_str())
            .collect();
        let group = granted["group"].as_str().unwrap_or_default();
        ui.announce(&format!("  {group}: {}", names.join(" ")));
    }
    Ok(())
}
