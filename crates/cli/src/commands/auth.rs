//! `pentimento auth`: tokens for a service.

mod issuer;
mod loopback;

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use model::{ErrorKind, Uidp};
use serde_json::Value;

use super::read::now;
use super::service::{ServerArguments, token_file};
use crate::client;
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
    /// Have a token for a service, and keep it
    ///
    /// Whoever may read the folder of the service of this machine is its owner: the token is signed with the key that is kept
    /// there. For another service one signs in at the issuer that it names (OIDC), with a browser on this machine, or shows a
    /// token of an issuer. The service has to have an identity that one is.
    #[command(after_long_help = EXAMPLES)]
    Login(LoginArguments),
    /// Write the token that is kept
    Token(ServerArguments),
    /// Ask the service whose the token is that is kept, and what it allows
    Status(ServerArguments),
}

const EXAMPLES: &str = "\
Examples:
  pentimento auth login
  pentimento auth login --server https://pentimento.example
  pentimento auth login --server https://pentimento.example --device
  pentimento auth login --server https://pentimento.example --identity-token /run/secrets/token";

/// Bytes of a file with a token at the most.
const LONGEST: u64 = 64 << 10;

#[derive(Debug, Args)]
struct LoginArguments {
    /// Sign in at this issuer (OIDC), and not at the one that the service names
    #[arg(long, value_name = "URL", requires = "client")]
    issuer: Option<String>,

    /// What the issuer calls this program
    #[arg(long, value_name = "ID")]
    client: Option<String>,

    /// Sign in with a browser of another machine: a code is written to enter there
    #[arg(long, conflicts_with = "identity_token")]
    device: bool,

    /// Show this token of an issuer: a file that has it, `-` for standard input, or the token itself
    #[arg(long, value_name = "FILE", conflicts_with_all = ["issuer", "client"])]
    identity_token: Option<String>,

    /// Be this identity of the service, where one may be several
    #[arg(long, value_name = "ID")]
    identity: Option<Uidp>,

    #[command(flatten)]
    server: ServerArguments,
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

fn login(arguments: &LoginArguments, environment: &Environment, ui: &Ui) -> Result<(), Error> {
    let server = &arguments.server;
    let url = server.url(environment, ui)?;
    let shown = if let Some(said) = &arguments.identity_token {
        Some(read(said)?)
    } else {
        let issuer = signing_in(arguments, &url, environment, ui)?;
        let sign_in = |issuer: issuer::Issuer| {
            if arguments.device { issuer.sign_in_anywhere(ui) } else { issuer.sign_in(ui) }
        };
        issuer.map(sign_in).transpose()?
    };
    let (token, ends) = if let Some(shown) = shown {
        exchanged(&url, &shown, arguments.identity.as_ref())?
    } else {
        let (token, ends) = server::local_token(&server.folder(environment)?, &url, now())
            .map_err(|source| error::service("could not make a token", source))?;
        (token, ends.to_string())
    };
    let path = token_file(environment, &url)?;
    write(&path, &token).map_err(|source| error::output(Some(&path), source))?;
    ui.talk(&format!("a token for {url} is kept in {} until {ends}", path.display()));
    Ok(())
}

/// Where one signs in; none where a token is made without asking anybody.
fn signing_in(
    arguments: &LoginArguments,
    url: &str,
    environment: &Environment,
    ui: &Ui,
) -> Result<Option<issuer::Issuer>, Error> {
    if let (Some(address), Some(client)) = (&arguments.issuer, &arguments.client) {
        let (address, client) = (address.clone(), client.clone());
        return Ok(Some(issuer::Issuer { address, client }));
    }
    let folder = arguments.server.folder(environment).ok();
    let own = folder.as_deref().and_then(server::token_audience);
    let is_asked = arguments.identity.is_some() || arguments.device;
    if own.as_deref() == Some(url) && !is_asked {
        return Ok(None);
    }
    let question = format!("{url}/api/v1/sign-in");
    let named = match client::get(&question, None, &Environment::certificate_files()) {
        Ok(named) => named.json()?,
        Err(_) if own.is_some() && !is_asked => {
            ui.warning(&format!(
                "{url} does not say where one signs in: the token is good there if it is the service of this machine under another name"
            ));
            return Ok(None);
        }
        Err(error) => {
            let text = format!("{url} does not say where one signs in: {}", error.sentence());
            let hint = "show a token of an issuer that it believes: --identity-token FILE; or say --issuer URL --client ID";
            return Err(error::said(ErrorKind::NotFound, text, Some(hint.into())));
        }
    };
    let client = arguments.client.clone().or(named["client"].as_str().map(str::to_owned));
    let client = client.ok_or_else(|| {
        let text = format!("{url} does not say what its issuer calls this program");
        let hint = "say --client ID, as whoever runs the issuer has named it";
        error::said(ErrorKind::Invalid, text, Some(hint.into()))
    })?;
    let address = named["issuer"].as_str().unwrap_or_default().to_owned();
    Ok(Some(issuer::Issuer { address, client }))
}

/// A token as a person said it: a file that has it, standard input, or the token itself.
fn read(said: &str) -> Result<String, Error> {
    let mut text = String::new();
    let path = Path::new(said);
    let read = match said {
        "-" => io::stdin().take(LONGEST).read_to_string(&mut text),
        _ if path.is_file() => {
            fs::File::open(path).and_then(|file| file.take(LONGEST).read_to_string(&mut text))
        }
        token => {
            token.clone_into(&mut text);
            Ok(text.len())
        }
    };
    read.map_err(|source| error::file("could not show a token", path, source))?;
    let token = text.trim();
    if token.is_empty() || !token.bytes().all(|one| one.is_ascii_graphic()) {
        let text = "--identity-token names no file, and is no token".into();
        return Err(error::said(ErrorKind::Invalid, text, None));
    }
    Ok(token.to_owned())
}

/// The service's token for one of an issuer, and when it ends.
fn exchanged(url: &str, shown: &str, identity: Option<&Uidp>) -> Result<(String, String), Error> {
    let identity = identity.map(Uidp::as_str).unwrap_or_default();
    let form = issuer::form(&[("aud", url), ("identity", identity)]);
    let question = format!("{url}/sts/exchange");
    let answer = client::post(&question, shown, &form, &Environment::certificate_files())?;
    let answer: Value = answer.json()?;
    let token = answer["token"].as_str().filter(|token| !token.is_empty()).ok_or_else(|| {
        let text = format!("could not ask {url}: it gave no token");
        error::said(ErrorKind::Corrupt, text, None)
    })?;
    Ok((token.to_owned(), answer["expiry"].as_str().unwrap_or("it ends").to_owned()))
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
