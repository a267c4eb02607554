//! Odd heads, bodies, methods and paths, at every route of the document: each has its status, and nothing fails inside.

use axum::body::Body;
use http::{HeaderName, HeaderValue, Method, Request};
use serde_json::Value;

use super::doors::question;
use crate::api::routes;
use crate::testing::{Answered, Service};

/// Headers that make no sense.
const HEADERS: &[(&str, &[u8])] = &[
    ("authorization", b""),
    ("authorization", b"Bearer"),
    ("authorization", b"Bearer  "),
    ("authorization", b"Basic dTpw"),
    ("authorization", b"\xff\xfe"),
    ("authorization", b"e30.e30"),
    ("authorization", b"Bearer e30.e30.e30.e30"),
    ("authorization", b"bearer eyJhbGciOiJub25lIn0.e30."),
    ("accept-encoding", b"gzip;q=NaN, \xff, ;;;q=,"),
    ("if-none-match", b"W/, \"\", *, \xff"),
    ("content-type", b"\xff"),
    ("content-type", b"application/x-www-form-urlencoded"),
    ("content-type", b"multipart/form-data; boundary="),
    ("content-length", b"x"),
    ("expect", b"100-continue"),
    ("range", b"bytes=9999999999999999999999-"),
    ("x-http-method-override", b"DELETE"),
    ("x-request-id", b"\xff\" onload=1"),
    ("grpc-timeout", b"99999999999H"),
    ("host", b"\xff"),
];

/// Bodies that make no sense.
fn bodies() -> Vec<Vec<u8>> {
    let nested = |mark: &str| mark.repeat(100_000).into_bytes();
    vec![
        Vec::new(),
        b"\0".to_vec(),
        b"\xff\xfe\xfd".to_vec(),
        b"{".to_vec(),
        b"{}{}".to_vec(),
        b"{\"events\":{\"a\":[null]}}".to_vec(),
        b"{\"events\":[{\"target\":{\"repository\":7,\"tag\":[]}}]}".to_vec(),
        b"{\"\\ud800\":1e999}".to_vec(),
        nested("["),
        nested("{\"a\":"),
        vec![b' '; 2 << 20],
    ]
}

#[track_caller]
fn check(service: &Service, what: &str, answered: &Answered) {
    assert!(answered.status < 500, "{what}: {} {}", answered.status, answered.text);
    if answered.status >= 400 {
        let kind = &answered.headers["content-type"];
        assert_eq!(kind, "application/problem+json", "{what}");
        let document: Value = answered.json();
        assert_eq!(document["status"], answered.status, "{what}");
        assert!(document["detail"].as_str().is_some_and(|detail| detail.len() < 9000), "{what}");
    }
    assert_eq!(*service.trouble.lock().unwrap(), Vec::<String>::new(), "{what}");
}

#[test]
fn odd_heads_bodies_and_methods_have_their_status() {
    let service = Service::new();
    let token = service.token(&service.owner);
    for route in routes() {
        let path = question(route, service.group.as_str());
        for (name, value) in HEADERS {
            let mut request = Request::builder().method(route.method.clone()).uri(&path);
            let headers = request.headers_mut().unwrap();
            headers.insert("authorization", HeaderValue::from_str(&token).unwrap());
            let name = HeaderName::from_static(name);
            headers.insert(&name, HeaderValue::from_bytes(value).unwrap());
            let answered = service.answer(request.body(Body::from("{}")).unwrap());
            check(&service, &format!("{name} of {path}"), &answered);
            let is_token = name == "authorization" && route.access != crate::api::Access::Open;
            assert!(!is_token || answered.status == 401, "{path} {}", answered.status);
        }
        let headers = [("authorization", token.as_str())];
        for body in bodies() {
            let answered = service.send(route.method.clone(), &path, &headers, body);
            check(&service, &format!("a body of {path}"), &answered);
        }
        for method in ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answered = service.send(method, &path, &headers, Body::empty());
            assert_eq!(answered.status, 405, "{path}");
            assert!(answered.headers["allow"].to_str().unwrap().contains(route.method.as_str()));
        }
    }
}

#[test]
fn odd_paths_and_what_is_too_much_have_their_status() {
    let service = Service::new();
    let token = service.token(&service.owner);
    let headers = [("authorization", token.as_str())];
    for route in routes() {
        let path = question(route, service.group.as_str());
        let (own, query) = path.split_once('?').unwrap();
        for odd in [
            format!("{own}/?{query}"),
            format!("{own}//?{query}"),
            format!("{own}/..?{query}"),
            format!("{own}%2f?{query}"),
            format!("{own}%00?{query}"),
            format!("{own}?{}", "a=b&".repeat(2000)),
            format!("{own}?{query}&{}=1", "n".repeat(50_000)),
            format!("{own}?{query}&limit={}", "9".repeat(50_000)),
            format!("{own}?%"),
            format!("{own}?=&&=&a"),
            format!("{own}?{query}&{query}"),
        ] {
            if odd.parse::<http::Uri>().is_err() {
                continue;
            }
            let answered = service.send(route.method.clone(), &odd, &headers, Body::from("{}"));
            let what: String = odd.chars().take(200).collect();
            check(&service, &what, &answered);
        }
    }
}
