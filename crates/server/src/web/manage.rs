//! Pages for whoever looks after the service. What they show is asked by the calls of the API, so that nobody is told more here
//! than there; what is done from them, `deeds` does by the same calls.

mod data;
mod events;
mod group;
mod groups;
mod repository;
mod tokens;
mod watches;

use std::collections::BTreeMap;

use pages::{Group, Hand};
use prost::Message;

use super::Visit;
use crate::capability::Capabilities;
use crate::status::Status;
use crate::wire::iam;

pub(super) use data::data;
pub(super) use events::events;
pub(super) use group::group;
pub(super) use groups::groups;
pub(super) use repository::managed;
pub(super) use tokens::tokens;
pub(super) use watches::watches;

/// Everything that may be done in a group, as forms ask for it.
const IN_A_GROUP: [&str; 13] = [
    "groups.create",
    "groups.update",
    "groups.delete",
    "repo.create",
    "role_bindings.create",
    "role_bindings.delete",
    "identity.create",
    "identity.update",
    "identity.delete",
    "roles.create",
    "roles.update",
    "roles.delete",
    "repo.update",
];

impl Visit<'_> {
    /// What a call of the API answers the visitor.
    fn ask<O: Message + Default>(&self, path: &str, request: &impl Message) -> Result<O, Status> {
        let rpc = self.desk.place(path).and_then(|place| self.desk.rpcs().get(place));
        let rpc = rpc.ok_or_else(Status::internal)?;
        let answer = rpc.call(self.state, self.token.as_deref(), &request.encode_to_vec())?;
        O::decode(&answer[..]).map_err(|_| Status::internal())
    }

    /// What forms are made for; none for somebody who is not signed in.
    fn hand<'a>(&'a self, to: &'a str) -> Option<Hand<'a>> {
        Some(Hand { seal: self.seal.as_deref()?, to })
    }

    /// Those of some capabilities that the visitor has at a place.
    fn has(&self, capabilities: &[&'static str], place: &str) -> Vec<&'static str> {
        let Ok(place) = place.parse() else { return Vec::new() };
        let own = self.caller.at(&place);
        let has = |name: &&&str| own.contain(Capabilities::named([**name]));
        capabilities.iter().filter(has).copied().collect()
    }

    /// All groups that the visitor may see, by ID.
    fn all_groups(&self) -> Result<BTreeMap<String, Group>, Status> {
        let list: iam::GroupList =
            self.ask("chainguard.platform.iam.Groups/List", &iam::GroupFilter::default())?;
        let names: BTreeMap<&str, &str> =
            list.items.iter().map(|group| (group.id.as_str(), group.name.as_str())).collect();
        let roles = self.roles_by_group()?;
        let shown = |group: &iam::Group| {
            let parts = group.id.match_indices('/').map(|(end, _)| &group.id[..end]);
            let ids: Vec<&str> = parts.chain([group.id.as_str()]).collect();
            let own = roles.iter().filter(|(place, _)| ids.contains(&place.as_str()));
            let group = Group {
                id: group.id.clone(),
                names: ids.iter().filter_map(|id| names.get(id)).map(|&name| name.into()).collect(),
                description: group.description.clone(),
                repositories: 0,
                roles: own.map(|(_, role)| role.clone()).collect(),
            };
            (group.id.clone(), group)
        };
        let mut groups: BTreeMap<String, Group> = list.items.iter().map(shown).collect();
        for found in self.repositories()? {
            let above = found.thing.id.parent().map(|id| id.to_string()).unwrap_or_default();
            if let Some(group) = groups.get_mut(&above) {
                group.repositories += 1;
            }
        }
        Ok(groups)
    }

    /// The visitor's roles: where, and what they are called.
    fn roles_by_group(&self) -> Result<Vec<(String, String)>, Status> {
        let mut names = BTreeMap::new();
        for role in self.roles()? {
            names.insert(role.id, role.name);
        }
        let shown = |grant: &crate::caller::Grant| {
            let name = names.get(&grant.role).unwrap_or(&grant.role);
            (grant.group.to_string(), name.clone())
        };
        Ok(self.caller.grants.iter().map(shown).collect())
    }

    /// The roles that everybody has, and those that the visitor may see.
    fn roles(&self) -> Result<Vec<iam::Role>, Status> {
        let list: iam::RoleList =
            self.ask("chainguard.platform.iam.Roles/List", &iam::RoleFilter::default())?;
        Ok(list.items)
    }

    /// Everybody whom the visitor may see.
    fn identities(&self) -> Result<Vec<iam::Identity>, Status> {
        let list: iam::IdentityList =
            self.ask("chainguard.platform.iam.Identities/List", &iam::IdentityFilter::default())?;
        Ok(list.items)
    }

    /// What everybody is called whom the visitor may see, themselves too.
    fn names(&self) -> Result<BTreeMap<String, String>, Status> {
        let all = self.identities()?.into_iter();
        let mut names: BTreeMap<String, String> = all.map(|one| (one.id, one.name)).collect();
        names.insert(self.caller.identity.to_string(), self.own_name()?);
        Ok(names)
    }

    /// What the visitor is called.
    fn own_name(&self) -> Result<String, Status> {
        let own = self.state.ledger.thing(engine::ThingKind::Identity, &self.caller.identity)?;
        Ok(own.map(|thing| thing.name).unwrap_or_default())
    }
}

/// The place that the end of an address names.
fn named(path: &str, before: &str) -> Option<model::Uidp> {
    path.strip_prefix(before)?.parse().ok()
}
