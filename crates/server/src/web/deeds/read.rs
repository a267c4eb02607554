//! Forms as the requests of calls. What a form does not say stays as it is.

use engine::ThingKind;
use pages::Here;
use prost::Message;

use crate::state::State;
use crate::status::Status;
use crate::wire::iam::claim_match::{Aud, Iss, Sub};
use crate::wire::iam::identity::Relationship;
use crate::wire::{iam, oidc, registry};

fn said(form: &Here, name: &str) -> String {
    // Browsers end lines as the network does.
    form.get(name).unwrap_or_default().replace("\r\n", "\n")
}

fn several(form: &Here, name: &str) -> Vec<String> {
    form.all(name).map(str::to_owned).collect()
}

/// What is kept of the thing that a form is about, where anything is. Who may know it, the call finds out.
#[derive(Default)]
pub(super) struct Kept {
    name: String,
    record: Vec<u8>,
}

impl Kept {
    pub(super) fn of(state: &State, form: &Here, kind: ThingKind) -> Result<Kept, Status> {
        let Ok(place) = said(form, "place").parse() else { return Ok(Kept::default()) };
        let thing = state.ledger.thing(kind, &place)?;
        Ok(thing
            .map_or_else(Kept::default, |thing| Kept { name: thing.name, record: thing.record }))
    }

    fn said<M: Message + Default>(&self) -> M {
        M::decode(&self.record[..]).unwrap_or_default()
    }
}

/// All messages that forget something have its place first.
pub(super) fn forgotten(form: &Here, _: &Kept) -> Vec<u8> {
    iam::DeleteGroupRequest { id: said(form, "place") }.encode_to_vec()
}

pub(super) fn group_made(form: &Here, _: &Kept) -> Vec<u8> {
    let (name, description) = (said(form, "name"), said(form, "description"));
    let group = iam::Group { name, description, ..Default::default() };
    let parent = said(form, "place");
    iam::CreateGroupRequest { parent, group: Some(group) }.encode_to_vec()
}

pub(super) fn group_changed(form: &Here, kept: &Kept) -> Vec<u8> {
    let group: iam::Group = kept.said();
    let (name, description) = (said(form, "name"), said(form, "description"));
    iam::Group { id: said(form, "place"), name, description, ..group }.encode_to_vec()
}

fn role(form: &Here) -> iam::Role {
    iam::Role {
        id: String::new(),
        name: said(form, "name"),
        description: said(form, "description"),
        capabilities: several(form, "capability"),
    }
}

pub(super) fn role_made(form: &Here, _: &Kept) -> Vec<u8> {
    let parent_id = said(form, "place");
    iam::CreateRoleRequest { parent_id, role: Some(role(form)) }.encode_to_vec()
}

pub(super) fn role_changed(form: &Here, _: &Kept) -> Vec<u8> {
    iam::Role { id: said(form, "place"), ..role(form) }.encode_to_vec()
}

pub(super) fn binding_made(form: &Here, _: &Kept) -> Vec<u8> {
    let (identity, role) = (said(form, "identity"), said(form, "role"));
    let binding = iam::RoleBinding { identity, role, ..Default::default() };
    let parent = said(form, "place");
    iam::CreateRoleBindingRequest { parent, role_binding: Some(binding) }.encode_to_vec()
}

pub(super) fn identity_made(form: &Here, _: &Kept) -> Vec<u8> {
    let one = |name: &str| Some(said(form, name)).filter(|text| !text.is_empty());
    let sub = one("subject").map(Sub::Subject);
    let claims = iam::ClaimMatch {
        iss: one("issuer").map(Iss::Issuer),
        sub: sub.or_else(|| one("subject_pattern").map(Sub::SubjectPattern)),
        aud: one("audience").map(Aud::Audience),
        ..Default::default()
    };
    let identity = iam::Identity {
        name: said(form, "name"),
        description: said(form, "description"),
        relationship: Some(Relationship::ClaimMatch(claims)),
        ..Default::default()
    };
    let parent_id = said(form, "place");
    iam::CreateIdentityRequest { parent_id, identity: Some(identity) }.encode_to_vec()
}

/// How they are recognised stays as it is.
pub(super) fn identity_changed(form: &Here, kept: &Kept) -> Vec<u8> {
    let identity: iam::Identity = kept.said();
    let (name, description) = (said(form, "name"), said(form, "description"));
    iam::Identity { id: said(form, "place"), name, description, ..identity }.encode_to_vec()
}

/// Where a repository's images come from, as a form says it.
fn synced(form: &Here, before: Option<registry::SyncConfig>) -> Option<registry::SyncConfig> {
    let (source, tag_pattern) = (said(form, "source"), said(form, "pattern"));
    if source.is_empty() && tag_pattern.is_empty() && before.is_none() {
        return None;
    }
    Some(registry::SyncConfig { source, tag_pattern, ..before.unwrap_or_default() })
}

pub(super) fn repo_made(form: &Here, _: &Kept) -> Vec<u8> {
    let repo = registry::Repo {
        name: said(form, "name"),
        sync_config: synced(form, None),
        ..Default::default()
    };
    let parent_id = said(form, "place");
    // Whoever makes one does not mean to change another.
    let request =
        registry::CreateRepoRequest { parent_id, repo: Some(repo), prevent_existing: true };
    request.encode_to_vec()
}

pub(super) fn repo_changed(form: &Here, kept: &Kept) -> Vec<u8> {
    let repo: registry::Repo = kept.said();
    let repo = registry::Repo {
        id: said(form, "place"),
        name: said(form, "name"),
        description: said(form, "description"),
        readme: said(form, "readme"),
        sync_config: synced(form, repo.sync_config),
        ..repo
    };
    repo.encode_to_vec()
}

pub(super) fn tag_made(form: &Here, _: &Kept) -> Vec<u8> {
    let (name, digest) = (said(form, "name"), said(form, "digest"));
    let tag = registry::Tag { name, digest, ..Default::default() };
    let repo_id = said(form, "place");
    registry::CreateTagRequest { repo_id, tag: Some(tag) }.encode_to_vec()
}

pub(super) fn tag_changed(form: &Here, kept: &Kept) -> Vec<u8> {
    let (name, tag) = (kept.name.clone(), kept.said());
    let (id, digest) = (said(form, "place"), said(form, "digest"));
    registry::Tag { id, name, digest, ..tag }.encode_to_vec()
}

/// A token that is for this service.
pub(super) fn token_made(form: &Here, issuer: &str) -> Vec<u8> {
    let request = oidc::ExchangeRequest {
        aud: vec![issuer.to_owned()],
        scope: said(form, "scope"),
        cap: several(form, "capability"),
        ..Default::default()
    };
    request.encode_to_vec()
}
