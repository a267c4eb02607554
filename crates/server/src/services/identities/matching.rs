//! Who somebody is whom an issuer vouches for: the identity whose conditions all hold for what the issuer's token says.

use engine::{Thing, ThingKind, Wanted};
use model::Time;
use serde_json::Value;

use super::{key_of, key_of_pattern};
use crate::issuers::{Vouched, read_keys, verified};
use crate::pattern::{fits, pattern};
use crate::services::record;
use crate::state::State;
use crate::status::Status;
use crate::wire::iam::claim_match::{Aud, Iss, Sub};
use crate::wire::iam::identity::Relationship;
use crate::wire::iam::{ClaimMatch, Identity, StaticKeys};

/// Bytes of keys that an identity brings along at the most, and the seconds for which they are believed.
const LARGEST_KEYS: usize = 64 << 10;
const LONGEST_KEYS: i64 = 30 * 24 * 60 * 60;

/// Claims that an identity may ask for, and audiences.
const MOST_CLAIMS: usize = 50;

/// Refuses conditions that cannot be looked at.
pub(super) fn check(claims: &ClaimMatch) -> Result<(), Status> {
    let named = claims.claim_patterns.values();
    let single = [
        match &claims.iss {
            Some(Iss::IssuerPattern(pattern)) => Some(pattern),
            _ => None,
        },
        match &claims.sub {
            Some(Sub::SubjectPattern(pattern)) => Some(pattern),
            _ => None,
        },
        match &claims.aud {
            Some(Aud::AudiencePattern(pattern)) => Some(pattern),
            _ => None,
        },
    ];
    if claims.claims.len() + claims.claim_patterns.len() > MOST_CLAIMS {
        let text = format!("an identity asks for {MOST_CLAIMS} claims at the most");
        return Err(Status::invalid_argument(text));
    }
    for text in single.into_iter().flatten().chain(named) {
        pattern(text)?;
    }
    Ok(())
}

/// Refuses keys that cannot be believed, or for longer than they may be.
pub(super) fn check_keys(keys: &StaticKeys, now: Time) -> Result<(), Status> {
    let wrong = |why: &str| Err(Status::invalid_argument(format!("the keys of an identity {why}")));
    let until = keys.expiration.map_or(0, |moment| moment.seconds);
    let usable = Some(&keys.issuer_keys).filter(|text| text.len() <= LARGEST_KEYS);
    let usable = usable.and_then(|text| read_keys(text.as_bytes())).unwrap_or_default();
    match () {
        () if keys.issuer.is_empty() || keys.subject.is_empty() => {
            wrong("are of an issuer and for a subject")
        }
        () if usable.is_empty() => wrong("are a set of JSON Web Keys with 64 KiB at the most"),
        () if until <= now.0 || until > now.0.saturating_add(LONGEST_KEYS) => {
            wrong("are believed until an expiration, which is in 30 days at the latest")
        }
        () if keys.audiences.len() > MOST_CLAIMS => wrong("are for 50 audiences at the most"),
        () => Ok(()),
    }
}

/// What is said of whoever shows a token, where an identity that they name has the keys for it; none where it has none.
pub(crate) fn by_keys(
    thing: &Thing,
    token: &str,
    state: &State,
) -> Result<Option<Vouched>, Status> {
    let identity: Identity = record(thing);
    let Some(Relationship::Static(keys)) = identity.relationship else { return Ok(None) };
    let now = state.now();
    if keys.expiration.is_none_or(|moment| moment.seconds <= now.0) {
        return Err(Status::denied("verifying token: the keys of the identity are expired"));
    }
    let known = read_keys(keys.issuer_keys.as_bytes()).unwrap_or_default();
    let vouched = verified(token, &known, now)?;
    let is_issuer = vouched.issuer.trim_end_matches('/') == keys.issuer.trim_end_matches('/');
    let is_audience = vouched.audiences.iter().any(|audience| match keys.audiences[..] {
        [] => is_this_service(audience, &state.trust.issuer),
        _ => keys.audiences.contains(audience),
    });
    if is_issuer && is_audience && vouched.subject == keys.subject {
        return Ok(Some(vouched));
    }
    Err(Status::denied(format!("you may not be {}", thing.id)))
}

/// Whether an audience is this service, by its address or its host.
fn is_this_service(audience: &str, own: &str) -> bool {
    let host = own.split_once("://").map_or(own, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default();
    audience.trim_end_matches('/') == own || audience == host
}

/// The identity that somebody is whom an issuer vouches for: one that names exactly them before one that has a pattern, and of
/// several the one that was there first, so that nobody takes somebody else's place.
pub(crate) fn recognised(state: &State, vouched: &Vouched) -> Result<Option<Thing>, Status> {
    let exactly = key_of(&vouched.issuer, &vouched.subject);
    let patterns = [key_of_pattern(&vouched.issuer), key_of_pattern("")];
    for keys in [&[exactly][..], &patterns] {
        let mut found = Vec::new();
        for key in keys {
            let wanted = Wanted { key: Some(key.clone()), ..Wanted::default() };
            found.extend(state.ledger.things(ThingKind::Identity, &wanted)?);
        }
        found.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
        if let Some(first) = found.into_iter().find(|thing| is(thing, vouched, state)) {
            return Ok(Some(first));
        }
    }
    Ok(None)
}

/// Whether an identity is somebody whom an issuer vouches for.
pub(crate) fn is(thing: &Thing, vouched: &Vouched, state: &State) -> bool {
    let identity: Identity = record(thing);
    let Some(Relationship::ClaimMatch(claims)) = identity.relationship else { return false };
    is_met(&claims, vouched, &state.trust.issuer)
}

fn is_met(conditions: &ClaimMatch, vouched: &Vouched, own: &str) -> bool {
    let bare = |issuer: &str| issuer.trim_end_matches('/').to_owned();
    let is_issuer = match &conditions.iss {
        Some(Iss::Issuer(issuer)) => bare(issuer) == bare(&vouched.issuer),
        Some(Iss::IssuerPattern(pattern)) => fits(pattern, &vouched.issuer),
        None => false,
    };
    let is_subject = match &conditions.sub {
        Some(Sub::Subject(subject)) => !subject.is_empty() && *subject == vouched.subject,
        Some(Sub::SubjectPattern(pattern)) => fits(pattern, &vouched.subject),
        None => false,
    };
    let is_audience = vouched.audiences.iter().any(|audience| match &conditions.aud {
        Some(Aud::Audience(wanted)) => !wanted.is_empty() && wanted == audience,
        Some(Aud::AudiencePattern(pattern)) => fits(pattern, audience),
        None => is_this_service(audience, own),
    });
    let says = |name: &String, is: &dyn Fn(&str) -> bool| {
        let said = vouched.claims.get(name);
        match said {
            Some(Value::Array(several)) => several.iter().any(|one| is_said(one, is)),
            Some(one) => is_said(one, is),
            None => false,
        }
    };
    let are_exactly =
        conditions.claims.iter().all(|(name, wanted)| says(name, &|said: &str| said == wanted));
    let are_like = conditions
        .claim_patterns
        .iter()
        .all(|(name, pattern)| says(name, &|said: &str| fits(pattern, said)));
    is_issuer && is_subject && is_audience && are_exactly && are_like
}

/// Whether a claim is a text, a number or a yes that is as wanted.
fn is_said(claim: &Value, is: &dyn Fn(&str) -> bool) -> bool {
    match claim {
        Value::String(text) => is(text),
        Value::Bool(_) | Value::Number(_) => is(&claim.to_string()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(conditions: ClaimMatch, claims: &str, expect: bool) {
        let vouched = Vouched {
            issuer: "https://issuer.example/".into(),
            subject: "repo:acme/shop:ref:refs/heads/main".into(),
            audiences: vec!["other".into(), "http://here".into()],
            ends: 0,
            cap: None,
            claims: serde_json::from_str(claims).unwrap(),
        };
        assert!(super::check(&conditions).is_ok());
        assert_eq!(is_met(&conditions, &vouched, "http://here"), expect, "{conditions:?} {claims}");
    }

    fn issuer() -> ClaimMatch {
        let iss = Some(Iss::Issuer("https://issuer.example".into()));
        ClaimMatch { iss, ..ClaimMatch::default() }
    }

    fn subject(pattern: &str) -> ClaimMatch {
        ClaimMatch { sub: Some(Sub::SubjectPattern(pattern.into())), ..issuer() }
    }

    #[test]
    fn all_conditions_have_to_hold() {
        let exact = |subject: &str| Some(Sub::Subject(subject.into()));
        let main = "repo:acme/shop:ref:refs/heads/main";
        check(ClaimMatch { sub: exact(main), ..issuer() }, "{}", true);
        check(ClaimMatch { sub: exact("repo"), ..issuer() }, "{}", false);
        check(issuer(), "{}", false);
        check(ClaimMatch::default(), "{}", false);
        check(ClaimMatch { iss: None, ..subject(".*") }, "{}", false);
        let elsewhere = Some(Iss::IssuerPattern("https://[a-z]+".into()));
        check(ClaimMatch { iss: elsewhere, ..subject(".*") }, "{}", false);
        let somewhere = Some(Iss::IssuerPattern("https://[a-z.]+/".into()));
        check(ClaimMatch { iss: somewhere, ..subject(".*") }, "{}", true);
        let aud = |aud| ClaimMatch { aud: Some(aud), ..subject(".*") };
        check(aud(Aud::Audience("other".into())), "{}", true);
        check(aud(Aud::Audience("http://there".into())), "{}", false);
        check(aud(Aud::AudiencePattern("oth".into())), "{}", false);
        check(aud(Aud::AudiencePattern("oth..".into())), "{}", true);
    }

    #[test]
    fn a_pattern_is_for_all_of_a_subject() {
        check(subject("repo:acme/.*"), "{}", true);
        check(subject("repo:acme/"), "{}", false);
        check(subject("repo:acme/shop|x"), "{}", false);
    }

    #[test]
    fn claims_are_texts_numbers_or_one_of_several() {
        let claims = |name: &str, text: &str| ClaimMatch {
            claims: [(name.to_owned(), text.to_owned())].into(),
            ..subject(".*")
        };
        let said = r#"{"job": "build", "n": 7, "is": true, "groups": ["a", "b"], "x": {"y": 1}}"#;
        check(claims("job", "build"), said, true);
        check(claims("job", "buil"), said, false);
        check(claims("n", "7"), said, true);
        check(claims("is", "true"), said, true);
        check(claims("groups", "b"), said, true);
        check(claims("groups", "c"), said, false);
        check(claims("x", r#"{"y":1}"#), said, false);
        check(claims("gone", ""), said, false);
        let like = ClaimMatch {
            claim_patterns: [("job".to_owned(), "b.*d".to_owned())].into(),
            ..subject(".*")
        };
        check(like, said, true);
    }

    #[test]
    fn patterns_that_cannot_be_used_are_refused() {
        for pattern in ["", "(", "a)|(?:.*", "(?:x{1000}){1000}", &"x".repeat(1001)] {
            assert!(super::check(&subject(pattern)).is_err(), "{pattern:.20}");
        }
    }
}
