//! Keys that issuers sign with, as a set of JSON Web Keys has them. What kind of key it is says how it is used; a token never
//! does, so that none can pass a public key off as a secret.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;

/// Keys of a set at the most; those beyond are not looked at.
const MOST: usize = 100;

/// How a token may be signed. That is no choice: each kind of key is good for one of them.
pub(super) const ALGORITHMS: [&str; 4] = ["RS256", "ES256", "EdDSA", "Ed25519"];

/// The public half of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey {
    id: Option<String>,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// Modulus and exponent.
    Rsa(Vec<u8>, Vec<u8>),
    /// A point of P-256: 4, then both coordinates.
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl PublicKey {
    /// Whether a token may be signed with it that says so of its algorithm and its key.
    pub(super) fn fits(&self, algorithm: &str, id: Option<&str>) -> bool {
        let is_its = match self.kind {
            Kind::Rsa(..) => algorithm == "RS256",
            Kind::P256(_) => algorithm == "ES256",
            Kind::Ed25519(_) => matches!(algorithm, "EdDSA" | "Ed25519"),
        };
        // Who has but one key may not name it.
        let is_meant = match (&self.id, id) {
            (Some(own), Some(id)) => own == id,
            _ => true,
        };
        is_its && is_meant
    }

    /// Whether it has signed these bytes.
    pub(super) fn verify(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let verified = match &self.kind {
            Kind::Rsa(n, e) => {
                let key = RsaPublicKeyComponents { n, e };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, bytes, signature)
            }
            Kind::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(bytes, signature)
            }
            Kind::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(bytes, signature),
        };
        verified.is_ok()
    }
}

/// One key of a set, as it is written (RFC 7517, RFC 7518, RFC 8037).
#[derive(Deserialize)]
struct Written {
    kty: String,
    kid: Option<String>,
    r#use: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// Reads a set of keys. Those that are for something else, or of a kind that is not known here, are passed over; none where it
/// is no such set.
pub(crate) fn read(document: &[u8]) -> Option<Vec<PublicKey>> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<Value>,
    }
    let set: Set = serde_json::from_slice(document).ok()?;
    Some(set.keys.into_iter().take(MOST).filter_map(key).collect())
}

fn key(value: Value) -> Option<PublicKey> {
    let written: Written = serde_json::from_value(value).ok()?;
    let is_for_signing = written.r#use.as_deref().is_none_or(|is_for| is_for == "sig")
        && written.key_ops.as_ref().is_none_or(|does| does.iter().any(|one| one == "verify"));
    if !is_for_signing {
        return None;
    }
    let bytes = |text: Option<&String>| BASE64_URL_SAFE_NO_PAD.decode(text?).ok();
    let coordinate = |text| bytes(text).filter(|bytes| bytes.len() == 32);
    let kind = match (written.kty.as_str(), written.crv.as_deref()) {
        ("RSA", _) => {
            let number = |text| {
                let bytes = bytes(text)?;
                let first = bytes.iter().position(|byte| *byte != 0)?;
                Some(bytes[first..].to_vec())
            };
            Kind::Rsa(number(written.n.as_ref())?, number(written.e.as_ref())?)
        }
        ("EC", Some("P-256")) => {
            let (x, y) = (coordinate(written.x.as_ref())?, coordinate(written.y.as_ref())?);
            Kind::P256([&[4][..], &x, &y].concat())
        }
        ("OKP", Some("Ed25519")) => Kind::Ed25519(coordinate(written.x.as_ref())?),
        _ => return None,
    };
    let key = PublicKey { id: written.kid, kind };
    let is_as_said = written.alg.as_deref().is_none_or(|alg| key.fits(alg, None));
    is_as_said.then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(keys: &str, expect: usize) {
        let read = read(format!(r#"{{"keys": [{keys}]}}"#).as_bytes());
        assert_eq!(read.map(|keys| keys.len()), Some(expect), "{keys}");
    }

    #[test]
    fn keys_of_other_kinds_and_for_other_things_are_passed_over() {
        let x = BASE64_URL_SAFE_NO_PAD.encode([7; 32]);
        let key = |more: &str| format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"{more}}}"#);
        check(&key(""), 1);
        check(&key(r#","use":"sig","alg":"EdDSA","key_ops":["verify"]"#), 1);
        check(&format!("{},{}", key(""), key(r#","kid":"b""#)), 2);
        check(&key(r#","use":"enc""#), 0);
        check(&key(r#","key_ops":["sign"]"#), 0);
        check(&key(r#","alg":"RS256""#), 0);
        check(&key(r#","alg":"HS256""#), 0);
        check(r#"{"kty":"oct","k":"AAAA","alg":"HS256"}"#, 0);
        check(r#"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#, 0);
        check(r#"{"kty":"EC","crv":"P-384","x":"AAAA","y":"AAAA"}"#, 0);
        check(r#"{"kty":"RSA","n":"AAAA","e":"AQAB"}"#, 0);
        check(r#"{"kty":"RSA","n":"%","e":"AQAB"},7,"x",null,{}"#, 0);
        check(&vec![key(""); 101].join(","), 100);
        for broken in ["", "[]", "{}", r#"{"keys":{}}"#] {
            assert_eq!(read(broken.as_bytes()), None);
        }
    }
}
