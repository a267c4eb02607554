//! Who has which role where. Nobody gives what they do not have.

use engine::{Thing, ThingKind, Wanted};
use model::Uidp;
use prost::Message as _;

use super::{add, existing, forget, groups, moment, new_thing, place, record, replace, roles};
use super::{visible, wanted};
use crate::caller::{Caller, capabilities};
use crate::capability::Capabilities;
use crate::state::State;
use crate::status::Status;
use crate::wire::iam::role_binding_list::Binding;
use crate::wire::iam::{
    CreateRoleBindingRequest, DeleteRoleBindingRequest, Identity, RoleBinding, RoleBindingFilter,
    RoleBindingList,
};

pub(crate) fn create(
    state: &State,
    caller: &Caller,
    request: CreateRoleBindingRequest,
) -> Result<RoleBinding, Status> {
    let binding = request.role_binding.unwrap_or_default();
    let group = place(&request.parent)?;
    existing(state, ThingKind::Group, "group", &group)?;
    check(state, caller, &binding, &group)?;
    let mut thing = new_thing(state, ThingKind::Binding, Some(&group), "")?;
    thing.key.clone_from(&binding.identity);
    thing.record = said(binding).encode_to_vec();
    add(state, &thing, "role binding")?;
    Ok(shown(&thing))
}

pub(crate) fn update(
    state: &State,
    caller: &Caller,
    binding: RoleBinding,
) -> Result<RoleBinding, Status> {
    let mut thing = existing(state, ThingKind::Binding, "role binding", &place(&binding.id)?)?;
    let group = thing.id.parent().ok_or_else(Status::internal)?;
    check(state, caller, &binding, &group)?;
    thing.key.clone_from(&binding.identity);
    thing.updated = state.now();
    thing.record = said(binding).encode_to_vec();
    replace(state, &thing, "role binding")?;
    Ok(shown(&thing))
}

pub(crate) fn list(
    state: &State,
    caller: &Caller,
    needed: Capabilities,
    filter: RoleBindingFilter,
) -> Result<RoleBindingList, Status> {
    let wanted = wanted(filter.uidp, "", &filter.id)?;
    let bindings = visible(state, caller, needed, ThingKind::Binding, &wanted)?;
    let items = bindings.iter().map(|binding| whole(state, binding));
    Ok(RoleBindingList { items: items.collect::<Result<_, Status>>()? })
}

pub(crate) fn delete(
    state: &State,
    _: &Caller,
    request: DeleteRoleBindingRequest,
) -> Result<(), Status> {
    forget(state, ThingKind::Binding, "role binding", &request.id)
}

/// Refuses a binding of nobody, of no role, or of more than the caller has.
fn check(
    state: &State,
    caller: &Caller,
    binding: &RoleBinding,
    group: &Uidp,
) -> Result<(), Status> {
    existing(state, ThingKind::Identity, "identity", &place(&binding.identity)?)?;
    let Some(role) = roles::known(state, &binding.role)? else {
        return Err(Status::not_found(format!("there is no role {}", binding.role)));
    };
    let allowed = capabilities(&role.id, group, &state.ledger)?;
    if allowed == Capabilities::NONE {
        let text = format!("{} allows nothing in {group}", role.name);
        return Err(Status::invalid_argument(text));
    }
    caller.demand(allowed, group)
}

fn said(binding: RoleBinding) -> RoleBinding {
    RoleBinding { id: String::new(), group: String::new(), ..binding }
}

fn shown(thing: &Thing) -> RoleBinding {
    let group = thing.id.parent().map(|group| group.to_string()).unwrap_or_default();
    RoleBinding { id: thing.id.to_string(), group, ..record(thing) }
}

/// A binding with what it binds.
fn whole(state: &State, thing: &Thing) -> Result<Binding, Status> {
    let binding: RoleBinding = record(thing);
    let group = match thing.id.parent() {
        Some(group) => state.ledger.thing(ThingKind::Group, &group)?,
        None => None,
    };
    let wanted =
        Wanted { ids: place(&binding.identity).into_iter().collect(), ..Wanted::default() };
    let identity = state.ledger.things(ThingKind::Identity, &wanted)?.pop();
    let identity: Identity = identity.as_ref().map(record).unwrap_or_default();
    let (issuer, subject) = super::identities::matched(&identity);
    Ok(Binding {
        id: thing.id.to_string(),
        group: group.as_ref().map(groups::shown),
        identity: binding.identity,
        role: roles::known(state, &binding.role)?,
        email: String::new(),
        claim_match_issuer: issuer.into(),
        claim_match_subject: subject.into(),
        created_at: Some(moment(thing.created)),
        email_unverified: String::new(),
    })
}
