//! How to reach sources: everything that the roof decides and this room only obeys.

use std::path::PathBuf;
use std::time::Duration;

use model::{Engine, Platform};

use crate::Secret;

/// How to open images.
#[derive(Clone, Debug)]
pub struct Options {
    /// The platform that the user asked for; none chooses [`Options::host`] or the only one that there is.
    pub platform: Option<Platform>,
    /// The platform to prefer where the user asked for none.
    pub host: Platform,
    /// Credential files in the format of Docker's `config.json`, the first that knows a host wins. Missing ones are
    /// passed over.
    pub credential_files: Vec<PathBuf>,
    /// Hosts (`name` or `name:port`) besides loopback that may be spoken to over plain HTTP.
    pub plain_http: Vec<String>,
    /// The proxy for everything but loopback, as `HTTPS_PROXY` has it. Secret because it may hold a password.
    pub proxy: Option<Secret>,
    /// Hosts that the proxy is not for, as the members of `NO_PROXY` name them: `h.io`, `.h.io`, `*`.
    pub no_proxy: Vec<String>,
    /// PEM files of authorities to trust besides those that browsers trust.
    pub certificate_files: Vec<PathBuf>,
    /// How long a connection may take, and how long a server may stay silent.
    pub timeout: Duration,
    /// When and how often to try again.
    pub retry: Retry,
    /// Which servers may be asked.
    pub reach: Reach,
    /// Bytes of a manifest, an index or a configuration at the most.
    pub document_limit: u64,
    /// Where container engines may listen. Of each engine the sockets are asked in this order; those that are not there
    /// are passed over.
    pub engines: Vec<EngineSocket>,
}

/// Which servers may be asked: registries, and whatever they refer or redirect to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// All of them.
    #[default]
    Anywhere,
    /// Those with public addresses. Through a proxy, the proxy decides.
    Public {
        /// Those that may have any address, `host` or `host:port`.
        listed: Vec<String>,
    },
}

/// Where a container engine may listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineSocket {
    /// Which engine.
    pub engine: Engine,
    /// Its address: `unix:///run/docker.sock`, or `tcp://127.0.0.1:2375` on this machine.
    pub address: String,
}

/// When and how often to try again after 5xx, 429 or a cut connection.
#[derive(Clone, Debug)]
pub struct Retry {
    /// Tries after the first.
    pub times: u32,
    /// The first pause; each further one is twice as long. A server's `Retry-After` wins where it is longer.
    pub pause: Duration,
    /// The longest pause, whatever a server asks for.
    pub longest: Duration,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            platform: None,
            host: Platform::host(),
            credential_files: Vec::new(),
            plain_http: Vec::new(),
            proxy: None,
            no_proxy: Vec::new(),
            certificate_files: Vec::new(),
            timeout: Duration::from_secs(30),
            retry: Retry::default(),
            reach: Reach::default(),
            document_limit: 8 << 20,
            engines: Vec::new(),
        }
    }
}

impl Default for Retry {
    fn default() -> Retry {
        Retry { times: 4, pause: Duration::from_millis(500), longest: Duration::from_secs(30) }
    }
}
