//! Failures as RFC 9457 has them: `application/problem+json`.

use axum::body::Body;
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;
use tonic::Code;

use crate::status::{self, Status};

/// A failure as callers are told it.
pub(crate) fn of(status: &Status) -> Response<Body> {
    let http = StatusCode::from_u16(status::http(status.code));
    with(http.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), status)
}

/// The same with another status than its code has.
pub(crate) fn with(http: StatusCode, status: &Status) -> Response<Body> {
    let document = json!({
        "type": "about:blank",
        "title": http.canonical_reason().unwrap_or("Failed"),
        "status": http.as_u16(),
        "detail": status.message,
    });
    let mut response = Response::new(Body::from(document.to_string()));
    *response.status_mut() = http;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if status.code == Code::Unauthenticated {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    // What could not be had yet is likely to be there soon.
    let soon = (status.code == Code::Unavailable).then_some(1);
    if let Some(seconds) = status.again.or(soon) {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    response
}
