//! Tags and what they meant.

use engine::{Thing, ThingKind, Wanted, WorkKind};
use model::{Digest, Time};
use prost::Message as _;
use prost_types::Timestamp;

use super::{existing, forget, moment, new_thing, place, record, repos, visible, wanted};
use crate::caller::Caller;
use crate::capability::Capabilities;
use crate::following;
use crate::state::State;
use crate::status::Status;
use crate::wire::registry::{
    CreateTagRequest, DeleteTagRequest, Tag, TagFilter, TagHistory, TagHistoryFilter,
    TagHistoryList, TagList,
};

/// Entries of a history that are told at once.
pub(crate) const MOST: usize = 1000;

/// Characters of a tag at the most.
const LONGEST: usize = 128;

/// Makes a tag. One that has its name already becomes what is said. Without a digest it means what it means where the
/// repository's images come from.
pub(crate) fn create(
    state: &State,
    caller: &Caller,
    request: CreateTagRequest,
) -> Result<Tag, Status> {
    let mut tag = request.tag.unwrap_or_default();
    check_name(&tag)?;
    let repo = place(&request.repo_id)?;
    let holder = existing(state, ThingKind::Repo, "repository", &repo)?;
    if tag.digest.is_empty() && repos::upstream(&holder).is_some() {
        tag.digest = following::current(state, &holder, &tag.name)?.to_string();
    }
    check(&tag)?;
    let same = Wanted {
        children_of: Some(repo.clone()),
        name: Some(tag.name.clone()),
        ..Wanted::default()
    };
    let thing = match state.ledger.things(ThingKind::Tag, &same)?.pop() {
        Some(known) => {
            caller.demand(Capabilities::named(["tag.update"]), &known.id)?;
            known
        }
        None => new_thing(state, ThingKind::Tag, Some(&repo), &tag.name)?,
    };
    moved(state, thing, tag)
}

pub(crate) fn update(state: &State, _: &Caller, tag: Tag) -> Result<Tag, Status> {
    check(&tag)?;
    let thing = existing(state, ThingKind::Tag, "tag", &place(&tag.id)?)?;
    if thing.name != tag.name {
        return Err(Status::invalid_argument("a tag keeps its name; make another one"));
    }
    moved(state, thing, tag)
}

pub(crate) fn list(
    state: &State,
    caller: &Caller,
    needed: Capabilities,
    filter: TagFilter,
) -> Result<TagList, Status> {
    let mut wanted = wanted(filter.uidp, &filter.name, &filter.id)?;
    wanted.updated_since = filter.updated_since.as_ref().map(|moment| Time(moment.seconds));
    wanted.key = Some(filter.digest).filter(|digest| !digest.is_empty());
    let mut tags = visible(state, caller, needed, ThingKind::Tag, &wanted)?;
    tags.retain(|tag| {
        let name = tag.name.as_str();
        !(filter.exclude_referrers && is_referrer(name)
            || filter.exclude_dates && is_dated(name)
            || filter.exclude_epochs && is_build(name))
    });
    Ok(TagList { items: tags.iter().map(shown).collect() })
}

pub(crate) fn delete(state: &State, _: &Caller, request: DeleteTagRequest) -> Result<(), Status> {
    forget(state, ThingKind::Tag, "tag", &request.id)
}

/// What a tag meant, the oldest first.
pub(crate) fn history(
    state: &State,
    _: &Caller,
    filter: TagHistoryFilter,
) -> Result<TagHistoryList, Status> {
    let tag = existing(state, ThingKind::Tag, "tag", &place(&filter.parent_id)?)?;
    let Some(repo) = tag.id.parent() else { return Err(Status::internal()) };
    // Moves are known to the second: one within the second that the period begins in may be in it.
    let time = |moment: &Timestamp| Time(moment.seconds);
    let period = [filter.start.as_ref().map(time), filter.end.as_ref().map(time)];
    let moves = state.ledger.moves(&repo, &tag.name, period, MOST)?;
    let items = moves
        .into_iter()
        .map(|one| TagHistory { update_timestamp: Some(moment(one.time)), digest: one.digest });
    Ok(TagHistoryList { items: items.collect() })
}

fn moved(state: &State, mut thing: Thing, tag: Tag) -> Result<Tag, Status> {
    thing.key.clone_from(&tag.digest);
    thing.updated = state.now();
    thing.record =
        Tag { deprecated: tag.deprecated, bundles: tag.bundles, ..Tag::default() }.encode_to_vec();
    state.ledger.tag(&thing)?;
    let repo = thing.id.parent();
    let repo =
        repo.map(|repo| existing(state, ThingKind::Repo, "repository", &repo)).transpose()?;
    if let Some(repo) = repo.filter(|repo| repos::upstream(repo).is_some()) {
        following::want(state, &repo.id, WorkKind::Read, &thing.key)?;
    }
    Ok(shown(&thing))
}

fn check(tag: &Tag) -> Result<(), Status> {
    check_name(tag)?;
    match tag.digest.parse::<Digest>() {
        Ok(_) => Ok(()),
        Err(error) => Err(Status::invalid_argument(error.to_string())),
    }
}

fn check_name(tag: &Tag) -> Result<(), Status> {
    let is_word = |one: char| one.is_ascii_alphanumeric() || one == '_';
    let may = |one: char| is_word(one) || one == '.' || one == '-';
    let is_good =
        tag.name.len() <= LONGEST && tag.name.starts_with(is_word) && tag.name.chars().all(may);
    if !is_good {
        let text = "the name of a tag has 1 to 128 letters, digits, `_`, `.` or `-`, and begins with \
            none of the last two";
        return Err(Status::invalid_argument(text));
    }
    Ok(())
}

fn shown(thing: &Thing) -> Tag {
    let said: Tag = record(thing);
    Tag {
        id: thing.id.to_string(),
        name: thing.name.clone(),
        digest: thing.key.clone(),
        last_updated: Some(moment(thing.updated)),
        deprecated: said.deprecated,
        bundles: said.bundles,
    }
}

/// Whether a tag belongs to another image: `sha256-…`, `sha256-….sig`.
fn is_referrer(name: &str) -> bool {
    name.starts_with("sha256-")
}

/// Whether a tag ends in a day: `1.25-20240131`.
fn is_dated(name: &str) -> bool {
    let day = name.rsplit_once('-').map_or("", |(_, day)| day);
    day.len() == 8 && day.starts_with("20") && day.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a tag ends in a build of a package: `1.25.4-r2`.
fn is_build(name: &str) -> bool {
    let build = name.rsplit_once("-r").map_or("", |(_, build)| build);
    !build.is_empty() && build.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_told_apart_by_how_they_end() {
        let kind = |name: &str| [is_referrer(name), is_dated(name), is_build(name)];
        assert_eq!(kind("latest"), [false; 3]);
        assert_eq!(kind("sha256-0123.sig"), [true, false, false]);
        assert_eq!(kind("1.25-20240131"), [false, true, false]);
        assert_eq!(kind("latest-2024013"), [false; 3]);
        assert_eq!(kind("1.25.4-r2"), [false, false, true]);
        assert_eq!(kind("1.25.4-rc"), [false; 3]);
        assert_eq!(kind("1.25.4-r"), [false; 3]);
    }
}
