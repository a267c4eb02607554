//! Groups, which are a tree.

use engine::{Thing, ThingKind};
use prost::Message as _;

use super::{add, check_name, existing, forget, is_plain, new_thing, place, place_if_said, record};
use super::{replace, visible, wanted};
use crate::caller::Caller;
use crate::capability::{BuiltIn, Capabilities};
use crate::state::State;
use crate::status::Status;
use crate::wire::iam::{
    CreateGroupRequest, DeleteGroupRequest, Group, GroupFilter, GroupList, RoleBinding,
};

/// Makes a group. Whoever makes one below nothing owns it.
pub(crate) fn create(
    state: &State,
    caller: &Caller,
    request: CreateGroupRequest,
) -> Result<Group, Status> {
    let group = request.group.unwrap_or_default();
    check_name("group", &group.name, is_plain)?;
    let parent = place_if_said(&request.parent)?;
    if let Some(parent) = &parent {
        caller.demand(Capabilities::named(["groups.create"]), parent)?;
        existing(state, ThingKind::Group, "group", parent)?;
    } else if caller.claims.scopes.is_some() || caller.claims.capabilities.is_some() {
        return Err(Status::denied("a limited token makes no group of its own"));
    }
    let mut thing = new_thing(state, ThingKind::Group, parent.as_ref(), &group.name)?;
    thing.record = said(group).encode_to_vec();
    if parent.is_some() {
        add(state, &thing, "group")?;
    } else {
        let owner = BuiltIn::named("owner").map_or("", |role| role.id);
        let mut binding = new_thing(state, ThingKind::Binding, Some(&thing.id), "")?;
        binding.key = caller.identity.to_string();
        let record = RoleBinding {
            identity: binding.key.clone(),
            role: owner.into(),
            ..RoleBinding::default()
        };
        binding.record = record.encode_to_vec();
        if !state.ledger.add_all(&[thing.clone(), binding])? {
            return Err(super::taken("group", &thing.name));
        }
    }
    let (what, done) = ("chainguard.platform.iam.Groups/Create", Ok(shown(&thing)));
    state.note_deed(caller.identity.as_str(), what, thing.id.as_str(), &done)?;
    done
}

pub(crate) fn update(state: &State, _: &Caller, group: Group) -> Result<Group, Status> {
    check_name("group", &group.name, is_plain)?;
    let mut thing = existing(state, ThingKind::Group, "group", &place(&group.id)?)?;
    thing.name.clone_from(&group.name);
    thing.updated = state.now();
    thing.record = said(group).encode_to_vec();
    replace(state, &thing, "group")?;
    Ok(shown(&thing))
}

pub(crate) fn list(
    state: &State,
    caller: &Caller,
    needed: Capabilities,
    filter: GroupFilter,
) -> Result<GroupList, Status> {
    let wanted = wanted(filter.uidp, &filter.name, &filter.id)?;
    let groups = visible(state, caller, needed, ThingKind::Group, &wanted)?;
    Ok(GroupList { items: groups.iter().map(shown).collect() })
}

pub(crate) fn delete(state: &State, _: &Caller, request: DeleteGroupRequest) -> Result<(), Status> {
    forget(state, ThingKind::Group, "group", &request.id)
}

/// What a caller says of a group: whether its name is proven is not theirs to say.
fn said(group: Group) -> Group {
    Group { id: String::new(), name: String::new(), verified: false, ..group }
}

pub(super) fn shown(thing: &Thing) -> Group {
    Group { id: thing.id.to_string(), name: thing.name.clone(), ..record(thing) }
}
