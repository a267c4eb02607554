//! Requests and answers: time-outs, retries, redirects, bounds. Knows nothing of images, and sends credentials only to
//! the server that they were given for.

mod agent;
mod guard;
mod trouble;

use std::io::Read;
use std::time::Duration;

use ureq::Body;
use ureq::http::HeaderMap;

use self::agent::Agents;
use self::trouble::Trouble;
pub(crate) use self::trouble::reason;
use super::authorization::Authorization;
use super::url::{Url, is_loopback};
use crate::resolve::too_large;
use crate::{Error, Options, Retry};

/// Redirects that one request follows.
const REDIRECTS: usize = 5;
/// Bytes of an answer that says why there is none.
const REASON_LIMIT: u64 = 64 << 10;

/// How a pause is made; tests make none.
pub(super) type Sleep = Box<dyn Fn(Duration) + Send + Sync>;

/// Sends requests.
pub(super) struct Transport {
    agents: Agents,
    retry: Retry,
    timeout: Duration,
    plain_http: Vec<String>,
    sleep: Sleep,
}

/// What is asked for.
#[derive(Clone)]
pub(super) struct Request<'a> {
    /// What it is, for messages: `the manifest of h.io/shop:1.5`.
    pub(super) what: &'a str,
    pub(super) url: Url,
    /// Media types.
    pub(super) accept: Option<&'a str>,
    pub(super) authorization: Option<Authorization>,
    /// First and last byte.
    pub(super) range: Option<(u64, u64)>,
    /// An encoded form to be posted.
    pub(super) form: Option<&'a str>,
    /// Whether the headers of the answer are all that is wanted.
    pub(super) head: bool,
}

/// What a server answered. `B` is [`Body`] where it is still to be read.
pub(super) struct Response<B> {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    /// Who answered, after redirects.
    pub(super) url: Url,
    pub(super) body: B,
}

impl<'a> Request<'a> {
    pub(super) fn get(what: &'a str, url: Url) -> Request<'a> {
        Request {
            what,
            url,
            accept: None,
            authorization: None,
            range: None,
            form: None,
            head: false,
        }
    }
}

impl<B> Response<B> {
    /// A header's text, where it is there and is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The length that the server promises.
    pub(super) fn length(&self) -> Option<u64> {
        self.header("content-length")?.trim().parse().ok()
    }
}

impl Response<Body> {
    /// Reads the beginning of an answer that says why there is none.
    pub(super) fn reason(self) -> Response<Vec<u8>> {
        let mut bytes = Vec::new();
        // A reason that cannot be read whole is no reason to say nothing.
        let _ = self.body.into_reader().take(REASON_LIMIT).read_to_end(&mut bytes);
        Response { status: self.status, headers: self.headers, url: self.url, body: bytes }
    }
}

impl Transport {
    pub(super) fn new(options: &Options, sleep: Sleep) -> Result<Transport, Error> {
        Ok(Transport {
            agents: Agents::new(options)?,
            retry: options.retry.clone(),
            timeout: options.timeout,
            plain_http: options.plain_http.clone(),
            sleep,
        })
    }

    /// Whether this server may be spoken to without encryption, at `authority` as a person or a server wrote it.
    pub(super) fn is_allowed_plain(&self, authority: &str) -> bool {
        self.plain_http.iter().any(|host| host.eq_ignore_ascii_case(authority))
    }

    /// Whether `from` may send us to `to`: encrypted, or this machine where we came without encryption, or allowed.
    pub(super) fn is_safe(&self, from: &Url, to: &Url) -> bool {
        let local = !from.is_secure() && is_loopback(to.authority());
        to.is_secure() || local || self.is_allowed_plain(to.authority())
    }

    /// What to do where that is not safe, but wanted.
    pub(super) fn allowing(url: &Url) -> String {
        let host = url.authority();
        format!("if {host} may be spoken to over plain HTTP, it must be allowed by name")
    }

    /// Sends a request; the body is still to be read. The answer may have any status below 500 but 429.
    pub(super) fn stream(&self, request: &Request<'_>) -> Result<Response<Body>, Error> {
        self.retrying(|| self.once(request, None))
    }

    /// Sends a request and reads an answer of at most `limit` bytes; of a refusal only the beginning.
    pub(super) fn document(
        &self,
        request: &Request<'_>,
        limit: u64,
    ) -> Result<Response<Vec<u8>>, Error> {
        // A server that trickles could keep us for as long as it likes.
        let deadline = self.timeout.saturating_mul(4);
        self.retrying(|| {
            let response = self.once(request, Some(deadline))?;
            if response.status == 200 {
                whole(request, response, limit)
            } else {
                Ok(response.reason())
            }
        })
    }

    /// Pauses before the try after the one numbered `tries` (from 0). Deterministic: no jitter.
    pub(super) fn pause(&self, tries: u32, asked: Option<Duration>) {
        let doubled = self.retry.pause.saturating_mul(2_u32.saturating_pow(tries));
        (self.sleep)(doubled.max(asked.unwrap_or_default()).min(self.retry.longest));
    }

    /// Tries after the first.
    pub(super) fn retries(&self) -> u32 {
        self.retry.times
    }

    fn retrying<T>(&self, attempt: impl Fn() -> Result<T, Trouble>) -> Result<T, Error> {
        let mut tries = 0;
        loop {
            match attempt() {
                Err(trouble) if trouble.passes && tries < self.retry.times => {
                    self.pause(tries, trouble.asked);
                    tries += 1;
                }
                result => return result.map_err(|trouble| trouble.error),
            }
        }
    }

    /// Sends a request once, and follows where its answer leads.
    fn once(
        &self,
        request: &Request<'_>,
        deadline: Option<Duration>,
    ) -> Result<Response<Body>, Trouble> {
        let mut request = request.clone();
        let start = request.url.clone();
        for _ in 0..=REDIRECTS {
            let answer = (self.agents.send(&request, deadline))
                .map_err(|error| Trouble::with_server(&request, &error, self.timeout))?;
            let (parts, body) = answer.into_parts();
            let status = parts.status.as_u16();
            let url = request.url.clone();
            let response = Response { status, headers: parts.headers, url, body };
            match status {
                408 | 429 | 500.. => return Err(Trouble::of_status(&request, &response.reason())),
                301 | 302 | 303 | 307 | 308 if request.form.is_none() => {
                    request.url = self.redirected(&request, response.header("location"))?;
                    if !request.url.is_same_server(&start) {
                        request.authorization = None;
                    }
                }
                _ => return Ok(response),
            }
        }
        Err(Trouble::lasting(&request, &format!("it is redirected more than {REDIRECTS} times")))
    }

    /// Where a redirect leads; refused where it would give up encryption.
    fn redirected(&self, request: &Request<'_>, location: Option<&str>) -> Result<Url, Trouble> {
        let from = &request.url;
        let location = location.and_then(|location| from.join(location));
        let Some(url) = location else {
            let reason = format!("{} redirects to no address", from.authority());
            return Err(Trouble::lasting(request, &reason));
        };
        if self.is_safe(from, &url) {
            return Ok(url);
        }
        let reason = format!("{} redirects to {url}, which is not encrypted", from.authority());
        Err(Trouble::lasting(request, &reason).hinting(Transport::allowing(&url)))
    }
}

/// Reads a whole answer, no more than `limit` bytes.
fn whole(
    request: &Request<'_>,
    response: Response<Body>,
    limit: u64,
) -> Result<Response<Vec<u8>>, Trouble> {
    if request.head {
        let Response { status, headers, url, .. } = response;
        return Ok(Response { status, headers, url, body: Vec::new() });
    }
    let too_large = || Trouble::from(too_large(request.what, limit));
    let promised = response.length();
    if promised.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    let mut reader = response.body.into_reader().take(limit.saturating_add(1));
    if let Err(error) = reader.read_to_end(&mut bytes) {
        return Err(Trouble::while_reading(request, &response.url, &error));
    }
    if bytes.len() as u64 > limit {
        return Err(too_large());
    }
    Ok(Response {
        status: response.status,
        headers: response.headers,
        url: response.url,
        body: bytes,
    })
}
