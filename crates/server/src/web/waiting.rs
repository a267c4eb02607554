//! Images that a page has to wait for: where somebody reads one, the page tells how far that is.

use engine::{JobState, Subject, WorkKind};
use model::{Digest, Platform};
use tonic::Code;

use super::places::Found;
use super::{Told, Visit};
use crate::status::Status;

/// Jobs that are looked through for the one that reads an image.
const MOST: usize = 50;

/// Seconds after which a page is looked at again that is told all the time how far it is.
const AGAIN: u32 = 10;

impl Visit<'_> {
    /// An image of a repository; while somebody reads it, the page waits for it.
    pub(super) fn image(
        &self,
        found: &Found,
        digest: &Digest,
        platform: Option<&Platform>,
    ) -> Result<Subject, Status> {
        let library = &self.state.library;
        library.image_soon(&found.shelf(self), digest, platform).inspect_err(|status| {
            if status.code == Code::Unavailable {
                let place = found.place.image(digest);
                *self.awaited.borrow_mut() = Some((place, found.thing.id.clone(), digest.clone()));
            }
        })
    }

    /// The page that tells how far the image is, where that is known and the visitor may know it.
    pub(super) fn waiting(&self, status: Status) -> Result<Told, Status> {
        let is_for_eyes = ["format", "part"].iter().all(|name| self.here.get(name).is_none());
        let awaited = self.awaited.take();
        let Some((place, repo, digest)) = awaited.filter(|_| is_for_eyes) else {
            return Err(status);
        };
        if status.code != Code::Unavailable || !self.may(&["repo.list", "sboms.list"], &repo) {
            return Err(status);
        }
        let jobs = self.state.ledger.jobs(&repo, WorkKind::Read, None, MOST)?;
        let is_it = |job: &&engine::Job| {
            job.work.what == digest.to_string()
                && matches!(job.state, JobState::Waiting | JobState::Running)
        };
        let Some(job) = jobs.iter().find(is_it) else { return Err(status) };
        let told = if job.told.is_empty() { job.state.name() } else { &job.told };
        let follow = format!("/follow/{}?repo={repo}", job.number);
        Ok(Told::Waiting(pages::being_read(&place.title(), told, &follow, AGAIN)))
    }
}
