//! Who calls, and what they may do where: roles that were given in groups, narrowed by what the token is limited to.

use engine::{Ledger, StoreError, ThingKind, Wanted};
use model::{Time, Uidp};
use prost::Message as _;

use crate::capability::{BuiltIn, Capabilities, ROLES};
use crate::status::Status;
use crate::token::{self, Claims, Key};
use crate::wire::chainguard::platform::iam::{Role, RoleBinding};

/// Somebody whose token was verified.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// What the token says.
    pub(crate) claims: Claims,
    /// Whose it is.
    pub(crate) identity: Uidp,
    /// What they may do where.
    pub(crate) grants: Vec<Grant>,
    /// Whether it is anybody: somebody without a token, who may read what is public.
    pub(crate) is_anybody: bool,
}

/// A role that somebody has in a group and all that is below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    /// The group.
    pub(crate) group: Uidp,
    /// The role.
    pub(crate) role: String,
    /// What it allows.
    pub(crate) capabilities: Capabilities,
}

/// What tokens are verified with.
#[derive(Debug)]
pub(crate) struct Trust {
    /// The key of our own tokens.
    pub(crate) key: Key,
    /// What we call ourselves in them.
    pub(crate) issuer: String,
    /// Whom tokens have to be for.
    pub(crate) audiences: Vec<String>,
}

impl Caller {
    /// Whoever has this `authorization`: a token, alone or after the word `Bearer`.
    pub(crate) fn of(
        authorization: Option<&str>,
        trust: &Trust,
        ledger: &Ledger,
        now: Time,
    ) -> Result<Caller, Status> {
        let claims = authorization
            .map(bare)
            .and_then(|token| {
                token::verify(token, &trust.key, &trust.issuer, &trust.audiences, now)
            })
            .ok_or_else(Status::unverified)?;
        // Somebody who is gone calls no more, whatever the token says.
        let identity: Uidp = claims.sub.parse().map_err(|_| Status::unverified())?;
        if ledger.thing(ThingKind::Identity, &identity)?.is_none() {
            return Err(Status::unverified());
        }
        let grants = limited(grants(&identity, ledger)?, &claims);
        Ok(Caller { claims, identity, grants, is_anybody: false })
    }

    /// Anybody, who may read these groups.
    pub(crate) fn anybody(groups: &[Uidp]) -> Caller {
        let role = BuiltIn::named("registry.pull");
        let grants = groups.iter().map(|group| Grant {
            group: group.clone(),
            role: role.map_or_else(String::new, |role| role.id.into()),
            capabilities: role.map_or(Capabilities::NONE, BuiltIn::capabilities),
        });
        let identity = Uidp::root([0; 20]);
        let grants = grants.collect();
        Caller { claims: Claims::default(), identity, grants, is_anybody: true }
    }

    /// Refuses anybody: what follows is for those who have a token.
    pub(crate) fn known(self) -> Result<Caller, Status> {
        if self.is_anybody { Err(Status::unverified()) } else { Ok(self) }
    }

    /// What they may do at this place.
    pub(crate) fn at(&self, place: &Uidp) -> Capabilities {
        let above = self.grants.iter().filter(|grant| place.is_within(&grant.group));
        above.fold(Capabilities::NONE, |all, grant| all | grant.capabilities)
    }

    /// Whether they may do all of that at this place.
    pub(crate) fn may(&self, needed: Capabilities, place: &Uidp) -> bool {
        self.at(place).contain(needed)
    }

    /// Refuses what they may not do at this place.
    pub(crate) fn demand(&self, needed: Capabilities, place: &Uidp) -> Result<(), Status> {
        let lacking = needed.without(self.at(place));
        if lacking == Capabilities::NONE {
            return Ok(());
        }
        if self.is_anybody {
            return Err(Status::unverified());
        }
        let lacking = lacking.names().join(", ");
        Err(Status::denied(format!("{lacking} is needed at {place}, and you do not have it there")))
    }
}

/// A token without the word before it.
pub(crate) fn bare(authorization: &str) -> &str {
    match authorization.split_at_checked(7) {
        Some((word, token)) if word.eq_ignore_ascii_case("bearer ") => token.trim(),
        _ => authorization.trim(),
    }
}

/// The roles that somebody was given.
fn grants(identity: &Uidp, ledger: &Ledger) -> Result<Vec<Grant>, StoreError> {
    let wanted = Wanted { key: Some(identity.to_string()), ..Wanted::default() };
    let mut grants = Vec::new();
    for binding in ledger.things(ThingKind::Binding, &wanted)? {
        let Some(group) = binding.id.parent() else { continue };
        let role = RoleBinding::decode(&binding.record[..]).unwrap_or_default().role;
        let capabilities = capabilities(&role, &group, ledger)?;
        grants.push(Grant { group, role, capabilities });
    }
    Ok(grants)
}

/// What a role allows in a group: one that everybody has, or one that was made there or above.
pub(crate) fn capabilities(
    role: &str,
    group: &Uidp,
    ledger: &Ledger,
) -> Result<Capabilities, StoreError> {
    if let Some(role) = built_in(role) {
        return Ok(role.capabilities());
    }
    let Ok(id) = role.parse::<Uidp>() else { return Ok(Capabilities::NONE) };
    let is_near = id.parent().is_some_and(|parent| group.is_within(&parent));
    let Some(role) = ledger.thing(ThingKind::Role, &id)?.filter(|_| is_near) else {
        return Ok(Capabilities::NONE);
    };
    let role = Role::decode(&role.record[..]).unwrap_or_default();
    Ok(Capabilities::named(role.capabilities.iter().map(String::as_str)))
}

pub(crate) fn built_in(id: &str) -> Option<&'static BuiltIn> {
    ROLES.iter().find(|role| role.id == id)
}

/// Grants as a token narrows them: to groups, to capabilities, and to capabilities in groups.
fn limited(grants: Vec<Grant>, claims: &Claims) -> Vec<Grant> {
    let mut limited = grants;
    if let Some(sets) = &claims.cap {
        let sets: Vec<(Uidp, Capabilities)> = sets
            .iter()
            // A limit that cannot be read allows nothing.
            .filter_map(|(group, set)| Some((group.parse().ok()?, Capabilities::of_set(set)?)))
            .collect();
        let narrowed = limited.iter().flat_map(|grant| {
            sets.iter().filter_map(|(scope, set)| {
                let group = narrower(&grant.group, scope)?;
                let capabilities = grant.capabilities.and(*set);
                Some(Grant { group, capabilities, role: grant.role.clone() })
            })
        });
        limited = narrowed.collect();
    }
    if let Some(names) = &claims.capabilities {
        let allowed = Capabilities::named(names.iter().map(String::as_str));
        for grant in &mut limited {
            grant.capabilities = grant.capabilities.and(allowed);
        }
    }
    let Some(scopes) = &claims.scopes else { return limited };
    let scopes: Vec<Uidp> = scopes.iter().filter_map(|scope| scope.parse().ok()).collect();
    let within = |grant: &Grant| -> Vec<Grant> {
        let groups = scopes.iter().filter_map(|scope| narrower(&grant.group, scope));
        groups.map(|group| Grant { group, ..grant.clone() }).collect()
    };
    limited.iter().flat_map(within).collect()
}

/// What is within both of two places: the one further below, where it is within the other.
fn narrower(one: &Uidp, other: &Uidp) -> Option<Uidp> {
    match () {
        () if other.is_within(one) => Some(other.clone()),
        () if one.is_below(other) => Some(one.clone()),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Uidp {
        text.parse().unwrap()
    }

    #[test]
    fn a_token_narrows_what_its_holder_may_do() {
        let group = Uidp::root([1; 20]);
        let folder = group.below([2; 8]);
        let repo = folder.below([3; 8]);
        let viewer = BuiltIn::named("viewer").unwrap();
        let check = |claims: Claims, granted: &Uidp, place: &Uidp, expect: &[&str]| {
            let grant = Grant {
                group: granted.clone(),
                role: viewer.id.into(),
                capabilities: viewer.capabilities(),
            };
            let grants = limited(vec![grant], &claims);
            let caller =
                Caller { claims, identity: id(&"0".repeat(40)), grants, is_anybody: false };
            assert_eq!(
                caller.at(place).and(Capabilities::named(["repo.list", "tag.list"])).names(),
                expect
            );
        };
        let both = &["repo.list", "tag.list"][..];
        let free = Claims::default;
        check(free(), &group, &repo, both);
        check(free(), &folder, &group, &[]);
        check(free(), &repo, &folder, &[]);
        let only = |scope: &Uidp| Claims { scopes: Some(vec![scope.to_string()]), ..free() };
        check(only(&folder), &group, &repo, both);
        check(only(&folder), &group, &group, &[]);
        check(only(&group), &folder, &repo, both);
        check(only(&Uidp::root([9; 20])), &group, &repo, &[]);
        let tags = Claims { capabilities: Some(vec!["tag.list".into()]), ..free() };
        check(tags, &group, &repo, &["tag.list"]);
        check(Claims { scopes: Some(Vec::new()), ..free() }, &group, &repo, &[]);
        let sets = |sets: &[(&Uidp, &str)]| {
            let sets = sets.iter().map(|(group, set)| (group.to_string(), (*set).to_owned()));
            Claims { cap: Some(sets.collect()), ..free() }
        };
        let tags = Capabilities::named(["tag.list", "repo.create"]).set();
        check(sets(&[(&folder, &tags)]), &group, &repo, &["tag.list"]);
        check(sets(&[(&folder, &tags)]), &group, &group, &[]);
        check(sets(&[(&group, &tags)]), &folder, &repo, &["tag.list"]);
        check(sets(&[(&group, "broken")]), &group, &repo, &[]);
    }

    #[test]
    fn the_word_before_a_token_is_not_part_of_it() {
        for written in ["e.y.J", "Bearer e.y.J", "bearer  e.y.J", "BEARER e.y.J "] {
            assert_eq!(bare(written), "e.y.J");
        }
        assert_eq!(bare(""), "");
        assert_eq!(bare("Bearér x"), "Bearér x");
    }
}
