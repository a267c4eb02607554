//! Pages as browsers ask for them, of a service without a port: who sees what, and being signed in.

mod compare;
mod manage;

use std::collections::BTreeMap;

use axum::body::Body;
use engine::{Move, Thing, ThingKind};
use http::Method;
use model::{Time, Uidp};
use prost::Message as _;

use crate::testing::{Answered, NOW, Service};
use crate::token::Claims;
use crate::wire::registry::Repo;

const DAY: i64 = 86_400;

/// A group with a repository whose tag moved twice, and one that a stranger has.
fn service() -> Service {
    let service = Service::new();
    let repo = Repo { readme: "# nginx".into(), ..Repo::default() };
    let nginx = service.group.below([1; 8]);
    service.add(ThingKind::Repo, &nginx, "nginx", &repo);
    for (byte, days) in [("aa", 20), ("bb", 3)] {
        let digest = format!("sha256:{}", byte.repeat(32));
        tag(&service, &nginx, "latest", &digest, Time(NOW.0 - days * DAY));
    }
    let other = Uidp::root([9; 20]);
    service.add(ThingKind::Group, &other, "other", &());
    service.add(ThingKind::Repo, &other.below([1; 8]), "hidden", &Repo::default());
    service
}

fn tag(service: &Service, repo: &Uidp, name: &str, digest: &str, time: Time) {
    let ledger = &service.desk.state.ledger;
    let thing = Thing {
        id: repo.below([7; 8]),
        kind: ThingKind::Tag,
        name: name.into(),
        key: digest.into(),
        created: time,
        updated: time,
        record: Repo::default().encode_to_vec(),
    };
    ledger.tag(&thing).unwrap();
    let moved = Move { time, digest: digest.into() };
    ledger.note_move(repo, name, &moved).unwrap();
}

fn post(
    service: &Service,
    path: &str,
    headers: &[(&str, &str)],
    form: &[(&str, &str)],
) -> Answered {
    let form: Vec<String> = form.iter().map(|(name, value)| format!("{name}={value}")).collect();
    service.send(Method::POST, path, headers, form.join("&"))
}

fn with_cookie(service: &Service, path: &str, cookie: &str) -> Answered {
    service.send(Method::GET, path, &[("cookie", cookie)], Body::empty())
}

#[test]
fn pages_have_what_their_visitor_may_see_and_nothing_else() {
    let service = service();
    let pull = service.somebody(5, "registry.pull", &service.group);
    let token = format!("Bearer {}", service.token(&pull));
    let get = |path: &str| {
        service.send(Method::GET, path, &[("authorization", token.as_str())], Body::empty())
    };
    let all = get("/repositories");
    assert_eq!(all.status, 200, "{}", all.text);
    assert!(all.text.contains("local/nginx") && !all.text.contains("other/hidden"), "{}", all.text);
    assert!(all.text.contains("every 17 days") && all.text.contains("3 days ago"), "{}", all.text);
    for (path, status) in [
        ("/", 200),
        ("/repositories/local/nginx", 200),
        ("/repositories/local/nginx:latest", 200),
        ("/repositories/local/nginx:none", 404),
        ("/repositories/local/none", 404),
        ("/repositories/other/hidden", 404),
        ("/repositories/local", 404),
        ("/repositories/local/nginx/x", 404),
        ("/repositories/local/nginx?filter=%zz", 400),
        ("/repositories?format=csv", 200),
        ("/repositories?format=json&table=none", 404),
        ("/assets/0/navigator.css", 404),
    ] {
        assert_eq!(get(path).status, status, "{path}");
    }
    // What is there and not theirs is told as what is not there.
    let text = |path: &str, name: &str| {
        let page = get(path).text;
        let main = page.split("<main").nth(1).unwrap().replace(name, "NAME");
        main.split("<footer").next().unwrap().to_owned()
    };
    assert_eq!(
        text("/repositories/other/hidden", "hidden"),
        text("/repositories/other/none", "none")
    );
}

#[test]
fn a_tag_has_a_history() {
    let service = service();
    let page = service.get("/repositories/local/nginx:latest").text;
    let digests = ["bb", "aa"].map(|byte| format!("sha256:{}", byte.repeat(6)));
    let places = digests.map(|digest| page.find(&format!(">{digest}<")).unwrap());
    assert!(places[0] < places[1], "the latest comes first");
    assert!(page.contains("compare with the one before"), "{page}");
    let before = service.get("/repositories/local/nginx:latest?before=2026-09-15T00:00:00Z").text;
    assert!(!before.contains(&"bb".repeat(32)) && before.contains(&"aa".repeat(32)), "{before}");
}

#[test]
fn a_token_signs_in_and_a_form_of_ours_signs_out() {
    let service = service();
    let asked = service.send(Method::GET, "/repositories/local/nginx", &[], Body::empty());
    assert_eq!(asked.status, 401);
    assert!(
        asked.text.contains("name=\"to\" value=\"/repositories/local/nginx\""),
        "{}",
        asked.text
    );
    assert!(!asked.text.contains("latest"), "{}", asked.text);
    let token = service.token(&service.owner);
    let form = [("token", token.as_str()), ("to", "/repositories/local/nginx")];
    let from_elsewhere = [
        [("host", "here"), ("origin", "https://evil")],
        [("host", "here"), ("sec-fetch-site", "cross-site")],
        [("host", "here"), ("sec-fetch-site", "same-site")],
        [("host", "here"), ("origin", "null")],
    ];
    for headers in &from_elsewhere {
        assert_eq!(post(&service, "/sign-in", headers, &form).status, 403, "{headers:?}");
    }
    let ours = [("host", "here"), ("origin", "http://here"), ("sec-fetch-site", "same-origin")];
    for (bad, status) in [("", 401), ("x.y.z", 401)] {
        let answered = post(&service, "/sign-in", &ours, &[("token", bad), ("to", "/")]);
        assert_eq!(answered.status, status);
        assert!(answered.headers.get("set-cookie").is_none());
    }
    let signed = post(&service, "/sign-in", &ours, &form);
    assert_eq!(signed.status, 303, "{}", signed.text);
    assert_eq!(signed.headers["location"], "/repositories/local/nginx");
    let cookie = signed.headers["set-cookie"].to_str().unwrap();
    assert_eq!(
        cookie,
        format!("pentimento={token}; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict")
    );
    let cookie = cookie.split(';').next().unwrap();
    let page = with_cookie(&service, "/repositories", cookie);
    assert_eq!(page.status, 200);
    // The API does not know the cookie.
    assert_eq!(with_cookie(&service, "/registry/v1/repos", cookie).status, 401);
    let seal = page.text.split("name=\"seal\" value=\"").nth(1).unwrap();
    let seal = seal.split('"').next().unwrap();
    let leave = |headers: &[(&str, &str)], seal: &str| {
        post(&service, "/sign-out", headers, &[("seal", seal)])
    };
    let own = [("cookie", cookie), ("host", "here"), ("origin", "http://here")];
    assert_eq!(leave(&own, "0").status, 403);
    assert_eq!(leave(&ours, seal).status, 403);
    let left = leave(&own, seal);
    assert_eq!(left.status, 303);
    let gone = "pentimento=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict";
    assert_eq!(left.headers["set-cookie"], gone);
    let ended = Claims { sub: service.owner.to_string(), ..Claims::default() };
    let ended = service.token_with(Claims { nbf: Some(NOW.0 + 1000), ..ended });
    assert_eq!(with_cookie(&service, "/", &format!("pentimento={ended}")).status, 401);
}

#[test]
fn browsers_are_told_to_take_nothing_from_elsewhere() {
    let service = service();
    for path in ["/", "/repositories/none/none", "/sign-in", "/repositories?format=json"] {
        let answered = service.get(path);
        let header = |name: &str| {
            answered.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned()
        };
        let policy = header("content-security-policy");
        let rules: BTreeMap<&str, &str> =
            policy.split(';').filter_map(|rule| rule.trim().split_once(' ')).collect();
        assert_eq!(rules["default-src"], "'none'", "{path}");
        assert_eq!(rules["frame-ancestors"], "'none'", "{path}");
        assert!(
            !policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'),
            "{policy}"
        );
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("cache-control"), "private, no-store", "{path}");
        let outside = answered.text.replace("http://www.w3.org/2000/svg", "");
        for inline in ["style=", "<style", "onclick=", "src=\"http", "href=\"http"] {
            assert!(!outside.contains(inline), "{path}: {inline}");
        }
    }
}

#[test]
fn assets_are_kept_for_ever_under_an_address_that_changes() {
    let service = service();
    let page = service.get("/").text;
    for name in ["navigator.css", "navigator.js", "icon.svg"] {
        let address = page.split('"').find(|text| text.ends_with(name)).unwrap();
        let asset = service.send(Method::GET, address, &[], Body::empty());
        assert_eq!(asset.status, 200);
        assert!(asset.headers["cache-control"].to_str().unwrap().contains("immutable"));
    }
}
