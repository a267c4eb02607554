//! A blob as a stream that goes on where a connection was cut. Its digest is verified where it is read, not here.

use std::io::{self, Read};
use std::sync::Arc;

use model::Digest;
use ureq::{Body, BodyReader};

use super::session::Session;
use super::transport::{Request, Response};
use crate::Error;

/// Bytes after which a connection counts as a good one: cuts before it are no longer held against the server.
const PROGRESS: u64 = 1 << 20;

/// Reads one blob.
pub(super) struct Blob {
    session: Arc<Session>,
    /// For messages: `layer 3 of h.io/shop`.
    what: String,
    digest: Digest,
    /// The size that the descriptor promises; without it a cut blob cannot go on.
    size: Option<u64>,
    /// Bytes given to the caller.
    position: u64,
    connection: Option<Connection>,
    /// Connections that were cut since the last good one.
    cuts: u32,
}

struct Connection {
    body: BodyReader<'static>,
    /// Bytes that the caller has already, sent again by servers that know no ranges.
    skip: u64,
    /// The position that this connection began at.
    start: u64,
}

impl Blob {
    /// Opens the blob; what is wrong at once is said at once.
    pub(super) fn open(
        session: Arc<Session>,
        what: String,
        digest: Digest,
        size: Option<u64>,
    ) -> Result<Blob, Error> {
        let mut blob = Blob { session, what, digest, size, position: 0, connection: None, cuts: 0 };
        blob.connection = Some(blob.begin(blob.ask()?)?);
        Ok(blob)
    }

    /// The bytes that the caller does not have yet, where he has some already.
    fn range(&self) -> Option<(u64, u64)> {
        let last = self.size.and_then(|size| size.checked_sub(1));
        last.filter(|_| self.position > 0).map(|last| (self.position, last))
    }

    /// Asks for what the caller does not have yet.
    fn ask(&self) -> Result<Response<Body>, Error> {
        let url = self.session.url(&format!("blobs/{}", self.digest));
        let request = Request { range: self.range(), ..Request::get(&self.what, url) };
        self.session.stream(&request)
    }

    /// Makes sure that the answer goes on where the caller is.
    fn begin(&self, response: Response<Body>) -> Result<Connection, Error> {
        let host = response.url.authority().to_owned();
        let skip = match response.status {
            200 => match (self.size, response.length()) {
                (Some(size), Some(length)) if size != length => {
                    return Err(self.corrupt(&format!(
                        "it should have {size} bytes, and {host} sends {length}"
                    )));
                }
                _ => self.position,
            },
            206 if self.range().is_some() => {
                let given = response.header("content-range").and_then(first_byte);
                if given != Some(self.position) {
                    return Err(self
                        .corrupt(&format!("{host} sends another part of it than was asked for")));
                }
                0
            }
            404 => {
                return Err(Error::NotFound {
                    what: format!(
                        "could not read {}: {host} has no blob {}",
                        self.what, self.digest
                    ),
                    hint: "its manifest names a blob that was deleted or never pushed".into(),
                });
            }
            _ => return Err(self.session.failure(&self.what, &response.reason())),
        };
        Ok(Connection { body: response.body.into_reader(), skip, start: self.position })
    }

    fn corrupt(&self, reason: &str) -> Error {
        Error::Corrupt {
            what: format!("could not read {} ({}): {reason}", self.what, self.digest.short()),
            hint: "the registry or a proxy before it serves a damaged copy; nothing of it was kept"
                .into(),
        }
    }

    /// Connects anew after a cut.
    fn reconnect(&mut self) -> Result<(), Error> {
        match self.ask() {
            Ok(response) => self.connection = Some(self.begin(response)?),
            // A server that is starting anew refuses connections for a while.
            Err(error @ Error::Unavailable { .. }) if !self.may_try_again() => return Err(error),
            Err(Error::Unavailable { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Lets go of a connection that was cut; an error where that happened too often.
    fn cut(&mut self, reason: &str) -> Result<(), Error> {
        let start = self.connection.take().map_or(self.position, |connection| connection.start);
        if self.position.saturating_sub(start) >= PROGRESS {
            self.cuts = 0;
        }
        if self.may_try_again() {
            return Ok(());
        }
        let (host, position) = (self.session.host(), self.position);
        Err(Error::Unavailable {
            what: format!(
                "could not read {}: {host} broke off after {position} bytes: {reason}",
                self.what
            ),
            hint: String::new(),
        })
    }

    /// Whether another try is left; pauses before it.
    fn may_try_again(&mut self) -> bool {
        let left = self.size.is_some() && self.cuts < self.session.transport.retries();
        if left {
            self.session.transport.pause(self.cuts, None);
            self.cuts += 1;
        }
        left
    }

    fn read_some(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        loop {
            let left = self.size.map_or(u64::MAX, |size| size.saturating_sub(self.position));
            if left == 0 || buffer.is_empty() {
                return Ok(0);
            }
            let Some(connection) = &mut self.connection else {
                self.reconnect()?;
                continue;
            };
            let read = if connection.skip > 0 {
                skip(connection)
            } else {
                let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
                connection.body.read(&mut buffer[..most]).map(Step::Given)
            };
            match read {
                Ok(Step::Given(0)) if self.size.is_none() => return Ok(0),
                Ok(Step::Given(0)) => self.cut("the answer ended")?,
                Ok(Step::Given(length)) => {
                    self.position += length as u64;
                    return Ok(length);
                }
                Ok(Step::Skipped) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.cut(&error.to_string())?,
            }
        }
    }
}

enum Step {
    Given(usize),
    Skipped,
}

/// Reads past what the caller has.
fn skip(connection: &mut Connection) -> io::Result<Step> {
    let mut scratch = [0; 16 << 10];
    let most = usize::try_from(connection.skip).unwrap_or(usize::MAX).min(scratch.len());
    match connection.body.read(&mut scratch[..most])? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        length => {
            connection.skip -= length as u64;
            Ok(Step::Skipped)
        }
    }
}

impl Read for Blob {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read_some(buffer).map_err(io::Error::other)
    }
}

/// The first byte of `bytes 5-9/10`.
fn first_byte(content_range: &str) -> Option<u64> {
    let (first, _) = content_range.trim().strip_prefix("bytes")?.trim_start().split_once('-')?;
    first.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_range_begins_somewhere() {
        assert_eq!(first_byte("bytes 5-9/10"), Some(5));
        assert_eq!(first_byte("bytes 5-9/*"), Some(5));
        for text in ["", "bytes", "bytes */10", "bytes -5-9/10", "items 5-9/10"] {
            assert_eq!(first_byte(text), None, "{text}");
        }
    }
}
