//! What every call may use: the ledger, the images, whom to trust, and the time.

use std::fmt;
use std::sync::Arc;

use engine::Ledger;
use model::Time;

use crate::caller::{Caller, Trust};
use crate::library::Library;
use crate::recent::Recent;
use crate::status::Status;
use crate::wire::registry::DiffImageResponse;

/// Tells what time it is.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// Comparisons that are remembered.
const COMPARISONS: usize = 512;

/// What every call may use.
pub(crate) struct State {
    pub(crate) ledger: Ledger,
    pub(crate) library: Library,
    pub(crate) trust: Trust,
    /// Comparisons by both digests and the platform.
    pub(crate) comparisons: Recent<[String; 3], Arc<DiffImageResponse>>,
    pub(crate) clock: Clock,
}

impl State {
    pub(crate) fn new(ledger: Ledger, library: Library, trust: Trust, clock: Clock) -> State {
        State { ledger, library, trust, comparisons: Recent::new(COMPARISONS), clock }
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Time {
        (self.clock)()
    }

    /// Who calls.
    pub(crate) fn caller(&self, authorization: Option<&str>) -> Result<Caller, Status> {
        Caller::of(authorization, &self.trust, &self.ledger, self.now())
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State of {}", self.trust.issuer)
    }
}
