//! How much one identity may ask: so many calls a second, some of them at once, and so many that last at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tonic::Code;

use crate::status::Status;

/// Calls of one identity that may last at the same time.
const AT_ONCE: u32 = 64;

/// Identities that are remembered. Beyond, those are forgotten that have asked nothing lately.
const MOST: usize = 10_000;

/// What identities have asked lately.
pub(crate) struct Limits {
    /// Calls in a second; in one moment so many again.
    rate: Option<u32>,
    known: Arc<Mutex<HashMap<String, Bucket>>>,
}

struct Bucket {
    /// Calls that may be made right now.
    left: f64,
    filled: Instant,
    lasting: u32,
}

/// A call that was let in; dropping it says that it is over.
pub(crate) struct Pass {
    who: String,
    known: Arc<Mutex<HashMap<String, Bucket>>>,
}

impl Limits {
    /// With so many calls a second for each; without a limit where nothing is said.
    pub(crate) fn new(rate: Option<u32>) -> Limits {
        Limits { rate, known: Arc::default() }
    }

    /// Lets a call in, or says when to come again.
    pub(crate) fn admit(&self, who: &str, now: Instant) -> Result<Pass, Status> {
        let rate = self.rate.map(f64::from);
        let mut known = locked(&self.known);
        if known.len() >= MOST && !known.contains_key(who) {
            known.retain(|_, bucket| {
                bucket.lasting > 0 || now.duration_since(bucket.filled).as_secs() < 2
            });
        }
        let most = rate.map_or(0.0, |rate| rate * 2.0);
        let bucket =
            known.entry(who.to_owned()).or_insert(Bucket { left: most, filled: now, lasting: 0 });
        if let Some(rate) = rate {
            let passed = now.saturating_duration_since(bucket.filled).as_secs_f64();
            bucket.left = (bucket.left + passed * rate).min(most);
            bucket.filled = now;
            if bucket.left < 1.0 {
                let text = format!("no more than {rate} calls a second; call again later");
                return Err(Status::new(Code::ResourceExhausted, text).again_in(1));
            }
            bucket.left -= 1.0;
        } else {
            bucket.filled = now;
        }
        if bucket.lasting >= AT_ONCE {
            let text = format!("no more than {AT_ONCE} calls of one identity at once");
            return Err(Status::new(Code::ResourceExhausted, text).again_in(1));
        }
        bucket.lasting += 1;
        Ok(Pass { who: who.to_owned(), known: Arc::clone(&self.known) })
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(bucket) = locked(&self.known).get_mut(&self.who) {
            bucket.lasting = bucket.lasting.saturating_sub(1);
        }
    }
}

/// A panic of another thread's leaves nothing half-done behind that matters here.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn one_may_ask_so_much_and_others_as_much() {
        let limits = Limits::new(Some(5));
        let begin = Instant::now();
        let asked = |who: &str, after: u64, times: usize| {
            let now = begin + Duration::from_millis(after);
            (0..times).filter(|_| limits.admit(who, now).is_ok()).count()
        };
        assert_eq!(asked("one", 0, 20), 10);
        assert_eq!(asked("two", 0, 3), 3);
        assert_eq!(asked("one", 1_000, 20), 5);
        assert_eq!(asked("one", 1_100, 20), 0);
        assert_eq!(asked("one", 60_000, 20), 10);
        let refused = limits.admit("one", begin + Duration::from_mins(1)).err().unwrap();
        assert_eq!((refused.code, refused.again), (Code::ResourceExhausted, Some(1)));
    }

    #[test]
    fn not_all_calls_that_last_are_those_of_one() {
        let limits = Limits::new(None);
        let now = Instant::now();
        let mut lasting: Vec<Pass> = Vec::new();
        while let Ok(pass) = limits.admit("one", now) {
            lasting.push(pass);
        }
        assert_eq!(lasting.len(), 64);
        assert!(limits.admit("two", now).is_ok());
        lasting.pop();
        assert!(limits.admit("one", now).is_ok());
    }
}
