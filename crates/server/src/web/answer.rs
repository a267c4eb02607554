//! Pages as answers of HTTP: what browsers are told beside them, and what a failure looks like.

use axum::body::Body;
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    REFRESH, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use pages::assets::Asset;
use pages::{Document, Form, Frame, Here, Visitor};
use tonic::Code;

use super::Told;
use crate::desk::Desk;
use crate::gateway;
use crate::log::Record;
use crate::status::{self, Status};

const HTML: &str = "text/html; charset=utf-8";

/// Nothing from elsewhere, nothing inline, nobody around it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Seconds after which a page is asked for again that is not done.
const AGAIN: u32 = 4;

/// Answers with what a page ended in.
pub(super) fn told(
    desk: &Desk,
    here: Here,
    visitor: Option<Visitor>,
    told: Told,
) -> Response<Body> {
    let document = match told {
        Told::Page(document) => document,
        Told::Waiting(document) => {
            return page(desk, here, visitor, StatusCode::SERVICE_UNAVAILABLE, &document);
        }
        Told::Part(document) => return sent(StatusCode::OK, HTML, document.fragment(&here)),
        Told::Json(text) => return sent(StatusCode::OK, "application/json", text),
        Told::File { name, kind, text } => {
            let mut response = sent(StatusCode::OK, kind, text);
            named(&mut response, &name);
            return response;
        }
    };
    let form = match here.get("format") {
        Some("json") => Form::Json,
        Some("csv") => Form::Csv,
        _ => return page(desk, here, visitor, StatusCode::OK, &document),
    };
    let Some(text) = document.export(here.get("table"), &here, form) else {
        let status = Status::not_found("the page has no such table");
        return failure(desk, here, visitor, &status);
    };
    let (kind, ending) = match form {
        Form::Json => ("application/json", "json"),
        Form::Csv => ("text/csv; charset=utf-8", "csv"),
    };
    let mut response = sent(StatusCode::OK, kind, text);
    if form == Form::Csv {
        named(&mut response, &format!("{}.{ending}", here.get("table").unwrap_or("table")));
    }
    response
}

/// Gives a file its name. Only what no name can be broken with is left in it.
pub(super) fn named(response: &mut Response<Body>, name: &str) {
    let is_plain = |one: &char| one.is_ascii_alphanumeric() || ['-', '_', '.'].contains(one);
    let name: String = name.chars().filter(is_plain).collect();
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
}

/// Answers with a page.
pub(super) fn page(
    desk: &Desk,
    here: Here,
    visitor: Option<Visitor>,
    status: StatusCode,
    document: &Document,
) -> Response<Body> {
    let frame = Frame { here, visitor, now: desk.state.now(), version: env!("CARGO_PKG_VERSION") };
    let mut response = sent(status, HTML, document.html(&frame));
    if let Some(seconds) = document.again() {
        response.headers_mut().insert(REFRESH, HeaderValue::from(seconds));
    }
    response
}

/// Answers with a failure: as a page, or as programs are told it where one asks.
pub(super) fn failure(
    desk: &Desk,
    here: Here,
    visitor: Option<Visitor>,
    failed: &Status,
) -> Response<Body> {
    if matches!(failed.code, Code::Internal | Code::DataLoss | Code::Unknown) {
        (desk.log)(&Record::Trouble { text: &format!("a page failed: {}", failed.message) });
    }
    if here.get("format").is_some() {
        return gateway::failure(failed);
    }
    let http = StatusCode::from_u16(status::http(failed.code));
    let http = http.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let text = &failed.message;
    let document = match failed.code {
        Code::Unauthenticated => {
            let elsewhere = super::login::host(&desk.state);
            pages::sign_in(None, &here.address(), elsewhere.as_deref())
        }
        Code::NotFound => {
            let hint = "It may be gone, it may never have been there, or it is not yours to see.";
            pages::message("It is not there", text, hint, None)
        }
        Code::PermissionDenied => {
            let hint = "Whoever owns the group can give you a role that has it.";
            pages::message("Not yours to see", text, hint, None)
        }
        Code::Unavailable => {
            let hint = "What is read is kept: it is read once.";
            pages::message("Not ready yet", text, hint, Some(AGAIN))
        }
        Code::InvalidArgument => pages::message("That cannot be asked", text, "", None),
        _ => pages::message("It did not work", text, "", None),
    };
    page(desk, here, visitor, http, &document)
}

/// Answers with something that stands beside pages. It never changes under its address.
pub(super) fn asset(asset: Option<&'static Asset>) -> Response<Body> {
    let Some(asset) = asset else {
        return sent(
            StatusCode::NOT_FOUND,
            "text/plain; charset=utf-8",
            "it is not there\n".into(),
        );
    };
    let mut response = sent(StatusCode::OK, asset.kind, asset.text.to_owned());
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    response.headers_mut().insert(CACHE_CONTROL, forever);
    response
}

/// An answer with what every browser is told.
pub(super) fn sent(status: StatusCode, kind: &'static str, text: String) -> Response<Body> {
    const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
    const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
        (OPENER, "same-origin"),
        (RESOURCE, "same-origin"),
        // What one may see is nobody else's, and may not be theirs a moment later.
        (CACHE_CONTROL, "private, no-store"),
        (VARY, "cookie, authorization"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
