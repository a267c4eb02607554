//! Who the caller is.

use model::Time;

use super::moment;
use crate::caller::Caller;
use crate::state::State;
use crate::status::Status;
use crate::wire::auth::WhoAmI;
use crate::wire::auth::who_am_i::Granted;

pub(crate) fn validate(_: &State, caller: &Caller, (): ()) -> Result<WhoAmI, Status> {
    let claims = &caller.claims;
    let granted = caller.grants.iter().map(|grant| Granted {
        group: grant.group.to_string(),
        role: grant.role.clone(),
        capabilities: grant.capabilities.names().into_iter().map(Into::into).collect(),
    });
    Ok(WhoAmI {
        issuer: claims.iss.clone(),
        subject: claims.sub.clone(),
        audience: claims.aud.all().to_vec(),
        expiry: Some(moment(Time(claims.exp))),
        issued_at: Some(moment(Time(claims.iat))),
        capabilities: granted.collect(),
        email: String::new(),
        profile: None,
    })
}
