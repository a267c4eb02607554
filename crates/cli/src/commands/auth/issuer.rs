//! Signing in at an issuer (OIDC): with a browser of this machine (the code flow with PKCE, back to a port of this machine, RFC
//! 8252), or with one anywhere, in which a code is entered (RFC 8628). What comes of it is a token of the issuer's, which a
//! service gives one of its own for.

use std::thread;
use std::time::{Duration, Instant};

use engine::{Secret, SourceOptions};
use model::ErrorKind;
use serde_json::Value;
use server::Proof;

use super::loopback::Loopback;
use crate::client::escaped;
use crate::environment::Environment;
use crate::error::{self, Error};
use crate::ui::Ui;

/// Bytes of an answer of an issuer at the most.
const LARGEST: u64 = 256 << 10;

/// How long somebody may take to enter a code, and how often it is asked whether they have, unless the issuer says so.
const LONGEST: Duration = Duration::from_mins(15);
const USUAL_PAUSE: u64 = 5;
const LONGEST_PAUSE: u64 = 60;

/// An issuer, and what it calls whoever asks.
pub(super) struct Issuer {
    /// Its address.
    pub(super) address: String,
    /// What it calls this program.
    pub(super) client: String,
}

impl Issuer {
    /// Has somebody sign in, and gives the token that the issuer makes of them.
    pub(super) fn sign_in(&self, ui: &Ui) -> Result<String, Error> {
        let options = options();
        let places = self.places(&options)?;
        let (authorize, exchange) =
            (place(&places, "authorization_endpoint")?, place(&places, "token_endpoint")?);
        let proof = Proof::new()
            .map_err(|source| error::service("could not make secrets to sign in with", source))?;
        let loopback = Loopback::open()?;
        let back = loopback.address()?;
        let mark = if authorize.contains('?') { '&' } else { '?' };
        let asked = form(&[
            ("response_type", "code"),
            ("client_id", &self.client),
            ("redirect_uri", &back),
            ("scope", "openid email"),
            ("state", proof.state()),
            ("nonce", proof.nonce()),
            ("code_challenge", &proof.challenge()),
            ("code_challenge_method", "S256"),
        ]);
        ui.talk("open this address in a browser on this machine, and sign in there:");
        ui.announce(&format!("{authorize}{mark}{asked}"));
        let said = loopback.wait(proof.state())?;
        // Where it says so, the answer has to be that issuer's (RFC 9207).
        let is_other = said.get("iss").is_some_and(|said| !is_same(said, &self.address));
        if let Some(why) = said.get("error").filter(|_| !is_other) {
            return Err(self.refused(&format!("it answered {why}")));
        }
        let code = said.get("code").filter(|_| !is_other);
        let code = code.ok_or_else(|| self.refused("its answer has no code"))?;
        let shown = form(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &back),
            ("client_id", &self.client),
            ("code_verifier", proof.verifier()),
        ]);
        let what = format!("a token of the issuer {}", self.address);
        let answer = engine::web_answer(exchange, &what, &Secret::new(shown), LARGEST, &options);
        let answer: Value =
            serde_json::from_slice(&answer.map_err(|error| failed(&error))?).unwrap_or_default();
        let token = answer["id_token"].as_str().filter(|token| proof.is_answered_by(token));
        token.map(str::to_owned).ok_or_else(|| self.refused("its token is not for this program"))
    }

    /// Has somebody sign in with a browser of whatever machine, and gives the token that the issuer makes of them.
    pub(super) fn sign_in_anywhere(&self, ui: &Ui) -> Result<String, Error> {
        let options = options();
        let places = self.places(&options)?;
        let (asking, exchange) =
            (place(&places, "device_authorization_endpoint")?, place(&places, "token_endpoint")?);
        let asked = Secret::new(form(&[("client_id", &self.client), ("scope", "openid email")]));
        let what = format!("a code of the issuer {}", self.address);
        let answer = engine::web_answer(asking, &what, &asked, LARGEST, &options);
        let offer: Value =
            serde_json::from_slice(&answer.map_err(|error| failed(&error))?).unwrap_or_default();
        let said = |name: &str| offer[name].as_str();
        let (Some(code), Some(shown)) = (said("device_code"), said("user_code")) else {
            return Err(self.refused("it gives no code"));
        };
        let address = place(&offer, "verification_uri")?;
        ui.talk(&format!("open this address in a browser anywhere, and enter {shown} there:"));
        ui.announce(address);
        ui.announce(shown);
        let shown = form(&[
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", code),
            ("client_id", &self.client),
        ]);
        let shown = Secret::new(shown);
        let seconds = offer["expires_in"].as_u64().map(Duration::from_secs);
        let (since, patience) = (Instant::now(), seconds.unwrap_or(LONGEST).min(LONGEST));
        let mut pause = offer["interval"].as_u64().unwrap_or(USUAL_PAUSE);
        while since.elapsed() < patience {
            pause = pause.clamp(1, LONGEST_PAUSE);
            thread::sleep(Duration::from_secs(pause));
            let answer = engine::web_reply(exchange, &what, &shown, LARGEST, &options);
            let (status, answer) = answer.map_err(|error| failed(&error))?;
            let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
            match (status, answer["id_token"].as_str(), answer["error"].as_str()) {
                (200, Some(token), _) => return Ok(token.to_owned()),
                (200, None, _) => {
                    return Err(self.refused("it gives no token that says who one is"));
                }
                (_, _, Some("authorization_pending")) => {}
                (_, _, Some("slow_down")) => pause += USUAL_PAUSE,
                (_, _, why) => {
                    let why = why.map_or(format!("it answered {status}"), |why| {
                        format!("it answered {why}")
                    });
                    return Err(self.refused(&why));
                }
            }
        }
        Err(self.refused("nobody entered the code in time"))
    }

    /// Where the issuer says that it has what.
    fn places(&self, options: &SourceOptions) -> Result<Value, Error> {
        let address = self.address.trim_end_matches('/');
        let what = format!("the configuration of the issuer {address}");
        let address = format!("{address}/.well-known/openid-configuration");
        let answer = engine::web_document(&address, &what, LARGEST, options)
            .map_err(|error| failed(&error))?;
        let places: Value = serde_json::from_slice(&answer).unwrap_or_default();
        if places["issuer"].as_str().is_some_and(|said| is_same(said, &self.address)) {
            return Ok(places);
        }
        let text = format!("could not sign in: {what} is that of another issuer, or none");
        Err(error::said(ErrorKind::Corrupt, text, None))
    }

    fn refused(&self, why: &str) -> Error {
        let text = format!("could not sign in at {}: {why}", self.address);
        error::said(ErrorKind::Denied, text, None)
    }
}

/// An address that an issuer says; it is encrypted, or on this machine.
fn place<'a>(places: &'a Value, name: &str) -> Result<&'a str, Error> {
    let is_good = |address: &&str| {
        let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
        let is_local = local.iter().any(|local| {
            address.strip_prefix(local).is_some_and(|rest| rest.starts_with([':', '/']))
        });
        (is_local || address.starts_with("https://"))
            && address.bytes().all(|one| one.is_ascii_graphic())
    };
    places[name].as_str().filter(is_good).ok_or_else(|| {
        let text = format!(
            "could not sign in: the issuer does not say its {name}, or none that is encrypted"
        );
        error::said(ErrorKind::Corrupt, text, None)
    })
}

fn is_same(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

fn failed(source: &engine::SourceError) -> Error {
    error::said(source.kind(), format!("could not sign in: {}", model::told(source)), None)
}

/// By what rules issuers are asked.
fn options() -> SourceOptions {
    SourceOptions {
        proxy: Environment::proxy(),
        no_proxy: Environment::no_proxy(),
        certificate_files: Environment::certificate_files(),
        ..SourceOptions::default()
    }
}

/// Fields as a form has them.
pub(super) fn form(fields: &[(&str, &str)]) -> String {
    let fields = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value)));
    fields.collect::<Vec<_>>().join("&")
}
