//! Server-sent events: how far an analysis is, told whenever something about it changes.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::Body;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response};
use hyper::body::Frame;
use serde_json::Value;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::analyses::told;
use crate::desk::Desk;

/// How often it is looked whether something changed.
const EVERY: Duration = Duration::from_millis(500);

/// After how long a silence something is sent that means nothing, so that nobody in between hangs up.
const SILENCE: Duration = Duration::from_secs(15);

/// How long somebody may listen; whoever wants more asks again.
const LONGEST: Duration = Duration::from_mins(10);

/// The response that tells of a job.
pub(crate) fn response(desk: &Arc<Desk>, number: i64) -> Response<Body> {
    let (sender, receiver) = channel(4);
    tokio::spawn(tell(Arc::clone(desk), number, sender));
    let mut response = Response::new(Body::new(Events(receiver)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn tell(desk: Arc<Desk>, number: i64, sender: Sender<Bytes>) {
    let (began, mut last, mut said) = (Instant::now(), None, Instant::now());
    while began.elapsed() < LONGEST {
        let here = Arc::clone(&desk);
        let looked = spawn_blocking(move || told(&here.state, number)).await;
        // What is gone, or cannot be asked, ends the stream; who listens asks for it and is told why.
        let Ok(Ok(Some((shown, is_over)))) = looked else { return };
        let event = if last.as_ref() == Some(&shown) {
            (said.elapsed() >= SILENCE).then(|| Bytes::from_static(b": still here\n\n"))
        } else {
            Some(event(&shown))
        };
        if let Some(event) = event {
            said = Instant::now();
            if sender.send(event).await.is_err() {
                return;
            }
        }
        if is_over {
            return;
        }
        last = Some(shown);
        sleep(EVERY).await;
    }
}

/// The job as an event that is called as its state is.
fn event(shown: &Value) -> Bytes {
    let name = shown["state"].as_str().unwrap_or("message");
    Bytes::from(format!("event: {name}\ndata: {shown}\n\n"))
}

struct Events(Receiver<Bytes>);

impl hyper::body::Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}
