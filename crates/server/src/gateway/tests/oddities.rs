//! Values, bodies and heads that make no sense, at every path of the gateway and in every member of what it takes: made of the
//! descriptors of the contract. Each has its status, and nothing fails inside.

use axum::body::Body;
use http::{HeaderValue, Method, Request};
use prost_reflect::{Kind, MessageDescriptor};
use serde_json::{Value, json};
use tonic::Code;

use crate::rpc;
use crate::status;
use crate::testing::{Answered, Service};

/// Values of parameters that make no sense somewhere.
const SENSELESS: &[&str] = &[
    "",
    "%",
    "%zz",
    "%ff",
    "%00",
    "-1",
    "1e9",
    "null",
    "[]",
    "..%2f..",
    "sha256:",
    "sha256:xyz",
    "99999999999999999999",
    "%F0%9F%92%A9",
    "%27%20OR%201=1--",
    "true",
    "/",
    "a/b/c",
    "(((",
    "+",
    "0000-00-00T00:00:00Z",
    "9999-99-99T99:99:99.9999999999Z",
    "linux/amd64/v9/x",
    "UNKNOWN",
];

/// Members of a body that make no sense somewhere.
fn senseless() -> Vec<Value> {
    let mut deep = json!(1);
    for _ in 0..90 {
        deep = json!([deep]);
    }
    vec![
        Value::Null,
        json!(1),
        json!(-1.5),
        json!(1e300),
        json!(true),
        json!(""),
        json!("\u{0}\u{202e}x"),
        json!("x".repeat(70_000)),
        json!([]),
        json!([null]),
        json!({}),
        json!({"a": {"b": null}}),
        deep,
    ]
}

/// The members of a message, those of its members too, by their names with dots between them.
fn members(message: &MessageDescriptor, depth: usize) -> Vec<String> {
    let mut all = Vec::new();
    for field in message.fields() {
        all.push(field.name().to_owned());
        if let (Kind::Message(inner), true) = (field.kind(), depth > 0) {
            let inner = members(&inner, depth - 1);
            all.extend(inner.into_iter().map(|one| format!("{}.{one}", field.json_name())));
        }
    }
    all
}

/// A body in which one member is this.
fn body_with(member: &str, value: &Value) -> Value {
    let mut body = value.clone();
    for part in member.rsplit('.') {
        body = json!({ part: body });
    }
    body
}

#[track_caller]
fn check(service: &Service, what: &str, answered: &Answered) {
    if answered.status != 200 {
        let document: Value = serde_json::from_str(&answered.text)
            .unwrap_or_else(|error| panic!("{what}: {error}: {}", answered.text));
        let code = Code::from(i32::try_from(document["code"].as_i64().unwrap()).unwrap());
        assert_eq!(status::http(code), answered.status, "{what}");
        assert!(
            !matches!(code, Code::Internal | Code::Unknown | Code::DataLoss),
            "{what}: {document}"
        );
        assert!(document["message"].is_string() && document["details"] == json!([]), "{what}");
    }
    assert_eq!(*service.trouble.lock().unwrap(), Vec::<String>::new(), "{what}");
}

#[test]
fn every_member_of_every_call_may_be_senseless() {
    let service = Service::new();
    let token = service.token(&service.owner);
    let headers = [("authorization", token.as_str())];
    let place = format!("{}/0123456789abcdef", service.group);
    let mut asked = 0;
    for (number, one) in service.desk.rpcs().iter().enumerate() {
        let input = &service.desk.shapes(number).input;
        for binding in &one.bindings {
            let path = binding.template.example(&place);
            for member in members(input, 2) {
                for value in SENSELESS {
                    let path = format!("{path}?{member}={value}");
                    if path.parse::<http::Uri>().is_err() {
                        continue;
                    }
                    let answered =
                        service.send(binding.method.clone(), &path, &headers, Body::empty());
                    check(&service, &path, &answered);
                    asked += 1;
                }
            }
            for odd in ["%00", "%2f", "x", "..", "%E2%80%AE", "a//b", &"0".repeat(4000)] {
                let path = binding.template.example(odd);
                let answered = service.send(binding.method.clone(), &path, &headers, Body::empty());
                check(&service, &path, &answered);
            }
            let kind = match binding.body {
                rpc::Body::None => continue,
                rpc::Body::All => input.clone(),
                rpc::Body::Member(name) => {
                    let field = input.get_field_by_name(name).unwrap();
                    field.kind().as_message().unwrap().clone()
                }
            };
            for member in members(&kind, 2) {
                for value in senseless() {
                    let body = body_with(&member, &value).to_string();
                    let answered = service.send(binding.method.clone(), &path, &headers, body);
                    check(&service, &format!("{member} of {path}"), &answered);
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 2000, "{asked}");
}

#[test]
fn odd_heads_have_their_status() {
    let service = Service::new();
    let token = service.token(&service.owner);
    let heads: [(&str, &[u8]); 14] = [
        ("authorization", b"\xff"),
        ("authorization", b"Bearer"),
        ("authorization", b"Bearer e30.e30.e30.e30"),
        ("content-type", b"\xff"),
        ("content-type", b"application/x-www-form-urlencoded"),
        ("content-type", b"application/json; charset=\xff"),
        ("content-length", b"x"),
        ("grpc-timeout", b"1S1S"),
        ("grpc-timeout", b"\xff"),
        ("grpc-timeout", b"0n"),
        ("x-http-method-override", b"DELETE"),
        ("x-http-method-override", b"\xff"),
        ("grpc-metadata-authorization", b"other"),
        ("x-forwarded-for", b"\xff, ,"),
    ];
    for one in service.desk.rpcs() {
        for binding in &one.bindings {
            let path = binding.template.example(service.group.as_str());
            // What is taken away is not there to be asked about.
            if binding.method == Method::DELETE {
                continue;
            }
            for (name, value) in heads {
                let mut request = Request::builder().method(binding.method.clone()).uri(&path);
                let headers = request.headers_mut().unwrap();
                headers.insert("authorization", HeaderValue::from_str(&token).unwrap());
                headers.insert(name, HeaderValue::from_bytes(value).unwrap());
                let answered = service.answer(request.body(Body::from("{\"a\":1}")).unwrap());
                check(&service, &format!("{name} of {path}"), &answered);
            }
        }
    }
}
