//! One repository of one registry: every request to it, let in where we are let in. Never sends credentials elsewhere.

use std::sync::{Mutex, PoisonError};

use model::RegistryReference;
use ureq::Body;

use super::authorization::{self, Authorization, Petition, Refused};
use super::challenge::{self, Challenge};
use super::credentials::{self, Found};
use super::transport::{Request, Response, Sleep, Transport};
use super::url::{Url, is_loopback, split_port};
use crate::{Error, Options};

/// Where images with Docker's short names really are.
const DOCKER_HUB: &str = "registry-1.docker.io";

/// A repository and how to speak to its registry.
pub(super) struct Session {
    pub(super) transport: Transport,
    root: Url,
    /// The host as the person wrote it.
    host: String,
    repository: String,
    found: Found,
    /// What let us in last. All requests are for one repository, so one token serves them all.
    authorization: Mutex<Option<Authorization>>,
}

impl Session {
    pub(super) fn new(
        reference: &RegistryReference,
        options: &Options,
        sleep: Sleep,
    ) -> Result<Session, Error> {
        let RegistryReference { host, repository, .. } = reference;
        let transport = Transport::new(options, sleep)?;
        let root = root(host, transport.is_allowed_plain(host));
        Ok(Session {
            found: credentials::find(&options.credential_files, host, repository)?,
            transport,
            root,
            host: host.clone(),
            repository: repository.clone(),
            authorization: Mutex::new(None),
        })
    }

    /// What messages call the repository.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.host, self.repository)
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// The address of a part of the repository: `manifests/1.5`.
    pub(super) fn url(&self, part: &str) -> Url {
        self.root.with_target(format!("/v2/{}/{part}", self.repository))
    }

    /// Asks for a document of at most `limit` bytes.
    pub(super) fn document(
        &self,
        request: &Request<'_>,
        limit: u64,
    ) -> Result<Response<Vec<u8>>, Error> {
        self.admitted(request, |request| self.transport.document(request, limit))
    }

    /// Asks for a stream.
    pub(super) fn stream(&self, request: &Request<'_>) -> Result<Response<Body>, Error> {
        self.admitted(request, |request| self.transport.stream(request))
    }

    /// Sends a request with what let us in last; once more with fresh authorization where that is not enough.
    fn admitted<B>(
        &self,
        request: &Request<'_>,
        send: impl Fn(&Request<'_>) -> Result<Response<B>, Error>,
    ) -> Result<Response<B>, Error> {
        let known = self.authorization.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut request = Request { authorization: known, ..request.clone() };
        let response = send(&request)?;
        // Whoever we were redirected to gets no credentials, whatever he asks for.
        if response.status != 401 || !response.url.is_same_server(&self.root) {
            return Ok(response);
        }
        let offers = response.headers.get_all("www-authenticate");
        let challenges: Vec<Challenge> = offers
            .iter()
            .filter_map(|offer| offer.to_str().ok())
            .flat_map(challenge::parse)
            .collect();
        match self.renew(&challenges, request.authorization.as_ref())? {
            Some(fresh) => {
                request.authorization = Some(fresh);
                send(&request)
            }
            None => Ok(response),
        }
    }

    /// Gets fresh authorization after `refused` was refused; none where nothing else can be tried.
    fn renew(
        &self,
        challenges: &[Challenge],
        refused: Option<&Authorization>,
    ) -> Result<Option<Authorization>, Error> {
        // Held while asking: the other threads wait for this token instead of fetching their own.
        let mut known = self.authorization.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_some() && known.as_ref() != refused {
            return Ok(known.clone());
        }
        let petition = Petition {
            transport: &self.transport,
            registry: &self.root,
            repository: &self.repository,
            credential: self.found.credential.as_ref().map(|(credential, _)| credential),
        };
        let fresh = match authorization::answer(&petition, challenges) {
            Ok(fresh) => fresh.filter(|fresh| Some(fresh) != refused),
            Err(Refused::Denied(answer)) => return Err(self.denied(&answer)),
            Err(Refused::Failed(error)) => return Err(error),
        };
        known.clone_from(&fresh);
        Ok(fresh)
    }

    /// The error of an answer that is neither what was asked for nor "not found".
    pub(super) fn failure(&self, what: &str, response: &Response<Vec<u8>>) -> Error {
        let answer = response.describe();
        match response.status {
            401 | 403 if response.url.is_same_server(&self.root) => self.denied(&answer),
            _ => Error::Unavailable {
                what: format!(
                    "could not fetch {what}: {} answered {answer}",
                    response.url.authority()
                ),
                hint: self.hint_of_scheme(&answer),
            },
        }
    }

    /// Registries hide what one may not see: from outside, "private" and "not there" are the same.
    fn denied(&self, answer: &str) -> Error {
        let (host, name) = (&self.host, self.name());
        let login = match host.as_str() {
            "docker.io" => "docker login".into(),
            host => format!("docker login {host}"),
        };
        let files = |files: &[std::path::PathBuf]| {
            let files: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
            files.join(" and ")
        };
        let mut hint = match (&self.found.credential, &self.found.read[..]) {
            (Some((_, file)), _) => {
                format!("the credentials were those of {}; `{login}` replaces them", file.display())
            }
            (None, []) => {
                format!("no credentials were sent, and no file has any; `{login}` stores them")
            }
            (None, read) => {
                format!(
                    "no credentials were sent: {} has none for {host}; `{login}` stores them",
                    files(read)
                )
            }
        };
        for remark in &self.found.remarks {
            hint = format!("{hint}; {remark}");
        }
        let what = format!("{host} gives no access to {name}, or it does not exist: {answer}");
        Error::Denied { what, hint }
    }

    /// A server that wants TLS says so in words of its own; this is the only sign that is common to them.
    fn hint_of_scheme(&self, answer: &str) -> String {
        if !self.root.is_secure() && answer.starts_with("400") {
            return "it was spoken to over plain HTTP; if it wants TLS on a loopback address, \
                    use port 443 or this machine's name"
                .into();
        }
        String::new()
    }
}

/// The root of a registry. HTTPS, but for loopback (other than port 443) and hosts that are allowed plain HTTP: these
/// are spoken to over plain HTTP and nothing else, so that what happens never depends on what answers.
fn root(host: &str, allowed_plain: bool) -> Url {
    let is_local = is_loopback(host) && split_port(host).1 != Some(443);
    let authority = if host == "docker.io" { DOCKER_HUB } else { host };
    Url::root(!(is_local || allowed_plain), authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_and_allowed_hosts_are_spoken_to_in_plain() {
        let check = |host: &str, allowed: bool, expect: &str| {
            assert_eq!(root(host, allowed).expose(), expect);
        };
        check("docker.io", false, "https://registry-1.docker.io/");
        check("h.io:5000", false, "https://h.io:5000/");
        check("h.io:5000", true, "http://h.io:5000/");
        check("127.0.0.1:5000", false, "http://127.0.0.1:5000/");
        check("localhost:443", false, "https://localhost:443/");
        check("[::1]", false, "http://[::1]/");
        check("localhost.h.io", false, "https://localhost.h.io/");
    }
}
