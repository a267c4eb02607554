//! What tags ever meant stays: the facts of it are held in the store, where they would go otherwise when there is no room. Nobody
//! knows whether a registry still has what no tag of it means any more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use engine::Held;
use model::Digest;

use super::{PATIENCE, trouble};
use crate::desk::Desk;
use crate::status::Status;

/// How often it is said anew what is held, although nothing was read.
const EVERY: Duration = Duration::from_hours(1);

/// How long nobody says it again, and how many times as long as that took the last time.
const PAUSE: Duration = Duration::from_secs(5);
const SHARE: u32 = 20;

/// Digests that are held.
const MOST: usize = 1_000_000;

/// Says what is held, again and again.
pub(super) fn hold(desk: &Desk, is_over: &AtomicBool) {
    let mut last: Option<(Instant, Duration)> = None;
    let mut was_over = false;
    while !is_over.load(Ordering::Relaxed) {
        let is_due = last.is_none_or(|(said, took)| {
            let pause = PAUSE.max(took.saturating_mul(SHARE));
            said.elapsed() >= EVERY
                || said.elapsed() >= pause && desk.state.library.takes_what_was_read()
        });
        if is_due {
            let begun = Instant::now();
            let held = catch_unwind(AssertUnwindSafe(|| held(desk)));
            match held.unwrap_or_else(|_| Err(Status::internal())) {
                Ok(held) => {
                    let is_over = held.bytes > held.capacity;
                    if is_over && !was_over {
                        let Held { images, bytes, capacity } = held;
                        let (bytes, capacity) = (report::bytes(bytes), report::bytes(capacity));
                        trouble(
                            desk,
                            &format!(
                                "facts of {images} images that tags meant take {bytes}, more than the {capacity} of --cache-size"
                            ),
                        );
                    }
                    was_over = is_over;
                }
                Err(status) => {
                    trouble(desk, &format!("what tags meant cannot be held: {}", status.message));
                }
            }
            last = Some((Instant::now(), begun.elapsed()));
        }
        thread::sleep(PATIENCE);
    }
}

fn held(desk: &Desk) -> Result<Held, Status> {
    let state = &desk.state;
    let meanings = state.ledger.meanings(MOST)?;
    let digests: Vec<Digest> = meanings.iter().filter_map(|digest| digest.parse().ok()).collect();
    state.library.hold(state.trust.key.id(), &digests)
}
