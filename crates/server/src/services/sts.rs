//! Tokens for tokens: one of ours, or of an issuer that is believed, becomes one of ours: for the same identity or one that it
//! may be, and never with more rights. Every exchange is noted, and every refusal.

use std::collections::BTreeMap;
use std::time::Instant;

use engine::{Thing, ThingKind};
use model::{Time, Uidp};

use super::identities::matching;
use super::{moment, place};
use crate::caller::bare;
use crate::capability::Capabilities;
use crate::issuers::{Issuer, Vouched};
use crate::state::State;
use crate::status::Status;
use crate::token::{Actor, Audience, Claims, sign};
use crate::wire::oidc::{ExchangeRequest, RawToken};

/// Seconds that a token lasts.
pub(crate) const LIFETIME: i64 = 3600;

/// Members of a list at the most.
const MOST: usize = 100;

/// What an exchange is called in the audit trail.
pub(crate) const EXCHANGE: &str = "chainguard.platform.oidc.SecurityTokenService/Exchange";

/// Characters that are noted of whom an issuer vouches for.
const LONGEST_NAME: usize = 500;

/// Who shows a token, and what it is limited to.
struct Bearer {
    /// Who they are here; none whom nobody knows.
    identity: Option<Uidp>,
    /// What the audit trail calls them.
    name: String,
    /// What vouches for them, where that is an issuer.
    vouched: Option<Vouched>,
    /// Whom a token of ours was given for before, or whom the issuer calls them.
    actor: Option<Actor>,
    ends: i64,
    scopes: Option<Vec<String>>,
    capabilities: Option<Vec<String>>,
    cap: Option<BTreeMap<String, String>>,
}

pub(crate) fn exchange(
    state: &State,
    authorization: Option<&str>,
    request: ExchangeRequest,
) -> Result<RawToken, Status> {
    let mut bearer = None;
    let asked = request.identity.clone();
    let done = exchanged(state, authorization, request, &mut bearer);
    let known = bearer.as_ref().and_then(|bearer| bearer.identity.as_ref());
    if known.is_none() {
        // Strangers do not fill the audit trail faster than it can be read.
        state.strangers.admit("exchange", Instant::now())?;
    }
    let name = bearer.as_ref().map(|bearer| bearer.name.as_str()).unwrap_or_default();
    let place = match (&done, known) {
        (Ok((_, identity)), _) => identity.to_string(),
        (Err(_), Some(identity)) if asked.is_empty() => identity.to_string(),
        (Err(_), _) => asked,
    };
    state.note_deed(name, EXCHANGE, &place, &done)?;
    done.map(|(token, _)| token)
}

fn exchanged(
    state: &State,
    authorization: Option<&str>,
    request: ExchangeRequest,
    noted: &mut Option<Bearer>,
) -> Result<(RawToken, Uidp), Status> {
    if request.aud.is_empty() {
        return Err(Status::invalid_argument("Audience must be specified"));
    }
    if [&request.aud, &request.cap, &request.scopes].iter().any(|list| list.len() > MOST) {
        return Err(Status::invalid_argument("a list has 100 members at the most"));
    }
    let token = authorization.map(bare).unwrap_or_default();
    if token.is_empty() {
        return Err(Status::unverified());
    }
    let bearer = noted.insert(bearer(state, token, &request.identity)?);
    if let Some(identity) = &bearer.identity {
        let _pass = state.limits.admit(identity.as_str(), Instant::now())?;
    }
    let subject = subject(state, bearer, &request.identity)?;
    // An identity that somebody names is who they are, where nobody else was found.
    bearer.identity.get_or_insert_with(|| subject.clone());
    let claims = Claims {
        scopes: scopes(&request, bearer)?,
        capabilities: capabilities(&request, bearer),
        ..claims(state, bearer, &subject, Audience::Several(request.aud))
    };
    let token = sign(&claims, &state.trust.key).map_err(|_| Status::internal())?;
    let expiry = Some(moment(Time(claims.exp)));
    Ok((RawToken { token, refresh_token: String::new(), expiry }, subject))
}

/// A token of ours for somebody whom an issuer vouches for, and who may be an identity without naming it.
pub(crate) fn given(state: &State, vouched: Vouched) -> Result<(Claims, String), Status> {
    let found = matching::recognised(state, &vouched)?;
    let bearer = vouched_for(vouched, found.map(|thing| thing.id));
    let done = subject(state, &bearer, "").and_then(|subject| {
        let claims = claims(state, &bearer, &subject, Audience::One(state.trust.issuer.clone()));
        let token = sign(&claims, &state.trust.key).map_err(|_| Status::internal())?;
        Ok((claims, token))
    });
    if bearer.identity.is_none() {
        state.strangers.admit("exchange", Instant::now())?;
    }
    let place = bearer.identity.as_ref().map(ToString::to_string).unwrap_or_default();
    state.note_deed(&bearer.name, EXCHANGE, &place, &done)?;
    done
}

/// Who shows this token: by what it says of its issuer, which is not believed before that one's key has proven it.
fn bearer(state: &State, token: &str, asked: &str) -> Result<Bearer, Status> {
    let refused = |status: Status| match status.code {
        tonic::Code::Unauthenticated => {
            Status::denied("verifying token: it is not valid here, or not any more")
        }
        _ => status,
    };
    match state.caller(Some(token)) {
        Ok(caller) => {
            let claims = caller.claims;
            return Ok(Bearer {
                name: caller.identity.to_string(),
                identity: Some(caller.identity),
                vouched: None,
                actor: claims.act,
                ends: claims.exp,
                scopes: claims.scopes,
                capabilities: claims.capabilities,
                cap: claims.cap,
            });
        }
        Err(status) if status.code != tonic::Code::Unauthenticated => return Err(status),
        Err(status) => {
            if let Some(bearer) = by_keys(state, token, asked)? {
                return Ok(bearer);
            }
            if state.issuers.is_empty() {
                return Err(refused(status));
            }
        }
    }
    let mut vouched = state.issuers.verify(token, state.now())?;
    // What was said to whom people sign in with was said to us.
    if let Some(login) = &state.login
        && vouched.audiences.contains(&login.client)
        && state.issuers.named(&login.issuer).map(Issuer::address)
            == state.issuers.named(&vouched.issuer).map(Issuer::address)
    {
        vouched.audiences.push(state.trust.issuer.clone());
    }
    let found = matching::recognised(state, &vouched)?;
    Ok(vouched_for(vouched, found.map(|thing| thing.id)))
}

/// Who shows a token for an identity that has the keys of its issuer.
fn by_keys(state: &State, token: &str, asked: &str) -> Result<Option<Bearer>, Status> {
    let Ok(id) = asked.parse::<Uidp>() else { return Ok(None) };
    let Some(thing) = state.ledger.thing(ThingKind::Identity, &id)? else { return Ok(None) };
    let vouched = matching::by_keys(&thing, token, state)?;
    Ok(vouched.map(|vouched| vouched_for(vouched, Some(id))))
}

fn vouched_for(vouched: Vouched, identity: Option<Uidp>) -> Bearer {
    let name = format!("{} of {}", vouched.subject, vouched.issuer);
    let plain = |one: char| if one.is_control() || model::is_deceiving(one) { ' ' } else { one };
    Bearer {
        identity,
        name: name.chars().map(plain).take(LONGEST_NAME).collect(),
        actor: Some(Actor { iss: vouched.issuer.clone(), sub: vouched.subject.clone() }),
        ends: vouched.ends,
        scopes: None,
        capabilities: None,
        cap: vouched.cap.clone(),
        vouched: Some(vouched),
    }
}

/// Whose the new token is: the one who asks, or an identity that they may be.
fn subject(state: &State, bearer: &Bearer, asked: &str) -> Result<Uidp, Status> {
    if asked.is_empty() {
        let unknown = || Status::denied("verifying token: no identity here is whom it is of");
        return bearer.identity.clone().ok_or_else(unknown);
    }
    let identity = place(asked)?;
    if bearer.identity.as_ref() == Some(&identity) {
        return Ok(identity);
    }
    let thing = state.ledger.thing(ThingKind::Identity, &identity)?;
    match thing {
        Some(thing) if may_be(state, bearer, &thing) => Ok(identity),
        _ => Err(Status::denied(format!("you may not be {identity}"))),
    }
}

fn may_be(state: &State, bearer: &Bearer, thing: &Thing) -> bool {
    match (&bearer.vouched, &bearer.identity) {
        (Some(vouched), _) => matching::is(thing, vouched, state),
        // We are an issuer, too.
        (None, Some(identity)) => {
            let own = &state.trust.issuer;
            let vouched = Vouched {
                issuer: own.clone(),
                subject: identity.to_string(),
                audiences: vec![own.clone()],
                ends: bearer.ends,
                cap: None,
                claims: serde_json::Map::new(),
            };
            matching::is(thing, &vouched, state)
        }
        (None, None) => false,
    }
}

/// What a token of ours says of somebody, with all that the one is limited to that they have shown.
fn claims(state: &State, bearer: &Bearer, subject: &Uidp, aud: Audience) -> Claims {
    let now = state.now();
    Claims {
        iss: state.trust.issuer.clone(),
        sub: subject.to_string(),
        aud,
        iat: now.0,
        // A token for a token does not outlast it.
        exp: now.0.saturating_add(LIFETIME).min(bearer.ends),
        nbf: None,
        scopes: bearer.scopes.clone(),
        capabilities: bearer.capabilities.clone(),
        cap: bearer.cap.clone(),
        act: bearer.actor.clone(),
    }
}

/// The groups that the new token is limited to: those that are asked for, within those of the old one.
fn scopes(request: &ExchangeRequest, bearer: &Bearer) -> Result<Option<Vec<String>>, Status> {
    let single = Some(&request.scope).filter(|scope| !scope.is_empty());
    let asked: Vec<&String> = request.scopes.iter().chain(single).collect();
    if asked.is_empty() {
        return Ok(bearer.scopes.clone());
    }
    let asked = asked.into_iter().map(|scope| place(scope)).collect::<Result<Vec<_>, _>>()?;
    let is_within = |scope: &Uidp| {
        bearer.scopes.as_ref().is_none_or(|limits| {
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
fn capabilities(request: &ExchangeRequest, bearer: &Bearer) -> Option<Vec<String>> {
    let named = |names: &[String]| Capabilities::named(names.iter().map(String::as_str));
    let limits = bearer.capabilities.as_deref().map(named);
    let asked = (!request.cap.is_empty()).then(|| named(&request.cap));
    let both = match (limits, asked) {
        (Some(limits), Some(asked)) => limits.and(asked),
        (limits, asked) => limits.or(asked)?,
    };
    Some(both.names().into_iter().map(Into::into).collect())
}
