//! Connections: HTTP/1.1 and HTTP/2, plain and encrypted, on one port. Each is bounded in time and size.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::tls::Certificates;
use crate::http::Answering;
use crate::log::Record;

/// Connections at once; others wait to be accepted.
const CONNECTIONS: usize = 2048;

/// How long somebody may take to agree on encryption, and to send a request's head.
const HANDSHAKE: Duration = Duration::from_secs(10);
const HEAD: Duration = Duration::from_secs(30);

/// Bytes of a request's head at the most.
const LARGEST_HEAD: usize = 64 << 10;

/// Calls of one connection at once.
const STREAMS: u32 = 200;

/// A port that is listened at.
pub(super) struct Listening {
    listener: TcpListener,
    certificates: Option<Arc<Certificates>>,
    answering: Answering,
    open: Mutex<Option<GracefulShutdown>>,
    room: Arc<Semaphore>,
}

impl Listening {
    pub(super) fn new(
        listener: TcpListener,
        certificates: Option<Certificates>,
        answering: Answering,
    ) -> Listening {
        Listening {
            listener,
            certificates: certificates.map(Arc::new),
            answering,
            open: Mutex::new(Some(GracefulShutdown::new())),
            room: Arc::new(Semaphore::new(CONNECTIONS)),
        }
    }

    /// Accepts connections for ever.
    pub(super) async fn answer(&self) {
        loop {
            let Ok(permit) = Arc::clone(&self.room).acquire_owned().await else { return };
            let stream = match self.listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Most likely there are no more files to be had. Others give theirs back.
                    let text = format!("a connection could not be accepted: {error}");
                    (self.answering.desk.log)(&Record::Trouble { text: &text });
                    sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let Some(watcher) = self.watcher() else { return };
            let (answering, certificates) = (self.answering.clone(), self.certificates.clone());
            tokio::spawn(async move {
                let _permit = permit;
                connection(stream, certificates, answering, watcher).await;
            });
        }
    }

    /// Accepts no more, and waits until what was begun is done.
    pub(super) async fn end(self, patience: Duration) {
        drop(self.listener);
        let open = self.open.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = open {
            // Whoever takes longer is cut off.
            let _ = timeout(patience, open.shutdown()).await;
        }
    }

    fn watcher(&self) -> Option<Watcher> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().map(GracefulShutdown::watcher)
    }
}

async fn connection(
    stream: TcpStream,
    certificates: Option<Arc<Certificates>>,
    answering: Answering,
    watcher: Watcher,
) {
    // Small answers should not wait for more.
    let _ = stream.set_nodelay(true);
    match certificates {
        None => exchange(stream, answering, watcher).await,
        Some(certificates) => {
            let handshake = certificates.acceptor().accept(stream);
            if let Ok(Ok(stream)) = timeout(HANDSHAKE, handshake).await {
                exchange(stream, answering, watcher).await;
            }
        }
    }
}

async fn exchange<S>(stream: S, answering: Answering, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: http::Request<Incoming>| {
        answering.clone().answer(request.map(Body::new))
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(LARGEST_HEAD)
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(LARGEST_HEAD).unwrap_or(u32::MAX))
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(Duration::from_mins(1))
        .keep_alive_timeout(Duration::from_secs(20));
    let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    // Whoever hangs up has had enough; there is nobody to tell.
    let _ = watcher.watch(connection).await;
}
