//! Who the visitor is, and what their token is good for.

use std::collections::BTreeMap;

use model::Time;
use pages::{Granted, TokenPage};

use crate::status::Status;
use crate::web::{Told, Visit};
use crate::wire::auth::WhoAmI;

/// What the visitor's token is good for.
pub(in crate::web) fn tokens(visit: &Visit<'_>) -> Result<Told, Status> {
    let who: WhoAmI = visit.ask("chainguard.platform.auth.Auth/Validate", &())?;
    let claims = &visit.caller.claims;
    let groups = visit.all_groups()?;
    let roles: BTreeMap<String, String> =
        visit.roles()?.into_iter().map(|role| (role.id, role.name)).collect();
    let granted = who.capabilities.into_iter().map(|one| Granted {
        name: groups.get(&one.group).map(pages::Group::title).unwrap_or_default(),
        role: roles.get(&one.role).cloned().unwrap_or(one.role),
        group: one.group,
        capabilities: one.capabilities,
    });
    let page = TokenPage {
        identity: who.subject,
        name: visit.own_name()?,
        ends: Time(claims.exp),
        actor: claims.act.as_ref().map(|actor| format!("{} of {}", actor.sub, actor.iss)),
        scopes: claims.scopes.clone(),
        granted: granted.collect(),
        hand: visit.hand("/tokens"),
        now: visit.now,
    };
    Ok(Told::Page(page.document()))
}
