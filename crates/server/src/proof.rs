//! What somebody proves who signs in at an issuer with a program of theirs: that whoever comes back with a code is who was sent
//! there (`state`), that the code is theirs alone (PKCE), and that the issuer's token was made for this (`nonce`).

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::error::Error;
use crate::local::random;

/// Secrets of one who signs in, each of 43 characters.
#[derive(Clone)]
pub struct Proof {
    state: String,
    nonce: String,
    verifier: String,
}

impl Proof {
    /// New ones, which nobody can guess.
    pub fn new() -> Result<Proof, Error> {
        let secret = || random::<32>().map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes));
        Ok(Proof { state: secret()?, nonce: secret()?, verifier: secret()? })
    }

    /// What the browser has to come back with.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// What the issuer's token has to repeat.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// What proves that whoever shows the code was sent there.
    pub fn verifier(&self) -> &str {
        &self.verifier
    }

    /// What the issuer is told of that before: its SHA-256.
    pub fn challenge(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&self.verifier))
    }

    /// Whether a token repeats the nonce. Whose it is, is not looked at: the service that it is shown to does that.
    pub fn is_answered_by(&self, token: &str) -> bool {
        let claims =
            token.split('.').nth(1).and_then(|part| BASE64_URL_SAFE_NO_PAD.decode(part).ok());
        let claims: Option<Value> = claims.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        claims.is_some_and(|claims| claims["nonce"] == self.nonce.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_proven_is_nobody_elses() {
        let (one, other) = (Proof::new().unwrap(), Proof::new().unwrap());
        let token = |nonce: &str| {
            let claims = serde_json::json!({ "nonce": nonce }).to_string();
            format!("e30.{}.x", BASE64_URL_SAFE_NO_PAD.encode(claims))
        };
        assert!(one.is_answered_by(&token(one.nonce())));
        for token in [token(other.nonce()), String::new(), "a.b.c".into(), "e30.e30.e30".into()] {
            assert!(!one.is_answered_by(&token), "{token}");
        }
        let known = Proof {
            verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into(),
            ..Proof::new().unwrap()
        };
        // The example of RFC 7636.
        assert_eq!(known.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!(one.verifier().len(), 43);
    }
}
