//! Turns: one thing is read once however many ask for it, and only so many things at a time.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Who reads what.
pub(super) struct Turns {
    most: usize,
    reading: Mutex<BTreeSet<String>>,
    ended: Condvar,
}

/// The right to read something; dropping it gives it to the next.
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    what: String,
}

impl Turns {
    pub(super) fn new(most: usize) -> Turns {
        Turns { most, reading: Mutex::default(), ended: Condvar::new() }
    }

    /// Waits until nobody reads `what`, and there is room.
    pub(super) fn wait(&self, what: &str) -> Turn<'_> {
        let mut reading = self.reading();
        while reading.contains(what) || reading.len() >= self.most {
            reading = self.ended.wait(reading).unwrap_or_else(PoisonError::into_inner);
        }
        reading.insert(what.to_owned());
        Turn { turns: self, what: what.to_owned() }
    }

    /// Whether somebody reads it now.
    pub(super) fn is_reading(&self, what: &str) -> bool {
        self.reading().contains(what)
    }

    fn reading(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.turns.reading().remove(&self.what);
        self.turns.ended.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn no_two_read_the_same_and_no_more_than_may() {
        let turns = Turns::new(2);
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let same = AtomicUsize::new(0);
        thread::scope(|scope| {
            for place in 0..12 {
                let (turns, now, most, same) = (&turns, &now, &most, &same);
                scope.spawn(move || {
                    let is_same = place % 3 == 0;
                    let what = if is_same { "same".into() } else { place.to_string() };
                    let _turn = turns.wait(&what);
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    if is_same {
                        assert_eq!(same.fetch_add(1, Ordering::SeqCst), 0);
                    }
                    thread::yield_now();
                    if is_same {
                        same.fetch_sub(1, Ordering::SeqCst);
                    }
                    now.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        assert!((1..=2).contains(&most.into_inner()));
    }
}
