//! Repositories.

use engine::{Thing, ThingKind, Wanted};
use prost::Message as _;
use tonic::Code;

use super::{add, check_name, existing, forget, moment, new_thing, place, record, replace};
use super::{visible, wanted};
use crate::caller::Caller;
use crate::capability::Capabilities;
use crate::pattern::pattern;
use crate::state::State;
use crate::status::Status;
use crate::wire::registry::{CreateRepoRequest, DeleteRepoRequest, Repo, RepoFilter, RepoList};

/// Bytes of everything that is said of a repository, at the most.
const LARGEST: usize = 1 << 20;

/// Makes a repository. One that has its name in the group already becomes what is said, unless that shall not be.
pub(crate) fn create(
    state: &State,
    caller: &Caller,
    request: CreateRepoRequest,
) -> Result<Repo, Status> {
    let repo = request.repo.unwrap_or_default();
    check(state, &repo)?;
    let parent = place(&request.parent_id)?;
    existing(state, ThingKind::Group, "group", &parent)?;
    let same = Wanted {
        children_of: Some(parent.clone()),
        name: Some(repo.name.clone()),
        ..Wanted::default()
    };
    match state.ledger.things(ThingKind::Repo, &same)?.pop() {
        Some(_) if request.prevent_existing => {
            let text = format!("there is a repository called {} already", repo.name);
            Err(Status::new(Code::AlreadyExists, text))
        }
        Some(known) => {
            caller.demand(Capabilities::named(["repo.update"]), &known.id)?;
            changed(state, known, repo)
        }
        None => {
            let mut thing = new_thing(state, ThingKind::Repo, Some(&parent), &repo.name)?;
            thing.record = said(repo).encode_to_vec();
            add(state, &thing, "repository")?;
            Ok(shown(&thing))
        }
    }
}

pub(crate) fn update(state: &State, _: &Caller, repo: Repo) -> Result<Repo, Status> {
    check(state, &repo)?;
    let thing = existing(state, ThingKind::Repo, "repository", &place(&repo.id)?)?;
    changed(state, thing, repo)
}

/// Lists repositories, of every group that the caller sees.
pub(crate) fn list(
    state: &State,
    caller: &Caller,
    needed: Capabilities,
    filter: RepoFilter,
) -> Result<RepoList, Status> {
    let wanted = wanted(filter.uidp, &filter.name, &filter.id)?;
    let repos = visible(state, caller, needed, ThingKind::Repo, &wanted)?;
    Ok(RepoList { items: repos.iter().map(shown).collect() })
}

pub(crate) fn delete(state: &State, _: &Caller, request: DeleteRepoRequest) -> Result<(), Status> {
    forget(state, ThingKind::Repo, "repository", &request.id)
}

/// The repository that a repository's images come from, where there is one.
pub(crate) fn upstream(thing: &Thing) -> Option<String> {
    let repo: Repo = record(thing);
    repo.sync_config.map(|config| config.source).filter(|source| !source.is_empty())
}

/// The pattern of tags that are taken over, where a repository has one.
pub(crate) fn discovered(thing: &Thing) -> Option<String> {
    let repo: Repo = record(thing);
    let pattern = repo.sync_config.filter(|config| !config.source.is_empty())?.tag_pattern;
    Some(pattern).filter(|pattern| !pattern.is_empty())
}

fn changed(state: &State, mut thing: Thing, repo: Repo) -> Result<Repo, Status> {
    thing.name.clone_from(&repo.name);
    thing.updated = state.now();
    thing.record = said(repo).encode_to_vec();
    replace(state, &thing, "repository")?;
    Ok(shown(&thing))
}

fn check(state: &State, repo: &Repo) -> Result<(), Status> {
    let may = |one: char| matches!(one, 'a'..='z' | '0'..='9' | ' ' | '.' | '_' | '-');
    check_name("repository", &repo.name, may)?;
    if repo.encoded_len() > LARGEST {
        return Err(Status::invalid_argument("more is said of the repository than the MiB it may"));
    }
    let source = repo.sync_config.as_ref().map_or("", |config| &config.source);
    let tags = repo.sync_config.as_ref().map_or("", |config| &config.tag_pattern);
    if !tags.is_empty() {
        pattern(tags)?;
    }
    if source.is_empty() {
        return Ok(());
    }
    state.library.check_upstream(source)
}

/// What is kept of a repository beside its name and its place.
fn said(repo: Repo) -> Repo {
    Repo { id: String::new(), name: String::new(), create_time: None, ..repo }
}

fn shown(thing: &Thing) -> Repo {
    Repo {
        id: thing.id.to_string(),
        name: thing.name.clone(),
        create_time: Some(moment(thing.created)),
        ..record(thing)
    }
}
