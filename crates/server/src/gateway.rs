//! The gateway: calls as plain HTTP with JSON, as grpc-gateway has them. It decides nothing about what is called.

mod json;
mod query;
mod template;

#[cfg(test)]
mod tests;

use std::sync::{Arc, LazyLock};

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use prost::Message as _;
use prost_reflect::{DeserializeOptions, DynamicMessage, MessageDescriptor, Value};
use tonic::Code;

use crate::desk::{Call, Desk};
use crate::rpc;
use crate::rpcs::UNOFFERED;
use crate::status::{self, Status};

pub(crate) use query::{far, parse, unescape};
pub(crate) use template::Template;

use query::set;
use template::Bound;

/// Bytes of a body at the most.
const LARGEST: usize = 4 << 20;

/// Where nothing can be called that the contract has.
static NOWHERE: LazyLock<Vec<(Template, &str)>> =
    LazyLock::new(|| UNOFFERED.iter().map(|(path, what)| (Template::new(path), *what)).collect());

/// What a path and a method mean.
struct Route {
    rpc: usize,
    body: rpc::Body,
    bound: Vec<Bound>,
}

/// Answers a request.
pub(crate) async fn answer(desk: &Arc<Desk>, request: Request<Body>) -> Response<Body> {
    match called(desk, request).await {
        Ok(json) => respond(StatusCode::OK, json),
        Err(status) => failure(&status),
    }
}

async fn called(desk: &Arc<Desk>, request: Request<Body>) -> Result<String, Status> {
    let (parts, body) = request.into_parts();
    let route = route(desk, &parts)?;
    let authorization = crate::grpc::authorization(&parts.headers);
    let patience = crate::grpc::patience(&parts.headers)?;
    let (limit, _pass) = desk.admit(route.rpc, authorization.as_deref())?;
    let limit = limit.min(LARGEST);
    let body = crate::http::body(body, limit).await?;
    let shapes = desk.shapes(route.rpc);
    let message = message(&shapes.input, &route, &parts, &body)?;
    let message = Bytes::from(message.encode_to_vec());
    let call = Call { rpc: route.rpc, authorization, message, patience };
    let answer = desk.call(call).await?;
    let answer = DynamicMessage::decode(shapes.output.clone(), &answer[..]);
    Ok(json::write(&answer.map_err(|_| Status::internal())?))
}

/// What a request calls. The paths that were listed last are looked at first.
fn route(desk: &Desk, parts: &Parts) -> Result<Route, Status> {
    let path = unescape(parts.uri.path(), false)?;
    if !path.starts_with('/') {
        return Err(Status::invalid_argument("Bad Request"));
    }
    let is_form_post = parts.method == Method::POST && is_form(&parts.headers);
    let method = parts
        .headers
        .get("x-http-method-override")
        .filter(|_| is_form_post)
        .and_then(|method| method.to_str().ok()?.to_ascii_uppercase().parse().ok())
        .unwrap_or_else(|| parts.method.clone());
    if let Some((_, what)) = NOWHERE.iter().find(|(template, _)| template.bind(&path).is_some()) {
        return Err(Status::new(Code::Unimplemented, format!("{what} is not offered here")));
    }
    let mut others = Vec::new();
    for (rpc, one) in desk.rpcs().iter().enumerate().rev() {
        for binding in &one.bindings {
            let Some(bound) = binding.template.bind(&path) else { continue };
            if binding.method == method {
                return Ok(Route { rpc, body: binding.body, bound });
            }
            others.push((&binding.method, Route { rpc, body: binding.body, bound }));
        }
    }
    let is_known = !others.is_empty();
    // A form that is posted to where something can be had is a question.
    let had = others.into_iter().find(|(method, _)| is_form_post && **method == Method::GET);
    match had {
        Some((_, route)) => Ok(route),
        None if is_known => Err(Status::new(Code::Unimplemented, "Method Not Allowed")),
        None => Err(Status::not_found("Not Found")),
    }
}

/// The request as a message.
fn message(
    input: &MessageDescriptor,
    route: &Route,
    parts: &Parts,
    body: &Bytes,
) -> Result<DynamicMessage, Status> {
    let mut message = DynamicMessage::new(input.clone());
    let mut asked = Vec::new();
    let mut in_body = None;
    match route.body {
        rpc::Body::All => message = read(input, body)?,
        rpc::Body::Member(name) => {
            let field = input.get_field_by_name(name);
            if let Some(field) = field
                && let Some(kind) = field.kind().as_message()
                && !body.is_empty()
            {
                message.set_field(&field, Value::Message(read(kind, body)?));
            }
            in_body = Some(name);
            asked = parse(parts.uri.query().unwrap_or_default())?;
        }
        rpc::Body::None => {
            if is_form(&parts.headers) {
                let form = std::str::from_utf8(body);
                let form = form.map_err(|_| Status::invalid_argument("the form is not UTF-8"))?;
                asked = parse(form)?;
            } else if is_json(&parts.headers) && parts.method == Method::POST {
                // The first clients of the token service post what others write into the address.
                message = read(input, body)?;
            }
            asked.extend(parse(parts.uri.query().unwrap_or_default())?);
        }
    }
    for (name, values) in &asked {
        let is_elsewhere = |taken: &str| {
            let field = input.get_field_by_name(taken);
            let json = field.as_ref().map_or(taken, |field| field.json_name());
            let first = name.split('.').next().unwrap_or_default();
            first == taken || first == json
        };
        let is_taken = route.bound.iter().any(|(bound, _)| is_elsewhere(bound))
            || in_body.is_some_and(is_elsewhere);
        if !is_taken {
            set(&mut message, name, values)?;
        }
    }
    for (name, value) in &route.bound {
        set(&mut message, name, std::slice::from_ref(value))?;
    }
    Ok(message)
}

/// Reads a message of JSON; members that nobody knows are passed over.
fn read(kind: &MessageDescriptor, body: &Bytes) -> Result<DynamicMessage, Status> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(DynamicMessage::new(kind.clone()));
    }
    let wrong = |error: serde_json::Error| {
        Status::invalid_argument(format!("the body cannot be read: {error}"))
    };
    let mut reader = serde_json::Deserializer::from_slice(body);
    let options = DeserializeOptions::new().deny_unknown_fields(false);
    let message = DynamicMessage::deserialize_with_options(kind.clone(), &mut reader, &options);
    let message = message.map_err(wrong)?;
    reader.end().map_err(wrong)?;
    Ok(message)
}

/// A message of a query and a body; none where they make no sense.
pub(crate) fn filled(kind: &MessageDescriptor, query: &str, body: &[u8]) -> Option<DynamicMessage> {
    let mut message = read(kind, &Bytes::copy_from_slice(body)).ok()?;
    for (name, values) in parse(query).ok()? {
        set(&mut message, &name, &values).ok()?;
    }
    Some(message)
}

/// A message as JSON.
pub(crate) fn json_of(message: &DynamicMessage) -> String {
    json::write(message)
}

fn is_form(headers: &HeaderMap) -> bool {
    media_type(headers).eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn is_json(headers: &HeaderMap) -> bool {
    media_type(headers).eq_ignore_ascii_case("application/json")
}

fn media_type(headers: &HeaderMap) -> &str {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim()
}

/// A failure as every caller of the gateway is told it.
pub(crate) fn failure(status: &Status) -> Response<Body> {
    let mut json = format!("{{\"code\":{},\"message\":", i32::from(status.code));
    json::text(&mut json, &status.message);
    json += ",\"details\":[]}";
    let http = StatusCode::from_u16(status::http(status.code));
    let mut response = respond(http.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), json);
    if let Some(seconds) = status.again {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    if status.code == Code::Unauthenticated {
        let challenge = HeaderValue::from_str(&status.message);
        let challenge = challenge.unwrap_or(HeaderValue::from_static("Bearer"));
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

/// An answer of JSON.
pub(crate) fn respond(status: StatusCode, json: String) -> Response<Body> {
    let mut response = Response::new(Body::from(json));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
