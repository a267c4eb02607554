//! Where an engine listens: a socket in the file system, or a port of this machine. Other machines are not asked.

use std::path::PathBuf;

use model::visible;

use crate::Error;
use crate::registry::is_loopback;

/// An address that can be asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// A socket in the file system.
    Socket(PathBuf),
    /// `host:port` of this machine.
    Port(String),
}

impl Address {
    /// Reads an address as `DOCKER_HOST` has it.
    pub(super) fn parse(text: &str) -> Result<Address, Error> {
        if let Some(path) = text.strip_prefix("unix://")
            && path.starts_with('/')
        {
            return Ok(Address::Socket(path.into()));
        }
        if text.starts_with('/') {
            return Ok(Address::Socket(text.into()));
        }
        let port = text.strip_prefix("tcp://").or_else(|| text.strip_prefix("http://"));
        match port.map(|port| port.trim_end_matches('/')) {
            Some(port) if is_loopback(port) && is_plain(port) => Ok(Address::Port(port.into())),
            _ => Err(Error::Invalid {
                what: format!("could not ask an engine at {}", visible(text.as_bytes())),
                hint: "unix:///PATH and tcp://HOST:PORT on this machine (127.0.0.1, localhost) are supported, without \
                       TLS; for an engine elsewhere, save the image there or push it to a registry"
                    .into(),
            }),
        }
    }
}

/// Whether it is nothing but a host and a port.
fn is_plain(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:[]".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_and_ports_of_this_machine_are_addresses() {
        let check = |text: &str, expect: &str| {
            let shown = match Address::parse(text) {
                Ok(Address::Socket(path)) => format!("socket {}", path.display()),
                Ok(Address::Port(port)) => format!("port {port}"),
                Err(error) => error.to_string(),
            };
            assert_eq!(shown, expect);
        };
        check("unix:///var/run/docker.sock", "socket /var/run/docker.sock");
        check("/run/docker.sock", "socket /run/docker.sock");
        check("tcp://127.0.0.1:2375", "port 127.0.0.1:2375");
        check("http://localhost:2375/", "port localhost:2375");
        check("tcp://[::1]:2375", "port [::1]:2375");
        for text in [
            "tcp://10.0.0.1:2375",
            "ssh://me@host",
            "https://127.0.0.1:2376",
            "npipe:////./pipe/docker_engine",
            "unix://docker.sock",
            "tcp://127.0.0.1:2375/path",
            "tcp://localhost:1@evil.io",
            "",
        ] {
            check(text, &format!("could not ask an engine at {text}"));
        }
    }
}
