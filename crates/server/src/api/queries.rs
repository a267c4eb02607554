//! Questions with the words that Anchore had for them, asked of images that the service has: what `pentimento query` does on one's
//! own machine.

use std::sync::{MutexGuard, TryLockError};
use std::time::{Duration, Instant};

use engine::{Subject, Texts};
use model::Platform;
use report::query::{Asking, Contents, Extent, Images, Need, Query, Scope, Unanswered, Wrong};
use report::rows::{Answers, Form};
use report::{Format, View};
use tonic::Code;

use super::images::platform;
use super::kept::sight;
use super::written::{format, view};
use super::{Answer, Asked};
use crate::sight::Sight;
use crate::state::State;
use crate::status::Status;

/// Images that are asked for one request, and how long that may take.
const MOST: usize = 500;
const PATIENCE: Duration = Duration::from_secs(20);

/// Asks.
pub(super) fn ask(asked: &Asked<'_>) -> Result<Answer, Status> {
    let ((format, kind), view) = (format(asked)?, view(asked)?);
    let query = named(asked.needed("query")?)?;
    if query.contents.is_some() {
        let text = "{} reads files again, and a service keeps no contents of files: ask it on a machine that has the image";
        return Err(Status::new(Code::Unimplemented, text.replace("{}", query.name)));
    }
    let parameters = asked.all("parameter");
    query.check(parameters).map_err(|reason| wrong(query, reason))?;
    let platform = platform(asked)?;
    let sight = sight(asked)?;
    let there = There { sight: &sight, platform: platform.as_ref(), began: Instant::now() };
    let said = asked.all("image");
    let images = if said.is_empty() { everything(&sight)? } else { said.to_vec() };
    if images.len() > MOST {
        let text = format!("no more than {MOST} images are asked at once; say which");
        return Err(Status::invalid_argument(text));
    }
    let _alone = match query.scope {
        Scope::Each => None,
        Scope::All => Some(alone(asked.state)?),
    };
    let answers = match (Asking { query, images: &images, parameters }).ask(&there) {
        Ok(answers) => answers,
        Err(Unanswered::Wrong(reason)) => return Err(wrong(query, reason)),
        Err(Unanswered::Lost(lost)) => return Err(all_lost(&lost)),
    };
    // What was not looked at any more would look as if it could not be had.
    there.in_time()?;
    let said = said.iter().map(|name| format!("--image={name}"));
    let platform = platform.map(|platform| format!("--platform={platform}"));
    let command = ["query".to_owned()].into_iter().chain(said).chain(platform);
    let command = command.chain([query.name.to_owned()]).chain(parameters.iter().cloned());
    let answers = Answers { command: command.collect(), parameters: parameters.to_vec(), answers };
    let mut bytes = Vec::new();
    report::rows::write(&answers, form(format, view), &mut bytes)
        .map_err(|_| Status::internal())?;
    let outcome = if answers.has_warnings() { "warnings" } else { "told" };
    Ok(Answer::text(kind, bytes).tagged().coming_to(outcome))
}

/// The right to ask images together: their packages are held at once, and that of one question at a time.
fn alone(state: &State) -> Result<MutexGuard<'_, ()>, Status> {
    match state.together.try_lock() {
        Ok(guard) => Ok(guard),
        Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => {
            let text = "somebody else asks many images together; ask again";
            Err(Status::new(Code::Unavailable, text))
        }
    }
}

fn form(format: Format, view: View) -> Form {
    match format {
        Format::Table => Form::Grid { terminal: view.width },
        Format::Json => Form::Json,
        Format::Plain => Form::Plain,
        Format::Html => Form::Html,
    }
}

fn named(name: &str) -> Result<&'static Query, Status> {
    report::query::find(name).map_err(|nearest| {
        let text = format!("there is no query {name}");
        Status::not_found(match &nearest[..] {
            [] => text,
            nearest => format!("{text}; did you mean {}?", nearest.join(", ")),
        })
    })
}

fn wrong(query: &Query, Wrong { what, hint }: Wrong) -> Status {
    Status::invalid_argument(format!("could not ask {}: {what}; {hint}", query.name))
}

/// Where no image could be had nothing was answered: why, of each.
fn all_lost(reasons: &[Status]) -> Status {
    let Some(last) = reasons.last() else { return nobody() };
    let why: Vec<&str> = reasons.iter().map(|one| one.message.as_str()).collect();
    Status::new(last.code, why.join("; "))
}

fn nobody() -> Status {
    Status::not_found("no image is named, and none that you may see is kept")
}

/// The ID of every kept image that the caller may see.
fn everything(sight: &Sight<'_>) -> Result<Vec<String>, Status> {
    let all = sight.all(None)?;
    if all.is_empty() {
        return Err(nobody());
    }
    Ok(all.into_iter().map(|(seen, _)| seen.digest.to_string()).collect())
}

/// The images of the service, as somebody sees them.
struct There<'a> {
    sight: &'a Sight<'a>,
    platform: Option<&'a Platform>,
    began: Instant,
}

impl There<'_> {
    /// Refuses what would take too long.
    fn in_time(&self) -> Result<(), Status> {
        if self.began.elapsed() < PATIENCE {
            return Ok(());
        }
        let text = "it takes too long to ask so many images; say fewer";
        Err(Status::new(Code::DeadlineExceeded, text))
    }
}

impl Images for There<'_> {
    type Error = Status;

    fn find(&self, name: &str, extent: Extent) -> Result<Subject, Status> {
        self.in_time()?;
        let seen = self.sight.find(name)?;
        let texts = match extent {
            Extent::Outline | Extent::Packages | Extent::Facts => Texts::Unwanted,
            Extent::Texts => Texts::Wanted,
        };
        self.sight.subject(&seen, self.platform, texts)
    }

    fn contents(&self, _: &Subject, _: &Need) -> Contents {
        let missing = "a service keeps no contents of files".to_owned();
        Contents { missing: Some(missing), ..Contents::default() }
    }

    fn told(&self, error: &Status) -> String {
        error.message.clone()
    }
}
