//! A Unix socket as the HTTP library wants it. Nothing here knows what is said over it.
//!
//! The library's interface for this does not promise to stay as it is: an update may mean work here, and only here.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport,
};
use ureq::{Error, Timeout};

/// Connects to one socket, whatever host an address names.
#[derive(Debug)]
pub(super) struct Socket(pub(super) PathBuf);

/// Finds no host, for none is needed.
#[derive(Debug)]
pub(super) struct Nowhere;

impl Resolver for Nowhere {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let mut addresses = self.empty();
        addresses.push(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        Ok(addresses)
    }
}

impl Connector for Socket {
    type Out = Connection;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<Connection>, Error> {
        let timeout = details.timeout.not_zero().map(|timeout| *timeout);
        let stream = connect(&self.0, timeout)?;
        let sizes = (details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Connection { stream, buffers: LazyBuffers::new(sizes.0, sizes.1) }))
    }
}

/// Connects. An engine that does not accept would keep us for ever, so that another thread waits for it.
fn connect(path: &Path, timeout: Option<Duration>) -> Result<UnixStream, Error> {
    let Some(timeout) = timeout else { return Ok(UnixStream::connect(path)?) };
    let (sender, receiver) = channel();
    let path = path.to_owned();
    thread::spawn(move || sender.send(UnixStream::connect(path)));
    match receiver.recv_timeout(timeout) {
        Ok(stream) => Ok(stream?),
        Err(RecvTimeoutError::Timeout) => Err(Error::Timeout(Timeout::Connect)),
        Err(RecvTimeoutError::Disconnected) => Err(Error::ConnectionFailed),
    }
}

/// A connection over a socket.
pub(super) struct Connection {
    stream: UnixStream,
    buffers: LazyBuffers,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("stream", &self.stream).finish_non_exhaustive()
    }
}

impl Transport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let timeout = timeout.for_write();
        self.stream.set_write_timeout(timeout.not_zero().map(|timeout| *timeout))?;
        let output = &self.buffers.output()[..amount];
        self.stream.write_all(output).map_err(|error| late(error, timeout))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let timeout = timeout.for_read();
        let limit = timeout.not_zero().map(|timeout| *timeout);
        let begun = Instant::now();
        loop {
            // A signal begins the wait anew; it shall not make it longer.
            let left = limit.map(|limit| limit.saturating_sub(begun.elapsed()));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(Error::Timeout(timeout.reason));
            }
            self.stream.set_read_timeout(left)?;
            match self.stream.read(self.buffers.input_append_buf()) {
                Ok(amount) => {
                    self.buffers.input_appended(amount);
                    return Ok(amount > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(late(error, timeout)),
            }
        }
    }

    fn is_open(&mut self) -> bool {
        // Every connection is for one request.
        false
    }
}

/// Calls a wait that was too long what it is.
fn late(error: io::Error, timeout: NextTimeout) -> Error {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Error::Timeout(timeout.reason),
        _ => Error::Io(error),
    }
}
