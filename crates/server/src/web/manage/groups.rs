//! All groups.

use pages::GroupsPage;

use crate::status::Status;
use crate::web::{Told, Visit};

/// All groups that the visitor may see.
pub(in crate::web) fn groups(visit: &Visit<'_>) -> Result<Told, Status> {
    let groups: Vec<_> = visit.all_groups()?.into_values().collect();
    let claims = &visit.caller.claims;
    // A limited token makes no group of its own.
    let is_limited = claims.scopes.is_some() || claims.capabilities.is_some();
    let hand = visit.hand("/groups").filter(|_| !is_limited);
    Ok(Told::Page(GroupsPage { groups: &groups, hand }.document()))
}
