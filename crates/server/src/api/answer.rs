//! Answers: documents, with what says whether a client has them already, and packed where that is worth it.

use std::io::Write as _;

use axum::body::Body;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION,
    VARY,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;

/// What a comparison comes to: `same`, `different`, or `untold` where it could not be told of all packages.
const OUTCOME: &str = "pentimento-outcome";

/// Shorter answers are not packed.
const WORTH_PACKING: usize = 1024;

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    status: u16,
    kind: &'static str,
    bytes: Vec<u8>,
    location: Option<String>,
    tag: Tag,
    outcome: Option<&'static str>,
    follows: Option<i64>,
}

/// What tells an answer from all others, for clients that ask again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Tag {
    /// Nothing: nobody is to keep it.
    #[default]
    None,
    /// Its own bytes.
    Bytes,
    /// What it was asked with: it is the same for ever.
    Known(String),
}

impl Answer {
    /// A document.
    pub(crate) fn json(document: &Value) -> Answer {
        Answer::text("application/json", document.to_string().into_bytes())
    }

    /// A document that is written already, or a text.
    pub(crate) fn text(kind: &'static str, bytes: Vec<u8>) -> Answer {
        Answer { status: 200, kind, bytes, ..Answer::default() }
    }

    /// That the client has it already.
    pub(crate) fn unchanged(tag: String) -> Answer {
        Answer { status: 304, tag: Tag::Known(tag), ..Answer::default() }
    }

    /// What is told of a job as long as it lasts.
    pub(crate) fn events(job: i64) -> Answer {
        Answer { status: 200, follows: Some(job), ..Answer::default() }
    }

    /// The job that is followed, where one is.
    pub(crate) fn follows(&self) -> Option<i64> {
        self.follows
    }

    /// The same with another status.
    pub(crate) fn with_status(self, status: u16) -> Answer {
        Answer { status, ..self }
    }

    /// The same, with where what was begun is found.
    pub(crate) fn at(self, location: String) -> Answer {
        Answer { location: Some(location), ..self }
    }

    /// The same, with what a comparison comes to in a word.
    pub(crate) fn coming_to(self, outcome: &'static str) -> Answer {
        Answer { outcome: Some(outcome), ..self }
    }

    /// The same, so that a client may ask whether it is still so.
    pub(crate) fn tagged(self) -> Answer {
        Answer { tag: Tag::Bytes, ..self }
    }

    /// The same, which is told from others by what it was asked with.
    pub(crate) fn tagged_as(self, tag: String) -> Answer {
        Answer { tag: Tag::Known(tag), ..self }
    }

    /// The response to a request with these headers.
    pub(crate) async fn into_response(self, asked: &HeaderMap) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let headers = response.headers_mut();
        headers.insert(VARY, HeaderValue::from_static("accept-encoding, authorization"));
        if let Some(location) = self.location.and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(LOCATION, location);
        }
        if let Some(outcome) = self.outcome {
            headers.insert(OUTCOME, HeaderValue::from_static(outcome));
        }
        let tag = match self.tag {
            Tag::None => None,
            Tag::Bytes => Some(tag(&self.bytes)),
            Tag::Known(tag) => Some(tag),
        };
        let control = if tag.is_some() { "private, no-cache" } else { "no-store" };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(control));
        if let Some(tag) = tag {
            if let Ok(tag) = HeaderValue::from_str(&tag) {
                headers.insert(ETAG, tag);
            }
            if self.status == 304 || knows(&known(asked), &tag) {
                *response.status_mut() = StatusCode::NOT_MODIFIED;
                return response;
            }
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        let mut bytes = self.bytes;
        if bytes.len() >= WORTH_PACKING && takes_gzip(asked) {
            let packing = spawn_blocking(move || packed(&bytes).ok_or(bytes));
            match packing.await {
                Ok(Ok(packed)) => {
                    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                    bytes = packed;
                }
                Ok(Err(plain)) => bytes = plain,
                Err(_) => {
                    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                    return response;
                }
            }
        }
        *response.body_mut() = Body::from(bytes);
        response
    }
}

/// What tells these bytes from all others. It is a weak one: packed, they mean the same.
fn tag(bytes: &[u8]) -> String {
    format!("W/\"{}\"", &hex::encode(Sha256::digest(bytes))[..32])
}

/// The tags of answers that a client says it has.
pub(super) fn known(asked: &HeaderMap) -> String {
    let said = asked.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    said.collect::<Vec<_>>().join(",")
}

/// Whether one of the tags that a client has is this one.
pub(super) fn knows(known: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.split(',').any(|one| one.trim() == "*" || opaque(one) == opaque(tag))
}

fn takes_gzip(asked: &HeaderMap) -> bool {
    let said = asked.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    said.flat_map(|value| value.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let is_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let is_refused = parts.any(|part| {
            let weight = part.strip_prefix("q=").unwrap_or("1");
            weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0)
        });
        is_gzip && !is_refused
    })
}

fn packed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}
