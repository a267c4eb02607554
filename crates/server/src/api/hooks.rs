//! Messages of registries: who may send them, and what is done about them.

use engine::{ThingKind, Wanted, WorkKind};
use model::Uidp;
use serde_json::json;

use super::{Answer, Asked, ROOT};
use crate::caller::bare;
use crate::following;
use crate::hooks::pushes;
use crate::services::repos;
use crate::state::State;
use crate::status::Status;

/// Where a registry has to send its messages about a group or a repository, and the secret that it shows.
pub(super) fn told(asked: &Asked<'_>) -> Result<Answer, Status> {
    let place: Uidp = asked.read("place")?;
    let state = asked.state;
    let is_there = state.ledger.thing(ThingKind::Group, &place)?.is_some()
        || state.ledger.thing(ThingKind::Repo, &place)?.is_some();
    if !is_there {
        return Err(Status::not_found(format!("there is no group or repository {place}")));
    }
    let [url, authorization] = hook(state, &place);
    let secret = bare(&authorization);
    Ok(Answer::json(&json!({
        "url": url,
        "authorization": authorization,
        "url_with_secret": format!("{url}&secret={secret}"),
    })))
}

/// Where messages about a place go, and the `authorization` that shows whose they are.
pub(crate) fn hook(state: &State, place: &Uidp) -> [String; 2] {
    let secret = state.trust.key.secret_for(&purpose(place));
    let url = format!("{}{ROOT}/hooks?place={place}", state.trust.issuer);
    [url, format!("Bearer {secret}")]
}

/// Takes a message, and wants the tags looked at that it says were pushed.
pub(super) fn received(asked: &Asked<'_>) -> Result<Answer, Status> {
    let place: Uidp = asked.read("place")?;
    let state = asked.state;
    let shown = asked.said("secret").or(asked.authorization.map(bare)).unwrap_or_default();
    if !state.trust.key.is_secret_for(&purpose(&place), shown) {
        return Err(Status::new(tonic::Code::Unauthenticated, "the secret of the hook is another"));
    }
    let pushes = pushes(asked.body).ok_or_else(|| {
        let text = "the message is none of Distribution, Harbor or Docker Hub";
        Status::invalid_argument(text)
    })?;
    let mut repos = Vec::new();
    repos.extend(state.ledger.thing(ThingKind::Repo, &place)?);
    let below = Wanted { descendants_of: Some(place), ..Wanted::default() };
    repos.extend(state.ledger.things(ThingKind::Repo, &below)?);
    let mut wanted = 0;
    for repo in repos {
        let path = repos::upstream(&repo).and_then(|source| state.library.path(&source));
        let Some(path) = path else { continue };
        for push in pushes.iter().filter(|push| push.repository == path) {
            following::want(state, &repo.id, WorkKind::Look, &push.tag)?;
            wanted += 1;
        }
    }
    Ok(Answer::json(&json!({ "accepted": wanted })).with_status(202))
}

/// What a hook's secret is for: another place has another one.
fn purpose(place: &Uidp) -> String {
    format!("hook {place}")
}
