//! What may be done with a repository.

use pages::{Hand, ManagedRepository};

use crate::api;
use crate::status::Status;
use crate::web::Visit;
use crate::web::places::{Found, said};
use crate::wire::registry::SyncConfig;

/// Everything that may be done with a repository, as forms ask for it.
const IN_A_REPOSITORY: [&str; 5] =
    ["repo.update", "repo.delete", "tag.create", "tag.update", "tag.delete"];

/// What the visitor may do with a repository; none of somebody who is not signed in.
pub(in crate::web) fn managed<'a>(
    visit: &'a Visit<'_>,
    found: &Found,
    to: &'a str,
) -> Result<Option<ManagedRepository<'a>>, Status> {
    let Some(hand) = visit.hand(to) else { return Ok(None) };
    let id = found.thing.id.to_string();
    let mut may = visit.has(&IN_A_REPOSITORY, &id);
    if visit.may(&["repo.list", "sboms.list"], &found.thing.id) {
        may.push("analyses");
    }
    let tags = visit.tags(found)?;
    let said = said(&found.thing);
    let SyncConfig { source, tag_pattern, .. } = said.sync_config.unwrap_or_default();
    let group = found.thing.id.parent().map(|group| group.to_string()).unwrap_or_default();
    let knows_hook = may.contains(&"repo.update") && !source.is_empty();
    Ok(Some(ManagedRepository {
        group: format!("/groups/{group}"),
        name: found.thing.name.clone(),
        description: said.description,
        readme: said.readme,
        pattern: tag_pattern,
        tags: tags.into_iter().map(|tag| [tag.id.to_string(), tag.name, tag.key]).collect(),
        hook: knows_hook.then(|| api::hook(visit.state, &found.thing.id)),
        hand: Hand { to, ..hand },
        id,
        source,
        may,
    }))
}
