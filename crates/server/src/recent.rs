//! Answers that were given before and are the same for ever: as many as there is room for, the latest used stay.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Answers by what was asked.
pub(crate) struct Recent<K, V> {
    most: usize,
    known: Mutex<Known<K, V>>,
}

struct Known<K, V> {
    uses: u64,
    answers: BTreeMap<K, (u64, V)>,
}

impl<K: Ord + Clone, V: Clone> Recent<K, V> {
    pub(crate) fn new(most: usize) -> Recent<K, V> {
        Recent { most, known: Mutex::new(Known { uses: 0, answers: BTreeMap::new() }) }
    }

    /// What was answered.
    pub(crate) fn of(&self, key: &K) -> Option<V> {
        let mut known = self.known();
        known.uses += 1;
        let now = known.uses;
        let (used, answer) = known.answers.get_mut(key)?;
        *used = now;
        Some(answer.clone())
    }

    /// Notes what was answered. What was used least recently makes room for it.
    pub(crate) fn note(&self, key: K, answer: V) {
        let mut known = self.known();
        known.uses += 1;
        if known.answers.len() >= self.most {
            let oldest = known.answers.iter().min_by_key(|(_, (used, _))| *used);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                known.answers.remove(&oldest);
            }
        }
        let now = known.uses;
        known.answers.insert(key, (now, answer));
    }

    fn known(&self) -> MutexGuard<'_, Known<K, V>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays() {
        let recent = Recent::new(2);
        recent.note("a", 1);
        recent.note("b", 2);
        assert_eq!(recent.of(&"a"), Some(1));
        recent.note("c", 3);
        assert_eq!(["a", "b", "c"].map(|key| recent.of(&key)), [Some(1), None, Some(3)]);
    }
}
