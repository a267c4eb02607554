//! Tokens for tokens: one of ours becomes another, for the same identity or one that it may be, and never with more rights.

use engine::ThingKind;
use model::Time;

use super::identities::{key_of, matched};
use super::{moment, place, record};
use crate::caller::{Caller, bare};
use crate::capability::Capabilities;
use crate::state::State;
use crate::status::Status;
use crate::token::{Audience, Claims, sign};
use crate::wire::iam::Identity;
use crate::wire::oidc::{ExchangeRequest, RawToken};

/// Seconds that a token lasts.
pub(crate) const LIFETIME: i64 = 3600;

/// Members of a list at the most.
const MOST: usize = 100;

pub(crate) fn exchange(
    state: &State,
    authorization: Option<&str>,
    request: ExchangeRequest,
) -> Result<RawToken, Status> {
    if request.aud.is_empty() {
        return Err(Status::invalid_argument("Audience must be specified"));
    }
    if [&request.aud, &request.cap, &request.scopes].iter().any(|list| list.len() > MOST) {
        return Err(Status::invalid_argument("a list has 100 members at the most"));
    }
    if authorization.map(bare).is_none_or(str::is_empty) {
        return Err(Status::unverified());
    }
    let refused = |status: Status| match status.code {
        tonic::Code::Unauthenticated => {
            Status::denied("verifying token: it is not valid here, or not any more")
        }
        _ => status,
    };
    let caller = state.caller(authorization).map_err(refused)?;
    let subject = match request.identity.as_str() {
        "" => caller.identity.clone(),
        identity => {
            let identity = place(identity)?;
            let thing = state.ledger.thing(ThingKind::Identity, &identity)?;
            let may_be = thing.as_ref().is_some_and(|thing| {
                let identity: Identity = record(thing);
                let (issuer, subject) = matched(&identity);
                let own = key_of(&caller.claims.iss, &caller.claims.sub);
                !subject.is_empty() && key_of(issuer, subject) == own
            });
            if identity != caller.identity && !may_be {
                return Err(Status::denied(format!("you may not be {identity}")));
            }
            identity
        }
    };
    let scopes = scopes(&request, &caller)?;
    let capabilities = capabilities(&request, &caller);
    let now = state.now();
    let claims = Claims {
        iss: state.trust.issuer.clone(),
        sub: subject.to_string(),
        aud: Audience::Several(request.aud),
        iat: now.0,
        // A token for a token does not outlast it.
        exp: now.0.saturating_add(LIFETIME).min(caller.claims.exp),
        nbf: None,
        scopes,
        capabilities,
    };
    let token = sign(&claims, &state.trust.key).map_err(|_| Status::internal())?;
    let expiry = Some(moment(Time(claims.exp)));
    Ok(RawToken { token, refresh_token: String::new(), expiry })
}

/// The groups that the new token is limited to: those that are asked for, within those of the old one.
fn scopes(request: &ExchangeRequest, caller: &Caller) -> Result<Option<Vec<String>>, Status> {
    let single = Some(&request.scope).filter(|scope| !scope.is_empty());
    let asked: Vec<&String> = request.scopes.iter().chain(single).collect();
    if asked.is_empty() {
        return Ok(caller.claims.scopes.clone());
    }
    let asked = asked.into_iter().map(|scope| place(scope)).collect::<Result<Vec<_>, _>>()?;
    let is_within = |scope: &model::Uidp| {
        caller.claims.scopes.as_ref().is_none_or(|limits| {
            let limits = limits.iter().filter_map(|limit| limit.parse().ok());
            limits.into_iter().any(|limit| scope.is_within(&limit))
        })
    };
    match asked.iter().find(|scope| !is_within(scope)) {
        Some(wider) => Err(Status::denied(format!("your token is not for {wider}"))),
        None => Ok(Some(asked.iter().map(ToString::to_string).collect())),
    }
}

/// The capabilities that the new token is limited to: those that are asked for, of those of the old one.
fn capabilities(request: &ExchangeRequest, caller: &Caller) -> Option<Vec<String>> {
    let named = |names: &[String]| Capabilities::named(names.iter().map(String::as_str));
    let limits = caller.claims.capabilities.as_deref().map(named);
    let asked = (!request.cap.is_empty()).then(|| named(&request.cap));
    let both = match (limits, asked) {
        (Some(limits), Some(asked)) => limits.and(asked),
        (limits, asked) => limits.or(asked)?,
    };
    Some(both.names().into_iter().map(Into::into).collect())
}
