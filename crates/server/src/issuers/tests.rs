//! Tokens of an issuer, exchanged for ours: what is believed, what is not, and how the issuer is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::Body;
use engine::{SourceOptions, ThingKind};
use http::Method;
use model::{Time, Uidp};
use serde_json::{Value, json};

use super::Issuers;
use super::testing::{Pair, Server, part};
use crate::capability::Capabilities;
use crate::testing::{Answered, NOW, Service, URL};
use crate::wire::iam::claim_match::{Iss, Sub};
use crate::wire::iam::identity::Relationship;
use crate::wire::iam::{ClaimMatch, Identity};

/// An issuer, and a service that believes it.
struct World {
    issuer: Server,
    pair: Pair,
    service: Service,
    /// Whom the issuer calls `alice`: a viewer of the group that is there from the beginning.
    alice: Uidp,
    now: Arc<AtomicI64>,
}

impl World {
    fn new(pair: Pair) -> World {
        let issuer = Server::start(&[pair.public("one")]);
        let now = Arc::new(AtomicI64::new(NOW.0));
        let clock = Arc::clone(&now);
        let service = Service::tuned(|state| {
            state.clock = Arc::new(move || Time(clock.load(Ordering::Relaxed)));
            let listed = [issuer.url.clone()];
            state.issuers = Issuers::new(&listed, URL, &SourceOptions::default()).unwrap();
        });
        let alice = service.somebody(9, "viewer", &service.group.clone());
        let world = World { issuer, pair, service, alice, now };
        world.is_subject(&world.alice, Sub::Subject("alice".into()));
        world
    }

    fn is_subject(&self, identity: &Uidp, sub: Sub) {
        let conditions = ClaimMatch {
            iss: Some(Iss::Issuer(self.issuer.url.clone())),
            sub: Some(sub),
            ..ClaimMatch::default()
        };
        let said = Identity {
            id: identity.to_string(),
            name: "somebody".into(),
            relationship: Some(Relationship::ClaimMatch(conditions)),
            ..Identity::default()
        };
        let desk = &self.service.desk;
        let owner = desk.state.caller(Some(&self.service.token(&self.service.owner))).unwrap();
        crate::services::identities::update(&desk.state, &owner, said).unwrap();
    }

    /// What a good token of alice says.
    fn claims(&self) -> Value {
        json!({"iss": self.issuer.url, "sub": "alice", "aud": URL,
            "exp": NOW.0 + 600, "iat": NOW.0})
    }

    /// The same, but for this.
    fn but(&self, name: &str, value: Value) -> Value {
        let mut claims = self.claims();
        claims[name] = value;
        claims
    }

    fn exchange(&self, token: &str) -> Answered {
        self.exchange_for(token, "")
    }

    fn exchange_for(&self, token: &str, more: &str) -> Answered {
        let path = format!("/sts/exchange?aud={URL}{more}");
        let headers = [("authorization", &*format!("Bearer {token}"))];
        self.service.send(Method::GET, &path, &headers, Body::empty())
    }

    fn status(&self, token: &str) -> u16 {
        self.exchange(token).status
    }

    /// What is answered to a token of this key that says so.
    fn check(&self, claims: &Value, status: u16, told: &str) {
        let answered = self.exchange(&self.pair.token("one", claims));
        assert_eq!(answered.status, status, "{claims} {}", answered.text);
        assert!(answered.text.contains(told), "{claims} {}", answered.text);
    }

    fn at(&self, seconds: i64) {
        self.now.store(NOW.0 + seconds, Ordering::Relaxed);
    }
}

#[test]
fn a_token_of_an_issuer_becomes_one_of_ours() {
    let pairs = [Some(Pair::ec()), Some(Pair::ed()), Pair::rsa()];
    for pair in pairs.into_iter().flatten() {
        let world = World::new(pair);
        let answered = world.exchange(&world.pair.token("one", &world.claims()));
        assert_eq!(answered.status, 200, "{} {}", world.pair.algorithm(), answered.text);
        let token = answered.json()["token"].as_str().unwrap().to_owned();
        let caller = world.service.desk.state.caller(Some(&token)).unwrap();
        assert_eq!(caller.identity, world.alice);
        assert_eq!(caller.claims.exp, NOW.0 + 600);
        let act = caller.claims.act.unwrap();
        assert_eq!((act.iss, act.sub.as_str()), (world.issuer.url.clone(), "alice"));
        let again = world.exchange(&world.pair.token("one", &world.claims()));
        assert_eq!(again.status, 200);
        assert_eq!(world.issuer.asked("/keys"), 1);
        // Nothing but an exchange takes it.
        let foreign = world.pair.token("one", &world.claims());
        let headers = [("authorization", foreign.as_str())];
        let refused =
            world.service.send(Method::GET, "/registry/v1/repos", &headers, Body::empty());
        assert_eq!(refused.status, 401);
    }
}

#[test]
fn what_a_token_says_has_to_hold() {
    let world = World::new(Pair::ec());
    let url = world.issuer.url.clone();
    let check = |name, value, status, told| world.check(&world.but(name, value), status, told);
    check("aud", json!("http://there"), 403, "no identity here");
    check("aud", json!(["x", URL]), 200, "token");
    check("aud", json!("here"), 200, "token");
    check("aud", json!([]), 403, "no identity here");
    check("aud", Value::Null, 403, "whom it is for");
    check("iss", json!("http://there"), 403, "issuer is not believed");
    check("iss", json!(format!("{url}/")), 200, "token");
    check("sub", json!("bob"), 403, "no identity here");
    check("sub", json!(""), 403, "whose it is");
    check("sub", json!("x".repeat(1001)), 403, "whose it is");
    check("exp", Value::Null, 403, "when it ends");
    // Clocks may be a minute apart.
    check("exp", json!(NOW.0 - 59), 200, "token");
    check("exp", json!(NOW.0 - 60), 403, "it is expired since");
    check("exp", json!(f64::from(u32::MAX) + 0.5), 200, "token");
    check("iat", json!(NOW.0 + 60), 200, "token");
    check("iat", json!(NOW.0 + 61), 403, "not good yet");
    check("nbf", json!(NOW.0 + 61), 403, "not good yet");
    check("iat", Value::Null, 200, "token");
    check("cap", json!("all"), 403, "limited to cannot be read");
}

#[test]
fn a_token_is_signed_as_its_key_says() {
    let world = World::new(Pair::ec());
    let claims = world.claims();
    let good = world.pair.token("one", &claims);
    let parts: Vec<&str> = good.split('.').collect();
    let with = |header: &Value| world.pair.token_with(header, &claims);
    assert_eq!(world.status(&good), 200);
    assert_eq!(world.status(&with(&json!({"alg": "ES256"}))), 200);
    assert_eq!(world.status(&with(&json!({"alg": "ES256", "typ": "at+jwt"}))), 200);
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "None", "kid": "one"}),
        json!({"alg": "HS256", "kid": "one"}),
        json!({"alg": "RS256", "kid": "one"}),
        json!({"alg": "EdDSA", "kid": "one"}),
        json!({"alg": "ES256", "kid": "one", "crit": ["b64"], "b64": false}),
        json!({"alg": "ES256", "kid": "one", "typ": "logout+jwt"}),
        // A key that the token brings along.
        json!({"alg": "ES256", "kid": "two", "jwk": Pair::ec().public("two")}),
    ] {
        assert_eq!(world.status(&with(&header)), 403, "{header}");
    }
    // The public key as a secret.
    let public = world.pair.public("one").to_string();
    let signed = format!("{}.{}", part(r#"{"alg":"HS256","kid":"one"}"#), parts[1]);
    let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public.as_bytes());
    let confused = format!("{signed}.{}", part(ring::hmac::sign(&secret, signed.as_bytes())));
    assert_eq!(world.status(&confused), 403);
    let other = Pair::ec().token("one", &claims);
    let nobody = format!("{}.{}.", parts[0], parts[1]);
    let longer = "x".repeat(20_000);
    for broken in [&other, &nobody, &good[..good.len() - 2], "a.b.c", &longer] {
        assert_eq!(world.status(broken), 403, "{broken:.60}");
    }
    assert_eq!(world.issuer.asked("/keys"), 1);
}

#[test]
fn keys_change_and_those_that_are_gone_are_good_no_more() {
    let world = World::new(Pair::ec());
    let (old, next) = (&world.pair, Pair::ed());
    let claims = world.but("exp", json!(NOW.0 + 1_000_000));
    let (of_old, of_next) = (old.token("one", &claims), next.token("two", &claims));
    assert_eq!(world.status(&of_old), 200);
    // A key that nobody knows is not asked for again at once.
    assert_eq!(world.status(&of_next), 403);
    world.issuer.publish(&[old.public("one"), next.public("two")]);
    assert_eq!(world.status(&of_next), 403);
    world.at(29);
    assert_eq!(world.status(&of_next), 403);
    assert_eq!(world.issuer.asked("/keys"), 1);
    world.at(30);
    assert_eq!((world.status(&of_next), world.status(&of_old)), (200, 200));
    assert_eq!(world.issuer.asked("/keys"), 2);
    world.issuer.publish(&[next.public("two")]);
    assert_eq!(world.status(&of_old), 200);
    // After an hour it is asked again in any case.
    world.at(30 + 3600);
    assert_eq!((world.status(&of_old), world.status(&of_next)), (403, 200));
    assert_eq!(world.issuer.asked("/keys"), 3);
}

#[test]
fn while_an_issuer_is_down_its_known_keys_are_good_for_a_day() {
    let world = World::new(Pair::ec());
    let claims = world.but("exp", json!(NOW.0 + 1_000_000));
    let token = world.pair.token("one", &claims);
    world.issuer.says("/keys", 500, String::new());
    let down = world.exchange(&token);
    assert_eq!((down.status, &down.json()["code"]), (503, &json!(14)), "{}", down.text);
    assert_eq!(down.headers["retry-after"], "5");
    // It has a rest.
    assert_eq!(world.status(&token), 503);
    assert_eq!(world.issuer.asked("/keys"), 1);
    world.issuer.publish(&[world.pair.public("one")]);
    world.at(5);
    assert_eq!(world.status(&token), 200);
    world.issuer.says("/.well-known/openid-configuration", 503, String::new());
    for (seconds, status) in [(3600 + 5, 200), (86_404, 200), (86_405, 503)] {
        world.at(seconds);
        assert_eq!(world.status(&token), status, "{seconds}");
    }
    let nobody = World::new(Pair::ec());
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let gone = nobody.but("iss", json!(format!("http://{closed}")));
    nobody.check(&gone, 403, "issuer is not believed");
}

#[test]
fn documents_that_make_no_sense_are_no_keys() {
    let world = World::new(Pair::ec());
    let token = world.pair.token("one", &world.claims());
    let configuration = "/.well-known/openid-configuration";
    let url = &world.issuer.url;
    let good = json!({"issuer": url, "jwks_uri": format!("{url}/keys")});
    let with = |name: &str, value: Value| {
        let mut document = good.clone();
        document[name] = value;
        document.to_string()
    };
    let mut seconds = 0;
    let mut check = |path: &str, body: String, told: &str| {
        seconds += 10;
        world.at(seconds);
        world.issuer.says(configuration, 200, good.to_string());
        world.issuer.publish(&[world.pair.public("one")]);
        world.issuer.says(path, 200, body);
        let answered = world.exchange(&token);
        assert_eq!(answered.status, 503, "{}", answered.text);
        assert!(answered.text.contains(told), "{}", answered.text);
    };
    check(configuration, "x".repeat(300_000), "larger than 262144 bytes");
    check(configuration, "{}".into(), "cannot be read");
    check(configuration, "<html>".into(), "cannot be read");
    check(configuration, with("issuer", json!("http://there")), "calls itself something else");
    check(configuration, with("jwks_uri", json!("http://there/keys")), "not encrypted");
    check(configuration, with("jwks_uri", json!("file:///etc/passwd")), "nothing is encrypted");
    check(
        configuration,
        with("authorization_endpoint", json!("javascript:x")),
        "nothing is encrypted",
    );
    check(configuration, with("jwks_uri", json!("http://a b/")), "makes no sense");
    // Nobody has listed that one.
    check(configuration, with("jwks_uri", json!("http://127.0.0.2:1/keys")), "private");
    check(configuration, with("jwks_uri", json!("https://169.254.169.254/keys")), "private");
    check("/keys", " ".repeat(300_000), "larger than 262144 bytes");
    check("/keys", "[]".into(), "cannot be read");
    seconds += 10;
    world.at(seconds);
    world.issuer.publish(&[world.pair.public("one")]);
    assert_eq!(world.status(&token), 200);
}

#[test]
fn a_pattern_is_somebody_and_who_is_named_comes_first() {
    let world = World::new(Pair::ec());
    let builds = world.service.somebody(8, "registry.pull", &world.service.group.clone());
    world.is_subject(&builds, Sub::SubjectPattern("repo:acme/.*|alice".into()));
    let whose = |subject: &str, more: &str| {
        let token = world.pair.token("one", &world.but("sub", json!(subject)));
        let answered = world.exchange_for(&token, more);
        let token = answered.json()["token"].as_str().map(str::to_owned)?;
        Some(world.service.desk.state.caller(Some(&token)).unwrap().identity)
    };
    assert_eq!(whose("alice", "").as_ref(), Some(&world.alice));
    assert_eq!(whose("repo:acme/shop", "").as_ref(), Some(&builds));
    assert_eq!(whose("repo:evil/repo:acme/shop", ""), None);
    let named = format!("&identity={builds}");
    assert_eq!(whose("alice", &named).as_ref(), Some(&builds));
    assert_eq!(whose("bob", &named), None);
    assert_eq!(whose("repo:acme/shop", &format!("&identity={}", world.service.owner)), None);
}

#[test]
fn a_token_is_limited_to_what_its_issuer_says() {
    let world = World::new(Pair::ec());
    let group = &world.service.group;
    let may = |cap: Value, more: &str| {
        let token = world.pair.token("one", &world.but("cap", cap));
        let answered = world.exchange_for(&token, more);
        let token = answered.json()["token"].as_str().unwrap().to_owned();
        let caller = world.service.desk.state.caller(Some(&token)).unwrap();
        caller.at(group).names().join(" ")
    };
    let set = |names: &[&str]| Capabilities::named(names.iter().copied()).set();
    let two = set(&["repo.list", "tag.list", "repo.delete"]);
    // What a viewer may not do, they may not do for an issuer's word either.
    assert_eq!(may(json!({group.to_string(): two}), ""), "repo.list tag.list");
    assert_eq!(may(json!({group.to_string(): two}), "&cap=tag.list"), "tag.list");
    assert_eq!(may(json!({group.to_string(): [1605, 9999]}), ""), "repo.list");
    assert_eq!(may(json!({Uidp::root([7; 20]).to_string(): two}), ""), "");
    assert_eq!(may(json!({}), ""), "");
}

#[test]
fn every_exchange_is_noted_without_its_token() {
    let world = World::new(Pair::ec());
    let desk = &world.service.desk;
    let good = world.pair.token("one", &world.claims());
    assert_eq!(world.status(&good), 200);
    let other = world.exchange_for(&good, &format!("&identity={}", world.service.owner));
    assert_eq!(other.status, 403);
    let own = world.service.token(&world.alice);
    assert_eq!(world.status(&own), 200);
    let wrong = world.exchange_for(&own, &format!("&identity={}", world.service.owner));
    assert_eq!(wrong.status, 403);
    let stranger = world.pair.token("one", &world.but("sub", json!("bob\u{202e}")));
    let stranger = world.exchange_for(&stranger, &format!("&identity={}", world.alice));
    assert_eq!(stranger.status, 403);
    assert_eq!(world.exchange_for("x.y.z", &format!("&identity={}", world.alice)).status, 403);
    let told = |place: &Uidp| {
        let deeds = desk.state.ledger.deeds(place, None, 9).unwrap().into_iter().rev();
        let deeds = deeds.map(|(_, deed)| {
            assert!(deed.what.ends_with("SecurityTokenService/Exchange"), "{deed:?}");
            format!("{} {}", deed.identity, deed.outcome)
        });
        deeds.collect::<Vec<_>>()
    };
    let url = &world.issuer.url;
    let alice = format!("alice of {url}");
    let expect = [
        format!("{alice} ok"),
        format!("{} ok", world.alice),
        format!("bob  of {url} PermissionDenied"),
        " PermissionDenied".into(),
    ];
    assert_eq!(told(&world.alice), expect);
    let expect = [&alice, world.alice.as_str()].map(|who| format!("{who} PermissionDenied"));
    assert_eq!(told(&world.service.owner), expect);
}

#[test]
fn strangers_do_not_fill_the_audit_trail() {
    let world = World::new(Pair::ec());
    let statuses: Vec<u16> = (0..60).map(|_| world.status("x.y.z")).collect();
    let noted = statuses.iter().filter(|status| **status == 403).count();
    assert!((20..50).contains(&noted), "{statuses:?}");
    assert!(statuses.contains(&429));
    // Who is known does not have to wait for that.
    assert_eq!(world.status(&world.pair.token("one", &world.claims())), 200);
}

/// An identity of the group that is there from the beginning, by keys that are given with it.
fn with_keys(world: &World, change: impl FnOnce(&mut Value)) -> Answered {
    let keys = json!({"keys": [Pair::ec().public("other"), world.pair.public("one")]});
    let until = Time(NOW.0 + 30 * 86_400).to_string();
    let mut body = json!({"name": "ci", "static": {"issuer": "https://offline.example",
        "subject": "robot", "issuerKeys": keys.to_string(), "expiration": until}});
    change(&mut body["static"]);
    let path = format!("/iam/v1/identities/{}", world.service.group);
    world.service.put(Method::POST, &path, &body.to_string())
}

#[test]
fn an_identity_may_bring_its_issuers_keys_along() {
    let world = World::new(Pair::ed());
    let made = with_keys(&world, |_| {});
    assert_eq!(made.status, 200, "{}", made.text);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let named = format!("&identity={id}");
    let claims = json!({"iss": "https://offline.example/", "sub": "robot", "aud": URL,
        "exp": NOW.0 + 60 * 86_400});
    let but = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        world.pair.token("one", &claims)
    };
    let good = world.pair.token("one", &claims);
    let answered = world.exchange_for(&good, &named);
    assert_eq!(answered.status, 200, "{}", answered.text);
    let token = answered.json()["token"].as_str().unwrap().to_owned();
    let caller = world.service.desk.state.caller(Some(&token)).unwrap();
    assert_eq!(caller.identity.to_string(), id);
    // Who does not say whom they are is nobody; and nobody else is that one.
    assert_eq!(world.status(&good), 403);
    assert_eq!(world.exchange_for(&good, &format!("&identity={}", world.alice)).status, 403);
    for wrong in [
        but("sub", json!("alice")),
        but("iss", json!(world.issuer.url)),
        but("aud", json!("another")),
        but("exp", json!(NOW.0 - 100)),
        Pair::ed().token("one", &claims),
        world.pair.token("other", &claims),
        world.pair.token_with(&json!({"alg": "none"}), &claims),
    ] {
        assert_eq!(world.exchange_for(&wrong, &named).status, 403, "{wrong}");
    }
    world.at(30 * 86_400 - 1);
    assert_eq!(world.exchange_for(&good, &named).status, 200);
    world.at(30 * 86_400);
    assert_eq!(world.exchange_for(&good, &named).status, 403);
    assert_eq!(world.issuer.asked("/keys"), 0);
}

#[test]
fn keys_that_an_identity_brings_along_are_good_for_a_month() {
    let world = World::new(Pair::ed());
    let check = |name: &str, value: Value| {
        let made = with_keys(&world, |keys| keys[name] = value);
        assert_eq!(made.status, 400, "{name} {}", made.text);
    };
    check("issuer", json!(""));
    check("subject", json!(""));
    check("issuerKeys", json!(""));
    check("issuerKeys", json!(r#"{"keys":[]}"#));
    check("issuerKeys", json!(" ".repeat(70_000)));
    check("expiration", Value::Null);
    check("expiration", json!(Time(NOW.0 + 30 * 86_400 + 1).to_string()));
    check("expiration", json!(Time(NOW.0 - 1).to_string()));
    check("audiences", json!(vec!["x"; 101]));
    assert_eq!(with_keys(&world, |keys| keys["audiences"] = json!(["x"])).status, 200);
}

#[test]
fn an_issuer_is_somebody_else_with_an_address() {
    let check = |address: &str| {
        let listed = [address.to_owned()];
        Issuers::new(&listed, "https://own.example", &SourceOptions::default()).is_ok()
    };
    assert!(check("https://issuer.example") && check("http://127.0.0.1:9/realms/a"));
    let wrong =
        ["", "issuer.example", "https://", "ftp://a", "https://a?b", "https://u@a", "https://a b"];
    assert!(!wrong.into_iter().any(check));
    assert!(!check("https://own.example/"));
}

#[test]
fn identities_with_patterns_are_made_and_shown() {
    let world = World::new(Pair::ec());
    let group = &world.service.group;
    let path = format!("/iam/v1/identities/{group}");
    let body = r#"{"name": "ci", "claimMatch": {"issuer": "https://issuer.example",
        "subjectPattern": "repo:.*", "claims": {"job": "build"}}}"#;
    let made = world.service.put(Method::POST, &path, body);
    assert_eq!(made.status, 200, "{}", made.text);
    assert_eq!(made.json()["claimMatch"]["subjectPattern"], "repo:.*");
    let broken = body.replace("repo:.*", "repo:(");
    let refused = world.service.put(Method::POST, &path, &broken);
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert_eq!(
        world
            .service
            .desk
            .state
            .ledger
            .things(
                ThingKind::Identity,
                &engine::Wanted {
                    key: Some("pattern https://issuer.example".into()),
                    ..engine::Wanted::default()
                }
            )
            .unwrap()
            .len(),
        1
    );
}
