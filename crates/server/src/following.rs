//! Tags that follow the ones of a registry: a repository that names where its images come from has its tags mean what they mean
//! there, and may take over tags that come there. Whatever a tag ever meant is read, and stays.

use std::collections::{BTreeMap, BTreeSet};

use engine::{Job, Thing, ThingKind, Wanted, Work, WorkKind};
use model::{Digest, Uidp};
use prost::Message as _;
use tonic::Code;

use crate::pattern::pattern;
use crate::services::{new_thing, repos};
use crate::state::State;
use crate::status::Status;
use crate::wire::registry::Tag;

/// Tags that are taken over at once; others have their turn in the next round.
const MOST_NEW: usize = 100;

/// Tags of a repository at the most for more to be taken over.
const MOST_TAGS: usize = 1000;

/// Something that is asked of a registry again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Followed {
    /// The repository.
    pub(crate) repo: Uidp,
    /// What is asked.
    pub(crate) what: What,
    /// The host of the registry.
    pub(crate) host: String,
}

/// What is asked of a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// What this tag means.
    Tag(String),
    /// Which tags there are.
    Tags,
}

impl Followed {
    /// What tells it from all others.
    pub(crate) fn name(&self) -> String {
        match &self.what {
            What::Tag(tag) => format!("{} {tag}", self.repo),
            // No tag is called so.
            What::Tags => format!("{} *", self.repo),
        }
    }
}

/// Every tag of a repository that names a registry which may be asked, and every repository whose tags are taken over.
pub(crate) fn all(state: &State) -> Result<Vec<Followed>, Status> {
    let mut hosts = BTreeMap::new();
    let mut followed = Vec::new();
    for repo in state.ledger.things(ThingKind::Repo, &Wanted::default())? {
        let host = repos::upstream(&repo).and_then(|source| state.library.host(&source));
        let Some(host) = host else { continue };
        if repos::discovered(&repo).is_some() {
            let (repo, host) = (repo.id.clone(), host.clone());
            followed.push(Followed { repo, what: What::Tags, host });
        }
        hosts.insert(repo.id, host);
    }
    if hosts.is_empty() {
        return Ok(Vec::new());
    }
    let tags = state.ledger.things(ThingKind::Tag, &Wanted::default())?;
    followed.extend(tags.into_iter().filter_map(|tag| {
        let repo = tag.id.parent()?;
        let host = hosts.get(&repo)?.clone();
        Some(Followed { repo, what: What::Tag(tag.name), host })
    }));
    Ok(followed)
}

/// Tags that are there where a repository's images come from, that it takes over, and that it does not have yet: the
/// newest-looking first, and not too many.
pub(crate) fn discover(state: &State, repo: &Uidp) -> Result<Vec<String>, Status> {
    let Some(thing) = state.ledger.thing(ThingKind::Repo, repo)? else { return Ok(Vec::new()) };
    let source = repos::upstream(&thing);
    let Some((source, wanted)) = source.zip(repos::discovered(&thing)) else {
        return Ok(Vec::new());
    };
    let wanted = pattern(&wanted)?;
    let below = Wanted { children_of: Some(repo.clone()), ..Wanted::default() };
    let known = state.ledger.things(ThingKind::Tag, &below)?;
    let room = MOST_TAGS.saturating_sub(known.len());
    let known: BTreeSet<String> = known.into_iter().map(|tag| tag.name).collect();
    let mut tags = state.library.tags(&source)?;
    tags.retain(|tag| wanted.is_match(tag) && !known.contains(tag));
    if tags.len() > room {
        let text = format!(
            "no more than {MOST_TAGS} tags are taken over, and {} are left out: say a narrower pattern",
            tags.len() - room
        );
        if room == 0 {
            return Err(Status::new(Code::ResourceExhausted, text));
        }
    }
    tags.truncate(room.min(MOST_NEW));
    Ok(tags)
}

/// Looks at what a tag means in the registry, notes it, and wants the image to be read. What it means where that is new.
pub(crate) fn look(state: &State, repo: &Uidp, tag: &str) -> Result<Option<Digest>, Status> {
    let gone = || Status::not_found(format!("there is no repository {repo}"));
    let thing = state.ledger.thing(ThingKind::Repo, repo)?.ok_or_else(gone)?;
    let digest = current(state, &thing, tag)?;
    let wanted =
        Wanted { children_of: Some(repo.clone()), name: Some(tag.into()), ..Wanted::default() };
    let known = state.ledger.things(ThingKind::Tag, &wanted)?.pop();
    let is_new = known.as_ref().is_none_or(|tag| tag.key != digest.to_string());
    if is_new {
        let made = || {
            let made = new_thing(state, ThingKind::Tag, Some(repo), tag)?;
            Ok::<Thing, Status>(Thing { record: Tag::default().encode_to_vec(), ..made })
        };
        let mut moved = known.map_or_else(made, Ok)?;
        moved.key = digest.to_string();
        moved.updated = state.now();
        state.ledger.tag(&moved)?;
    }
    if is_new || !state.ledger.has_member(repo, &digest.to_string())? {
        want(state, repo, WorkKind::Read, &digest.to_string())?;
    }
    Ok(Some(digest).filter(|_| is_new))
}

/// What a tag means now where a repository's images come from.
pub(crate) fn current(state: &State, repo: &Thing, tag: &str) -> Result<Digest, Status> {
    let nowhere =
        || Status::invalid_argument("the repository does not say where its images come from");
    let source = repos::upstream(repo).ok_or_else(nowhere)?;
    state.library.tagged(&source, tag)
}

/// Wants something done in a repository, for no platform of its own.
pub(crate) fn want(state: &State, repo: &Uidp, kind: WorkKind, what: &str) -> Result<Job, Status> {
    let work = Work { repo: repo.clone(), kind, what: what.into(), platform: String::new() };
    let job = state.ledger.want(&work, state.now())?;
    state.bell.ring();
    Ok(job)
}
