//! Asking a service: one question, one answer. It knows no question.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use model::ErrorKind;
use serde_json::Value;
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::error::{self, Error};

/// Bytes of an answer at the most.
const LARGEST: u64 = 100 << 20;

/// How long the whole may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// What a service answered.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// Who was asked what.
    url: String,
    /// The answer.
    pub(crate) text: String,
    /// What it comes to, in a word, where it is a comparison.
    pub(crate) outcome: Option<String>,
}

impl Fetched {
    /// The answer as a document.
    pub(crate) fn json(&self) -> Result<Value, Error> {
        serde_json::from_str(&self.text).map_err(|_| {
            let text = format!("could not ask {}: its answer is no JSON", self.url);
            error::said(ErrorKind::Corrupt, text, None)
        })
    }
}

/// Asks a question; nobody's token is shown where there is none.
pub(crate) fn get(
    url: &str,
    token: Option<&str>,
    certificates: &[PathBuf],
) -> Result<Fetched, Error> {
    let mut asking = agent(certificates).get(url);
    if let Some(token) = token {
        asking = asking.header("authorization", format!("Bearer {token}"));
    }
    answered(url, asking.call())
}

/// Sends an encoded form.
pub(crate) fn post(
    url: &str,
    token: &str,
    form: &str,
    certificates: &[PathBuf],
) -> Result<Fetched, Error> {
    let asking = agent(certificates).post(url).header("authorization", format!("Bearer {token}"));
    let asking = asking.content_type("application/x-www-form-urlencoded");
    answered(url, asking.send(form))
}

fn agent(certificates: &[PathBuf]) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(PATIENCE))
        .proxy(None)
        .tls_config(TlsConfig::builder().root_certs(roots(certificates)).build())
        .build()
        .new_agent()
}

fn answered(
    url: &str,
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Fetched, Error> {
    let failed = |kind, why: String| error::said(kind, format!("could not ask {url}: {why}"), None);
    let mut answer = answer.map_err(|error| failed(ErrorKind::Unavailable, error.to_string()))?;
    let status = answer.status().as_u16();
    let outcome = answer.headers().get("pentimento-outcome");
    let outcome = outcome.and_then(|word| word.to_str().ok()).map(str::to_owned);
    let text = answer.body_mut().with_config().limit(LARGEST).read_to_string();
    let text = text.map_err(|error| failed(ErrorKind::Unavailable, error.to_string()))?;
    if status == 200 {
        return Ok(Fetched { url: url.into(), text, outcome });
    }
    let document: Value = serde_json::from_str(&text).unwrap_or_default();
    // Calls of the contract say it in one member, those of our own API in another.
    let reason = document["message"].as_str().or(document["detail"].as_str());
    let why = format!("it answered {status} ({})", reason.unwrap_or("without a reason"));
    let (kind, hint) = match status {
        401 => (ErrorKind::Denied, Some("`pentimento auth login` makes a new token".to_owned())),
        403 => (ErrorKind::Denied, None),
        404 => (ErrorKind::NotFound, None),
        400..=499 => (ErrorKind::Invalid, None),
        _ => (ErrorKind::Unavailable, None),
    };
    Err(error::said(kind, format!("could not ask {url}: {why}"), hint))
}

/// A text as a parameter of an address.
pub(crate) fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// What is trusted: those that browsers trust, or those of the files where there are any.
fn roots(files: &[PathBuf]) -> RootCerts {
    let texts: Vec<Vec<u8>> = files.iter().filter_map(|path| fs::read(path).ok()).collect();
    let items = texts.iter().flat_map(|text| parse_pem(text));
    let certificates: Vec<Certificate<'static>> = items
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        RootCerts::WebPki
    } else {
        RootCerts::new_with_certs(&certificates)
    }
}
