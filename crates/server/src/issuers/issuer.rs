//! One issuer: where it is, and which keys it signs with now. Its keys are fetched when they are wanted, kept, and fetched
//! again where a token names one that is not among them; never more often than is bearable for the issuer.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use engine::{Reach, SourceOptions};
use model::Time;
use serde::Deserialize;

use super::Refusal;
use super::keys::{self, PublicKey};
use crate::error::Error;
use crate::token::Header;

/// Bytes of a document of an issuer at the most.
const LARGEST: u64 = 256 << 10;

/// How long an issuer may take to be reached, and to go on with an answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Seconds for which fetched keys are all that there are; then they are fetched again.
const FRESH: i64 = 60 * 60;

/// Seconds for which they are good all the same, while they cannot be fetched.
const GOOD: i64 = 24 * 60 * 60;

/// Seconds between two fetches, where a token names a key that nobody knows.
const PAUSE: i64 = 30;

/// Seconds until it is tried again what has failed.
const REST: i64 = 5;

/// Calls that wait while keys are being fetched; those beyond are told to come again.
const MOST_WAITING: usize = 8;

/// How long they wait.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// An issuer.
pub(crate) struct Issuer {
    address: String,
    options: SourceOptions,
    known: Mutex<Known>,
    changed: Condvar,
}

/// What is known of an issuer.
#[derive(Default)]
struct Known {
    keys: Vec<PublicKey>,
    places: Option<Arc<Places>>,
    /// When that was fetched.
    fetched: Option<Time>,
    /// When it was tried to fetch it last, and why that failed.
    tried: Option<Time>,
    failed: Option<String>,
    /// Whether somebody is about to fetch it, and how many wait for that.
    is_fetching: bool,
    waiting: usize,
}

/// Where an issuer has what, as its configuration says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Places {
    issuer: String,
    jwks_uri: String,
    /// Where a browser is sent for somebody to sign in.
    pub(crate) authorization_endpoint: Option<String>,
    /// Where a code is exchanged for a token.
    pub(crate) token_endpoint: Option<String>,
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issuer({})", self.address)
    }
}

impl Issuer {
    /// The one at this address. It is asked by these rules, wherever it is; what it leads to has to have public addresses.
    pub(super) fn new(address: &str, options: &SourceOptions) -> Result<Issuer, Error> {
        let wrong = |why: &str| Error::Issuer { address: address.to_owned(), why: why.to_owned() };
        let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
        let rest = rest.ok_or_else(|| wrong("an issuer's address begins with https://"))?;
        if address.contains(['?', '#', '@']) || !address.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(wrong(
                "it has a query, a user's name, or a character that it may not have",
            ));
        }
        let authority = rest.split('/').next().unwrap_or_default();
        if authority.is_empty() {
            return Err(wrong("it names no host"));
        }
        let mut options = options.clone();
        options.reach = Reach::Public { listed: vec![authority.to_ascii_lowercase()] };
        options.timeout = PATIENCE;
        // Whoever asked is told to come again, and the issuer has a rest.
        options.retry.times = 0;
        let (known, changed) = Default::default();
        Ok(Issuer { address: address.to_owned(), options, known, changed })
    }

    /// What it is called.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// How it is asked.
    pub(crate) fn options(&self) -> &SourceOptions {
        &self.options
    }

    /// Whether it is called so. A slash at the end makes no other one.
    pub(super) fn is_called(&self, name: &str) -> bool {
        name.trim_end_matches('/') == self.address.trim_end_matches('/')
    }

    /// The keys that a token may be signed with that says so of itself. They may have to be fetched.
    pub(super) fn keys(&self, header: &Header, now: Time) -> Result<Vec<PublicKey>, Refusal> {
        self.look(now, |known| {
            let id = header.kid.as_deref();
            let fitting: Vec<PublicKey> =
                known.keys.iter().filter(|key| key.fits(&header.alg, id)).cloned().collect();
            if fitting.is_empty() { None } else { Some(fitting) }
        })?
        .ok_or(Refusal::Unbelieved("it is not signed with a key of its issuer"))
    }

    /// Where it has what. It may have to be fetched.
    pub(crate) fn places(&self, now: Time) -> Result<Arc<Places>, Refusal> {
        let unknown = || Refusal::Unbelieved("its issuer does not say where it has what");
        self.look(now, |known| known.places.clone())?.ok_or_else(unknown)
    }

    /// What is wanted of what is known; where it is not there, or old, it is fetched once more, if that was not just done.
    fn look<T>(
        &self,
        now: Time,
        wanted: impl Fn(&Known) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        let mut known = self.locked();
        loop {
            let had = wanted(&known);
            let age = known.fetched.map(|fetched| now.0.saturating_sub(fetched.0));
            if had.is_some() && age.is_some_and(|age| age < FRESH) {
                return Ok(had);
            }
            let pause = if known.failed.is_some() { REST } else { PAUSE };
            let is_early = known
                .tried
                .is_some_and(|tried| (0..pause).contains(&now.0.saturating_sub(tried.0)));
            if !known.is_fetching && !is_early {
                drop(known);
                known = self.fetch(now);
                continue;
            }
            // What was fetched lately stays good while it cannot be fetched.
            if had.is_some() && age.is_some_and(|age| age < GOOD) {
                return Ok(had);
            }
            if known.is_fetching && known.waiting < MOST_WAITING {
                known.waiting += 1;
                let is_fetching = |known: &mut Known| known.is_fetching;
                let later = self.changed.wait_timeout_while(known, LONGEST_WAIT, is_fetching);
                known = later.unwrap_or_else(PoisonError::into_inner).0;
                known.waiting -= 1;
                if !known.is_fetching {
                    continue;
                }
            }
            let again = u32::try_from(REST).unwrap_or_default();
            return match &known.failed {
                _ if known.is_fetching => {
                    let why = "its issuer's keys are being fetched; ask again".into();
                    Err(Refusal::Unavailable { why, again: 1 })
                }
                Some(why) => Err(Refusal::Unavailable { why: why.clone(), again }),
                None => Ok(None),
            };
        }
    }

    /// Fetches what there is to know. Others wait for that, or do with what is known.
    fn fetch(&self, now: Time) -> MutexGuard<'_, Known> {
        {
            let mut known = self.locked();
            // Somebody else was faster.
            if known.is_fetching {
                return known;
            }
            (known.is_fetching, known.tried) = (true, Some(now));
        }
        let fetching = Fetching(self);
        let fetched = self.fetched();
        let mut known = self.locked();
        match fetched {
            // Keys that are not in the set any more are not good any more.
            Ok((places, keys)) => {
                known.keys = keys;
                known.places = Some(Arc::new(places));
                (known.fetched, known.failed) = (Some(now), None);
            }
            Err(why) => known.failed = Some(why),
        }
        drop(known);
        drop(fetching);
        self.locked()
    }

    fn fetched(&self) -> Result<(Places, Vec<PublicKey>), String> {
        let address = self.address.trim_end_matches('/');
        let document = |address: &str, what: &str| {
            let what = format!("{what} of the issuer {}", self.address);
            engine::web_document(address, &what, LARGEST, &self.options)
                .map_err(|error| error.to_string())
        };
        let configuration =
            document(&format!("{address}/.well-known/openid-configuration"), "the configuration")?;
        let broken = |what: &str| format!("{what} of the issuer {} cannot be read", self.address);
        let places: Places =
            serde_json::from_slice(&configuration).map_err(|_| broken("the configuration"))?;
        if !self.is_called(&places.issuer) {
            return Err(format!("the issuer {} calls itself something else", self.address));
        }
        let is_encrypted = self.address.starts_with("https:");
        let is_bad = |place: &str| {
            !place.starts_with("https://") && (is_encrypted || !place.starts_with("http://"))
        };
        let all = [
            places.authorization_endpoint.as_deref(),
            places.token_endpoint.as_deref(),
            Some(places.jwks_uri.as_str()),
        ];
        if all.into_iter().flatten().any(is_bad) {
            return Err(format!("the issuer {} leads to where nothing is encrypted", self.address));
        }
        let set = document(&places.jwks_uri, "the keys")?;
        let keys = keys::read(&set).ok_or_else(|| broken("the set of keys"))?;
        Ok((places, keys))
    }

    /// A panic of another thread's leaves nothing half-done behind that matters here.
    fn locked(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// That somebody is about to fetch; dropping it says that they are not any more.
struct Fetching<'a>(&'a Issuer);

impl Drop for Fetching<'_> {
    fn drop(&mut self) {
        self.0.locked().is_fetching = false;
        self.0.changed.notify_all();
    }
}
