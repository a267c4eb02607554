//! Places that addresses name, found in the ledger. What a visitor may not see is not there.

use std::collections::BTreeMap;

use engine::{Thing, ThingKind, Wanted};
use model::{Digest, Platform, Uidp};
use pages::{Of, Place};
use prost::Message as _;

use super::Visit;
use crate::library::Shelf;
use crate::status::Status;
use crate::wire::registry::Repo;

/// A repository that a visitor may see.
pub(super) struct Found {
    pub(super) thing: Thing,
    /// Its address.
    pub(super) place: Place,
}

/// What is kept of a repository beside its name.
pub(super) fn said(thing: &Thing) -> Repo {
    Repo::decode(&thing.record[..]).unwrap_or_default()
}

/// Where a repository's images come from.
pub(super) fn upstream(thing: &Thing) -> Option<String> {
    let config = said(thing).sync_config;
    config.map(|config| config.source).filter(|source| !source.is_empty())
}

impl Found {
    /// Its images.
    pub(super) fn shelf<'a>(&'a self, visit: &'a Visit<'_>) -> Shelf<'a> {
        Shelf { id: &self.thing.id, upstream: upstream(&self.thing), ledger: &visit.state.ledger }
    }
}

impl Visit<'_> {
    /// The repository that an address names.
    pub(super) fn repository(&self, place: &Place) -> Result<Found, Status> {
        let nothing =
            || Status::not_found(format!("there is no repository {}", place.names.join("/")));
        let (name, groups) = place.names.split_last().ok_or_else(nothing)?;
        let mut above: Option<Uidp> = None;
        for group in groups {
            above =
                Some(self.child(ThingKind::Group, above.as_ref(), group)?.ok_or_else(nothing)?.id);
        }
        let thing = self.child(ThingKind::Repo, above.as_ref(), name)?.ok_or_else(nothing)?;
        // Whoever may not see it is told what they would be told if it were not there.
        if !self.may(&["repo.list"], &thing.id) {
            return Err(nothing());
        }
        Ok(Found { thing, place: place.with(Of::Everything) })
    }

    fn child(
        &self,
        kind: ThingKind,
        above: Option<&Uidp>,
        name: &str,
    ) -> Result<Option<Thing>, Status> {
        let wanted = Wanted {
            name: Some(name.to_owned()),
            children_of: above.cloned(),
            in_root: above.is_none(),
            ..Wanted::default()
        };
        Ok(self.state.ledger.things(kind, &wanted)?.pop())
    }

    /// Every repository that the visitor may see, by its address.
    pub(super) fn repositories(&self) -> Result<Vec<Found>, Status> {
        let all = |kind| self.state.ledger.things(kind, &Wanted::default());
        let groups: BTreeMap<Uidp, String> =
            all(ThingKind::Group)?.into_iter().map(|group| (group.id, group.name)).collect();
        let mut found: Vec<Found> = all(ThingKind::Repo)?
            .into_iter()
            .filter(|thing| self.may(&["repo.list"], &thing.id))
            .filter_map(|thing| {
                let above: Vec<Uidp> = thing.id.ancestors().collect();
                let names = above.iter().rev().map(|id| groups.get(id).cloned());
                let names = names.chain([Some(thing.name.clone())]).collect::<Option<Vec<_>>>()?;
                Some(Found { thing, place: Place { names, of: Of::Everything } })
            })
            .collect();
        found.sort_by(|one, other| one.place.names.cmp(&other.place.names));
        Ok(found)
    }

    /// The tags of a repository that the visitor may see, by name.
    pub(super) fn tags(&self, repository: &Found) -> Result<Vec<Thing>, Status> {
        let wanted = Wanted { children_of: Some(repository.thing.id.clone()), ..Wanted::default() };
        let mut tags = self.state.ledger.things(ThingKind::Tag, &wanted)?;
        tags.retain(|tag| self.may(&["tag.list"], &tag.id));
        tags.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(tags)
    }

    /// A tag of a repository.
    pub(super) fn tag(&self, repository: &Found, name: &str) -> Result<Thing, Status> {
        let tag = self.child(ThingKind::Tag, Some(&repository.thing.id), name)?;
        let tag = tag.filter(|tag| self.may(&["tag.list"], &tag.id));
        let title = repository.place.title();
        tag.ok_or_else(|| Status::not_found(format!("{title} has no tag {name}")))
    }

    /// The platform that is asked for, where one is.
    pub(super) fn platform(&self) -> Result<Option<Platform>, Status> {
        let platform = self.here.get("platform").map(str::parse).transpose();
        platform
            .map_err(|error: model::InvalidPlatform| Status::invalid_argument(error.to_string()))
    }
}

/// The digest that a tag means.
pub(super) fn meant(tag: &Thing) -> Option<Digest> {
    tag.key.parse().ok()
}

/// The tag that stands for a repository: the one that is called `latest`, or else the one that moved last.
pub(super) fn standing(tags: &[Thing]) -> Option<&Thing> {
    let latest = tags.iter().find(|tag| tag.name == "latest");
    latest.or_else(|| tags.iter().max_by_key(|tag| tag.updated))
}
