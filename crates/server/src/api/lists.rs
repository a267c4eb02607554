//! Lists: repositories, their tags, what those meant, and their images.

use engine::{Thing, ThingKind, Wanted};
use model::Uidp;
use serde_json::{Value, json};

use super::page::{limit, page};
use super::{Answer, Asked};
use crate::capability::Capabilities;
use crate::services::repos as service;
use crate::status::Status;

/// Repositories that the caller may see.
pub(super) fn repos(asked: &Asked<'_>) -> Result<Answer, Status> {
    let (state, most) = (asked.state, limit(asked)?);
    let needed = Capabilities::named(["repo.list"]);
    let groups = match asked.said("group") {
        None => None,
        Some(name) => {
            let wanted = Wanted { name: Some(name.into()), ..Wanted::default() };
            let groups = state.ledger.things(ThingKind::Group, &wanted)?;
            Some(groups.into_iter().map(|group| group.id).collect::<Vec<Uidp>>())
        }
    };
    let wanted = Wanted { name: asked.said("name").map(str::to_owned), ..Wanted::default() };
    let after = asked.said("after").unwrap_or_default();
    let mut repos = state.ledger.things(ThingKind::Repo, &wanted)?;
    repos.retain(|repo| {
        let parent = repo.id.parent();
        repo.id.as_str() > after
            && groups.as_ref().is_none_or(|groups| parent.is_some_and(|one| groups.contains(&one)))
            && asked.may(needed, &repo.id)
    });
    let shown = repos.iter().take(most + 1).map(|repo| {
        let item = json!({
            "id": repo.id.to_string(),
            "name": repo.name,
            "group": repo.id.parent().map(|parent| parent.to_string()),
            "source": service::upstream(repo),
            "created": repo.created.to_string(),
        });
        (repo.id.to_string(), item)
    });
    Ok(page(most, shown.collect()))
}

/// The tags of a repository, by name.
pub(super) fn tags(asked: &Asked<'_>) -> Result<Answer, Status> {
    let (repo, most) = (repo(asked)?, limit(asked)?);
    let wanted = Wanted { children_of: Some(repo.id.clone()), ..Wanted::default() };
    let mut tags = asked.state.ledger.things(ThingKind::Tag, &wanted)?;
    let after = asked.said("after").unwrap_or_default();
    tags.retain(|tag| tag.name.as_str() > after);
    tags.sort_by(|one, other| one.name.cmp(&other.name));
    let shown = tags.iter().take(most + 1).map(|tag| {
        let item = json!({
            "id": tag.id.to_string(),
            "name": tag.name,
            "digest": tag.key,
            "updated": tag.updated.to_string(),
        });
        (tag.name.clone(), item)
    });
    Ok(page(most, shown.collect()))
}

/// What a tag meant, the oldest first; also one that is not there any more.
pub(super) fn history(asked: &Asked<'_>) -> Result<Answer, Status> {
    let (repo, most) = (repo(asked)?, limit(asked)?);
    let after = match asked.said("after") {
        Some(_) => asked.read::<i64>("after")?,
        None => 0,
    };
    let moves = asked.state.ledger.moves_after(&repo.id, asked.needed("tag")?, after, most + 1)?;
    let shown = moves.into_iter().map(|(number, one)| {
        let item = json!({ "time": one.time.to_string(), "digest": one.digest });
        (number.to_string(), item)
    });
    Ok(page(most, shown.collect()))
}

/// The images that were seen in a repository, by digest; of an index, the index and the image that was taken of it.
pub(super) fn images(asked: &Asked<'_>) -> Result<Answer, Status> {
    let (repo, most, state) = (repo(asked)?, limit(asked)?, asked.state);
    let after = asked.said("after").unwrap_or_default();
    let members = state.ledger.members(&repo.id, after, most + 1)?;
    let wanted = Wanted { children_of: Some(repo.id.clone()), ..Wanted::default() };
    let tags = state.ledger.things(ThingKind::Tag, &wanted)?;
    let shown = members.into_iter().map(|member| {
        let tags: Vec<&str> = named(&tags, &member.digest);
        let item = json!({
            "digest": member.digest, "seen": member.seen.to_string(), "tags": tags,
        });
        (member.digest, item)
    });
    let shown: Vec<(String, Value)> = shown.collect();
    Ok(page(most, shown))
}

/// The tags that mean a digest now, ordered.
pub(super) fn named<'a>(tags: &'a [Thing], digest: &str) -> Vec<&'a str> {
    let named = tags.iter().filter(|tag| tag.key == digest).map(|tag| tag.name.as_str());
    let mut named: Vec<&str> = named.collect();
    named.sort_unstable();
    named
}

/// The repository that a request is about.
pub(super) fn repo(asked: &Asked<'_>) -> Result<Thing, Status> {
    let id: Uidp = asked.read("repo")?;
    let repo = asked.state.ledger.thing(ThingKind::Repo, &id)?;
    repo.ok_or_else(|| Status::not_found(format!("there is no repository {id}")))
}
