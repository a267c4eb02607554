//! Fetches advisories over HTTP: a document, or an archive into a file. Every wait and every length has an end, and what
//! was promised of an archive is proven before anybody reads it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write as _};
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;
use sha2::{Digest as _, Sha256};
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::unpack::{io_error, shown};
use crate::{Error, Event, Watch};

/// Where Grype's databases are published.
pub const PUBLIC: &str = "https://grype.anchore.io/databases/v6/latest.json";

/// Bytes of a document.
pub(crate) const MOST_DOCUMENT: u64 = 16 << 20;
/// Bytes of an archive.
const MOST_ARCHIVE: u64 = 8 << 30;
/// How long one step may take: to connect, to begin an answer, to send more of it.
const PATIENCE: Duration = Duration::from_secs(30);
const USER_AGENT: &str = concat!("pentimento/", env!("CARGO_PKG_VERSION"));

/// What is published: where the archive is, and what was promised of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) address: String,
    /// `sha256:…`, where it is promised.
    pub(crate) checksum: Option<String>,
}

/// Schema 6: `latest.json`.
#[derive(Deserialize)]
struct Latest {
    path: String,
    checksum: Option<String>,
    status: Option<String>,
}

/// Schema 5 and below: `listing.json`.
#[derive(Deserialize)]
struct Listing {
    available: BTreeMap<String, Vec<Listed>>,
}

#[derive(Deserialize)]
struct Listed {
    url: String,
    checksum: Option<String>,
    built: Option<String>,
}

/// Finds out what is published at an address: what a document there names, or the archive itself.
pub(crate) fn published(address: &str, watch: &Watch<'_>) -> Result<Published, Error> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let is_document = path.rsplit_once('.').is_some_and(|(_, ending)| ending == "json");
    if !is_document {
        return Ok(Published { address: address.into(), checksum: None });
    }
    let mut bytes = Vec::new();
    let body = get(address, watch)?.into_body().into_reader();
    body.take(MOST_DOCUMENT).read_to_end(&mut bytes).map_err(|error| cut(address, &error))?;
    if bytes.len() as u64 == MOST_DOCUMENT || !is_listing(&bytes) {
        // Advisories themselves, of OSV or secdb; it is looked at again when it is there as a whole.
        return Ok(Published { address: address.into(), checksum: None });
    }
    named(address, &bytes, watch)
}

/// Whether a document names databases: then it has one of these keys.
pub(crate) fn is_listing(document: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Keys {
        path: Option<IgnoredAny>,
        available: Option<IgnoredAny>,
    }
    serde_json::from_slice::<Keys>(document)
        .is_ok_and(|keys| keys.path.is_some() || keys.available.is_some())
}

/// What a document at an address names.
pub(crate) fn named(address: &str, bytes: &[u8], watch: &Watch<'_>) -> Result<Published, Error> {
    if let Ok(latest) = serde_json::from_slice::<Latest>(bytes) {
        if let Some(status) = latest.status.filter(|status| status != "active") {
            watch(Event::Warning(format!("the advisories at {address} are {status}")));
        }
        return Ok(Published { address: beside(address, &latest.path), checksum: latest.checksum });
    }
    let listing: Listing = serde_json::from_slice(bytes).map_err(|error| Error::Corrupt {
        what: format!("could not read {address}: it is no listing of databases: {error}"),
        hint: "Grype's are called latest.json and listing.json".into(),
    })?;
    let newest =
        listing.available.get("5").into_iter().flatten().max_by_key(|one| one.built.clone());
    let newest = newest.ok_or_else(|| Error::NotFound {
        what: format!("{address} lists no database of schema 5"),
        hint: "schema 6 is published with a latest.json".into(),
    })?;
    Ok(Published { address: beside(address, &newest.url), checksum: newest.checksum.clone() })
}

/// An address as a document has it: whole, or relative to the folder of the document.
fn beside(document: &str, path: &str) -> String {
    if path.contains("://") {
        return path.into();
    }
    let document = document.split(['?', '#']).next().unwrap_or_default();
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    // A colon in a first segment would be a scheme's in a relative address; here it never is.
    format!("{folder}/{}", path.trim_start_matches("./"))
}

/// Fetches an archive into a file, and proves what was promised of it. Returns its digest.
pub(crate) fn archive(
    published: &Published,
    into: &Path,
    watch: &Watch<'_>,
) -> Result<String, Error> {
    let address = &*published.address;
    let response = get(address, watch)?;
    let mut file = File::create(into).map_err(io_error("write", into))?;
    let mut body = response.into_body().into_reader().take(MOST_ARCHIVE.saturating_add(1));
    let (mut hash, mut length) = (Sha256::new(), 0);
    let mut bytes = vec![0; 1 << 16];
    loop {
        let count = body.read(&mut bytes).map_err(|error| cut(address, &error))?;
        if count == 0 {
            break;
        }
        length += count as u64;
        if length > MOST_ARCHIVE {
            let what = format!("{address} has more than {MOST_ARCHIVE} bytes");
            return Err(Error::Limit { what });
        }
        hash.update(&bytes[..count]);
        file.write_all(&bytes[..count]).map_err(io_error("write", into))?;
        watch(Event::Fetched(count as u64));
    }
    let digest = shown(hash);
    match &published.checksum {
        Some(promised) if !promised.eq_ignore_ascii_case(&digest) => Err(Error::Corrupt {
            what: format!(
                "{address} is not what was promised: it has {digest}, promised was {promised}"
            ),
            hint: "a proxy may have kept an older one; try again later".into(),
        }),
        _ => Ok(digest),
    }
}

fn get(address: &str, watch: &Watch<'_>) -> Result<Response<Body>, Error> {
    let agent = Agent::config_builder()
        .user_agent(USER_AGENT)
        .accept_encoding("identity")
        .http_status_as_error(false)
        .timeout_resolve(Some(PATIENCE))
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .timeout_per_read(Some(PATIENCE))
        .build()
        .new_agent();
    let response = agent.get(address).call().map_err(|error| cut(address, &error))?;
    let status = response.status().as_u16();
    let what = format!("could not fetch {address}: the server answers {status}");
    match status {
        200 => {}
        404 | 410 => {
            return Err(Error::NotFound { what, hint: "look whether the address is right".into() });
        }
        _ => return Err(Error::Unavailable { what, hint: "try again later".into() }),
    }
    let length = response.headers().get("content-length").and_then(|length| length.to_str().ok());
    let bytes = length.and_then(|length| length.parse().ok());
    watch(Event::Fetching { address: address.into(), bytes });
    Ok(response)
}

fn cut(address: &str, error: &dyn std::error::Error) -> Error {
    Error::Unavailable {
        what: format!("could not fetch {address}: {error}"),
        hint: "without a network, import a file that was fetched elsewhere".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unwatched;

    #[track_caller]
    fn check(document: &str, address: &str, checksum: &str) {
        let published =
            named("https://h.io/databases/v6/latest.json?x=1", document.as_bytes(), &unwatched);
        let expect = Published { address: address.into(), checksum: Some(checksum.into()) };
        assert_eq!(published.unwrap(), expect);
    }

    #[test]
    fn an_archive_lies_beside_the_document_that_names_it() {
        check(
            r#"{"status":"active","schemaVersion":"v6.1.9","built":"2024-12-31T00:00:00Z","path":"a_2024-12-31T00:00:00Z_1.tar.zst","checksum":"sha256:aa"}"#,
            "https://h.io/databases/v6/a_2024-12-31T00:00:00Z_1.tar.zst",
            "sha256:aa",
        );
    }

    #[test]
    fn the_newest_of_schema_5_is_taken() {
        check(
            r#"{"available":{"4":[],"5":[{"built":"2024-01-01T00:00:00Z","version":5,"url":"https://a/1.tar.gz","checksum":"sha256:01"},
                {"built":"2024-01-03T00:00:00Z","version":5,"url":"https://a/3.tar.gz","checksum":"sha256:03"}]}}"#,
            "https://a/3.tar.gz",
            "sha256:03",
        );
        let none = named("https://h.io/listing.json", br#"{"available":{"6":[]}}"#, &unwatched);
        assert_eq!(
            none.unwrap_err().to_string(),
            "https://h.io/listing.json lists no database of schema 5"
        );
        assert!(named("https://h.io/x.json", b"[]", &unwatched).is_err());
    }
}
