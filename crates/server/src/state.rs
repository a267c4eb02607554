//! What every call may use: the ledger, the images, whom to trust, and the time.

use std::fmt;
use std::sync::Arc;

use engine::Ledger;
use model::Time;

use crate::advisories::Latest;
use crate::caller::{Caller, Trust};
use crate::library::Library;
use crate::recent::Recent;
use crate::status::Status;
use crate::wire::registry::DiffImageResponse;
use crate::work::Bell;

/// Tells what time it is.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// Comparisons that are remembered.
const COMPARISONS: usize = 512;

/// What every call may use.
pub(crate) struct State {
    pub(crate) ledger: Ledger,
    pub(crate) library: Library,
    pub(crate) trust: Trust,
    pub(crate) advisories: Latest,
    /// Comparisons by both digests, the platform, and the name of the advisories.
    pub(crate) comparisons: Recent<[String; 4], Arc<DiffImageResponse>>,
    pub(crate) clock: Clock,
    /// Rings where there is something to do beside answering.
    pub(crate) bell: Bell,
}

impl State {
    pub(crate) fn new(
        ledger: Ledger,
        library: Library,
        trust: Trust,
        advisories: Latest,
        clock: Clock,
    ) -> State {
        let comparisons = Recent::new(COMPARISONS);
        let bell = Bell::default();
        State { ledger, library, trust, advisories, comparisons, clock, bell }
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
