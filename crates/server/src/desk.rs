//! Where every call ends up, whichever way it came: it is given a thread that may wait, and so much time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use prost_reflect::{DescriptorPool, MessageDescriptor};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tonic::Code;

use crate::caller::bare;
use crate::error::Error;
use crate::limits::Pass;
use crate::log::{Log, Record};
use crate::rpc::{Access, Rpc};
use crate::state::State;
use crate::status::Status;
use crate::web::Memory;
use crate::{rpcs, token, wire};

/// Bytes of a message of gRPC's at the most.
pub(crate) const LARGEST: usize = 100 << 20;

/// Bytes of a message from somebody who has shown no token.
pub(crate) const LARGEST_UNKNOWN: usize = 1 << 20;

/// Calls at once; whoever comes then is told to come again.
const CALLS: usize = 256;

/// How long a call may take. What is read for it is read on all the same.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where every call ends up.
pub(crate) struct Desk {
    pub(crate) state: State,
    pub(crate) log: Log,
    pub(crate) memory: Memory,
    rpcs: Vec<Rpc>,
    shapes: Vec<Shapes>,
    places: HashMap<&'static str, usize>,
    room: Arc<Semaphore>,
}

/// What a call takes and gives.
pub(crate) struct Shapes {
    pub(crate) input: MessageDescriptor,
    pub(crate) output: MessageDescriptor,
}

/// A call.
pub(crate) struct Call {
    /// Which.
    pub(crate) rpc: usize,
    /// The `authorization`, as it was sent.
    pub(crate) authorization: Option<String>,
    /// The request, encoded.
    pub(crate) message: Bytes,
    /// How long the caller waits.
    pub(crate) patience: Option<Duration>,
}

impl Desk {
    pub(crate) fn new(state: State, log: Log) -> Result<Desk, Error> {
        let broken = |why: String| Error::Contract { why };
        let pool = DescriptorPool::decode(wire::DESCRIPTORS);
        let pool = pool.map_err(|error| broken(error.to_string()))?;
        let rpcs = rpcs::all();
        let mut shapes = Vec::new();
        for rpc in &rpcs {
            let (service, method) = rpc.path.split_once('/').unwrap_or_default();
            let service = pool.get_service_by_name(service);
            let method = service
                .and_then(|service| service.methods().find(|one| one.name() == method))
                .ok_or_else(|| broken(format!("it has no {}", rpc.path)))?;
            shapes.push(Shapes { input: method.input(), output: method.output() });
        }
        let places = rpcs.iter().enumerate().map(|(place, rpc)| (rpc.path, place)).collect();
        let (memory, room) = (Memory::new(), Arc::new(Semaphore::new(CALLS)));
        Ok(Desk { state, log, memory, rpcs, shapes, places, room })
    }

    /// Which call `package.Service/Method` is.
    pub(crate) fn place(&self, path: &str) -> Option<usize> {
        self.places.get(path).copied()
    }

    /// Everything that can be called.
    pub(crate) fn rpcs(&self) -> &[Rpc] {
        &self.rpcs
    }

    /// What a call takes and gives.
    pub(crate) fn shapes(&self, rpc: usize) -> &Shapes {
        &self.shapes[rpc]
    }

    /// Bytes of a message that this caller may send, and the right to call, which lasts as long as the call. It is asked before
    /// a message is read, and asks no disk.
    pub(crate) fn admit(
        &self,
        rpc: usize,
        authorization: Option<&str>,
    ) -> Result<(usize, Option<Pass>), Status> {
        if self.rpcs[rpc].access == Access::Open {
            return Ok((LARGEST_UNKNOWN, None));
        }
        if self.state.is_anybody(authorization) && self.rpcs[rpc].access != Access::Known {
            let pass = self.state.limits.admit("anybody", Instant::now())?;
            return Ok((LARGEST_UNKNOWN, Some(pass)));
        }
        let trust = &self.state.trust;
        let token = authorization.map(bare).unwrap_or_default();
        let now = self.state.now();
        let claims = token::verify(token, &trust.key, &trust.issuer, &trust.audiences, now);
        let claims = claims.ok_or_else(Status::unverified)?;
        let pass = self.state.limits.admit(&claims.sub, Instant::now())?;
        Ok((LARGEST, Some(pass)))
    }

    /// Gives what answers a request that is no call a thread that may wait, and so much time; `what` is what the log calls it.
    pub(crate) async fn wait_for<T: Send + 'static>(
        &self,
        what: &str,
        answer: impl FnOnce() -> Result<T, Status> + Send + 'static,
    ) -> Result<T, Status> {
        self.wait(what, PATIENCE, answer).await
    }

    /// The same, but so much time.
    pub(crate) async fn wait<T: Send + 'static>(
        &self,
        what: &str,
        patience: Duration,
        answer: impl FnOnce() -> Result<T, Status> + Send + 'static,
    ) -> Result<T, Status> {
        let busy = |_| Status::new(Code::Unavailable, "too many calls at once; call again");
        let permit = Arc::clone(&self.room).try_acquire_owned().map_err(busy)?;
        let task = spawn_blocking(move || {
            let _permit = permit;
            answer()
        });
        match timeout(patience, task).await {
            Ok(Ok(answer)) => answer.inspect_err(|status| self.note(what, status)),
            Ok(Err(_)) => {
                let text = format!("{what} ended in a panic");
                (self.log)(&Record::Trouble { text: &text });
                Err(Status::internal())
            }
            Err(_) => Err(Status::new(Code::Unavailable, "it takes too long; ask again")),
        }
    }

    /// Calls.
    pub(crate) async fn call(self: &Arc<Desk>, call: Call) -> Result<Vec<u8>, Status> {
        let busy = |_| Status::new(Code::Unavailable, "too many calls at once; call again");
        let permit = Arc::clone(&self.room).try_acquire_owned().map_err(busy)?;
        let Call { rpc, authorization, message, patience } = call;
        let desk = Arc::clone(self);
        let task = spawn_blocking(move || {
            let _permit = permit;
            desk.rpcs[rpc].call(&desk.state, authorization.as_deref(), &message)
        });
        match timeout(patience.unwrap_or(PATIENCE).min(PATIENCE), task).await {
            Ok(Ok(answer)) => answer.inspect_err(|status| self.note(self.rpcs[rpc].path, status)),
            Ok(Err(_)) => {
                let text = format!("a call of {} ended in a panic", self.rpcs[rpc].path);
                (self.log)(&Record::Trouble { text: &text });
                Err(Status::internal())
            }
            Err(_) if patience.is_some_and(|patience| patience < PATIENCE) => Err(Status::new(
                Code::DeadlineExceeded,
                "it was not done in the time that was given",
            )),
            Err(_) if self.rpcs[rpc].reads_images => {
                Err(Status::new(Code::Unavailable, "the images are still being read; ask again"))
            }
            Err(_) => Err(Status::new(Code::Unavailable, "it takes too long; ask again")),
        }
    }

    fn note(&self, what: &str, status: &Status) {
        if matches!(status.code, Code::Internal | Code::DataLoss | Code::Unknown) {
            let text = format!("{what} failed: {}", status.message);
            (self.log)(&Record::Trouble { text: &text });
        }
    }
}
