//! What is done beside answering: jobs of the ledger are taken and done, and tags are looked at in rounds. A process that ends
//! gives its jobs back; those of one that was killed are taken over when its time for them is over.

mod bell;
mod holding;
mod renewing;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use engine::{Ended, Event, Job, Rounds, WorkKind};
use model::{Digest, Time};
use tonic::Code;

use crate::desk::Desk;
use crate::error::Error;
use crate::following::{self, Followed, What};
use crate::library::Shelf;
use crate::local;
use crate::log::Record;
use crate::metrics::Look;
use crate::services::repos;
use crate::status::Status;

pub(crate) use bell::Bell;

/// Jobs that are done at once.
const WORKERS: usize = 2;

/// Registries that are asked at once what their tags mean.
const WATCHERS: usize = 4;

/// Seconds for which a job is taken, and the looking at tags; they are held for longer as long as somebody does it.
const LEASE: i64 = 15;

/// What the looking at tags is called among leases.
const WATCH: &str = "watch";

/// How often it is told how far a job is, and held for longer.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// How long nobody looks for jobs that nobody rang for: those that are due later, and of other processes.
const PATIENCE: Duration = Duration::from_secs(1);

/// Seconds after which it is asked again which tags there are.
const REREAD: i64 = 10;

/// Whoever does what there is to do.
pub(crate) struct Crew {
    desk: Arc<Desk>,
    holder: String,
    is_over: Arc<AtomicBool>,
}

/// Which tags are looked at when.
struct Watching {
    rounds: Rounds,
    followed: BTreeMap<String, Followed>,
    /// Tags that were discovered, and that nobody has looked at yet.
    found: BTreeMap<String, Followed>,
    read: Option<Time>,
    lease: Lease,
}

/// The right to look at tags: of all that serve from one folder, one does.
struct Lease {
    holder: String,
    asked: Option<Time>,
    is_ours: bool,
}

impl Crew {
    /// Begins. Tags are looked at every so many seconds, or not at all.
    pub(crate) fn begin(desk: &Arc<Desk>, every: Option<i64>) -> Result<Crew, Error> {
        let holder = hex::encode(local::random::<8>()?);
        let crew = Crew { desk: Arc::clone(desk), holder, is_over: Arc::default() };
        for _ in 0..WORKERS {
            let (desk, holder) = (Arc::clone(desk), crew.holder.clone());
            let is_over = Arc::clone(&crew.is_over);
            thread::spawn(move || work(&desk, &holder, &is_over));
        }
        let (holding, over) = (Arc::clone(desk), Arc::clone(&crew.is_over));
        thread::spawn(move || holding::hold(&holding, &over));
        let (renewing, over) = (Arc::clone(desk), Arc::clone(&crew.is_over));
        thread::spawn(move || renewing::renew(&renewing, &over));
        if let Some(every) = every {
            let rounds = Rounds::new(every);
            let (followed, found) = Default::default();
            let lease = Lease { holder: crew.holder.clone(), asked: None, is_ours: false };
            let watching = Watching { rounds, followed, found, read: None, lease };
            let watching = Arc::new(Mutex::new(watching));
            for _ in 0..WATCHERS {
                let (desk, watching) = (Arc::clone(desk), Arc::clone(&watching));
                let is_over = Arc::clone(&crew.is_over);
                thread::spawn(move || watch(&desk, &watching, &is_over));
            }
        }
        Ok(crew)
    }

    /// Begins nothing more, and gives back what is not done. What was read for it by then is kept.
    pub(crate) fn end(self) {
        self.is_over.store(true, Ordering::Relaxed);
        let state = &self.desk.state;
        if let Err(error) = state.ledger.give_back_jobs(&self.holder, state.now()) {
            trouble(&self.desk, &format!("jobs could not be given back: {error}"));
        }
        if let Err(error) = state.ledger.give_back_leases(&self.holder) {
            trouble(&self.desk, &format!("leases could not be given back: {error}"));
        }
    }
}

fn trouble(desk: &Desk, text: &str) {
    (desk.log)(&Record::Trouble { text });
}

fn work(desk: &Desk, holder: &str, is_over: &AtomicBool) {
    let state = &desk.state;
    while !is_over.load(Ordering::Relaxed) {
        match state.ledger.take_job(holder, state.now(), LEASE) {
            Ok(Some(job)) => {
                let ended = held(desk, &job, holder);
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                if let Ended::Later(why) | Ended::Failed(why) = &ended {
                    let (what, repo) = (&job.work.what, &job.work.repo);
                    trouble(desk, &format!("job {} ({what} of {repo}): {why}", job.number));
                }
                if let Err(error) = state.ledger.end_job(job.number, holder, &ended, state.now()) {
                    trouble(desk, &format!("a job could not be ended: {error}"));
                }
            }
            Ok(None) => state.bell.wait(PATIENCE),
            Err(error) => {
                trouble(desk, &format!("no job could be taken: {error}"));
                thread::sleep(PATIENCE);
            }
        }
    }
}

/// Does a job, and holds it meanwhile.
fn held(desk: &Desk, job: &Job, holder: &str) -> Ended {
    let state = &desk.state;
    let progress = Mutex::new(Progress::default());
    thread::scope(|scope| {
        let (done, ended) = channel::<()>();
        let progress = &progress;
        scope.spawn(move || {
            while ended.recv_timeout(HEARTBEAT) == Err(RecvTimeoutError::Timeout) {
                let until = Time(state.now().0.saturating_add(LEASE));
                let told = locked(progress).told();
                // Whoever cannot hold it any more goes on all the same: what is read is kept.
                let _ = state.ledger.hold_job(job.number, holder, until, &told);
            }
        });
        let doing = AssertUnwindSafe(|| done_of(desk, job, progress));
        let result = catch_unwind(doing).unwrap_or_else(|_| Err(Status::internal()));
        drop(done);
        match result {
            Ok(()) => Ended::Done,
            Err(status) => match status.code {
                Code::Unavailable | Code::Internal | Code::DataLoss | Code::Aborted => {
                    Ended::Later(status.message)
                }
                _ => Ended::Failed(status.message),
            },
        }
    })
}

fn done_of(desk: &Desk, job: &Job, progress: &Mutex<Progress>) -> Result<(), Status> {
    let (state, work) = (&desk.state, &job.work);
    let invalid = |error: String| Status::invalid_argument(error);
    match work.kind {
        WorkKind::Look => {
            note_move(
                desk,
                &work.repo.to_string(),
                &work.what,
                following::look(state, &work.repo, &work.what)?,
            );
            Ok(())
        }
        WorkKind::Read => {
            let digest: Digest = work.what.parse().map_err(|error| invalid(format!("{error}")))?;
            let platform = match work.platform.as_str() {
                "" => None,
                text => Some(text.parse().map_err(|error| invalid(format!("{error}")))?),
            };
            let gone = || Status::not_found(format!("there is no repository {}", work.repo));
            let thing =
                state.ledger.thing(engine::ThingKind::Repo, &work.repo)?.ok_or_else(gone)?;
            let upstream = repos::upstream(&thing);
            let shelf = Shelf { id: &work.repo, upstream, ledger: &state.ledger };
            let watch = |event: Event| locked(progress).note(&event);
            let subject = state.library.watched(&shelf, &digest, platform.as_ref(), &watch)?;
            if engine::is_older(&subject.side) {
                let text = "its registry does not give it, and only what another version of the program read is kept";
                return Err(Status::new(Code::Unavailable, text));
            }
            Ok(())
        }
    }
}

fn note_move(desk: &Desk, repo: &str, tag: &str, moved: Option<Digest>) {
    if let Some(digest) = moved {
        (desk.log)(&Record::Note { text: &format!("{tag} of {repo} is {digest} now") });
    }
}

/// How far reading is.
#[derive(Default)]
struct Progress {
    layers: usize,
    read: usize,
    bytes: u64,
    all: Option<u64>,
}

impl Progress {
    fn note(&mut self, event: &Event) {
        match event {
            Event::Reading { layers, bytes } => {
                (self.layers, self.all) = (*layers, *bytes);
            }
            Event::Bytes(bytes) => self.bytes = self.bytes.saturating_add(*bytes),
            Event::Layer => self.read += 1,
            _ => {}
        }
    }

    fn told(&self) -> String {
        let (read, layers, bytes) = (self.read, self.layers, report::bytes(self.bytes));
        match (layers, self.all) {
            (0, _) => String::new(),
            (_, Some(all)) => {
                format!("{read} of {layers} layers, {bytes} of {}", report::bytes(all))
            }
            (_, None) => format!("{read} of {layers} layers, {bytes}"),
        }
    }
}

fn watch(desk: &Desk, watching: &Mutex<Watching>, is_over: &AtomicBool) {
    let state = &desk.state;
    while !is_over.load(Ordering::Relaxed) {
        let now = state.now();
        let next = {
            let mut watching = locked(watching);
            let is_ours = watching.lease.is_ours(desk, now) && !is_over.load(Ordering::Relaxed);
            if is_ours && let Err(status) = reread(desk, &mut watching, now) {
                trouble(desk, &format!("tags could not be listed: {}", status.message));
            }
            let name = if is_ours { watching.rounds.next(now) } else { None };
            name.and_then(|name| {
                let followed = watching.followed.get(&name).cloned();
                if followed.is_none() {
                    watching.rounds.done(&name, true, now);
                }
                followed
            })
        };
        let Some(followed) = next else {
            thread::sleep(PATIENCE);
            continue;
        };
        let looking = AssertUnwindSafe(|| look(desk, watching, &followed));
        let looked = catch_unwind(looking).unwrap_or_else(|_| Err(Status::internal()));
        let mut watching = locked(watching);
        watching.found.remove(&followed.name());
        watching.rounds.done(&followed.name(), looked.is_ok(), state.now());
        if let Err(status) = looked {
            let (name, why) = (followed.name(), status.message);
            trouble(desk, &format!("{name}: {why}"));
        }
    }
}

impl Lease {
    /// Whether it is ours; it is held for longer then.
    fn is_ours(&mut self, desk: &Desk, now: Time) -> bool {
        if self.asked.is_some_and(|asked| now.0.saturating_sub(asked.0) < LEASE / 3) {
            return self.is_ours;
        }
        self.asked = Some(now);
        let until = Time(now.0.saturating_add(LEASE));
        let leased = desk.state.ledger.lease(WATCH, &self.holder, now, until);
        self.is_ours = leased.unwrap_or_else(|error| {
            trouble(desk, &format!("it is not known who looks at tags: {error}"));
            false
        });
        self.is_ours
    }
}

/// Asks a registry something.
fn look(desk: &Desk, watching: &Mutex<Watching>, followed: &Followed) -> Result<(), Status> {
    let (state, repo) = (&desk.state, &followed.repo);
    match &followed.what {
        What::Tag(tag) => {
            let looked = following::look(state, repo, tag);
            state.metrics.looked(match &looked {
                Ok(None) => Look::Same,
                Ok(Some(_)) => Look::Moved,
                Err(_) => Look::Failed,
            });
            note_move(desk, repo.as_str(), tag, looked?);
        }
        What::Tags => {
            let found = following::discover(state, repo)?;
            let mut watching = locked(watching);
            for tag in found {
                let new = Followed { what: What::Tag(tag), ..followed.clone() };
                watching.found.insert(new.name(), new);
                // They have their turn at once, one after the other.
                watching.read = None;
            }
        }
    }
    Ok(())
}

/// Asks which tags there are, where nobody has for a while.
fn reread(desk: &Desk, watching: &mut Watching, now: Time) -> Result<(), Status> {
    if watching.read.is_some_and(|read| now.0.saturating_sub(read.0) < REREAD) {
        return Ok(());
    }
    watching.read = Some(now);
    let mut followed = following::all(&desk.state)?;
    followed.extend(watching.found.values().cloned());
    let hosts = followed.iter().map(|one| (one.name(), one.host.clone()));
    watching.rounds.watch(hosts, now);
    watching.followed = followed.into_iter().map(|one| (one.name(), one)).collect();
    Ok(())
}

/// A panic of another thread's leaves nothing half-done behind that matters here.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
