//! One group.

use std::collections::BTreeMap;

use model::{Time, Uidp};
use pages::{Binding, Group, GroupPage, Identity, Role};

use super::{IN_A_GROUP, named};
use crate::capability::Capabilities;
use crate::status::Status;
use crate::web::{Told, Visit};
use crate::wire::common::UidpFilter;
use crate::wire::iam;
use crate::wire::iam::claim_match::{Iss, Sub};
use crate::wire::iam::identity::Relationship;

/// What is in a group, and who may do what there.
pub(in crate::web) fn group(visit: &Visit<'_>) -> Result<Told, Status> {
    let nothing = || Status::not_found("there is no such group");
    let id = named(&visit.here.path, "/groups/").ok_or_else(nothing)?;
    let mut groups = visit.all_groups()?;
    let group = groups.remove(id.as_str()).ok_or_else(nothing)?;
    let mut above: Vec<Group> =
        id.ancestors().filter_map(|id| groups.get(id.as_str()).cloned()).collect();
    above.reverse();
    let may_see = |capability: &str| visit.may(&[capability], &id);
    let names = visit.names()?;
    let to = visit.here.path.clone();
    let bindings = may_see("role_bindings.list").then(|| bindings(visit, &id, &groups, &names));
    let below = |group: &Group| group.id.starts_with(&format!("{id}/"));
    let page = GroupPage {
        groups: groups.values().filter(|group| below(group)).cloned().collect(),
        repositories: may_see("repo.list").then(|| repositories(visit, &id)).transpose()?,
        bindings: bindings.transpose()?,
        identities: may_see("identity.list").then(|| identities(visit, Some(&id))).transpose()?,
        everybody: identities(visit, None)?,
        roles: may_see("roles.list").then(|| roles(visit, &id)).transpose()?,
        capabilities: Capabilities::all_names(),
        may: visit.has(&IN_A_GROUP, id.as_str()),
        hand: visit.hand(&to),
        now: visit.now,
        group,
        above,
    };
    Ok(Told::Page(page.document()))
}

/// A place and those above it.
fn upwards(place: &Uidp) -> impl Iterator<Item = Uidp> {
    std::iter::once(place.clone()).chain(place.ancestors())
}

fn repositories(visit: &Visit<'_>, group: &Uidp) -> Result<Vec<pages::Place>, Status> {
    let all = visit.repositories()?.into_iter();
    let own = all.filter(|found| found.thing.id.parent().as_ref() == Some(group));
    Ok(own.map(|found| found.place).collect())
}

/// Who has which role there: given there, or in a group above that the visitor may see, too.
fn bindings(
    visit: &Visit<'_>,
    group: &Uidp,
    groups: &BTreeMap<String, Group>,
    names: &BTreeMap<String, String>,
) -> Result<Vec<Binding>, Status> {
    let mut all = Vec::new();
    for place in upwards(group) {
        let children = UidpFilter { children_of: place.to_string(), ..UidpFilter::default() };
        let filter = iam::RoleBindingFilter { uidp: Some(children), ..Default::default() };
        let list: iam::RoleBindingList =
            visit.ask("chainguard.platform.iam.RoleBindings/List", &filter)?;
        all.extend(list.items.into_iter().map(|one| Binding {
            name: names.get(&one.identity).cloned().unwrap_or_default(),
            role: one.role.map(|role| role.name).unwrap_or_default(),
            created: one.created_at.map(|moment| Time(moment.seconds)),
            above: groups.get(place.as_str()).filter(|_| place != *group).cloned(),
            id: one.id,
            identity: one.identity,
        }));
    }
    Ok(all)
}

fn identities(visit: &Visit<'_>, group: Option<&Uidp>) -> Result<Vec<Identity>, Status> {
    let is_there = |one: &iam::Identity| {
        let parent = one.id.rsplit_once('/').map(|(parent, _)| parent);
        group.is_none_or(|group| parent == Some(group.as_str()))
    };
    let all = visit.identities()?.into_iter().filter(is_there);
    let shown = |one: iam::Identity| Identity {
        recognised: recognised(&one),
        id: one.id,
        name: one.name,
        description: one.description,
    };
    Ok(all.map(shown).collect())
}

/// How an identity is recognised, in words.
fn recognised(identity: &iam::Identity) -> String {
    match &identity.relationship {
        None => "nothing".into(),
        Some(Relationship::Static(keys)) => {
            format!("{} of {}, by keys of its own", keys.subject, keys.issuer)
        }
        Some(Relationship::ClaimMatch(claims)) => {
            let subject = match &claims.sub {
                Some(Sub::Subject(subject)) => subject.clone(),
                Some(Sub::SubjectPattern(pattern)) => format!("who is like {pattern}"),
                None => "anybody".into(),
            };
            let issuer = match &claims.iss {
                Some(Iss::Issuer(issuer)) => issuer.clone(),
                Some(Iss::IssuerPattern(pattern)) => format!("an issuer like {pattern}"),
                None => "no issuer".into(),
            };
            let more = claims.claims.len() + claims.claim_patterns.len();
            let more = if more > 0 { format!(", and {more} more claims") } else { String::new() };
            format!("{subject} of {issuer}{more}")
        }
    }
}

/// The roles that are good for something there: everybody's, and those that were made there or above.
fn roles(visit: &Visit<'_>, group: &Uidp) -> Result<Vec<Role>, Status> {
    let is_good = |role: &iam::Role| match role.id.rsplit_once('/') {
        Some((parent, _)) => upwards(group).any(|place| place.as_str() == parent),
        None => true,
    };
    let shown = |role: iam::Role| Role {
        is_own: role.id.rsplit_once('/').is_some_and(|(parent, _)| parent == group.as_str()),
        id: role.id,
        name: role.name,
        description: role.description,
        capabilities: role.capabilities,
    };
    Ok(visit.roles()?.into_iter().filter(is_good).map(shown).collect())
}
