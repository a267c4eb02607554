//! A container engine that says what it is told to, on a Unix socket: exchanges are given beforehand, as text, and must
//! happen in their order. It has no images and understands nothing.
//!
//! [`Engine::expect_image`] and [`Engine::expect_export`] say what Docker says of an image, in the shape of its Engine API
//! 1.41: the fields are those that Docker 20.10 sent when it was recorded, but for the ones that nobody here looks at.
//!
//! ```
//! use std::io::{Read as _, Write as _};
//!
//! let engine = testkit::engine::Engine::start();
//! engine.expect("GET /_ping", "200\nApi-Version: 1.41\n\nOK");
//!
//! let mut stream = std::os::unix::net::UnixStream::connect(engine.path()).unwrap();
//! stream.write_all(b"GET /_ping HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
//! let mut answer = String::new();
//! stream.read_to_string(&mut answer).unwrap();
//! assert!(answer.ends_with("\r\n\r\nOK"));
//! ```

use std::collections::VecDeque;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::blobs::digest;
use crate::docker::write_docker_archive;
use crate::image::Image;

/// Bytes of a chunk.
const CHUNK: usize = 1000;

/// An engine on a socket in a folder of its own. Dropping it panics where an exchange never happened, or another one was
/// asked for.
pub struct Engine {
    folder: TempDir,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    exchanges: VecDeque<Exchange>,
    /// Requests that nobody expected.
    strange: Vec<String>,
    over: bool,
}

/// A request, and what is answered to it.
#[derive(Debug)]
struct Exchange {
    request: String,
    head: String,
    body: Vec<u8>,
}

impl Engine {
    /// Starts to listen.
    pub fn start() -> Engine {
        let folder = tempfile::tempdir().expect("a folder for the socket");
        let state = Arc::new(Mutex::new(State::default()));
        let engine = Engine { folder, state };
        let listener = UnixListener::bind(engine.path()).expect("a socket to listen on");
        let state = Arc::clone(&engine.state);
        thread::spawn(move || serve(&listener, &state));
        engine
    }

    /// The socket.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("engine.sock")
    }

    /// The socket as `DOCKER_HOST` would have it.
    pub fn address(&self) -> String {
        format!("unix://{}", self.path().display())
    }

    /// The next request is `METHOD PATH`, and this is the answer: a line with the status, headers, a blank line, a body.
    ///
    /// The status may be followed by `cut=N`, and the connection ends after so many bytes of the body; instead of a status
    /// may stand `silence`. The length is told unless the headers do so, or ask for `Transfer-Encoding: chunked`.
    pub fn expect(&self, request: &str, answer: &str) {
        let (head, body) = answer.split_once("\n\n").unwrap_or((answer, ""));
        self.expect_bytes(request, head, body.as_bytes());
    }

    /// The same with a body that is no text.
    pub fn expect_bytes(&self, request: &str, head: &str, body: &[u8]) {
        let exchange = Exchange { request: request.into(), head: head.into(), body: body.into() };
        self.lock().exchanges.push_back(exchange);
    }

    /// Whoever opens the image by this name asks for these three documents.
    pub fn expect_image(&self, name: &str, image: &Image) {
        self.expect("GET /_ping", "200\nApi-Version: 1.41\n\nOK");
        let inspected = inspected(image).to_string();
        self.expect(&format!("GET /v1.41/images/{name}/json"), &format!("200\n\n{inspected}"));
        self.expect(&format!("GET /v1.41/images/{}/history", id(image)), "200\n\n[]");
    }

    /// Whoever wants layers of the image asks for its archive, which Docker sends in pieces of no length told beforehand.
    pub fn expect_export(&self, image: &Image) {
        let file = self.folder.path().join("export.tar");
        write_docker_archive(&file, &[(image, &[])]);
        let archive = fs::read(&file).expect("the archive that was just written");
        let request = format!("GET /v1.41/images/{}/get", id(image));
        self.expect_bytes(&request, "200\nTransfer-Encoding: chunked", &archive);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// The ID of an image: its configuration's digest.
pub fn id(image: &Image) -> String {
    digest(&image.config_json()).to_string()
}

/// What Docker says of an image when it is asked to inspect it.
pub fn inspected(image: &Image) -> Value {
    let config: Value = serde_json::from_slice(&image.config_json()).expect("a configuration");
    json!({
        "Id": id(image),
        "RepoDigests": [],
        "Created": config["created"],
        "Author": config["author"],
        "Os": config["os"],
        "Architecture": config["architecture"],
        "Config": config["config"],
        "RootFS": { "Type": "layers", "Layers": config["rootfs"]["diff_ids"] },
    })
}

impl Drop for Engine {
    fn drop(&mut self) {
        let (left, strange) = {
            let mut state = self.lock();
            state.over = true;
            (std::mem::take(&mut state.exchanges), std::mem::take(&mut state.strange))
        };
        // Wakes the thread that waits for connections; where that fails it has ended already.
        let _ = UnixStream::connect(self.path());
        if !thread::panicking() {
            assert!(strange.is_empty(), "nobody expected these requests: {strange:?}");
            let left: Vec<_> = left.iter().map(|exchange| &exchange.request).collect();
            assert!(left.is_empty(), "these requests were never made: {left:?}");
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(listener: &UnixListener, state: &Arc<Mutex<State>>) {
    for stream in listener.incoming() {
        if lock(state).over {
            break;
        }
        let Ok(stream) = stream else { continue };
        let state = Arc::clone(state);
        // A client that hangs up is no fault of ours.
        thread::spawn(move || answer(stream, &state).ok());
    }
}

/// Answers one request; every connection is for one.
fn answer(mut stream: UnixStream, state: &Mutex<State>) -> io::Result<()> {
    let mut reader = BufReader::new(&mut stream);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let request = request.trim_end().trim_end_matches(" HTTP/1.1");
    let exchange = {
        let mut state = lock(state);
        match state.exchanges.front() {
            Some(next) if next.request == request => state.exchanges.pop_front(),
            _ => {
                state.strange.push(request.into());
                None
            }
        }
    };
    match exchange {
        Some(exchange) if exchange.head.starts_with("silence") => {
            while !lock(state).over {
                thread::sleep(Duration::from_millis(5));
            }
            Ok(())
        }
        Some(exchange) => send(&mut stream, &exchange),
        None => stream.write_all(b"HTTP/1.1 500 Nobody expected this\r\nContent-Length: 0\r\n\r\n"),
    }
}

fn send(stream: &mut UnixStream, exchange: &Exchange) -> io::Result<()> {
    let mut lines = exchange.head.lines();
    let first = lines.next().unwrap_or_default();
    let (status, cut) = match first.split_once(" cut=") {
        Some((status, cut)) => (status, cut.parse().expect("a number of bytes")),
        None => (first, usize::MAX),
    };
    let headers: Vec<&str> = lines.collect();
    let is_chunked = headers.contains(&"Transfer-Encoding: chunked");
    let mut head = format!("HTTP/1.1 {status} As it is\r\nConnection: close\r\n");
    if !is_chunked && !headers.iter().any(|header| header.starts_with("Content-Length")) {
        head = format!("{head}Content-Length: {}\r\n", exchange.body.len());
    }
    for header in &headers {
        head = format!("{head}{header}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    let body = &exchange.body[..exchange.body.len().min(cut)];
    if !is_chunked {
        return stream.write_all(body);
    }
    for chunk in body.chunks(CHUNK) {
        stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes())?;
        stream.write_all(chunk)?;
        stream.write_all(b"\r\n")?;
    }
    if cut == usize::MAX {
        stream.write_all(b"0\r\n\r\n")?;
    }
    Ok(())
}
