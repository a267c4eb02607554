//! Being signed in: a cookie with a token of ours, which says and lasts as much there as anywhere. Only pages look at it; the
//! API never does.
//!
//! What changes something is believed only where it comes from a page of ours: by what browsers say of that, and by a seal in
//! the form that nobody can know who has not the cookie.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use engine::ThingKind;
use http::header::{COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use pages::{Here, Visitor};
use sha2::{Digest as _, Sha256};

use super::{answer, login};
use crate::caller::{Caller, bare};
use crate::desk::Desk;
use crate::grpc::authorization;
use crate::state::State as Service;
use crate::status::Status;

/// Bytes of a form at the most, and of a token that fits into a cookie.
const LARGEST: usize = 16 << 10;
pub(super) const LONGEST: usize = 3500;

/// The cookie's name. Where connections are encrypted, browsers see to it that nobody else sets it.
fn cookie(service: &Service) -> &'static str {
    if is_encrypted(service) { "__Host-pentimento" } else { "pentimento" }
}

pub(super) fn is_encrypted(service: &Service) -> bool {
    service.trust.issuer.starts_with("https:")
}

/// The token of whoever asks for a page: as programs send it, or as the cookie has it.
pub(super) fn token(request: &Request<Body>, service: &Service) -> Option<String> {
    let sent = authorization(request.headers()).map(|sent| bare(&sent).to_owned());
    sent.or_else(|| in_cookie(request.headers(), service))
}

fn in_cookie(headers: &HeaderMap, service: &Service) -> Option<String> {
    cookie_of(headers, cookie(service))
}

/// What a cookie has.
pub(super) fn cookie_of(headers: &HeaderMap, own: &str) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        cookies.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == own).map(|(_, value)| value.to_owned())
}

/// Whoever has this token, as pages show them; none of somebody without one, who reads what is public.
pub(super) fn visitor(service: &Service, caller: &Caller, token: &str) -> Option<Visitor> {
    if caller.is_anybody {
        return None;
    }
    let thing = service.ledger.thing(ThingKind::Identity, &caller.identity).ok().flatten();
    let name = thing.map(|thing| thing.name).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| caller.identity.to_string());
    Some(Visitor { name, seal: seal(token) })
}

fn seal(token: &str) -> String {
    hex::encode(Sha256::new().chain_update("seal of forms\n").chain_update(token).finalize())
}

/// Shows the form.
pub(super) async fn asked(State(desk): State<Arc<Desk>>, request: Request<Body>) -> Response<Body> {
    let query = request.uri().query().unwrap_or_default();
    let here = Here::parse("/sign-in", query).unwrap_or_default();
    let elsewhere = login::host(&desk.state);
    let document = pages::sign_in(None, local(here.get("to")), elsewhere.as_deref());
    answer::page(&desk, here, None, StatusCode::OK, &document)
}

/// Signs in.
pub(super) async fn sign_in(
    State(desk): State<Arc<Desk>>,
    request: Request<Body>,
) -> Response<Body> {
    let here = Here::default().at("/sign-in");
    let form = match form(request).await {
        Ok(form) => form,
        Err(status) => return answer::failure(&desk, here, None, &status),
    };
    let token = form.get("token").map(bare).unwrap_or_default().to_owned();
    let to = local(form.get("to")).to_owned();
    let (asking, asked) = (Arc::clone(&desk), token.clone());
    let known = desk
        .wait("signing in", super::PATIENCE, move || asking.state.caller(Some(&asked))?.known())
        .await;
    match known {
        Ok(caller) if token.len() <= LONGEST => {
            let left = caller.claims.exp.saturating_sub(desk.state.now().0);
            moved(&to, Some(&set_cookie(&desk.state, &token, left)))
        }
        known => {
            let trouble = match known {
                Ok(_) => "The token is too long for a browser to keep.",
                Err(_) => "That is no token of this service, or it has ended.",
            };
            let elsewhere = login::host(&desk.state);
            let document = pages::sign_in(Some(trouble), &to, elsewhere.as_deref());
            answer::page(&desk, here, None, StatusCode::UNAUTHORIZED, &document)
        }
    }
}

/// Signs out.
pub(super) async fn sign_out(
    State(desk): State<Arc<Desk>>,
    request: Request<Body>,
) -> Response<Body> {
    let here = Here::default().at("/sign-out");
    if let Err(status) = sealed(request, &desk.state).await {
        return answer::failure(&desk, here, None, &status);
    }
    moved("/", Some(&set_cookie(&desk.state, "", 0)))
}

/// Reads a form that only whoever has the cookie can have been shown, with the token of that.
pub(super) async fn sealed(
    request: Request<Body>,
    service: &Service,
) -> Result<(Here, String), Status> {
    let own = in_cookie(request.headers(), service);
    let form = form(request).await?;
    match own.filter(|token| form.get("seal") == Some(&seal(token))) {
        Some(token) => Ok((form, token)),
        None => Err(Status::denied("the form is not of a page that you were shown")),
    }
}

/// Reads a form that a page of ours was sent with.
async fn form(request: Request<Body>) -> Result<Here, Status> {
    if !is_from_here(&request) {
        return Err(Status::denied("the form was sent by a page of somebody else"));
    }
    let body = crate::http::body(request.into_body(), LARGEST).await?;
    let text = std::str::from_utf8(&body).ok();
    let form = text.and_then(|text| Here::parse("", text));
    form.ok_or_else(|| Status::invalid_argument("the form cannot be read"))
}

/// Whether a browser says that a page of ours sent this. What is no browser says nothing.
fn is_from_here(request: &Request<Body>) -> bool {
    let headers = request.headers();
    let text = |value: Option<&HeaderValue>| {
        value.and_then(|value| value.to_str().ok().map(str::to_owned))
    };
    let site = text(headers.get("sec-fetch-site"));
    if site.is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    let host = text(headers.get(HOST));
    let host = host.or_else(|| request.uri().authority().map(ToString::to_string));
    let origin = text(headers.get(ORIGIN));
    let origin =
        origin.as_deref().map(|origin| origin.split_once("://").map_or("", |(_, host)| host));
    origin.is_none_or(|origin| host.as_deref() == Some(origin))
}

/// An address of ours: nothing leads elsewhere.
pub(super) fn local(to: Option<&str>) -> &str {
    let is_local = |to: &&str| {
        to.starts_with('/')
            && !to.starts_with("//")
            && !to.contains('\\')
            && to.bytes().all(|byte| byte.is_ascii_graphic())
            && !to.starts_with("/sign-")
    };
    to.filter(is_local).unwrap_or("/")
}

pub(super) fn set_cookie(service: &Service, token: &str, seconds: i64) -> String {
    let secure = if is_encrypted(service) { "; Secure" } else { "" };
    let name = cookie(service);
    format!("{name}={token}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{secure}", seconds.max(0))
}

/// Leads on to another page, with a cookie where there is one to be kept.
pub(super) fn moved(to: &str, cookie: Option<&str>) -> Response<Body> {
    let mut response =
        answer::sent(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", String::new());
    let cookie = cookie.map(|cookie| (SET_COOKIE, cookie));
    for (name, value) in [(LOCATION, to)].into_iter().chain(cookie) {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_elsewhere() {
        let good = ["/", "/repositories/a/b:1?sort=-size", "/compare?old=a/b&new=a/c"];
        assert_eq!(good.map(|to| local(Some(to))), good);
        let bad =
            ["", "x", "//evil", "/\\evil", "https://evil", "/a\r\nSet-Cookie: x", "/sign-out"];
        assert_eq!(bad.map(|to| local(Some(to))), ["/"; 7]);
    }
}
