//! Jobs: what the service has to do beside answering. Each is a row, kept by what is to be done, so that it is there once
//! however often it is wanted; whoever does it holds it for a while, and when they are gone another takes it over.

use model::{Time, Uidp};
use rusqlite::{Result, Row, params};

use super::Ledger;
use super::session::Session;
use crate::Error;

/// How often a job is begun before it is given up.
const MOST_TRIES: u32 = 5;

/// Seconds until a job is tried again that could not be done; twice as long each time.
const PAUSE: i64 = 30;

pub(super) const TABLES: &str = "
    CREATE TABLE jobs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        repo TEXT NOT NULL,
        kind TEXT NOT NULL,
        what TEXT NOT NULL,
        platform TEXT NOT NULL,
        state TEXT NOT NULL,
        created INTEGER NOT NULL,
        updated INTEGER NOT NULL,
        due INTEGER NOT NULL,
        tries INTEGER NOT NULL,
        holder TEXT NOT NULL,
        told TEXT NOT NULL,
        UNIQUE (repo, kind, what, platform)
    );
    CREATE INDEX jobs_by_state ON jobs (state, due, number);
";

const COLUMNS: &str = "number, repo, kind, what, platform, state, created, updated, tries, told";

/// What is to be done, in a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// The repository.
    pub repo: Uidp,
    /// What kind of thing.
    pub kind: WorkKind,
    /// The tag or the digest.
    pub what: String,
    /// The platform that is asked for; empty where none is.
    pub platform: String,
}

/// What kind of thing is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkKind {
    /// To look at what a tag means.
    Look,
    /// To read an image.
    Read,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Nobody does it yet, or it is tried again later.
    Waiting,
    /// Somebody does it.
    Running,
    /// It is done.
    Done,
    /// It could not be done and is not tried again.
    Failed,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number: later ones have higher numbers.
    pub number: i64,
    /// What is to be done.
    pub work: Work,
    /// How far it is.
    pub state: JobState,
    /// When it was wanted first.
    pub created: Time,
    /// When its state changed last.
    pub updated: Time,
    /// How often it was begun.
    pub tries: u32,
    /// How far it is, or why it could not be done; a sentence, or nothing.
    pub told: String,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It is done.
    Done,
    /// Not this time, and why: it is tried again, unless it was often enough.
    Later(String),
    /// It cannot be done, and why.
    Failed(String),
}

impl WorkKind {
    fn name(self) -> &'static str {
        match self {
            WorkKind::Look => "look",
            WorkKind::Read => "read",
        }
    }

    fn named(name: &str) -> Option<WorkKind> {
        [WorkKind::Look, WorkKind::Read].into_iter().find(|kind| kind.name() == name)
    }
}

impl JobState {
    /// What it is called: `waiting`, `running`, `done` or `failed`.
    pub fn name(self) -> &'static str {
        match self {
            JobState::Waiting => "waiting",
            JobState::Running => "running",
            JobState::Done => "done",
            JobState::Failed => "failed",
        }
    }

    fn named(name: &str) -> Option<JobState> {
        let all = [JobState::Waiting, JobState::Running, JobState::Done, JobState::Failed];
        all.into_iter().find(|state| state.name() == name)
    }
}

impl Ledger {
    /// Wants something done. What is waiting or running already stays as it is; what ended is done again.
    pub fn want(&self, work: &Work, now: Time) -> std::result::Result<Job, Error> {
        let sql = "INSERT INTO jobs
                (repo, kind, what, platform, state, created, updated, due, tries, holder, told)
            VALUES (?1, ?2, ?3, ?4, 'waiting', ?5, ?5, ?5, 0, '', '')
            ON CONFLICT (repo, kind, what, platform) DO UPDATE
            SET state = 'waiting', updated = excluded.updated, due = excluded.due, tries = 0,
                holder = '', told = ''
            WHERE jobs.state IN ('done', 'failed')";
        let (repo, kind) = (work.repo.as_str(), work.kind.name());
        let Work { what, platform, .. } = work;
        let noted = self.change("note a job", |session| {
            session.change(sql, params![repo, kind, what, platform, now.0])?;
            let sql = format!(
                "SELECT {COLUMNS} FROM jobs
                WHERE repo = ?1 AND kind = ?2 AND what = ?3 AND platform = ?4"
            );
            session.row(&sql, params![repo, kind, what, platform], job)
        })?;
        noted.flatten().ok_or(Error::Ledger {
            doing: "note a job",
            source: rusqlite::Error::QueryReturnedNoRows,
        })
    }

    /// Takes the job that has waited longest, for so many seconds: one that nobody does, or whose holder's time is over.
    pub fn take_job(
        &self,
        holder: &str,
        now: Time,
        seconds: i64,
    ) -> std::result::Result<Option<Job>, Error> {
        let lost = "UPDATE jobs SET state = 'failed', updated = ?1, holder = '',
                told = 'whoever did it was gone each time'
            WHERE state = 'running' AND due <= ?1 AND tries >= ?2";
        let next = "SELECT number FROM jobs WHERE state IN ('waiting', 'running') AND due <= ?1
            ORDER BY due, number LIMIT 1";
        let take = "UPDATE jobs SET state = 'running', updated = ?2, due = ?3, holder = ?4,
                tries = tries + 1, told = '' WHERE number = ?1";
        self.change("take a job", |session| {
            let first = || session.row(next, params![now.0], |row| row.get::<_, i64>(0));
            // Without a job there is nothing to write.
            if first()?.is_none() {
                return Ok(None);
            }
            session.change(lost, params![now.0, MOST_TRIES])?;
            let Some(number) = first()? else { return Ok(None) };
            let until = now.0.saturating_add(seconds);
            session.change(take, params![number, now.0, until, holder])?;
            numbered(session, number)
        })
    }

    /// Holds a job for longer, and says how far it is. Whether it is still the holder's.
    pub fn hold_job(
        &self,
        number: i64,
        holder: &str,
        until: Time,
        told: &str,
    ) -> std::result::Result<bool, Error> {
        let sql = "UPDATE jobs SET due = ?3, told = ?4
            WHERE number = ?1 AND holder = ?2 AND state = 'running'";
        self.ask("hold a job", |session| {
            Ok(session.change(sql, params![number, holder, until.0, told])? > 0)
        })
    }

    /// Says how a job ended. Whoever does not hold it any more says nothing.
    pub fn end_job(
        &self,
        number: i64,
        holder: &str,
        ended: &Ended,
        now: Time,
    ) -> std::result::Result<(), Error> {
        let sql = "UPDATE jobs SET state = ?3, updated = ?4, due = ?5, holder = '', told = ?6
            WHERE number = ?1 AND holder = ?2 AND state = 'running'";
        self.change("end a job", |session| {
            let Some(job) = numbered(session, number)? else { return Ok(()) };
            let (state, due, told) = match ended {
                Ended::Done => (JobState::Done, now, ""),
                Ended::Failed(why) => (JobState::Failed, now, why.as_str()),
                Ended::Later(why) if job.tries >= MOST_TRIES => {
                    (JobState::Failed, now, why.as_str())
                }
                Ended::Later(why) => {
                    let pause = PAUSE.saturating_mul(2_i64.saturating_pow(job.tries));
                    (JobState::Waiting, Time(now.0.saturating_add(pause)), why.as_str())
                }
            };
            let values = params![number, holder, state.name(), now.0, due.0, told];
            session.change(sql, values).map(|_| ())
        })
    }

    /// Gives back what somebody holds, because they stop.
    pub fn give_back_jobs(&self, holder: &str, now: Time) -> std::result::Result<(), Error> {
        let sql = "UPDATE jobs SET state = 'waiting', updated = ?2, due = ?2, holder = '',
            tries = tries - 1, told = '' WHERE holder = ?1 AND state = 'running'";
        self.ask("give jobs back", |session| {
            session.change(sql, params![holder, now.0]).map(|_| ())
        })
    }

    /// The job with this number.
    pub fn job(&self, number: i64) -> std::result::Result<Option<Job>, Error> {
        self.ask("look up a job", |session| numbered(session, number))
    }

    /// The jobs of one kind of a repository with lower numbers than `before`, the latest first, no more than `most`.
    pub fn jobs(
        &self,
        repo: &Uidp,
        kind: WorkKind,
        before: Option<i64>,
        most: usize,
    ) -> std::result::Result<Vec<Job>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM jobs WHERE repo = ?1 AND number < ?2 AND kind = ?4
            ORDER BY number DESC LIMIT ?3"
        );
        self.ask("list jobs", |session| {
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let before = before.unwrap_or(i64::MAX);
            let values = params![repo.as_str(), before, most, kind.name()];
            Ok(session.rows(&sql, values, job)?.into_iter().flatten().collect())
        })
    }

    /// How many jobs are in each state, for whoever watches the service.
    pub fn count_jobs(&self) -> std::result::Result<Vec<(JobState, u64)>, Error> {
        let sql = "SELECT state, count(*) FROM jobs GROUP BY state ORDER BY state";
        self.ask("count jobs", |session| {
            let rows = session.rows(sql, &[], |row| {
                let (state, count): (String, i64) = (row.get(0)?, row.get(1)?);
                let count = u64::try_from(count).unwrap_or_default();
                Ok(JobState::named(&state).map(|state| (state, count)))
            })?;
            Ok(rows.into_iter().flatten().collect())
        })
    }
}

fn numbered(session: &Session<'_>, number: i64) -> Result<Option<Job>> {
    let sql = format!("SELECT {COLUMNS} FROM jobs WHERE number = ?1");
    Ok(session.row(&sql, params![number], job)?.flatten())
}

/// A row as a job; none where it is not one of ours.
fn job(row: &Row<'_>) -> Result<Option<Job>> {
    let [repo, kind, state]: [String; 3] = [row.get(1)?, row.get(2)?, row.get(5)?];
    let (Ok(repo), Some(kind), Some(state)) =
        (repo.parse(), WorkKind::named(&kind), JobState::named(&state))
    else {
        return Ok(None);
    };
    let work = Work { repo, kind, what: row.get(3)?, platform: row.get(4)? };
    Ok(Some(Job {
        number: row.get(0)?,
        work,
        state,
        created: Time(row.get(6)?),
        updated: Time(row.get(7)?),
        tries: row.get(8)?,
        told: row.get(9)?,
    }))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::ledger::tests::Open;

    fn work(what: &str) -> Work {
        let repo = format!("{}/{}", "a".repeat(40), "b".repeat(16)).parse().unwrap();
        Work { repo, kind: WorkKind::Read, what: what.into(), platform: String::new() }
    }

    pub(in crate::ledger) fn a_job_is_there_once_and_one_takes_it(open: Open<'_>) {
        let ledger = open();
        let first = ledger.want(&work("x"), Time(10)).unwrap();
        assert_eq!(ledger.want(&work("x"), Time(11)).unwrap(), first);
        let second = ledger.want(&work("y"), Time(12)).unwrap().number;
        let taken = ledger.take_job("one", Time(20), 60).unwrap().unwrap();
        assert_eq!((taken.number, taken.state, taken.tries), (first.number, JobState::Running, 1));
        assert_eq!(ledger.take_job("two", Time(20), 60).unwrap().unwrap().work, work("y"));
        assert_eq!(ledger.take_job("three", Time(20), 60).unwrap(), None);
        assert!(ledger.hold_job(first.number, "one", Time(200), "half").unwrap());
        assert!(!ledger.hold_job(first.number, "two", Time(200), "half").unwrap());
        ledger.end_job(first.number, "two", &Ended::Done, Time(30)).unwrap();
        assert_eq!(ledger.job(first.number).unwrap().unwrap().told, "half");
        ledger.end_job(first.number, "one", &Ended::Done, Time(30)).unwrap();
        assert_eq!(ledger.job(first.number).unwrap().unwrap().state, JobState::Done);
        let again = ledger.want(&work("x"), Time(40)).unwrap();
        assert_eq!((again.number, again.state), (first.number, JobState::Waiting));
        let numbers = |before, most| -> Vec<i64> {
            let jobs = ledger.jobs(&work("x").repo, WorkKind::Read, before, most).unwrap();
            jobs.into_iter().map(|job| job.number).collect()
        };
        assert_eq!(numbers(None, 9), [second, first.number]);
        assert_eq!(numbers(Some(second), 9), [first.number]);
        assert_eq!(numbers(None, 1), [second]);
    }

    pub(in crate::ledger) fn what_somebody_held_who_is_gone_is_taken_over(open: Open<'_>) {
        let ledger = open();
        ledger.want(&work("x"), Time(0)).unwrap();
        let take = |now| ledger.take_job("one", Time(now), 60).unwrap().map(|job| job.tries);
        assert_eq!(take(0), Some(1));
        assert_eq!(take(59), None);
        assert_eq!(take(60), Some(2));
        ledger.give_back_jobs("one", Time(61)).unwrap();
        assert_eq!(take(61), Some(2));
        assert_eq!([take(200), take(300), take(400)], [Some(3), Some(4), Some(5)]);
        assert_eq!(take(500), None);
        let lost = ledger.job(1).unwrap().unwrap();
        assert_eq!(
            (lost.state, lost.told.as_str()),
            (JobState::Failed, "whoever did it was gone each time")
        );
        assert_eq!(ledger.count_jobs().unwrap(), [(JobState::Failed, 1)]);
    }

    pub(in crate::ledger) fn what_could_not_be_done_is_tried_again_later_and_not_for_ever(
        open: Open<'_>,
    ) {
        let ledger = open();
        ledger.want(&work("x"), Time(0)).unwrap();
        let mut now = 0;
        let mut pauses = Vec::new();
        for _ in 0..5 {
            let begun = now;
            while ledger.take_job("one", Time(now), 60).unwrap().is_none() {
                now += 1;
            }
            pauses.push(now - begun);
            ledger.end_job(1, "one", &Ended::Later("busy".into()), Time(now)).unwrap();
        }
        assert_eq!(pauses, [0, 60, 120, 240, 480]);
        let job = ledger.job(1).unwrap().unwrap();
        assert_eq!((job.state, job.told.as_str()), (JobState::Failed, "busy"));
    }
}
