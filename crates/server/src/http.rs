//! Requests: to each its way, and what all of them have in common.

mod history;
mod router;
mod well_known;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::time::timeout;
use tonic::Code;
use tower::ServiceExt as _;

use crate::desk::Desk;
use crate::grpc;
use crate::log::Record;
use crate::status::Status;

pub(crate) use router::router;

/// How long somebody may take to send a body.
const PATIENCE: Duration = Duration::from_mins(1);

/// The header with a request's ID.
const REQUEST_ID: &str = "x-request-id";

/// Characters of an ID that a caller gives a request.
const LONGEST_ID: usize = 64;

/// Everything that answers.
#[derive(Clone)]
pub(crate) struct Answering {
    pub(crate) desk: Arc<Desk>,
    router: Router,
    beside: grpc::Beside,
}

impl Answering {
    pub(crate) fn new(desk: Arc<Desk>, beside: grpc::Beside) -> Answering {
        Answering { router: router(Arc::clone(&desk)), desk, beside }
    }

    /// Answers a request, and tells the log of it.
    pub(crate) async fn answer(self, request: Request<Body>) -> Result<Response<Body>, Infallible> {
        let began = Instant::now();
        let id = id(&request);
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let is_call = grpc::is_call(&request);
        let protocol = match request.version() {
            _ if is_call => "gRPC",
            http::Version::HTTP_2 => "HTTP/2",
            _ => "HTTP/1.1",
        };
        let mut response = if is_call {
            match self.beside.answer(request).await {
                Ok(response) => response,
                Err(request) => grpc::answer(&self.desk, request).await,
            }
        } else {
            match self.router.clone().oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        };
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        let (status, took) = (response.status().as_u16(), began.elapsed());
        self.desk.state.metrics.answered(protocol, status, took);
        (self.desk.log)(&Record::Request {
            id: &id,
            protocol,
            method: method.as_str(),
            path: &path,
            status,
            took,
        });
        Ok(response)
    }
}

/// The ID that a caller gave a request, or a new one.
fn id(request: &Request<Body>) -> String {
    let given = ["x-request-id", "cgrequestid"].into_iter().find_map(|name| {
        let given = request.headers().get(name)?.to_str().ok()?;
        let is_good = given.len() <= LONGEST_ID
            && !given.is_empty()
            && given.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        is_good.then(|| given.to_owned())
    });
    given.unwrap_or_else(|| {
        let random = ring::rand::generate::<[u8; 8]>(&ring::rand::SystemRandom::new());
        random.map(|random| hex::encode(random.expose())).unwrap_or_default()
    })
}

/// Reads a body of at most so many bytes.
pub(crate) async fn body(body: Body, limit: usize) -> Result<Bytes, Status> {
    match timeout(PATIENCE, Limited::new(body, limit).collect()).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let text = format!("a body has {limit} bytes at the most");
            Err(Status::new(Code::ResourceExhausted, text))
        }
        Ok(Err(_)) => Err(Status::new(Code::Cancelled, "the body was not sent to its end")),
        Err(_) => Err(Status::new(Code::DeadlineExceeded, "the body took too long")),
    }
}
