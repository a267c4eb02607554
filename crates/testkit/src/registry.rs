//! A registry in memory that misbehaves as it is told to. It speaks enough HTTP for a client that reads, and no more.
//!
//! ```
//! use testkit::registry::Registry;
//!
//! let registry = Registry::start();
//! registry.push("shop", "1.5", &testkit::image("//- /etc/motd\nwelcome\n"));
//! assert!(registry.host().starts_with("127.0.0.1:"));
//! ```

mod http;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use self::http::{Answer, Request};
use crate::{Image, digest, index};

/// A registry on a free port of the loopback. Dropping it panics where a fault that it was told of never happened.
pub struct Registry {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

/// What goes wrong with one request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Another answer than the right one.
    Answer {
        /// Its status.
        status: u16,
        /// Headers, one a line: `Retry-After: 3`.
        headers: &'static str,
        /// Its body.
        body: &'static str,
    },
    /// The right answer, whole, with a redirect before it: only the header is sent.
    Redirect(String),
    /// The connection ends after so many bytes of the body.
    CutAfter(usize),
    /// A range is not heeded: the whole comes again.
    WholeInstead,
    /// A range is answered with one that begins one byte later.
    OtherRange,
    /// The last byte is another one.
    WrongByte,
    /// The header promises so many bytes.
    ClaimedLength(u64),
    /// A body without an end.
    Endless(u16),
    /// No answer at all, while the connection stays open.
    Silence,
    /// The right answer, so much later.
    Late(Duration),
    /// The tokens given out so far are worth nothing any more.
    TokensExpire,
}

/// Who may read.
#[derive(Clone, Debug, Default)]
pub enum Door {
    /// Anybody.
    #[default]
    Open,
    /// Who sends this user and password, `user:password`.
    Basic(&'static str),
    /// Who has a token, which anybody gets.
    Token,
    /// Who has a token, which only this `user:password` gets.
    TokenFor(&'static str),
    /// Who has a token, which only this identity token gets.
    TokenForIdentity(&'static str),
}

#[derive(Default)]
struct State {
    /// Content and media type by `repository/manifests/tag`, `repository/manifests/digest`, `repository/blobs/digest`.
    stored: BTreeMap<String, (Vec<u8>, String)>,
    tags: BTreeMap<String, BTreeSet<String>>,
    page: usize,
    faults: VecDeque<(String, Fault)>,
    door: Door,
    tokens: Vec<String>,
    given: usize,
    log: Vec<String>,
    over: bool,
}

impl Registry {
    /// Starts an empty one that lets everybody in.
    pub fn start() -> Registry {
        let listener = TcpListener::bind("127.0.0.1:0")
            .unwrap_or_else(|error| panic!("could not listen on the loopback: {error}"));
        let address = listener
            .local_addr()
            .unwrap_or_else(|error| panic!("could not tell the address: {error}"));
        let state = Arc::new(Mutex::new(State { page: usize::MAX, ..State::default() }));
        let shared = Arc::clone(&state);
        thread::spawn(move || serve(&listener, address, &shared));
        Registry { address, state }
    }

    /// Host and port, as they stand in a reference.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Stores an image under a tag.
    pub fn push(&self, repository: &str, tag: &str, image: &Image) {
        self.push_blobs(repository, image);
        let (manifest, _, media_type) = image.manifest();
        self.push_manifest(repository, tag, &manifest, media_type);
    }

    /// Stores an index of several platforms under a tag.
    pub fn push_index(&self, repository: &str, tag: &str, images: &[(&Image, &str)]) {
        for (image, _) in images {
            self.push_blobs(repository, image);
            let (manifest, _, media_type) = image.manifest();
            let key = format!("{repository}/manifests/{}", digest(&manifest));
            self.lock().stored.insert(key, (manifest, media_type.into()));
        }
        let (bytes, _, media_type) = index(images);
        self.push_manifest(repository, tag, &bytes, media_type);
    }

    /// Stores any document as a manifest under a tag.
    pub fn push_manifest(&self, repository: &str, tag: &str, bytes: &[u8], media_type: &str) {
        let mut state = self.lock();
        for name in [tag.to_owned(), digest(bytes).to_string()] {
            let key = format!("{repository}/manifests/{name}");
            state.stored.insert(key, (bytes.to_vec(), media_type.into()));
        }
        state.tags.entry(repository.into()).or_default().insert(tag.into());
    }

    /// Lists tags by pages of so many.
    pub fn tags_by(&self, page: usize) {
        self.lock().page = page;
    }

    /// Lets in only some.
    pub fn door(&self, door: Door) {
        self.lock().door = door;
    }

    /// The next request whose path and query contain `part` goes wrong. Faults for the same part happen in order.
    pub fn fault(&self, part: &str, fault: Fault) {
        self.lock().faults.push_back((part.into(), fault));
    }

    /// The requests so far: method, path and query, then what of `authorization`, `range` and body was sent.
    pub fn requests(&self) -> Vec<String> {
        self.lock().log.clone()
    }

    fn push_blobs(&self, repository: &str, image: &Image) {
        let mut state = self.lock();
        for (digest, bytes) in image.blobs() {
            let key = format!("{repository}/blobs/{digest}");
            state.stored.insert(key, (bytes, "application/octet-stream".into()));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let left = {
            let mut state = self.lock();
            state.over = true;
            std::mem::take(&mut state.faults)
        };
        // Wakes the thread that waits for connections; where that fails it has ended already.
        let _ = TcpStream::connect(self.address);
        if !thread::panicking() {
            assert!(left.is_empty(), "these faults never happened: {left:?}");
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(listener: &TcpListener, address: SocketAddr, state: &Arc<Mutex<State>>) {
    for stream in listener.incoming() {
        if lock(state).over {
            break;
        }
        let Ok(stream) = stream else { continue };
        let state = Arc::clone(state);
        // A client that hangs up is no fault of ours.
        thread::spawn(move || answer(stream, address, &state).ok());
    }
}

/// Answers one request; every connection is for one.
fn answer(mut stream: TcpStream, address: SocketAddr, state: &Mutex<State>) -> std::io::Result<()> {
    let Some(request) = Request::read(&mut BufReader::new(&mut stream))? else {
        return Ok(());
    };
    let (answer, fault) = {
        let mut state = lock(state);
        state.log.push(request.summary());
        let fault = state.take_fault(&request.target);
        if let Some(Fault::TokensExpire) = fault {
            state.tokens.clear();
        }
        (state.answer(&request, fault.as_ref(), address), fault)
    };
    match fault {
        Some(Fault::Silence) => {
            while !lock(state).over {
                thread::sleep(Duration::from_millis(5));
            }
            Ok(())
        }
        Some(Fault::Late(pause)) => {
            thread::sleep(pause);
            answer.send(&mut stream, usize::MAX)
        }
        Some(Fault::CutAfter(length)) => answer.send(&mut stream, length),
        Some(Fault::Endless(_)) => {
            answer.send(&mut stream, 0)?;
            loop {
                stream.write_all(&[b' '; 4096])?;
            }
        }
        _ if request.method == "HEAD" => answer.send(&mut stream, 0),
        _ => answer.send(&mut stream, usize::MAX),
    }
}

impl State {
    fn take_fault(&mut self, target: &str) -> Option<Fault> {
        let place = self.faults.iter().position(|(part, _)| target.contains(part))?;
        self.faults.remove(place).map(|(_, fault)| fault)
    }

    fn answer(&mut self, request: &Request, fault: Option<&Fault>, address: SocketAddr) -> Answer {
        match fault {
            Some(Fault::Answer { status, headers, body }) => {
                return Answer::new(*status, body.as_bytes().to_vec()).with_lines(headers);
            }
            Some(Fault::Redirect(location)) => {
                return Answer::new(307, Vec::new()).with("Location", location);
            }
            Some(Fault::Endless(status)) => {
                return Answer::new(*status, Vec::new()).without_length();
            }
            _ => {}
        }
        let mut answer = self.honest_answer(request, address);
        match (fault, request.range) {
            (Some(Fault::WrongByte), _) => {
                if let Some(byte) = answer.body.last_mut() {
                    *byte ^= 1;
                }
            }
            (Some(Fault::ClaimedLength(length)), _) => return answer.claiming(*length),
            (Some(Fault::WholeInstead), _) => return answer,
            (fault, Some(range)) if answer.status == 200 => {
                answer.cut_to(range, matches!(fault, Some(Fault::OtherRange)));
            }
            _ => {}
        }
        answer
    }

    fn honest_answer(&mut self, request: &Request, address: SocketAddr) -> Answer {
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        if path == "/token" {
            return self.token(request);
        }
        let Some(part) = path.strip_prefix("/v2/") else {
            return Answer::error(404, "NOT_FOUND");
        };
        if let Some(challenge) = self.challenge(request, part, address) {
            return Answer::error(401, "UNAUTHORIZED").with("WWW-Authenticate", &challenge);
        }
        if let Some(repository) = part.strip_suffix("/tags/list") {
            return self.list(repository, query);
        }
        match self.stored.get(part) {
            Some((bytes, media_type)) => {
                let answer = Answer::new(200, bytes.clone()).with("Content-Type", media_type);
                answer.with("Docker-Content-Digest", &digest(bytes).to_string())
            }
            None if part.contains("/manifests/") => Answer::error(404, "MANIFEST_UNKNOWN"),
            None => Answer::error(404, "BLOB_UNKNOWN"),
        }
    }

    /// What a request that is not let in is told.
    fn challenge(&self, request: &Request, part: &str, address: SocketAddr) -> Option<String> {
        let authorization = request.authorization.as_deref().unwrap_or_default();
        match self.door {
            Door::Open => None,
            Door::Basic(pair) => {
                (authorization != basic(pair)).then(|| r#"Basic realm="test""#.into())
            }
            _ => {
                let token = authorization.strip_prefix("Bearer ").unwrap_or_default();
                let repository = part.split("/manifests/").next().unwrap_or_default();
                let repository = repository.split("/blobs/").next().unwrap_or_default();
                let repository = repository.trim_end_matches("/tags/list");
                (!self.tokens.iter().any(|known| known == token)).then(|| {
                    format!(
                        r#"Bearer realm="http://{address}/token",service="test",scope="repository:{repository}:pull""#
                    )
                })
            }
        }
    }

    fn token(&mut self, request: &Request) -> Answer {
        let allowed = match self.door {
            Door::TokenFor(pair) => request.authorization.as_deref() == Some(&basic(pair)),
            Door::TokenForIdentity(identity) => {
                let field = format!("refresh_token={identity}");
                request.method == "POST" && request.body.split('&').any(|given| given == field)
            }
            _ => true,
        };
        if !allowed {
            return Answer::error(401, "UNAUTHORIZED");
        }
        self.given += 1;
        let token = format!("token-{}", self.given);
        self.tokens.push(token.clone());
        let field = if request.method == "POST" { "access_token" } else { "token" };
        Answer::new(200, json!({ field: token, "expires_in": 60 }).to_string().into_bytes())
    }

    fn list(&self, repository: &str, query: &str) -> Answer {
        let Some(tags) = self.tags.get(repository) else {
            return Answer::error(404, "NAME_UNKNOWN");
        };
        let last =
            query.split('&').find_map(|field| field.strip_prefix("last=")).unwrap_or_default();
        let mut names = tags.iter().filter(|name| name.as_str() > last);
        let page: Vec<_> = names.by_ref().take(self.page).collect();
        let answer = json!({ "name": repository, "tags": page }).to_string().into_bytes();
        match (names.next(), page.last()) {
            (Some(_), Some(last)) => {
                let link = format!(r#"</v2/{repository}/tags/list?last={last}&n=2>; rel="next""#);
                Answer::new(200, answer).with("Link", &link)
            }
            _ => Answer::new(200, answer),
        }
    }
}

fn basic(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}
