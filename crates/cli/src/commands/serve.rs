//! `pentimento serve`: the Image Diff API over HTTP and gRPC.

mod configuration;

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use engine::{Keep, Options, Reach, Secret, SourceOptions};
use model::{ErrorKind, Platform};
use serde_json::json;
use server::{Login, Record, TlsFiles};

use super::advisories::ShelfArguments;
use super::read::{CacheArguments, now};
use super::service::DataArguments;
use super::watch::interval;
use crate::environment::Environment;
use crate::error::{self, Error};
use crate::ui::{self, Ui};

/// Bytes of a secret at the most.
const LONGEST_SECRET: u64 = 4096;

const EXAMPLES: &str = "\
Examples:
  pentimento serve --demo
  pentimento serve --listen 0.0.0.0:443 --url https://images.example \\
    --tls-certificate chain.pem --tls-key key.pem --registry registry.example

A token for it, and the first question:
  pentimento auth login
  curl -H \"Authorization: Bearer $(pentimento auth token)\" http://127.0.0.1:8480/iam/v1/groups";

/// Serve the Image Diff API: HTTP with JSON and gRPC on one port
///
/// Groups, repositories, tags and their history, and what differs between two images of a repository. Images are read from
/// the registries that are listed, and kept. Vulnerabilities are looked up in the latest advisories that `pentimento db` keeps here. What happens is told on standard error, a line of JSON each.
/// docs/server.md says what can be asked.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES, args_override_self = true)]
pub(crate) struct Arguments {
    /// Read options from this file, in TOML; those of the command line win
    ///
    /// Its keys are the long options: docs/serve.toml explains every one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Listen here; port 0 is any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8480")]
    listen: SocketAddr,

    /// What others call the service; tokens are for this [default: its address]
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// Let images come from this registry, whatever its address is; may be given several times
    #[arg(long, value_name = "HOST[:PORT]")]
    registry: Vec<String>,

    /// Speak plain HTTP to this registry, which is not on this machine; may be given several times
    #[arg(long, value_name = "HOST[:PORT]")]
    plain_http: Vec<String>,

    /// Give tokens for those of this issuer (OIDC); may be given several times
    ///
    /// Its keys are found by its address. Who somebody is here whom it vouches for, identities say.
    #[arg(long, value_name = "URL")]
    issuer: Vec<String>,

    /// Let people sign in to the pages at this issuer, whose tokens are exchanged, too
    ///
    /// It has to send browsers back to /sign-in/back below the service's URL.
    #[arg(long, value_name = "URL", requires = "login_client")]
    login_issuer: Option<String>,

    /// What that issuer calls this service
    #[arg(long, value_name = "ID", requires = "login_issuer")]
    login_client: Option<String>,

    /// Show that issuer the secret in this file, where it wants one
    #[arg(long, value_name = "FILE", requires = "login_issuer")]
    login_secret: Option<PathBuf>,

    /// Look so often at what tags mean where their repositories' images come from: 30s, 15m, 6h; or never
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = pause)]
    watch: Pause,

    /// Let one identity make so many calls in a second, and twice as many in one moment; 0 is without a limit
    #[arg(long, value_name = "CALLS", default_value_t = 1000)]
    rate: u32,

    /// Let anybody read this group and all below it without a token, by its name or ID; may be given several times
    #[arg(long, value_name = "GROUP")]
    anonymous: Vec<String>,

    /// Tell figures for Prometheus at /metrics, to whoever can reach the port
    #[arg(long)]
    metrics: bool,

    /// Encrypt connections with this certificate; files that change are read again
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,

    /// The key of the certificate
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,

    /// Bring a group `public-images` with made-up repositories, tags that moved, and images to compare
    #[arg(long)]
    demo: bool,

    #[command(flatten)]
    data: DataArguments,

    #[command(flatten)]
    shelf: ShelfArguments,

    #[command(flatten)]
    cache: CacheArguments,
}

/// How often something is done.
#[derive(Clone, Copy, Debug)]
enum Pause {
    Never,
    Seconds(i64),
}

fn pause(text: &str) -> Result<Pause, String> {
    match text {
        "never" => Ok(Pause::Never),
        text => interval(text).map(Pause::Seconds),
    }
}

impl Arguments {
    /// The configuration file, where one is said.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.config.as_deref()
    }
}

/// The command line with what a configuration file says.
pub(crate) fn with_file(path: &Path, said: Vec<OsString>) -> Result<Vec<OsString>, Error> {
    configuration::with_file(path, said)
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    let environment = Environment::read();
    let files = arguments.tls_certificate.clone().zip(arguments.tls_key.clone());
    let options = server::Options {
        listen: arguments.listen,
        url: arguments.url.clone(),
        data: arguments.data.folder(&environment)?,
        tls: files.map(|(certificate, key)| TlsFiles { certificate, key }),
        registries: arguments.registry.clone(),
        issuers: arguments.issuer.clone(),
        login: login(arguments)?,
        watch: match arguments.watch {
            Pause::Never => None,
            Pause::Seconds(seconds) => Some(seconds),
        },
        anonymous: arguments.anonymous.clone(),
        rate: Some(arguments.rate).filter(|rate| *rate > 0),
        metrics: arguments.metrics,
        advisories: arguments.shelf.lenient(),
        demo: arguments.demo,
        engine: engine(arguments, &environment, ui),
        clock: Arc::new(now),
        log: Arc::new(|record| ui::log(&line(record))),
    };
    server::serve(options, |started| {
        ui.announce(&format!("Pentimento serves at {}", started.url));
        ui.announce("`pentimento auth login` makes a token, `pentimento auth token` writes it");
    })
    .map_err(|source| error::service("could not serve", source))?;
    Ok(ExitCode::SUCCESS)
}

/// Where people sign in, where that is said.
fn login(arguments: &Arguments) -> Result<Option<Login>, Error> {
    let said = arguments.login_issuer.clone().zip(arguments.login_client.clone());
    let Some((issuer, client)) = said else { return Ok(None) };
    let secret = arguments.login_secret.as_deref().map(secret).transpose()?;
    Ok(Some(Login { issuer, client, secret }))
}

/// The secret in a file.
fn secret(path: &Path) -> Result<Secret, Error> {
    let doing = "could not read the secret of this service";
    let mut text = String::new();
    let file = File::open(path).map_err(|source| error::file(doing, path, source))?;
    file.take(LONGEST_SECRET)
        .read_to_string(&mut text)
        .map_err(|source| error::file(doing, path, source))?;
    let text = text.trim();
    if text.is_empty() {
        let text = format!("{doing}: {} is empty", path.display());
        return Err(error::said(ErrorKind::Invalid, text, None));
    }
    Ok(Secret::new(text))
}

/// How images are read: from registries alone, whatever other sources this machine has.
fn engine(arguments: &Arguments, environment: &Environment, ui: &Ui) -> Options {
    // What others are served is the same wherever the service runs.
    let host = "linux/amd64".parse().unwrap_or_else(|_| Platform::host());
    Options {
        source: SourceOptions {
            host,
            plain_http: arguments.plain_http.clone(),
            credential_files: environment.credential_files(),
            proxy: Environment::proxy(),
            no_proxy: Environment::no_proxy(),
            certificate_files: Environment::certificate_files(),
            reach: Reach::Public { listed: arguments.registry.clone() },
            ..SourceOptions::default()
        },
        now: now(),
        keep: arguments.cache.store(environment, ui).map(|store| Keep { store, force: false }),
        ..Options::default()
    }
}

/// What happened, as a line of JSON.
fn line(record: &Record<'_>) -> String {
    let time = now().to_string();
    let line = match record {
        Record::Request { id, protocol, method, path, status, took } => json!({
            "time": time,
            "level": "info",
            "message": format!("{method} {path}"),
            "request_id": id,
            "protocol": protocol,
            "method": method,
            "path": path,
            "status": status,
            "duration_ms": took.as_secs_f64() * 1000.0,
        }),
        Record::Note { text } => json!({ "time": time, "level": "info", "message": text }),
        Record::Trouble { text } => json!({ "time": time, "level": "error", "message": text }),
    };
    line.to_string()
}
