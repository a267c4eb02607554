//! Signing in at an issuer, as a browser goes through it: there, back, and on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::Body;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use engine::{Secret, SourceOptions, Thing, ThingKind};
use http::Method;
use model::{Time, Uidp};
use pages::Here;
use prost::Message as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::issuers::Issuers;
use crate::issuers::testing::{Pair, Server};
use crate::serve::Login;
use crate::testing::{Answered, NOW, Service};
use crate::wire::iam::claim_match::{Iss, Sub};
use crate::wire::iam::identity::Relationship;
use crate::wire::iam::{ClaimMatch, Identity};

struct World {
    issuer: Server,
    pair: Pair,
    service: Service,
    now: Arc<AtomicI64>,
}

/// A browser that has gone to the issuer.
struct Gone {
    /// What the issuer was asked with.
    asked: BTreeMap<String, String>,
    cookie: String,
}

fn world(url: &'static str) -> World {
    let pair = Pair::ec();
    let issuer = Server::start(&[pair.public("one")]);
    let now = Arc::new(AtomicI64::new(NOW.0));
    let clock = Arc::clone(&now);
    let service = Service::tuned(|state| {
        state.clock = Arc::new(move || Time(clock.load(Ordering::Relaxed)));
        state.trust.issuer = url.into();
        state.trust.audiences = vec![url.into()];
        let listed = [issuer.url.clone()];
        state.issuers = Issuers::new(&listed, url, &SourceOptions::default()).unwrap();
        state.login = Some(Login {
            issuer: issuer.url.clone(),
            client: "pages & more".into(),
            secret: Some(Secret::new("hunter2")),
        });
    });
    let conditions = ClaimMatch {
        iss: Some(Iss::Issuer(issuer.url.clone())),
        sub: Some(Sub::Subject("alice".into())),
        claims: [("email".to_owned(), "alice@example.com".to_owned())].into(),
        ..ClaimMatch::default()
    };
    let alice = Identity {
        relationship: Some(Relationship::ClaimMatch(conditions)),
        ..Identity::default()
    };
    let thing = Thing {
        id: Uidp::root([9; 20]),
        kind: ThingKind::Identity,
        name: "Alice".into(),
        key: format!("{}\nalice", issuer.url),
        created: NOW,
        updated: NOW,
        record: alice.encode_to_vec(),
    };
    assert!(service.desk.state.ledger.add(&thing).unwrap());
    World { issuer, pair, service, now }
}

fn cookies(answered: &Answered) -> Vec<String> {
    let all = answered.headers.get_all("set-cookie").iter();
    all.map(|value| value.to_str().unwrap().to_owned()).collect()
}

impl World {
    fn get(&self, path: &str, cookie: &str) -> Answered {
        self.service.send(Method::GET, path, &[("cookie", cookie)], Body::empty())
    }

    fn go(&self, to: &str) -> Gone {
        let answered = self.get(&format!("/sign-in/elsewhere?to={to}"), "");
        assert_eq!(answered.status, 303, "{}", answered.text);
        let location = answered.headers["location"].to_str().unwrap();
        let (address, query) = location.split_once('?').unwrap();
        assert_eq!(address, format!("{}/authorize", self.issuer.url));
        let here = Here::parse("/", query).unwrap();
        let names = [
            "tenant",
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
        ];
        let asked = names.map(|name| (name.to_owned(), here.get(name).unwrap().to_owned()));
        let cookie = cookies(&answered).remove(0);
        Gone { asked: asked.into(), cookie }
    }

    /// What the issuer says of alice to whoever went.
    fn claims(&self, gone: &Gone) -> Value {
        json!({"iss": self.issuer.url, "sub": "alice", "aud": "pages & more", "iat": NOW.0,
            "exp": NOW.0 + 60, "nonce": gone.asked["nonce"], "email": "alice@example.com"})
    }

    fn says(&self, claims: &Value) {
        let token = self.pair.token("one", claims);
        self.issuer.answers("/token", 200, &json!({"id_token": token, "access_token": "x"}));
    }

    fn back(&self, gone: &Gone, query: &str) -> Answered {
        let pair = gone.cookie.split(';').next().unwrap();
        self.get(&format!("/sign-in/back?{query}"), pair)
    }

    fn with_code(&self, gone: &Gone) -> Answered {
        self.back(gone, &format!("code=c%2F1&state={}", gone.asked["state"]))
    }
}

#[test]
fn whoever_signs_in_elsewhere_is_signed_in_here() {
    let world = world("http://here");
    let form = world.get("/sign-in?to=/repositories", "");
    let link = "/sign-in/elsewhere?to=/repositories";
    assert!(form.text.contains(link), "{}", form.text);
    let gone = world.go("/repositories");
    let asked = |name: &str| gone.asked[name].as_str();
    assert_eq!(asked("tenant"), "1");
    assert_eq!((asked("response_type"), asked("code_challenge_method")), ("code", "S256"));
    assert_eq!((asked("client_id"), asked("scope")), ("pages & more", "openid email"));
    assert_eq!(asked("redirect_uri"), "http://here/sign-in/back");
    assert!(
        gone.cookie.ends_with("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"),
        "{}",
        gone.cookie
    );
    world.says(&world.claims(&gone));
    let back = world.with_code(&gone);
    assert_eq!(back.status, 200, "{}", back.text);
    assert_eq!(back.headers["refresh"], "0; url=/repositories");
    let sent = world.issuer.sent("/token").unwrap();
    let sent = Here::parse("/", &sent).unwrap();
    let proof = sent.get("code_verifier").unwrap();
    assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(proof)), asked("code_challenge"));
    assert_eq!(sent.get("grant_type"), Some("authorization_code"));
    assert_eq!((sent.get("code"), sent.get("client_secret")), (Some("c/1"), Some("hunter2")));
    assert_eq!(sent.get("client_id"), Some("pages & more"));
    assert_eq!(sent.get("redirect_uri"), Some("http://here/sign-in/back"));
    let own = cookies(&back);
    assert!(own[0].ends_with("; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict"), "{own:?}");
    assert!(own[1].starts_with("pentimento-begun=; Path=/; Max-Age=0"), "{own:?}");
    let page = world.get("/repositories", own[0].split(';').next().unwrap());
    assert!(page.status == 200 && page.text.contains("Alice"), "{}", page.text);
    let deeds = world.service.desk.state.ledger.deeds(&Uidp::root([9; 20]), None, 9).unwrap();
    assert_eq!(deeds.len(), 1);
    assert_eq!(deeds[0].1.identity, format!("alice of {}", world.issuer.url));
}

#[test]
fn cookies_of_an_encrypted_service_are_for_it_alone() {
    let world = world("https://here");
    let gone = world.go("/");
    assert!(gone.cookie.starts_with("__Host-pentimento-begun="), "{}", gone.cookie);
    assert!(gone.cookie.ends_with("SameSite=Lax; Secure"), "{}", gone.cookie);
    world.says(&world.claims(&gone));
    let set = cookies(&world.with_code(&gone));
    assert!(set[0].starts_with("__Host-pentimento=") && set[0].ends_with("; Secure"), "{set:?}");
}

#[test]
fn nothing_leads_elsewhere() {
    let world = world("http://here");
    for (to, expect) in [
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil", "/"),
        ("/a;b", "/a;b"),
        ("/sign-out", "/"),
    ] {
        let gone = world.go(to);
        world.says(&world.claims(&gone));
        let back = world.with_code(&gone);
        assert_eq!(back.headers["refresh"], format!("0; url={expect}"), "{to}");
    }
    let long = format!("/{}", "x".repeat(3000));
    assert!(world.go(&long).cookie.len() < 500);
}

#[test]
fn nobody_comes_back_who_has_not_gone() {
    let world = world("http://here");
    let gone = world.go("/repositories");
    world.says(&world.claims(&gone));
    let state = &gone.asked["state"];
    let good = format!("code=c&state={state}");
    let check = |gone: &Gone, query: &str, status: u16| {
        let back = world.back(gone, query);
        assert_eq!(back.status, status, "{query} {}", back.text);
        let set = cookies(&back);
        assert!(set.len() == 1 && set[0].contains("begun=; Path=/; Max-Age=0"), "{set:?}");
        assert!(!back.headers.contains_key("refresh"));
    };
    let with_cookie = |cookie: String| Gone { asked: gone.asked.clone(), cookie };
    check(&with_cookie(String::new()), &good, 401);
    check(&with_cookie("pentimento-begun=x".into()), &good, 401);
    // Where it goes on cannot be changed on the way.
    let mut parts: Vec<&str> = gone.cookie.split(';').next().unwrap().split('.').collect();
    let other = BASE64_URL_SAFE_NO_PAD.encode("/other");
    parts[2] = &other;
    check(&with_cookie(parts.join(".")), &good, 401);
    let another = world.go("/repositories");
    check(&another, &good, 401);
    check(&gone, "code=c", 401);
    check(&gone, &format!("state={state}"), 401);
    check(&gone, &format!("{good}&iss=https://evil.example"), 401);
    check(&gone, &format!("state={state}&error=access_denied%3Cb%3E"), 403);
    assert_eq!(world.issuer.asked("/token"), 0);
    world.now.store(NOW.0 + 600, Ordering::Relaxed);
    check(&gone, &good, 401);
    assert_eq!(world.issuer.asked("/token"), 0);
}

#[test]
fn what_the_issuer_says_has_to_be_said_to_us_now() {
    let world = world("http://here");
    let check = |name: &str, value: Value, status: u16| {
        let gone = world.go("/");
        let mut claims = world.claims(&gone);
        claims[name] = value;
        world.says(&claims);
        let back = world.with_code(&gone);
        assert_eq!(back.status, status, "{name} {}", back.text);
    };
    check("aud", json!("another"), 401);
    check("aud", json!(["pages & more", "another"]), 401);
    check("azp", json!("another"), 401);
    check("azp", json!("pages & more"), 200);
    check("nonce", json!("another"), 401);
    check("nonce", Value::Null, 401);
    check("exp", json!(NOW.0 - 100), 403);
    check("iss", json!("http://there"), 403);
    check("sub", json!("bob"), 403);
    check("email", json!("bob@example.com"), 403);
    for (status, body, expect) in [
        (400, json!({"error": "invalid_grant"}), 401),
        (200, json!({}), 401),
        (500, json!({}), 503),
    ] {
        let gone = world.go("/");
        world.issuer.answers("/token", status, &body);
        assert_eq!(world.with_code(&gone).status, expect, "{body}");
    }
    let gone = world.go("/");
    let other = Pair::ec().token("one", &world.claims(&gone));
    world.issuer.answers("/token", 200, &json!({ "id_token": other }));
    assert_eq!(world.with_code(&gone).status, 403);
    world.issuer.says("/token", 200, " ".repeat(300_000));
    assert_eq!(world.with_code(&gone).status, 503);
}

#[test]
fn an_issuer_that_cannot_be_asked_is_told() {
    let world = world("http://here");
    world.issuer.says("/.well-known/openid-configuration", 500, String::new());
    assert_eq!(world.get("/sign-in/elsewhere", "").status, 503);
    let without = Service::new();
    let answered = without.send(Method::GET, "/sign-in/elsewhere", &[], Body::empty());
    assert_eq!(answered.status, 404);
    let form = without.send(Method::GET, "/sign-in", &[], Body::empty());
    assert!(!form.text.contains("elsewhere"), "{}", form.text);
}
