//! The HTTP library, kept in one place: how it is set up and how a request is handed to it.
//!
//! It follows no redirect, retries nothing and reads no environment: all of that is ours.

use std::fs;
use std::path::Path;
use std::time::Duration;

use ureq::http::Response;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body, Proxy};

use super::Request;
use super::guard::Guard;
use crate::registry::url::is_loopback;
use crate::{Error, Options, Reach, Secret};

const USER_AGENT: &str = concat!("pentimento/", env!("CARGO_PKG_VERSION"));

/// Two ways out: straight, and through a proxy where there is one.
pub(super) struct Agents {
    straight: Agent,
    proxied: Option<Agent>,
}

impl Agents {
    pub(super) fn new(options: &Options) -> Result<Agents, Error> {
        let roots = roots(&options.certificate_files)?;
        let agent = |proxy| {
            let timeout = Some(options.timeout);
            let config = Agent::config_builder()
                .user_agent(USER_AGENT)
                // Blobs are verified as they are stored: nothing may be recoded on the way.
                .accept_encoding("identity")
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .tls_config(TlsConfig::builder().root_certs(roots.clone()).build())
                .timeout_resolve(timeout)
                .timeout_connect(timeout)
                .timeout_recv_response(timeout)
                .timeout_per_read(timeout)
                .timeout_per_write(timeout)
                .proxy(proxy)
                .build();
            let listed = match &options.reach {
                Reach::Anywhere => None,
                Reach::Public { listed } => Some(listed.clone()),
            };
            Agent::with_parts(config, DefaultConnector::default(), Guard { listed })
        };
        let proxy = options.proxy.as_ref().map(|url| proxy(url, &options.no_proxy)).transpose()?;
        Ok(Agents { straight: agent(None), proxied: proxy.map(|proxy| agent(Some(proxy))) })
    }

    /// Sends one request. `deadline` bounds how long the answer's body may take; streams have none.
    pub(super) fn send(
        &self,
        request: &Request<'_>,
        deadline: Option<Duration>,
    ) -> Result<Response<Body>, ureq::Error> {
        // No proxy can mean our loopback.
        let local = is_loopback(request.url.authority());
        let agent = self.proxied.as_ref().filter(|_| !local).unwrap_or(&self.straight);
        let url = request.url.expose();
        let authorization = request.authorization.as_ref().map(|given| given.header().expose());
        if let Some(form) = request.form {
            return agent
                .post(url)
                .content_type("application/x-www-form-urlencoded")
                .config()
                .timeout_recv_body(deadline)
                .build()
                .send(form);
        }
        let mut builder = if request.head { agent.head(url) } else { agent.get(url) };
        if let Some(accept) = request.accept {
            builder = builder.header("accept", accept);
        }
        if let Some(authorization) = authorization {
            builder = builder.header("authorization", authorization);
        }
        if let Some((first, last)) = request.range {
            // Closed, because there are registries that answer an open one with 416.
            builder = builder.header("range", format!("bytes={first}-{last}"));
        }
        builder.config().timeout_recv_body(deadline).build().call()
    }
}

/// The certificates to trust: those that browsers trust, and those of the files.
fn roots(files: &[impl AsRef<Path>]) -> Result<RootCerts, Error> {
    if files.is_empty() {
        return Ok(RootCerts::WebPki);
    }
    let mut certificates: Vec<_> = (webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter())
        .map(|certificate| Certificate::from_der(certificate))
        .collect();
    for file in files {
        let file = file.as_ref();
        let object = file.display().to_string();
        let bytes = fs::read(file).map_err(|source| Error::Io {
            doing: "read certificates from",
            object: object.clone(),
            source,
        })?;
        let known = certificates.len();
        certificates.extend(parse_pem(&bytes).filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        }));
        if certificates.len() == known {
            return Err(Error::Invalid {
                what: format!("could not read certificates from {object}: there is none in it"),
                hint: "it should hold lines from BEGIN CERTIFICATE to END CERTIFICATE".into(),
            });
        }
    }
    Ok(RootCerts::new_with_certs(&certificates))
}

fn proxy(url: &Secret, exceptions: &[String]) -> Result<Proxy, Error> {
    // The library's own message would repeat the address, password and all.
    let invalid = |_| Error::Invalid {
        what: "could not use the proxy: its address makes no sense".into(),
        hint: "one looks like http://proxy.example:3128".into(),
    };
    let given = Proxy::new(url.expose()).map_err(invalid)?;
    let mut builder = Proxy::builder(given.protocol()).host(given.host()).port(given.port());
    if let Some(user) = given.username() {
        builder = builder.username(user);
    }
    if let Some(password) = given.password() {
        builder = builder.password(password);
    }
    for exception in exceptions {
        builder = builder.no_proxy(exception);
    }
    builder.build().map_err(invalid)
}
