//! Signing in at an issuer (OIDC): the browser is sent there, comes back with a code, and the code is exchanged for
//! what the issuer says of whoever sits in front of it. From then on they have a token of ours, as everybody has.
//!
//! Nothing is remembered meanwhile but in a cookie. What the issuer is shown (state, nonce, and the proof of who asked, PKCE)
//! is made of what the cookie says and of a key of ours, so that neither can be made up.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::State;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use engine::Secret;
use http::header::{LOCATION, REFRESH, SET_COOKIE};
use http::{HeaderValue, Request, Response, StatusCode};
use pages::Here;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tonic::Code;

use super::{answer, session};
use crate::desk::Desk;
use crate::issuers::{Issuer, Places, Vouched, text};
use crate::serve::Login;
use crate::services::{random, sts};
use crate::state::State as Service;
use crate::status::Status;

/// How long all of that may take, and how long somebody may take to sign in there, in seconds.
const PATIENCE: Duration = Duration::from_secs(20);
const LONGEST: i64 = 10 * 60;

/// Bytes of the issuer's answer at the most, of a code, and of an address to go on at.
const LARGEST: u64 = 256 << 10;
const LONGEST_CODE: usize = 4000;
const LONGEST_ADDRESS: usize = 2000;

/// Where browsers come back to.
const BACK: &str = "/sign-in/back";

/// What is kept in the cookie: by whom it was begun, until when it counts, and where it goes on.
#[derive(Debug, PartialEq, Eq)]
struct Begun {
    text: String,
    until: i64,
    to: String,
}

/// The host of the issuer that people sign in at, where there is one.
pub(super) fn host(service: &Service) -> Option<String> {
    let issuer = &service.login.as_ref()?.issuer;
    let rest = issuer.split_once("://").map_or(issuer.as_str(), |(_, rest)| rest);
    Some(rest.split('/').next().unwrap_or_default().to_owned())
}

/// Sends the browser to the issuer.
pub(super) async fn begin(State(desk): State<Arc<Desk>>, request: Request<Body>) -> Response<Body> {
    let query = request.uri().query().unwrap_or_default();
    let here = Here::parse("/sign-in", query).unwrap_or_default();
    let to = session::local(here.get("to"));
    let to = if to.len() > LONGEST_ADDRESS { "/" } else { to }.to_owned();
    let asking = Arc::clone(&desk);
    let begun = desk.wait("signing in", PATIENCE, move || sent(&asking.state, &to)).await;
    match begun {
        Ok((address, cookie)) => {
            let mut response =
                answer::sent(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", String::new());
            set(&mut response, &[(LOCATION, &address), (SET_COOKIE, &cookie)]);
            response
        }
        Err(status) => answer::failure(&desk, here, None, &status),
    }
}

/// The address that the browser is sent to, and the cookie that it takes along.
fn sent(service: &Service, to: &str) -> Result<(String, String), Status> {
    let (login, issuer) = issuer(service)?;
    let nowhere = || Status::new(Code::Unavailable, "the issuer does not say where one signs in");
    let places = places(service, issuer)?;
    let endpoint = places.authorization_endpoint.as_deref().ok_or_else(nowhere)?;
    let begun = Begun::new(service, to)?;
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(begun.proof(service)));
    let mark = if endpoint.contains('?') { '&' } else { '?' };
    let form = form(&[
        ("response_type", "code"),
        ("client_id", &login.client),
        ("redirect_uri", &redirection(service)),
        ("scope", "openid email"),
        ("state", &begun.state(service)),
        ("nonce", &begun.nonce(service)),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let cookie = cookie(service, &begun.text, LONGEST);
    Ok((format!("{endpoint}{mark}{form}"), cookie))
}

/// Takes the browser back.
pub(super) async fn back(State(desk): State<Arc<Desk>>, request: Request<Body>) -> Response<Body> {
    let query = request.uri().query().unwrap_or_default();
    let here = Here::parse("/sign-in", query).unwrap_or_default();
    let kept = session::cookie_of(request.headers(), name(&desk.state));
    let (asking, asked) = (Arc::clone(&desk), here.clone());
    let known = desk
        .wait("signing in", PATIENCE, move || known(&asking.state, &asked, kept.as_deref()))
        .await;
    let here = Here::default().at("/sign-in");
    let over = cookie(&desk.state, "", 0);
    match known {
        Ok((to, token, seconds)) => {
            // The cookie is not sent where a browser is led from another site: it comes along once a page of ours leads on.
            let document = pages::signed_in(&to);
            let mut response = answer::page(&desk, here, None, StatusCode::OK, &document);
            let session = session::set_cookie(&desk.state, &token, seconds);
            set(
                &mut response,
                &[(SET_COOKIE, &session), (SET_COOKIE, &over), (REFRESH, &format!("0; url={to}"))],
            );
            response
        }
        Err(status) => {
            let http = StatusCode::from_u16(crate::status::http(status.code));
            let elsewhere = host(&desk.state);
            let document = pages::sign_in(Some(&status.message), "/", elsewhere.as_deref());
            let http = http.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = answer::page(&desk, here, None, http, &document);
            set(&mut response, &[(SET_COOKIE, &over)]);
            response
        }
    }
}

/// Who came back: where they go on, their token, and the seconds that it lasts.
fn known(
    service: &Service,
    here: &Here,
    kept: Option<&str>,
) -> Result<(String, String, i64), Status> {
    let (login, issuer) = issuer(service)?;
    let stale = || {
        Status::new(
            Code::Unauthenticated,
            "Signing in took too long, or was begun elsewhere. Try again.",
        )
    };
    let begun = kept.and_then(Begun::parse).ok_or_else(stale)?;
    let is_its = service
        .trust
        .key
        .is_secret_for(&begun.purpose("state"), here.get("state").unwrap_or_default());
    if !is_its || begun.until <= service.now().0 {
        return Err(stale());
    }
    // Where it says so, the answer has to be that issuer's (RFC 9207).
    if here.get("iss").is_some_and(|said| {
        service.issuers.named(said).map(Issuer::address) != Some(issuer.address())
    }) {
        return Err(stale());
    }
    if let Some(error) = here.get("error") {
        let is_word = |one: char| one.is_ascii_alphanumeric() || one == '_';
        let word: String = error.chars().filter(|one| is_word(*one)).take(50).collect();
        let text = format!("The issuer did not sign you in: {word}.");
        return Err(Status::new(Code::PermissionDenied, text));
    }
    let code = here.get("code").filter(|code| !code.is_empty() && code.len() <= LONGEST_CODE);
    let code = code.ok_or_else(stale)?;
    // Nobody has the issuer asked as often as they like.
    service.strangers.admit("sign in", Instant::now())?;
    let vouched = exchanged(service, login, issuer, &begun, code)?;
    let (claims, token) = sts::given(service, vouched).map_err(|status| match status.code {
        Code::PermissionDenied => {
            let text = "The issuer knows you, but no identity of this service is you. Whoever owns a group can make one.";
            Status::denied(text)
        }
        _ => status,
    })?;
    if token.len() > session::LONGEST {
        let text = "Your token is too long for a browser to keep.";
        return Err(Status::new(Code::FailedPrecondition, text));
    }
    Ok((begun.to, token, claims.exp.saturating_sub(service.now().0)))
}

/// What the issuer says of whoever brought a code.
fn exchanged(
    service: &Service,
    login: &Login,
    issuer: &Issuer,
    begun: &Begun,
    code: &str,
) -> Result<Vouched, Status> {
    #[derive(Deserialize)]
    struct Answer {
        id_token: String,
    }
    let refused =
        || Status::new(Code::Unauthenticated, "The issuer did not say who you are. Try again.");
    let places = places(service, issuer)?;
    let endpoint = places.token_endpoint.as_deref().ok_or_else(refused)?;
    let (redirection, proof) = (redirection(service), begun.proof(service));
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &redirection),
        ("client_id", &login.client),
        ("code_verifier", &proof),
    ];
    if let Some(secret) = &login.secret {
        fields.push(("client_secret", secret.expose()));
    }
    let what = format!("the token of the issuer {}", issuer.address());
    let answer =
        engine::web_answer(endpoint, &what, &Secret::new(form(&fields)), LARGEST, issuer.options());
    let answer = answer.map_err(|error| match error.kind() {
        model::ErrorKind::Denied | model::ErrorKind::NotFound => refused(),
        _ => {
            let text = "The issuer cannot be asked just now. Try again.";
            Status::new(Code::Unavailable, text).again_in(5)
        }
    })?;
    let answer: Answer = serde_json::from_slice(&answer).map_err(|_| refused())?;
    let now = service.now();
    let mut vouched = service.issuers.verify(&answer.id_token, now).map_err(Status::from)?;
    let claims = &vouched.claims;
    let is_issuer = service.issuers.named(&vouched.issuer).map(Issuer::address);
    let is_for_us = vouched.audiences.contains(&login.client)
        && match text(claims, "azp") {
            Some(party) => party == login.client,
            None => vouched.audiences.len() == 1,
        };
    let is_asked = text(claims, "nonce")
        .is_some_and(|nonce| service.trust.key.is_secret_for(&begun.purpose("nonce"), nonce));
    if is_issuer != Some(issuer.address()) || !is_for_us || !is_asked {
        return Err(refused());
    }
    // It was said to us, which is what identities ask for unless they say otherwise.
    vouched.audiences.push(service.trust.issuer.clone());
    // It says who somebody was when they signed in; being signed in lasts as long as any token of ours.
    vouched.ends = now.0.saturating_add(sts::LIFETIME);
    Ok(vouched)
}

fn issuer(service: &Service) -> Result<(&Login, &Issuer), Status> {
    let nowhere = || Status::not_found("nobody signs in elsewhere here");
    let login = service.login.as_ref().ok_or_else(nowhere)?;
    Ok((login, service.issuers.named(&login.issuer).ok_or_else(nowhere)?))
}

fn places(service: &Service, issuer: &Issuer) -> Result<Arc<Places>, Status> {
    issuer.places(service.now()).map_err(|_| {
        let text = "The issuer cannot be asked just now. Try again.";
        Status::new(Code::Unavailable, text).again_in(5)
    })
}

fn redirection(service: &Service) -> String {
    format!("{}{BACK}", service.trust.issuer)
}

impl Begun {
    fn new(service: &Service, to: &str) -> Result<Begun, Status> {
        let until = service.now().0.saturating_add(LONGEST);
        let seed = BASE64_URL_SAFE_NO_PAD.encode(random::<24>()?);
        let text = format!("{seed}.{until}.{}", BASE64_URL_SAFE_NO_PAD.encode(to));
        Ok(Begun { text, until, to: to.to_owned() })
    }

    fn parse(text: &str) -> Option<Begun> {
        let (_, rest) = text.split_once('.')?;
        let (until, to) = rest.split_once('.')?;
        let to = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(to).ok()?).ok()?;
        let to = session::local(Some(&to)).to_owned();
        Some(Begun { text: text.to_owned(), until: until.parse().ok()?, to })
    }

    fn purpose(&self, what: &str) -> String {
        format!("sign in {what} {}", self.text)
    }

    fn secret(&self, service: &Service, what: &str) -> String {
        service.trust.key.secret_for(&self.purpose(what))
    }

    /// What the browser has to come back with.
    fn state(&self, service: &Service) -> String {
        self.secret(service, "state")
    }

    /// What the issuer's token has to repeat.
    fn nonce(&self, service: &Service) -> String {
        self.secret(service, "nonce")
    }

    /// What proves that we are who began it: 43 characters, of which the issuer knows the digest.
    fn proof(&self, service: &Service) -> String {
        self.secret(service, "proof")
    }
}

fn name(service: &Service) -> &'static str {
    if session::is_encrypted(service) { "__Host-pentimento-begun" } else { "pentimento-begun" }
}

/// The cookie of what was begun. It comes along when the issuer sends the browser back, which is another site.
fn cookie(service: &Service, text: &str, seconds: i64) -> String {
    let secure = if session::is_encrypted(service) { "; Secure" } else { "" };
    let name = name(service);
    format!("{name}={text}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

fn set(response: &mut Response<Body>, headers: &[(http::HeaderName, &String)]) {
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().append(name, value);
        }
    }
}

/// Fields as a form has them.
fn form(fields: &[(&str, &str)]) -> String {
    let byte = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    let encoded = |text: &str| text.bytes().map(byte).collect::<String>();
    let fields = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
    fields.collect::<Vec<_>>().join("&")
}
