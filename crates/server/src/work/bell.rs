//! A bell: who waits for work is woken when there is some.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Wakes who waits. It does not count: whoever is woken looks what there is.
#[derive(Default)]
pub(crate) struct Bell {
    rung: Mutex<bool>,
    ringing: Condvar,
}

impl Bell {
    /// Wakes everybody who waits.
    pub(crate) fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.ringing.notify_all();
    }

    /// Waits until it rings, so long at the most. Where it rang since somebody waited last, it does not wait.
    pub(crate) fn wait(&self, patience: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.ringing.wait_timeout_while(rung, patience, |rung| !*rung);
        let (mut rung, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *rung = false;
    }
}
