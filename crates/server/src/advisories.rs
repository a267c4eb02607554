//! The advisories that images are looked up in: the latest that are kept. Later ones are asked soon after they are there.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use engine::{AdvisoryShelf, KeptDatabase, Scanner};

use crate::status::Status;

/// How long nobody looks whether later ones are there.
const EVERY: Duration = Duration::from_secs(10);

/// The latest advisories that are kept.
pub(crate) struct Latest {
    /// Where they are kept: the first folder that has any is asked.
    shelves: Vec<AdvisoryShelf>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    looked: Option<Instant>,
    open: Option<Open>,
    /// Whether there are any that could not be opened.
    trouble: bool,
}

struct Open {
    name: String,
    advisories: Scanner,
}

impl Latest {
    pub(crate) fn new(shelves: Vec<AdvisoryShelf>) -> Latest {
        Latest { shelves, known: Mutex::default() }
    }

    /// What the advisories are called that are asked now; empty where none are kept.
    pub(crate) fn name(&self) -> String {
        self.known().open.as_ref().map(|open| open.name.clone()).unwrap_or_default()
    }

    /// Asks them, and tells what they are called. None where none are kept.
    pub(crate) fn ask<T>(&self, ask: impl FnOnce(&Scanner) -> T) -> Option<(String, T)> {
        let known = self.known();
        let open = known.open.as_ref()?;
        Some((open.name.clone(), ask(&open.advisories)))
    }

    /// Whether there are any that could not be opened.
    pub(crate) fn is_troubled(&self) -> bool {
        self.known().trouble
    }

    /// All that are kept where the ones are that are asked, the latest last; and how many of them cannot be read.
    pub(crate) fn kept(&self) -> Result<(Vec<KeptDatabase>, usize), Status> {
        for shelf in &self.shelves {
            let (kept, broken) = shelf.list().map_err(|_| Status::internal())?;
            if !kept.is_empty() || !broken.is_empty() {
                return Ok((kept, broken.len()));
            }
        }
        Ok((Vec::new(), 0))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.looked.is_none_or(|looked| looked.elapsed() >= EVERY) {
            known.looked = Some(Instant::now());
            self.look(&mut known);
        }
        known
    }

    fn look(&self, known: &mut Known) {
        known.trouble = false;
        for shelf in &self.shelves {
            let Ok((mut kept, warnings)) = shelf.list() else {
                known.trouble = true;
                continue;
            };
            known.trouble |= !warnings.is_empty();
            let Some(latest) = kept.pop() else { continue };
            if known.open.as_ref().is_some_and(|open| open.name == latest.name) {
                return;
            }
            match latest.open() {
                Ok(advisories) => {
                    let advisories = Scanner::Advisories(advisories);
                    known.open = Some(Open { name: latest.name, advisories });
                }
                Err(_) => known.trouble = true,
            }
            return;
        }
        known.open = None;
    }
}
