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

/// Asks for a document of JSON.
pub(crate) fn get(url: &str, token: &str, certificates: &[PathBuf]) -> Result<Value, Error> {
    let failed = |kind, why: String| error::said(kind, format!("could not ask {url}: {why}"), None);
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(PATIENCE))
        .proxy(None)
        .tls_config(TlsConfig::builder().root_certs(roots(certificates)).build())
        .build()
        .new_agent();
    let answer = agent.get(url).header("authorization", format!("Bearer {token}")).call();
    let mut answer = answer.map_err(|error| failed(ErrorKind::Unavailable, error.to_string()))?;
    let status = answer.status().as_u16();
    let text = answer.body_mut().with_config().limit(LARGEST).read_to_string();
    let text = text.map_err(|error| failed(ErrorKind::Unavailable, error.to_string()))?;
    let document: Option<Value> = serde_json::from_str(&text).ok();
    if status == 200 {
        return document.ok_or_else(|| failed(ErrorKind::Corrupt, "its answer is no JSON".into()));
    }
    let reason = document.as_ref().and_then(|document| document["message"].as_str());
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
