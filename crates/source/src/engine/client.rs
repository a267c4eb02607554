//! Speaks with one engine: documents of bounded size, and archives as streams. It knows the way, not the words, and asks
//! for nothing that would change anything.

use std::io::{self, Read};
use std::time::Duration;

use model::Engine;
use ureq::http::{HeaderMap, Response, StatusCode};
use ureq::{Agent, Body, Timeout};

use super::address::Address;
use super::socket::{Nowhere, Socket};
use crate::registry::reason;
use crate::resolve::too_large;
use crate::{EngineSocket, Error, Options};

const USER_AGENT: &str = concat!("pentimento/", env!("CARGO_PKG_VERSION"));

/// Bytes of an answer that says why there is none.
const REASON_LIMIT: u64 = 64 << 10;

/// How many times the usual silence an engine may take for an archive: Docker, before version 25, packs the whole image
/// on its disk before the first byte comes.
const PATIENCE: u32 = 20;

/// An engine that answers.
pub(super) struct Client {
    engine: Engine,
    address: String,
    agent: Agent,
    /// The address and, where the engine says which it speaks, the version of its interface.
    base: String,
    /// The version of Docker's interface, where it says it.
    version: Option<(u32, u32)>,
    /// Where Podman's own interface is.
    libpod: Option<String>,
    timeout: Duration,
    limit: u64,
}

impl Client {
    /// Finds out whether an engine answers there; none where there is no such socket.
    pub(super) fn connect(
        socket: &EngineSocket,
        options: &Options,
    ) -> Result<Option<Client>, Error> {
        let (agent, base) = agent(&socket.address, options.timeout)?;
        let mut client = Client {
            engine: socket.engine,
            address: socket.address.clone(),
            agent,
            base,
            version: None,
            libpod: None,
            timeout: options.timeout,
            limit: options.document_limit,
        };
        let response = match client.call("/_ping", options.timeout) {
            Err(ureq::Error::Io(error)) if is_absent(&error) => return Ok(None),
            result => result.map_err(|error| client.unreachable(&error))?,
        };
        if response.status() != StatusCode::OK {
            return Err(client.refusal("whether it is there", response));
        }
        let version = version(response.headers(), "api-version");
        let libpod = version_text(response.headers(), "libpod-api-version");
        client.libpod = libpod.map(|libpod| format!("{}/v{libpod}/libpod", client.base));
        if let Some((major, minor)) = version {
            client.version = version;
            client.base = format!("{}/v{major}.{minor}", client.base);
        }
        Ok(Some(client))
    }

    /// Which engine it is said to be.
    pub(super) fn engine(&self) -> Engine {
        self.engine
    }

    /// What people call the engine.
    pub(super) fn title(&self) -> &'static str {
        title(self.engine)
    }

    /// Whether Docker's interface is of this version or later.
    pub(super) fn speaks(&self, version: (u32, u32)) -> bool {
        self.version.is_some_and(|own| own >= version)
    }

    /// Asks for a document about an image; none where it has no such image. `what` is for messages.
    pub(super) fn document(&self, path: &str, what: &str) -> Result<Option<Vec<u8>>, Error> {
        self.fetch(&format!("{}{path}", self.base), what)
    }

    /// The same in Podman's own interface; none where the engine is not Podman.
    pub(super) fn libpod_document(&self, path: &str, what: &str) -> Result<Option<Vec<u8>>, Error> {
        self.libpod.as_ref().map_or(Ok(None), |libpod| self.fetch(&format!("{libpod}{path}"), what))
    }

    /// Asks for an archive.
    pub(super) fn stream(&self, path: &str, what: &str) -> Result<Box<dyn Read + Send>, Error> {
        let patience = self.timeout.saturating_mul(PATIENCE);
        let sent = self.agent.get(format!("{}{path}", self.base)).config();
        let sent = sent.timeout_recv_response(Some(patience)).timeout_per_read(Some(patience));
        let response = sent.build().call().map_err(|error| self.unreachable(&error))?;
        match response.status() {
            StatusCode::OK => {
                let (title, what) = (self.title(), what.to_owned());
                let body = response.into_body().into_reader();
                Ok(Box::new(Told { body, title, what }))
            }
            _ => Err(self.refusal(what, response)),
        }
    }

    fn fetch(&self, address: &str, what: &str) -> Result<Option<Vec<u8>>, Error> {
        // An engine that trickles could keep us for as long as it likes.
        let deadline = self.timeout.saturating_mul(4);
        let response = (self.agent.get(address).config())
            .timeout_recv_body(Some(deadline))
            .build()
            .call()
            .map_err(|error| self.unreachable(&error))?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(None),
            _ => return Err(self.refusal(what, response)),
        }
        let mut bytes = Vec::new();
        let body = response.into_body().into_reader();
        body.take(self.limit.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| broke_off(self.title(), what, &error))?;
        if bytes.len() as u64 > self.limit {
            return Err(too_large(&format!("{}'s answer, {what},", self.title()), self.limit));
        }
        Ok(Some(bytes))
    }

    fn call(&self, path: &str, deadline: Duration) -> Result<Response<Body>, ureq::Error> {
        let request = self.agent.get(format!("{}{path}", self.base));
        request.config().timeout_recv_body(Some(deadline)).build().call()
    }

    /// The error of an answer that is none.
    fn refusal(&self, what: &str, response: Response<Body>) -> Error {
        let status = response.status();
        let mut bytes = Vec::new();
        // A reason that cannot be read whole is no reason to say nothing.
        let body = response.into_body().into_reader();
        let _ = body.take(REASON_LIMIT).read_to_end(&mut bytes);
        let reason = reason(&bytes).map(|reason| format!(" ({reason})")).unwrap_or_default();
        let what = format!("{} did not say {what}: it answered {status}{reason}", self.title());
        match status {
            StatusCode::BAD_REQUEST => Error::Invalid { what, hint: String::new() },
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Error::Denied { what, hint: "the engine is set up to refuse this".into() }
            }
            _ => Error::Unavailable { what, hint: String::new() },
        }
    }

    /// The error of an engine that does not answer.
    fn unreachable(&self, error: &ureq::Error) -> Error {
        let (title, address) = (self.title(), model::visible(self.address.as_bytes()));
        let seconds = self.timeout.as_secs_f32();
        let reason = match error {
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                return Error::Denied {
                    what: format!("{title} cannot be asked: {address} is closed to this user"),
                    hint: "the socket's group may ask (`ls -l` shows which one it is); so may root"
                        .into(),
                };
            }
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                "nobody listens there".into()
            }
            ureq::Error::Timeout(Timeout::Connect) => {
                format!("it lets nobody in within {seconds} s")
            }
            ureq::Error::Timeout(_) => format!("it did not answer within {seconds} s"),
            ureq::Error::Protocol(error) => format!("it does not answer as an engine: {error}"),
            error => error.to_string(),
        };
        Error::Unavailable {
            what: format!("{title} cannot be asked at {address}: {reason}"),
            hint: format!("is {title} running?"),
        }
    }
}

/// What people call an engine.
pub(super) fn title(engine: Engine) -> &'static str {
    match engine {
        Engine::Docker => "Docker",
        Engine::Podman => "Podman",
    }
}

/// Whoever speaks with this address, and how addresses begin there.
fn agent(address: &str, timeout: Duration) -> Result<(Agent, String), Error> {
    let config = Agent::config_builder()
        .user_agent(USER_AGENT)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_connections(0)
        .timeout_connect(Some(timeout))
        .timeout_recv_response(Some(timeout))
        .timeout_per_read(Some(timeout))
        .timeout_per_write(Some(timeout))
        // Not even a proxy that the environment names: this is about this machine.
        .proxy(None)
        .build();
    Ok(match Address::parse(address)? {
        Address::Socket(path) => {
            (Agent::with_parts(config, Socket(path), Nowhere), "http://localhost".into())
        }
        Address::Port(port) => (config.new_agent(), format!("http://{port}")),
    })
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// A version of two numbers in a header.
fn version(headers: &HeaderMap, name: &str) -> Option<(u32, u32)> {
    let (major, minor) = headers.get(name)?.to_str().ok()?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// A version of any numbers in a header, fit to stand in an address.
fn version_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let text = headers.get(name)?.to_str().ok()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    Some(text).filter(|text| !text.is_empty() && text.bytes().all(is_plain))
}

fn broke_off(title: &str, what: &str, error: &io::Error) -> Error {
    Error::Unavailable {
        what: format!("{title} broke off while it said {what}: {error}"),
        hint: String::new(),
    }
}

/// A stream whose failures say who failed.
struct Told<R> {
    body: R,
    title: &'static str,
    what: String,
}

impl<R: Read> Read for Told<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.body.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            // A kind that does not look like a broken archive.
            _ => io::Error::new(
                io::ErrorKind::ConnectionAborted,
                broke_off(self.title, &self.what, &error),
            ),
        })
    }
}
