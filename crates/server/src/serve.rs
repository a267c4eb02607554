//! The service as a whole: it listens, answers until it is told to stop, and then ends what it has begun.

mod connection;
mod tls;

use std::future::{Future as _, poll_fn};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use engine::{Ledger, Secret, ThingKind, Wanted};
use model::Uidp;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

use crate::advisories::Latest;
use crate::caller::Trust;
use crate::demo;
use crate::desk::Desk;
use crate::error::Error;
use crate::grpc::Beside;
use crate::http::Answering;
use crate::issuers::Issuers;
use crate::library::Library;
use crate::limits::Limits;
use crate::local;
use crate::log::Log;
use crate::state::{Clock, State};
use crate::token::Key;
use crate::work::Crew;

use connection::Listening;
use tls::Certificates;

/// How long calls may go on once the service is told to stop.
const FAREWELL: Duration = Duration::from_secs(20);

/// How the service is run.
pub struct Options {
    /// Where it listens; port 0 is any that is free.
    pub listen: SocketAddr,
    /// What it is called in tokens, and by whoever uses it; by its address where nothing is said.
    pub url: Option<String>,
    /// The folder of the ledger and the key.
    pub data: PathBuf,
    /// Certificates, where connections are encrypted.
    pub tls: Option<TlsFiles>,
    /// Registries that images may come from, `host` or `host:port`.
    pub registries: Vec<String>,
    /// Issuers whose tokens are exchanged for ours, by their addresses.
    pub issuers: Vec<String>,
    /// Where people sign in to the pages, beside by a token.
    pub login: Option<Login>,
    /// Every how many seconds it is looked at what tags mean where images come from; never where nothing is said.
    pub watch: Option<i64>,
    /// Groups that anybody may read without a token, by name or ID.
    pub anonymous: Vec<String>,
    /// Calls that one identity may make in a second; without a limit where nothing is said.
    pub rate: Option<u32>,
    /// Whether figures are told at `/metrics`, to whoever asks.
    pub metrics: bool,
    /// Where advisories are kept; vulnerabilities are not told without.
    pub advisories: Option<engine::AdvisoryShelf>,
    /// Whether there shall be something to look at: a group with made-up images.
    pub demo: bool,
    /// How images are read.
    pub engine: engine::Options,
    /// What time it is.
    pub clock: Clock,
    /// Where it is told what happened.
    pub log: Log,
}

/// An issuer of `OpenID` Connect that people sign in at. What it says of them is believed as its tokens are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Its address.
    pub issuer: String,
    /// What it calls this service.
    pub client: String,
    /// What it knows this service by, where it has to.
    pub secret: Option<Secret>,
}

/// Files of a certificate and its key, in PEM. They are read again when they change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, with those that it is signed by.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

/// A service that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it is called.
    pub url: String,
}

/// Serves until the process is told to stop (SIGINT, SIGTERM). Once it can be called, `started` is told.
pub fn serve(options: Options, started: impl FnOnce(&Started)) -> Result<(), Error> {
    let machine = |doing| move |source| Error::Machine { doing, source };
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(machine("begin threads"))?;
    let result = runtime.block_on(run(options, started));
    // What still reads images is left alone: whatever it would have kept can be read again.
    runtime.shutdown_background();
    result
}

async fn run(options: Options, started: impl FnOnce(&Started)) -> Result<(), Error> {
    let ledger = Ledger::open(&options.data)?;
    let key = Key::open_or_make(&options.data)?;
    let owner = local::prepare(&ledger, (options.clock)())?;
    let mut shelves: Vec<_> = options.advisories.into_iter().collect();
    if options.demo {
        let now = (options.clock)();
        demo::prepare(&options.data, &ledger, &owner, &options.engine, now)?;
        shelves.push(demo::advisories(&options.data)?);
    }
    let certificates =
        options.tls.map(|files| Certificates::read(files, &options.log)).transpose()?;
    let failed = |source| Error::Listen { address: options.listen, source };
    let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let scheme = if certificates.is_some() { "https" } else { "http" };
    let url = options.url.unwrap_or_else(|| format!("{scheme}://{address}"));
    let url = url.trim_end_matches('/').to_owned();
    local::note_address(&options.data, &url)?;
    let trust = Trust { key, issuer: url.clone(), audiences: vec![url.clone()] };
    let mut issuers = options.issuers;
    issuers.extend(options.login.iter().map(|login| login.issuer.clone()));
    let issuers = Issuers::new(&issuers, &url, &options.engine.source)?;
    let library = Library::new(options.engine, options.registries, Arc::clone(&options.clock));
    let mut state = State::new(ledger, library, trust, Latest::new(shelves), options.clock);
    state.issuers = issuers;
    state.login = options.login;
    state.public = public(&state.ledger, &options.anonymous)?;
    state.limits = Limits::new(options.rate);
    state.tells_metrics = options.metrics;
    let desk = Arc::new(Desk::new(state, options.log)?);
    let answering = Answering::new(Arc::clone(&desk), Beside::new()?);
    let machine = |source| Error::Machine { doing: "wait for signals", source };
    let mut terminate = signal(SignalKind::terminate()).map_err(machine)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(machine)?;
    let listening = Listening::new(listener, certificates, answering);
    let crew = Crew::begin(&desk, options.watch)?;
    started(&Started { address, url });
    {
        let mut answering = pin!(listening.answer());
        // Whichever comes first.
        poll_fn(|context| {
            let is_told = terminate.poll_recv(context).is_ready()
                || interrupt.poll_recv(context).is_ready()
                || answering.as_mut().poll(context).is_ready();
            if is_told { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
    listening.end(FAREWELL).await;
    crew.end();
    Ok(())
}

/// The groups that these names or IDs mean.
fn public(ledger: &Ledger, names: &[String]) -> Result<Vec<Uidp>, Error> {
    let mut groups = Vec::new();
    for name in names {
        let wanted = match name.parse::<Uidp>() {
            Ok(id) => Wanted { ids: vec![id], ..Wanted::default() },
            Err(_) => Wanted { name: Some(name.clone()), in_root: true, ..Wanted::default() },
        };
        let found = ledger.things(ThingKind::Group, &wanted)?.pop();
        groups.push(found.ok_or_else(|| Error::NoGroup { name: name.clone() })?.id);
    }
    Ok(groups)
}
