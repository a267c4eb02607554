//! What every call may use: the ledger, the images, whom to trust, and the time.

use std::fmt;
use std::sync::{Arc, Mutex};

use engine::{Deed, Ledger};
use model::{Time, Uidp};
use report::kept::Since;

use crate::advisories::Latest;
use crate::caller::{Caller, Trust};
use crate::issuers::Issuers;
use crate::library::Library;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::recent::Recent;
use crate::serve::Login;
use crate::status::Status;
use crate::wire::registry::DiffImageResponse;
use crate::work::Bell;

/// Tells what time it is.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// Comparisons that are remembered.
const COMPARISONS: usize = 512;

/// Comparisons of which no more is remembered than how much differs.
const SINCES: usize = 8192;

/// Exchanges in a second that are refused those whom nobody knows.
const STRANGERS: u32 = 10;

/// Characters that are noted of a place that a caller says.
const LONGEST_PLACE: usize = 1000;

/// What every call may use.
pub(crate) struct State {
    pub(crate) ledger: Ledger,
    pub(crate) library: Library,
    pub(crate) trust: Trust,
    /// Whose tokens are exchanged for ours.
    pub(crate) issuers: Issuers,
    /// Where people sign in, where that is elsewhere.
    pub(crate) login: Option<Login>,
    pub(crate) advisories: Latest,
    /// Comparisons by both digests, the platform, and the name of the advisories.
    pub(crate) comparisons: Recent<[String; 4], Arc<DiffImageResponse>>,
    /// How much differs between two images, by both digests.
    pub(crate) sinces: Recent<[String; 2], Since>,
    /// Held by whoever asks many images together, which takes room.
    pub(crate) together: Mutex<()>,
    pub(crate) clock: Clock,
    /// Rings where there is something to do beside answering.
    pub(crate) bell: Bell,
    /// Groups that anybody may read.
    pub(crate) public: Vec<Uidp>,
    /// How much one identity may ask.
    pub(crate) limits: Limits,
    /// How much those may try together whom nobody knows.
    pub(crate) strangers: Limits,
    pub(crate) metrics: Metrics,
    /// Whether figures are told to whoever asks.
    pub(crate) tells_metrics: bool,
}

impl State {
    pub(crate) fn new(
        ledger: Ledger,
        library: Library,
        trust: Trust,
        advisories: Latest,
        clock: Clock,
    ) -> State {
        State {
            ledger,
            library,
            trust,
            issuers: Issuers::default(),
            login: None,
            advisories,
            comparisons: Recent::new(COMPARISONS),
            sinces: Recent::new(SINCES),
            together: Mutex::default(),
            clock,
            bell: Bell::default(),
            public: Vec::new(),
            limits: Limits::new(None),
            strangers: Limits::new(Some(STRANGERS)),
            metrics: Metrics::default(),
            tells_metrics: false,
        }
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Time {
        (self.clock)()
    }

    /// Notes that somebody did something, or tried to.
    pub(crate) fn note_deed<T>(
        &self,
        identity: &str,
        what: &str,
        place: &str,
        done: &Result<T, Status>,
    ) -> Result<(), Status> {
        let outcome = match done {
            Ok(_) => "ok".to_owned(),
            Err(status) => format!("{:?}", status.code),
        };
        let place = place.chars().take(LONGEST_PLACE).collect();
        let (identity, what) = (identity.to_owned(), what.to_owned());
        let deed = Deed { time: self.now(), identity, what, place, outcome };
        Ok(self.ledger.note_deed(&deed)?)
    }

    /// Whether it is anybody who calls: without a token, where something is public.
    pub(crate) fn is_anybody(&self, authorization: Option<&str>) -> bool {
        authorization.is_none() && !self.public.is_empty()
    }

    /// Who calls.
    pub(crate) fn caller(&self, authorization: Option<&str>) -> Result<Caller, Status> {
        if self.is_anybody(authorization) {
            return Ok(Caller::anybody(&self.public));
        }
        Caller::of(authorization, &self.trust, &self.ledger, self.now())
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State of {}", self.trust.issuer)
    }
}
