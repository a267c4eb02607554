//! Issuers whose tokens are believed: those that whoever runs the service has listed, and nobody else. A token of theirs says
//! who somebody is and is good for one thing alone: to be given one of ours for it.

mod issuer;
mod keys;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use engine::SourceOptions;
use model::{Time, Uidp};
use serde_json::{Map, Value};

use crate::capability::Capabilities;
use crate::error::Error;
use crate::status::Status;
use crate::token::{Parts, SKEW};

pub(crate) use issuer::{Issuer, Places};
pub(crate) use keys::{PublicKey, read as read_keys};

/// Characters of a subject at the most.
const LONGEST_SUBJECT: usize = 1000;

/// Groups that a token is limited to, and audiences that it is for, at the most.
const MOST: usize = 100;

/// Keys that a token without the name of one is tried with.
const MOST_TRIED: usize = 8;

/// Issuers whose tokens are believed.
#[derive(Debug, Default)]
pub(crate) struct Issuers {
    all: Vec<Issuer>,
}

/// What an issuer says of somebody in a token that was verified.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Vouched {
    /// The issuer, as it calls itself.
    pub(crate) issuer: String,
    /// What it calls them.
    pub(crate) subject: String,
    /// Whom the token is for. Nobody has looked at that yet.
    pub(crate) audiences: Vec<String>,
    /// When the token ends.
    pub(crate) ends: i64,
    /// What it is limited to in which group.
    pub(crate) cap: Option<BTreeMap<String, String>>,
    /// All that it says.
    pub(crate) claims: Map<String, Value>,
}

/// Why a token is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is none, or not what it should be.
    Unbelieved(&'static str),
    /// It was good until then.
    Over(Time),
    /// Its issuer's keys cannot be had now.
    Unavailable {
        /// Why.
        why: String,
        /// After how many seconds it may be tried again.
        again: u32,
    },
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Status {
        match refusal {
            Refusal::Unbelieved(why) => Status::denied(format!("verifying token: {why}")),
            Refusal::Over(end) => {
                Status::denied(format!("verifying token: it is expired since {end}"))
            }
            Refusal::Unavailable { why, again } => {
                Status::new(tonic::Code::Unavailable, format!("verifying token: {why}"))
                    .again_in(again)
            }
        }
    }
}

impl Issuers {
    /// Those at these addresses, which are asked by these rules. `own` is what this service calls itself: it is none of them.
    pub(crate) fn new(
        addresses: &[String],
        own: &str,
        options: &SourceOptions,
    ) -> Result<Issuers, Error> {
        let mut all: Vec<Issuer> = Vec::new();
        for address in addresses {
            let issuer = Issuer::new(address, options)?;
            if issuer.is_called(own) {
                let why = "that is this service itself, whose tokens are believed anyway";
                return Err(Error::Issuer { address: address.clone(), why: why.into() });
            }
            if !all.iter().any(|known| known.is_called(address)) {
                all.push(issuer);
            }
        }
        Ok(Issuers { all })
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The issuer that calls itself so.
    pub(crate) fn named(&self, name: &str) -> Option<&Issuer> {
        self.all.iter().find(|issuer| issuer.is_called(name))
    }

    /// Reads a token that one of these issuers has signed and that is good now. Its keys may have to be fetched for that.
    pub(crate) fn verify(&self, token: &str, now: Time) -> Result<Vouched, Refusal> {
        let (parts, claims) = taken_apart(token)?;
        let issuer = text(&claims, "iss").and_then(|name| self.named(name));
        let issuer = issuer.ok_or(Refusal::Unbelieved("its issuer is not believed here"))?;
        let keys = issuer.keys(&parts.header, now)?;
        signed(&parts, &keys)?;
        said(claims, now)
    }
}

/// Reads a token that one of these keys has signed and that is good now, whoever its issuer is.
pub(crate) fn verified(token: &str, keys: &[PublicKey], now: Time) -> Result<Vouched, Refusal> {
    let (parts, claims) = taken_apart(token)?;
    let (algorithm, id) = (parts.header.alg.as_str(), parts.header.kid.as_deref());
    let fitting: Vec<PublicKey> =
        keys.iter().filter(|key| key.fits(algorithm, id)).cloned().collect();
    signed(&parts, &fitting)?;
    said(claims, now)
}

/// A token that may say who somebody is, with what it says; nothing is proven yet.
fn taken_apart(token: &str) -> Result<(Parts<'_>, Map<String, Value>), Refusal> {
    let parts = Parts::of(token).ok_or(Refusal::Unbelieved("it is no token"))?;
    let claims: Map<String, Value> =
        serde_json::from_slice(&parts.claims).map_err(|_| Refusal::Unbelieved("it is no token"))?;
    if !is_of_somebody(parts.header.typ.as_deref()) {
        return Err(Refusal::Unbelieved("it does not say who somebody is"));
    }
    if !keys::ALGORITHMS.contains(&parts.header.alg.as_str()) {
        return Err(Refusal::Unbelieved("it is not signed as tokens are that are believed here"));
    }
    Ok((parts, claims))
}

/// Refuses what none of these keys has signed.
fn signed(parts: &Parts<'_>, keys: &[PublicKey]) -> Result<(), Refusal> {
    let mut keys = keys.iter().take(MOST_TRIED);
    if keys.any(|key| key.verify(parts.signed, &parts.signature)) {
        return Ok(());
    }
    Err(Refusal::Unbelieved("it is not signed with a key of its issuer"))
}

/// Whether a token of this type says who somebody is: others of the same key say that somebody has left, and the like.
fn is_of_somebody(kind: Option<&str>) -> bool {
    let kind = kind.unwrap_or("JWT").to_ascii_lowercase();
    matches!(kind.trim_start_matches("application/"), "jwt" | "at+jwt")
}

/// What a token that is signed says, where it is good now.
fn said(claims: Map<String, Value>, now: Time) -> Result<Vouched, Refusal> {
    let lacking = |why| move || Refusal::Unbelieved(why);
    let ends = moment(&claims, "exp").ok_or_else(lacking("it does not say when it ends"))?;
    if ends.saturating_add(SKEW) <= now.0 {
        return Err(Refusal::Over(Time(ends)));
    }
    let begins = [moment(&claims, "nbf"), moment(&claims, "iat")].into_iter().flatten().max();
    if begins.is_some_and(|begins| begins.saturating_sub(SKEW) > now.0) {
        return Err(Refusal::Unbelieved("it is not good yet"));
    }
    let subject = text(&claims, "sub").filter(|subject| {
        !subject.is_empty() && subject.len() <= LONGEST_SUBJECT && !subject.contains('\n')
    });
    let subject = subject.ok_or_else(lacking("it does not say whose it is"))?.to_owned();
    let audiences = match claims.get("aud") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(several)) if several.len() <= MOST => {
            several.iter().filter_map(|one| Some(one.as_str()?.to_owned())).collect()
        }
        _ => return Err(Refusal::Unbelieved("it does not say whom it is for")),
    };
    let cap = match claims.get("cap") {
        None | Some(Value::Null) => None,
        Some(limits) => {
            let limits = cap(limits);
            Some(limits.ok_or_else(lacking("what it is limited to cannot be read"))?)
        }
    };
    let issuer = text(&claims, "iss").unwrap_or_default().to_owned();
    Ok(Vouched { issuer, subject, audiences, ends, cap, claims })
}

/// What a token is limited to in which group, as the contract writes it; a limit that cannot be read is none that is passed over.
fn cap(limits: &Value) -> Option<BTreeMap<String, String>> {
    let limits = limits.as_object().filter(|limits| limits.len() <= MOST)?;
    let limits = limits.iter().map(|(group, set)| {
        let group = group.parse::<Uidp>().ok()?;
        let set = match set {
            Value::String(set) => Capabilities::of_set(set)?,
            Value::Array(numbers) => {
                let numbers: Option<Vec<u64>> = numbers.iter().map(Value::as_u64).collect();
                Capabilities::numbered(numbers?)
            }
            _ => return None,
        };
        Some((group.to_string(), set.set()))
    });
    limits.collect()
}

/// A claim that is a text.
pub(crate) fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name)?.as_str()
}

/// A moment, which may have a fraction.
fn moment(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    let value = claims.get(name)?;
    #[expect(clippy::cast_possible_truncation, reason = "beyond, a cast says the last moment")]
    let of_fraction = |moment: f64| moment as i64;
    value.as_i64().or_else(|| value.as_f64().map(of_fraction))
}
