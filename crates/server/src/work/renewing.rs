//! What was read by another version of the program is read again, one image after the other: what tags meant last comes first.
//! Whoever asks for one meanwhile does not wait for its turn.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use engine::{JobState, ThingKind, WorkKind};
use model::{Digest, Uidp};

use super::{PATIENCE, trouble};
use crate::desk::Desk;
use crate::following;
use crate::log::Record;
use crate::services::repos;
use crate::status::Status;

/// Images that are looked at.
const MOST: usize = 1_000_000;

/// Reads again what has to be, once.
pub(super) fn renew(desk: &Desk, is_over: &AtomicBool) {
    let renewed = catch_unwind(AssertUnwindSafe(|| renewed(desk, is_over)));
    match renewed.unwrap_or_else(|_| Err(Status::internal())) {
        Ok(0) => {}
        Ok(count) => {
            let text = format!(
                "{count} images that another version of the program read were to be read again"
            );
            (desk.log)(&Record::Note { text: &text });
        }
        Err(status) => {
            let why = status.message;
            trouble(desk, &format!("what another version read is not read again: {why}"));
        }
    }
}

/// How many images were read again, or could not be.
pub(super) fn renewed(desk: &Desk, is_over: &AtomicBool) -> Result<usize, Status> {
    let state = &desk.state;
    let mut count = 0;
    for (repo, digest) in state.ledger.meant_in(MOST)? {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        if is_stale(desk, &repo, &digest)? {
            count += 1;
            let job = following::want(state, &repo, WorkKind::Read, &digest)?;
            wait_for(desk, job.number, is_over)?;
        }
    }
    Ok(count)
}

/// Whether an image was read once, and what today's readers would read of it is not kept. What was never read is wanted already.
fn is_stale(desk: &Desk, repo: &Uidp, digest: &str) -> Result<bool, Status> {
    let state = &desk.state;
    let Ok(digest) = digest.parse::<Digest>() else { return Ok(false) };
    if !state.ledger.has_member(repo, &digest.to_string())? || state.library.is_current(&digest)? {
        return Ok(false);
    }
    let thing = state.ledger.thing(ThingKind::Repo, repo)?;
    Ok(thing.is_some_and(|thing| repos::upstream(&thing).is_some()))
}

/// Waits until a job has been tried once, whoever does it: what could not be done is tried again, and keeps no other waiting.
fn wait_for(desk: &Desk, number: i64, is_over: &AtomicBool) -> Result<(), Status> {
    while !is_over.load(Ordering::Relaxed) {
        let job = desk.state.ledger.job(number)?;
        match job.map(|job| (job.state, job.tries)) {
            Some((JobState::Running, _) | (JobState::Waiting, 0)) => thread::sleep(PATIENCE / 5),
            _ => break,
        }
    }
    Ok(())
}
