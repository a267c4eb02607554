//! Tokens: JSON Web Tokens that are signed with ES256. It decides nothing about what their holder may do.

mod key;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::Time;
use serde::{Deserialize, Serialize};

pub use key::{Key, KeyError};

/// Bytes of a token at the most.
const LONGEST: usize = 16 << 10;

/// How far the clocks of two machines may be apart, in seconds.
pub(crate) const SKEW: i64 = 60;

/// What a token says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// Who vouches for it.
    pub(crate) iss: String,
    /// Whose it is.
    pub(crate) sub: String,
    /// Whom it is for.
    pub(crate) aud: Audience,
    /// When it ends.
    pub(crate) exp: i64,
    /// Since when it is.
    pub(crate) iat: i64,
    /// Before when it is not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nbf: Option<i64>,
    /// The groups that it is limited to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scopes: Option<Vec<String>>,
    /// The capabilities that it is limited to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) capabilities: Option<Vec<String>>,
    /// What it is limited to in which group: sets of capabilities, as the contract writes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cap: Option<BTreeMap<String, String>>,
    /// Whom somebody else calls its holder, where it was given for a token of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) act: Option<Actor>,
}

/// Whom an issuer calls somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Actor {
    /// The issuer.
    pub(crate) iss: String,
    /// What it calls them.
    pub(crate) sub: String,
}

/// One audience, or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Default for Audience {
    fn default() -> Audience {
        Audience::Several(Vec::new())
    }
}

impl Audience {
    /// All of them.
    pub(crate) fn all(&self) -> &[String] {
        match self {
            Audience::One(one) => std::slice::from_ref(one),
            Audience::Several(several) => several,
        }
    }
}

/// What a token says of itself.
#[derive(Serialize, Deserialize)]
pub(crate) struct Header {
    /// How it says that it is signed. It never chooses how it is verified.
    pub(crate) alg: String,
    /// The name of the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kid: Option<String>,
    /// What kind of token it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) typ: Option<String>,
    /// Extensions that have to be understood. We understand none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crit: Option<serde_json::Value>,
}

/// A token taken apart; nothing of it is verified yet.
pub(crate) struct Parts<'a> {
    pub(crate) header: Header,
    /// What is signed.
    pub(crate) signed: &'a [u8],
    /// What it says, JSON.
    pub(crate) claims: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

impl Parts<'_> {
    /// Takes a token apart; none that is too long, or asks to be understood in ways that we do not.
    pub(crate) fn of(token: &str) -> Option<Parts<'_>> {
        if token.len() > LONGEST {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).ok();
        let header: Header = serde_json::from_slice(&decode(header)?).ok()?;
        if header.crit.is_some() {
            return None;
        }
        let (claims, signature) = (decode(claims)?, decode(signature)?);
        Some(Parts { header, signed: signed.as_bytes(), claims, signature })
    }
}

/// Writes and signs a token.
pub(crate) fn sign(claims: &Claims, key: &Key) -> Result<String, KeyError> {
    let header = Header {
        alg: "ES256".into(),
        kid: Some(key.id().into()),
        typ: Some("JWT".into()),
        crit: None,
    };
    let part = |json: Vec<u8>| BASE64_URL_SAFE_NO_PAD.encode(json);
    let json = |error| KeyError::Unusable { why: format!("a token cannot be written: {error}") };
    let header = serde_json::to_vec(&header).map_err(json)?;
    let claims = serde_json::to_vec(claims).map_err(json)?;
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(signed.as_bytes())?;
    Ok(format!("{signed}.{}", part(signature)))
}

/// Reads a token that this key has signed and that is for one of these audiences now.
pub(crate) fn verify(
    token: &str,
    key: &Key,
    issuer: &str,
    audiences: &[String],
    now: Time,
) -> Option<Claims> {
    let Parts { header, signed, claims, signature } = Parts::of(token)?;
    // What a token says of its algorithm never chooses how it is verified.
    if header.alg != "ES256" || header.kid.is_some_and(|kid| kid != key.id()) {
        return None;
    }
    key.verify(signed, &signature).then_some(())?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    let is_ours = claims.iss == issuer;
    let is_for_us = claims.aud.all().iter().any(|one| audiences.contains(one));
    let has_begun = claims.nbf.unwrap_or(claims.iat).saturating_sub(SKEW) <= now.0;
    let goes_on = now.0 < claims.exp;
    (is_ours && is_for_us && has_begun && goes_on).then_some(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_790_000_000);

    fn claims() -> Claims {
        Claims {
            iss: "http://here".into(),
            sub: "somebody".into(),
            aud: Audience::One("http://here".into()),
            exp: NOW.0 + 3600,
            iat: NOW.0,
            ..Claims::default()
        }
    }

    fn is_good(token: &str, key: &Key, now: Time) -> bool {
        verify(token, key, "http://here", &["http://here".into()], now).is_some()
    }

    #[test]
    fn what_was_signed_here_is_believed_for_as_long_as_it_says() {
        let key = Key::generate().unwrap();
        let token = sign(&claims(), &key).unwrap();
        assert!(is_good(&token, &key, NOW));
        assert!(is_good(&token, &key, Time(NOW.0 - 60)));
        assert!(!is_good(&token, &key, Time(NOW.0 - 61)));
        assert!(is_good(&token, &key, Time(NOW.0 + 3599)));
        assert!(!is_good(&token, &key, Time(NOW.0 + 3600)));
        let several =
            Claims { aud: Audience::Several(vec!["x".into(), "http://here".into()]), ..claims() };
        assert!(is_good(&sign(&several, &key).unwrap(), &key, NOW));
    }

    #[test]
    fn nothing_else_is_believed() {
        let key = Key::generate().unwrap();
        let sign = |claims| sign(&claims, &key).unwrap();
        let foreign = super::sign(&claims(), &Key::generate().unwrap()).unwrap();
        let mut tokens = vec![
            sign(Claims { iss: "http://there".into(), ..claims() }),
            sign(Claims { aud: Audience::One("http://there".into()), ..claims() }),
            sign(Claims { aud: Audience::default(), ..claims() }),
            sign(Claims { nbf: Some(NOW.0 + 1000), ..claims() }),
            foreign,
            String::new(),
            "..".into(),
            "a.b".into(),
            "x".repeat(1 << 20),
        ];
        let good = sign(claims());
        let parts: Vec<&str> = good.split('.').collect();
        let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        let symmetric = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#);
        tokens.push(format!("{none}.{}.", parts[1]));
        tokens.push(format!("{symmetric}.{}.{}", parts[1], parts[2]));
        tokens.push(format!("{}.{}.", parts[0], parts[1]));
        tokens.push(format!("{good}="));
        tokens.push(good[..good.len() - 4].into());
        for token in tokens {
            assert!(!is_good(&token, &key, NOW), "{token:.80}");
        }
    }
}
