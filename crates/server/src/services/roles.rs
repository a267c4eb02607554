//! Roles: those that everybody has, and those that were made in a group.

use engine::{Thing, ThingKind, Wanted};
use model::Uidp;
use prost::Message as _;

use super::{add, check_name, existing, forget, is_plain, new_thing, place, record, replace};
use super::{visible, wanted};
use crate::caller::{Caller, built_in};
use crate::capability::{BuiltIn, Capabilities, ROLES};
use crate::state::State;
use crate::status::Status;
use crate::wire::iam::{CreateRoleRequest, DeleteRoleRequest, Role, RoleFilter, RoleList};

pub(crate) fn create(
    state: &State,
    _: &Caller,
    request: CreateRoleRequest,
) -> Result<Role, Status> {
    let role = request.role.unwrap_or_default();
    check(&role)?;
    let parent = place(&request.parent_id)?;
    existing(state, ThingKind::Group, "group", &parent)?;
    let mut thing = new_thing(state, ThingKind::Role, Some(&parent), &role.name)?;
    thing.record = said(role).encode_to_vec();
    add(state, &thing, "role")?;
    Ok(shown(&thing))
}

/// Replaces what is said of a role. Nobody makes a role of theirs allow what they may not do.
pub(crate) fn update(state: &State, caller: &Caller, role: Role) -> Result<Role, Status> {
    check(&role)?;
    let mut thing = existing(state, ThingKind::Role, "role", &place(&role.id)?)?;
    let allowed = Capabilities::named(role.capabilities.iter().map(String::as_str));
    caller.demand(allowed, &thing.id)?;
    thing.name.clone_from(&role.name);
    thing.updated = state.now();
    thing.record = said(role).encode_to_vec();
    replace(state, &thing, "role")?;
    Ok(shown(&thing))
}

/// Lists roles; those that everybody has come first.
pub(crate) fn list(
    state: &State,
    caller: &Caller,
    needed: Capabilities,
    filter: RoleFilter,
) -> Result<RoleList, Status> {
    let mut wanted = wanted(filter.uidp, &filter.name, &filter.id)?;
    match filter.parent.as_str() {
        "" => {}
        "/" => wanted.in_root = true,
        parent => wanted.children_of = Some(place(parent)?),
    }
    let mut items: Vec<Role> =
        ROLES.iter().filter(|role| means(&wanted, role)).map(BuiltIn::shown).collect();
    let made = visible(state, caller, needed, ThingKind::Role, &wanted)?;
    items.extend(made.iter().map(shown));
    Ok(RoleList { items })
}

pub(crate) fn delete(state: &State, _: &Caller, request: DeleteRoleRequest) -> Result<(), Status> {
    forget(state, ThingKind::Role, "role", &request.id)
}

/// Whether a filter means a role that is below nothing.
fn means(wanted: &Wanted, role: &BuiltIn) -> bool {
    let is_one = |ids: &[Uidp]| ids.is_empty() || ids.iter().any(|id| id.as_str() == role.id);
    let is_below_something = wanted.ancestors_of.is_some()
        || wanted.descendants_of.is_some()
        || wanted.children_of.is_some();
    !is_below_something
        && is_one(&wanted.ids)
        && wanted.name.as_deref().is_none_or(|name| name == role.name)
}

fn check(role: &Role) -> Result<(), Status> {
    check_name("role", &role.name, is_plain)?;
    match role.capabilities.iter().find(|name| !Capabilities::is_known(name)) {
        Some(unknown) => {
            let text = format!(
                "there is no capability {:?}",
                unknown.chars().take(100).collect::<String>()
            );
            Err(Status::invalid_argument(text))
        }
        None => Ok(()),
    }
}

fn said(role: Role) -> Role {
    Role { id: String::new(), name: String::new(), ..role }
}

fn shown(thing: &Thing) -> Role {
    Role { id: thing.id.to_string(), name: thing.name.clone(), ..record(thing) }
}

/// The role with this ID, whether it was made or not.
pub(super) fn known(state: &State, id: &str) -> Result<Option<Role>, Status> {
    if let Some(role) = built_in(id) {
        return Ok(Some(role.shown()));
    }
    Ok(state.ledger.thing(ThingKind::Role, &place(id)?)?.as_ref().map(shown))
}

impl BuiltIn {
    fn shown(&self) -> Role {
        Role {
            id: self.id.into(),
            name: self.name.into(),
            description: self.description.into(),
            capabilities: self.capabilities().names().into_iter().map(Into::into).collect(),
        }
    }
}
