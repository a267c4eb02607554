//! Who somebody is: an identity is recognised by what an issuer calls it.

pub(crate) mod matching;

use engine::{Thing, ThingKind, Wanted};
use prost::Message as _;

use super::{add, check_name, existing, forget, is_plain, moment, new_thing, place, record};
use super::{replace, visible, wanted};
use crate::caller::Caller;
use crate::capability::Capabilities;
use crate::state::State;
use crate::status::Status;
use crate::wire::iam::claim_match::{Iss, Sub};
use crate::wire::iam::identity::Relationship;
use crate::wire::iam::{
    CreateIdentityRequest, DeleteIdentityRequest, Identity, IdentityFilter, IdentityList,
    LookupRequest,
};

pub(crate) fn create(
    state: &State,
    _: &Caller,
    request: CreateIdentityRequest,
) -> Result<Identity, Status> {
    let identity = request.identity.unwrap_or_default();
    check_name("identity", &identity.name, is_plain)?;
    let parent = place(&request.parent_id)?;
    existing(state, ThingKind::Group, "group", &parent)?;
    let mut thing = new_thing(state, ThingKind::Identity, Some(&parent), &identity.name)?;
    thing.key = key(state, &identity)?;
    thing.record = said(identity).encode_to_vec();
    add(state, &thing, "identity")?;
    Ok(shown(&thing))
}

pub(crate) fn update(state: &State, _: &Caller, identity: Identity) -> Result<Identity, Status> {
    check_name("identity", &identity.name, is_plain)?;
    let mut thing = existing(state, ThingKind::Identity, "identity", &place(&identity.id)?)?;
    thing.name.clone_from(&identity.name);
    thing.updated = state.now();
    thing.key = key(state, &identity)?;
    thing.record = said(identity).encode_to_vec();
    replace(state, &thing, "identity")?;
    Ok(shown(&thing))
}

pub(crate) fn list(
    state: &State,
    caller: &Caller,
    needed: Capabilities,
    filter: IdentityFilter,
) -> Result<IdentityList, Status> {
    let wanted = wanted(filter.uidp, &filter.name, &filter.id)?;
    let identities = visible(state, caller, needed, ThingKind::Identity, &wanted)?;
    Ok(IdentityList { items: identities.iter().map(shown).collect() })
}

/// The first identity that an issuer's subject is.
pub(crate) fn lookup(
    state: &State,
    caller: &Caller,
    needed: Capabilities,
    request: LookupRequest,
) -> Result<Identity, Status> {
    let wanted =
        Wanted { key: Some(key_of(&request.issuer, &request.subject)), ..Wanted::default() };
    let found = visible(state, caller, needed, ThingKind::Identity, &wanted)?;
    let is_said = !request.issuer.is_empty() && !request.subject.is_empty();
    let first = found.first().filter(|_| is_said);
    first.map(shown).ok_or_else(|| Status::not_found("there is no such identity"))
}

pub(crate) fn delete(
    state: &State,
    _: &Caller,
    request: DeleteIdentityRequest,
) -> Result<(), Status> {
    forget(state, ThingKind::Identity, "identity", &request.id)
}

/// The issuer and the subject that an identity is recognised by, as far as they are said as they are.
pub(super) fn matched(identity: &Identity) -> (&str, &str) {
    let claims = match &identity.relationship {
        Some(Relationship::ClaimMatch(claims)) => claims,
        Some(Relationship::Static(keys)) => return (&keys.issuer, &keys.subject),
        None => return ("", ""),
    };
    let issuer = match &claims.iss {
        Some(Iss::Issuer(issuer)) => issuer,
        _ => "",
    };
    let subject = match &claims.sub {
        Some(Sub::Subject(subject)) => subject,
        _ => "",
    };
    (issuer, subject)
}

/// What an identity is looked up by. One that is recognised by a pattern is looked up by its issuer, and by nothing but that it
/// has one where that is a pattern, too.
fn key(state: &State, identity: &Identity) -> Result<String, Status> {
    let claims = match &identity.relationship {
        Some(Relationship::ClaimMatch(claims)) => claims,
        // Whoever is it has to say so.
        Some(Relationship::Static(keys)) => {
            matching::check_keys(keys, state.now())?;
            return Ok(String::new());
        }
        None => return Ok(String::new()),
    };
    matching::check(claims)?;
    Ok(match (&claims.iss, &claims.sub) {
        (Some(Iss::Issuer(issuer)), Some(Sub::Subject(subject))) => key_of(issuer, subject),
        (Some(Iss::Issuer(issuer)), Some(Sub::SubjectPattern(_))) => key_of_pattern(issuer),
        (Some(Iss::IssuerPattern(_)), Some(_)) => key_of_pattern(""),
        _ => String::new(),
    })
}

/// What an identity is looked up by. No issuer has a line feed in its name.
fn key_of(issuer: &str, subject: &str) -> String {
    format!("{}\n{subject}", issuer.trim_end_matches('/').replace('\n', " "))
}

/// The same for one whose subject is a pattern: no line feed is in it.
fn key_of_pattern(issuer: &str) -> String {
    format!("pattern {}", issuer.trim_end_matches('/').replace('\n', " "))
}

fn said(identity: Identity) -> Identity {
    Identity {
        id: String::new(),
        name: String::new(),
        created_at: None,
        updated_at: None,
        last_seen: None,
        ..identity
    }
}

fn shown(thing: &Thing) -> Identity {
    Identity {
        id: thing.id.to_string(),
        name: thing.name.clone(),
        created_at: Some(moment(thing.created)),
        updated_at: Some(moment(thing.updated)),
        ..record(thing)
    }
}
