//! Analyses that somebody does not wait for: they are wanted, and looked at until they are done.

use engine::{Job, WorkKind};
use serde_json::{Value, json};

use super::images::{meant, platform};
use super::lists::repo;
use super::page::{limit, page};
use super::{Answer, Asked, ROOT};
use crate::state::State;
use crate::status::Status;

/// Wants an image to be read.
pub(super) fn want(asked: &Asked<'_>) -> Result<Answer, Status> {
    let (state, repo) = (asked.state, repo(asked)?);
    let digest = meant(state, &repo, asked.needed("image")?)?;
    let platform = platform(asked)?.map(|one| one.to_string()).unwrap_or_default();
    let work = engine::Work {
        repo: repo.id.clone(),
        kind: WorkKind::Read,
        what: digest.to_string(),
        platform,
    };
    let job = state.ledger.want(&work, state.now())?;
    state.bell.ring();
    let location = format!("{ROOT}/analyses/{}?repo={}", job.number, repo.id);
    Ok(Answer::json(&shown(&job)).with_status(202).at(location))
}

/// The analyses of a repository, the latest first.
pub(super) fn list(asked: &Asked<'_>) -> Result<Answer, Status> {
    let (repo, most) = (repo(asked)?, limit(asked)?);
    let before = asked.said("after").map(|_| asked.read::<i64>("after")).transpose()?;
    let jobs = asked.state.ledger.jobs(&repo.id, WorkKind::Read, before, most + 1)?;
    Ok(page(most, jobs.iter().map(|job| (job.number.to_string(), shown(job))).collect()))
}

/// One analysis.
pub(super) fn one(asked: &Asked<'_>) -> Result<Answer, Status> {
    Ok(Answer::json(&shown(&job(asked)?)).tagged())
}

/// One analysis, told again whenever something about it changes, until it has ended.
pub(super) fn events(asked: &Asked<'_>) -> Result<Answer, Status> {
    Ok(Answer::events(job(asked)?.number))
}

fn job(asked: &Asked<'_>) -> Result<Job, Status> {
    let (repo, number) = (repo(asked)?, asked.read::<i64>("number")?);
    let job = asked.state.ledger.job(number)?;
    // One of another repository is as if it were not there.
    let job = job.filter(|job| job.work.repo == repo.id && job.work.kind == WorkKind::Read);
    job.ok_or_else(|| Status::not_found(format!("{} has no analysis {number}", repo.name)))
}

/// An analysis as it is told to whoever follows it, and whether it has ended.
pub(super) fn told(state: &State, number: i64) -> Result<Option<(Value, bool)>, Status> {
    use engine::JobState::{Done, Failed};
    let job = state.ledger.job(number)?;
    Ok(job.map(|job| (shown(&job), matches!(job.state, Done | Failed))))
}

fn shown(job: &Job) -> Value {
    json!({
        "number": job.number,
        "repo": job.work.repo.to_string(),
        "digest": job.work.what,
        "platform": Some(&job.work.platform).filter(|platform| !platform.is_empty()),
        "state": job.state.name(),
        "told": Some(&job.told).filter(|told| !told.is_empty()),
        "tries": job.tries,
        "created": job.created.to_string(),
        "updated": job.updated.to_string(),
    })
}
