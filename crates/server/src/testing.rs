//! A service without a port, for tests: requests go in, answers come out.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use engine::{AdvisoryShelf, Ledger, StoreOptions, Thing, ThingKind, Wanted};
use http::{Method, Request};
use http_body_util::BodyExt as _;
use model::{Time, Uidp};
use prost::Message;
use serde_json::Value;

use crate::advisories::Latest;
use crate::caller::Trust;
use crate::capability::BuiltIn;
use crate::demo;
use crate::desk::Desk;
use crate::grpc::Beside;
use crate::http::Answering;
use crate::library::Library;
use crate::local;
use crate::log::Record;
use crate::state::State;
use crate::token::{Audience, Claims, Key, sign};
use crate::wire::iam::RoleBinding;

pub(crate) const NOW: Time = Time(1_790_000_000);
pub(crate) const URL: &str = "http://here";

/// A service.
pub(crate) struct Service {
    pub(crate) desk: Arc<Desk>,
    answering: Answering,
    /// What went wrong inside.
    pub(crate) trouble: Arc<Mutex<Vec<String>>>,
    /// The identity that is there from the beginning.
    pub(crate) owner: Uidp,
    /// The group that is there from the beginning.
    pub(crate) group: Uidp,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    /// Trailers too.
    pub(crate) headers: http::HeaderMap,
    pub(crate) bytes: bytes::Bytes,
    pub(crate) text: String,
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

impl Service {
    pub(crate) fn new() -> Service {
        Service::with(engine::Options::default())
    }

    pub(crate) fn with(options: engine::Options) -> Service {
        Service::of(Ledger::in_memory().unwrap(), options, Vec::new(), |_| {})
    }

    /// One that is changed before it begins.
    pub(crate) fn tuned(tune: impl FnOnce(&mut State)) -> Service {
        let options = engine::Options::default();
        Service::of(Ledger::in_memory().unwrap(), options, Vec::new(), tune)
    }

    fn of(
        ledger: Ledger,
        options: engine::Options,
        shelves: Vec<AdvisoryShelf>,
        tune: impl FnOnce(&mut State),
    ) -> Service {
        let owner = local::prepare(&ledger, NOW).unwrap();
        let group = local::own_group(&ledger, &owner, "local", NOW).unwrap();
        let clock: crate::Clock = Arc::new(|| NOW);
        let registries = vec!["registry.example".to_owned()];
        let library = Library::new(options, registries, Arc::clone(&clock));
        let trust = Trust {
            key: Key::generate().unwrap(),
            issuer: URL.into(),
            audiences: vec![URL.into()],
        };
        let mut state = State::new(ledger, library, trust, Latest::new(shelves), clock);
        tune(&mut state);
        let trouble = Arc::<Mutex<Vec<String>>>::default();
        let told = Arc::clone(&trouble);
        let log = move |record: &Record<'_>| {
            if let Record::Trouble { text } = record {
                told.lock().unwrap().push((*text).to_owned());
            }
        };
        let desk = Arc::new(Desk::new(state, Arc::new(log)).unwrap());
        let answering = Answering::new(Arc::clone(&desk), Beside::new().unwrap());
        Service { desk, answering, trouble, owner, group }
    }

    /// A token of somebody's.
    pub(crate) fn token(&self, identity: &Uidp) -> String {
        self.token_with(Claims { sub: identity.to_string(), ..Claims::default() })
    }

    /// A token that says so, but for who made it and when.
    pub(crate) fn token_with(&self, claims: Claims) -> String {
        let claims = Claims {
            iss: URL.into(),
            aud: Audience::One(URL.into()),
            iat: NOW.0,
            exp: NOW.0 + 3600,
            ..claims
        };
        sign(&claims, &self.desk.state.trust.key).unwrap()
    }

    pub(crate) fn add(&self, kind: ThingKind, id: &Uidp, name: &str, record: &impl Message) {
        let thing = Thing {
            id: id.clone(),
            kind,
            name: name.into(),
            key: String::new(),
            created: NOW,
            updated: NOW,
            record: record.encode_to_vec(),
        };
        assert!(self.desk.state.ledger.add(&thing).unwrap(), "{name}");
    }

    /// Somebody new with a role in a group.
    pub(crate) fn somebody(&self, number: u8, role: &str, group: &Uidp) -> Uidp {
        let identity = Uidp::root([number; 20]);
        self.add(ThingKind::Identity, &identity, role, &());
        let binding = RoleBinding {
            identity: identity.to_string(),
            role: BuiltIn::named(role).unwrap().id.into(),
            ..RoleBinding::default()
        };
        let thing = Thing {
            id: group.below([number; 8]),
            kind: ThingKind::Binding,
            name: String::new(),
            key: identity.to_string(),
            created: NOW,
            updated: NOW,
            record: binding.encode_to_vec(),
        };
        assert!(self.desk.state.ledger.add(&thing).unwrap());
        identity
    }

    /// Sends a request of HTTP/1.1 and waits for its answer.
    pub(crate) fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answered {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.answer(request.body(body.into()).unwrap())
    }

    pub(crate) fn answer(&self, request: Request<Body>) -> Answered {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let answering = self.answering.clone();
        runtime.block_on(async {
            let Ok(response) = answering.answer(request).await;
            let (parts, body) = response.into_parts();
            let body = body.collect().await.unwrap();
            let trailers = body.trailers().cloned().unwrap_or_default();
            let mut headers = parts.headers;
            headers.extend(trailers);
            let bytes = body.to_bytes();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            Answered { status: parts.status.as_u16(), headers, bytes, text }
        })
    }

    /// What the owner is answered.
    pub(crate) fn get(&self, path: &str) -> Answered {
        let token = format!("Bearer {}", self.token(&self.owner));
        self.send(Method::GET, path, &[("authorization", &token)], Body::empty())
    }

    /// Calls over gRPC: the answer's status and its message.
    pub(crate) fn call(&self, path: &str, token: &str, message: &[u8]) -> (String, Vec<u8>) {
        let length = u32::try_from(message.len()).unwrap().to_be_bytes();
        let body = [&[0][..], &length, message].concat();
        let request = Request::builder()
            .method(Method::POST)
            .version(http::Version::HTTP_2)
            .uri(format!("http://here/{path}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .header("authorization", token)
            .body(Body::from(body));
        let answered = self.answer(request.unwrap());
        assert_eq!(answered.status, 200);
        let status = answered.headers["grpc-status"].to_str().unwrap().to_owned();
        (status, answered.bytes.get(5..).unwrap_or_default().to_vec())
    }

    /// What the owner is answered to a body of JSON.
    pub(crate) fn put(&self, method: Method, path: &str, body: &str) -> Answered {
        let token = format!("Bearer {}", self.token(&self.owner));
        self.send(method, path, &[("authorization", &token)], body.to_owned())
    }
}

/// A service with the demonstration.
pub(crate) struct Demo {
    pub(crate) service: Service,
    /// Its repository `nginx`.
    pub(crate) nginx: Uidp,
    /// Where its facts are kept.
    pub(crate) store: engine::Store,
    /// Where its images and everything else are.
    pub(crate) folder: tempfile::TempDir,
}

impl Demo {
    pub(crate) fn new() -> Demo {
        let folder = tempfile::tempdir().unwrap();
        let store = engine::Store::open(&folder.path().join("facts"), &StoreOptions::default());
        let store = store.unwrap();
        let keep = engine::Keep { store: store.clone(), force: false };
        let options = engine::Options { keep: Some(keep), ..engine::Options::default() };
        let ledger = Ledger::in_memory().unwrap();
        let owner = local::prepare(&ledger, NOW).unwrap();
        demo::prepare(folder.path(), &ledger, &owner, &options, NOW).unwrap();
        let shelf = demo::advisories(folder.path()).unwrap();
        let wanted = Wanted { name: Some("nginx".into()), ..Wanted::default() };
        let nginx = ledger.things(ThingKind::Repo, &wanted).unwrap().pop().unwrap().id;
        let service = Service::of(ledger, options, vec![shelf], |_| {});
        Demo { service, nginx, store, folder }
    }
}
