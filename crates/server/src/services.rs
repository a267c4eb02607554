//! What is done when something is called, one file for each noun of the contract. Who may call it was asked before.

#![expect(clippy::needless_pass_by_value, reason = "all that is called has one shape")]
#![expect(clippy::unnecessary_wraps, reason = "all that is called has one shape")]

pub(crate) mod auth;
pub(crate) mod groups;
pub(crate) mod identities;
pub(crate) mod images;
pub(crate) mod ping;
pub(crate) mod reports;
pub(crate) mod repos;
pub(crate) mod role_bindings;
pub(crate) mod roles;
pub(crate) mod sts;
pub(crate) mod tags;

use engine::{Thing, ThingKind, Wanted};
use model::{Time, Uidp};
use prost::Message;
use prost_types::Timestamp;
use tonic::Code;

use crate::caller::Caller;
use crate::capability::Capabilities;
use crate::state::State;
use crate::status::Status;
use crate::wire::common::UidpFilter;

/// Characters of a name at the most.
const LONGEST_NAME: usize = 200;

/// A place in the tree, as a caller wrote it.
fn place(text: &str) -> Result<Uidp, Status> {
    text.parse().map_err(|error| Status::invalid_argument(format!("{error}")))
}

/// The same, where nothing is written for none.
fn place_if_said(text: &str) -> Result<Option<Uidp>, Status> {
    if text.is_empty() { Ok(None) } else { place(text).map(Some) }
}

/// Which things a filter means.
fn wanted(uidp: Option<UidpFilter>, name: &str, id: &str) -> Result<Wanted, Status> {
    let uidp = uidp.unwrap_or_default();
    let mut ids = uidp.ids.iter().map(|id| place(id)).collect::<Result<Vec<Uidp>, Status>>()?;
    if let Some(id) = place_if_said(id)? {
        // Both have to hold.
        if !ids.is_empty() && !ids.contains(&id) {
            return Err(Status::invalid_argument("id and uidp.ids cannot both hold"));
        }
        ids = vec![id];
    }
    Ok(Wanted {
        ids,
        name: (!name.is_empty()).then(|| name.to_owned()),
        key: None,
        ancestors_of: place_if_said(&uidp.ancestors_of)?,
        descendants_of: place_if_said(&uidp.descendants_of)?,
        children_of: place_if_said(&uidp.children_of)?,
        in_root: uidp.in_root,
        updated_since: None,
    })
}

/// The things that a filter means and a caller may see.
fn visible(
    state: &State,
    caller: &Caller,
    needed: Capabilities,
    kind: ThingKind,
    wanted: &Wanted,
) -> Result<Vec<Thing>, Status> {
    let mut things = state.ledger.things(kind, wanted)?;
    things.retain(|thing| caller.may(needed, &thing.id));
    Ok(things)
}

/// The thing at a place, of which the request is.
fn existing(state: &State, kind: ThingKind, what: &str, id: &Uidp) -> Result<Thing, Status> {
    let thing = state.ledger.thing(kind, id)?;
    thing.ok_or_else(|| Status::not_found(format!("there is no {what} {id}")))
}

/// A new thing right below `parent`, or below nothing.
pub(crate) fn new_thing(
    state: &State,
    kind: ThingKind,
    parent: Option<&Uidp>,
    name: &str,
) -> Result<Thing, Status> {
    let now = state.now();
    let id = match parent {
        Some(parent) => parent.below(random()?),
        None => Uidp::root(random()?),
    };
    let (name, key) = (name.to_owned(), String::new());
    Ok(Thing { id, kind, name, key, created: now, updated: now, record: Vec::new() })
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], Status> {
    let random = ring::rand::generate(&ring::rand::SystemRandom::new());
    random.map(ring::rand::Random::expose).map_err(|_| Status::internal())
}

/// Notes a thing that is new.
fn add(state: &State, thing: &Thing, what: &str) -> Result<(), Status> {
    if state.ledger.add(thing)? {
        return Ok(());
    }
    Err(taken(what, &thing.name))
}

/// Replaces what is said of a thing that is there.
fn replace(state: &State, thing: &Thing, what: &str) -> Result<(), Status> {
    if state.ledger.replace(thing)? {
        return Ok(());
    }
    Err(taken(what, &thing.name))
}

fn taken(what: &str, name: &str) -> Status {
    Status::new(Code::AlreadyExists, format!("there is a {what} called {name} already"))
}

/// Forgets a thing with all that is below it.
fn forget(state: &State, kind: ThingKind, what: &str, id: &str) -> Result<(), Status> {
    let id = place(id)?;
    if state.ledger.forget(kind, &id)? {
        return Ok(());
    }
    Err(Status::not_found(format!("there is no {what} {id}")))
}

/// What is kept of a thing beside its name and its place. What cannot be read any more is as if nothing was said.
fn record<M: Message + Default>(thing: &Thing) -> M {
    M::decode(&thing.record[..]).unwrap_or_default()
}

fn moment(time: Time) -> Timestamp {
    Timestamp { seconds: time.0, nanos: 0 }
}

/// Refuses a name that is empty, too long, or has other characters than it may.
fn check_name(what: &str, name: &str, may: impl Fn(char) -> bool) -> Result<(), Status> {
    let wrong = |why: &str| Err(Status::invalid_argument(format!("the name of a {what} {why}")));
    match () {
        () if name.is_empty() => wrong("has to be given"),
        () if name.len() > LONGEST_NAME => wrong("has 200 bytes at the most"),
        () if !name.chars().all(may) => wrong("has a character that it may not have"),
        () => Ok(()),
    }
}

/// Characters of names that are for people.
fn is_plain(one: char) -> bool {
    !one.is_control() && !model::is_deceiving(one)
}
