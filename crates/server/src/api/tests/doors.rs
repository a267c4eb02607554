//! Who may ask what, and what senseless questions are answered: every route of the document, walked through.

use axum::body::Body;
use http::Method;
use model::Uidp;
use serde_json::Value;

use crate::api::{Access, Parameter, ROOT, Route, Shape, openapi, routes};
use crate::capability::{BuiltIn, Capabilities};
use crate::testing::Service;

const ROLES: [&str; 4] = ["viewer", "editor", "owner", "registry.pull"];

/// A good value of a parameter.
fn good(parameter: &Parameter, place: &str) -> String {
    match parameter.shape {
        Shape::Place => place.to_owned(),
        Shape::Digest => format!("sha256:{}", "0".repeat(64)),
        Shape::Text | Shape::Texts => "x".to_owned(),
        Shape::Number => "1".to_owned(),
        Shape::Switch => "true".to_owned(),
    }
}

/// A question with all that it needs.
pub(super) fn question(route: &Route, place: &str) -> String {
    let mut path = format!("{ROOT}{}", route.path);
    let mut query = Vec::new();
    for parameter in route.parameters.iter().filter(|one| one.required) {
        let (braces, value) = (format!("{{{}}}", parameter.name), good(parameter, place));
        if path.contains(&braces) {
            path = path.replace(&braces, &value);
        } else {
            query.push(format!("{}={value}", parameter.name));
        }
    }
    format!("{path}?{}", query.join("&"))
}

#[test]
fn a_role_is_good_for_its_group_and_what_is_below_it() {
    let service = Service::new();
    let above = Uidp::root([0xa0; 20]);
    let own = above.below([1; 8]);
    let places = [above.clone(), own.clone(), own.below([2; 8]), above.below([3; 8])];
    let mut checked = 0;
    for (number, role) in (1..).zip(ROLES) {
        let token = service.token(&service.somebody(number, role, &own));
        let allows = BuiltIn::named(role).unwrap().capabilities();
        for (route, place) in
            routes().iter().flat_map(|route| places.iter().map(move |place| (route, place)))
        {
            let Access::Scoped(_, needed) = route.access else { continue };
            let path = question(route, place.as_str());
            let headers = [("authorization", token.as_str())];
            let answered = service.send(route.method.clone(), &path, &headers, "{}");
            let needed = Capabilities::named(needed.iter().copied());
            let may = allows.contain(needed) && place.is_within(&own);
            assert_eq!(answered.status != 403, may, "{role} {} {path}", route.method);
            checked += 1;
        }
    }
    assert!(checked >= 4 * 4 * 10, "{checked}");
}

#[test]
fn nobody_asks_without_a_token() {
    let service = Service::new();
    let of_nobody = service.token(&Uidp::root([0xee; 20]));
    for route in routes().iter().filter(|route| route.access != Access::Open) {
        let path = question(route, service.group.as_str());
        for token in ["", "Bearer e30.e30.e30", &of_nobody] {
            let headers = [("authorization", token)];
            let answered = service.send(route.method.clone(), &path, &headers, Body::empty());
            assert_eq!(answered.status, 401, "{} {path}", route.method);
        }
    }
}

/// Values that make no sense somewhere.
const SENSELESS: &[&str] = &[
    "",
    "%",
    "%ff",
    "%00",
    "-1",
    "0",
    "99999999999999999999",
    "1e9",
    "null",
    "[]",
    "{}",
    "..%2f..",
    "%2525",
    "sha256:",
    "sha256:xyz",
    "sha512:00",
    "%F0%9F%92%A9",
    "%27%20OR%201=1--",
    "a%20b%20c",
    "true",
    "a/b/c",
    ">=,<",
    "%E2%80%AE",
    "9223372036854775807",
    "linux",
    "linux/amd64/v9/x",
    "30d",
    "9999999999w",
];

#[test]
fn whatever_is_asked_is_answered_with_a_status() {
    let service = Service::new();
    let token = service.token(&service.owner);
    let document = openapi::document().unwrap();
    let mut asked = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let method: Method = method.to_ascii_uppercase().parse().unwrap();
            let parameters: Vec<&Value> =
                operation["parameters"].as_array().into_iter().flatten().collect();
            for (place, _) in parameters.iter().enumerate() {
                for senseless in SENSELESS {
                    let mut url = path.clone();
                    let mut query = Vec::new();
                    for (other, parameter) in parameters.iter().enumerate() {
                        let name = parameter["name"].as_str().unwrap();
                        let value = match (other == place, &parameter["required"]) {
                            (true, _) => (*senseless).to_owned(),
                            (false, Value::Bool(true)) => usual(parameter, &service),
                            (false, _) => continue,
                        };
                        match parameter["in"].as_str().unwrap() {
                            "path" => url = url.replace(&format!("{{{name}}}"), &value),
                            _ => query.push(format!("{name}={value}")),
                        }
                    }
                    let url = format!("{url}?{}", query.join("&"));
                    if url.parse::<http::Uri>().is_err() {
                        continue;
                    }
                    let headers = [("authorization", token.as_str())];
                    let body = if asked % 2 == 0 { "{\"events\":[{}]}" } else { "[" };
                    let answered = service.send(method.clone(), &url, &headers, body);
                    assert!(answered.status < 500, "{method} {url}: {}", answered.text);
                    if answered.status >= 400 {
                        let kind = &answered.headers["content-type"];
                        assert_eq!(kind, "application/problem+json", "{method} {url}");
                        assert_eq!(answered.json()["status"], answered.status);
                    }
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 500, "{asked}");
    assert_eq!(*service.trouble.lock().unwrap(), Vec::<String>::new());
}

/// A value that makes sense, made of a parameter's schema.
fn usual(parameter: &Value, service: &Service) -> String {
    let schema = &parameter["schema"];
    match (schema["type"].as_str().unwrap(), schema["pattern"].as_str()) {
        ("integer", _) => "1".into(),
        ("boolean", _) => "true".into(),
        (_, Some(pattern)) if pattern.contains("sha256") => format!("sha256:{}", "0".repeat(64)),
        (_, Some(_)) => service.group.to_string(),
        _ => "x".into(),
    }
}
