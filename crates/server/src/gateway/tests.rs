//! The gateway as its callers meet it.

mod oddities;

use http::Method;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage};

use super::*;
use crate::testing::Service;
use crate::wire;

const GROUP: &str = "720909c9f5279097d847ad02a2f24ba8f59de36a";

fn kind(name: &str) -> MessageDescriptor {
    let pool = DescriptorPool::decode(wire::DESCRIPTORS).unwrap();
    pool.get_message_by_name(&format!("chainguard.platform.{name}")).unwrap()
}

fn json_of(name: &str, message: &impl prost::Message) -> String {
    let bytes = message.encode_to_vec();
    json::write(&DynamicMessage::decode(kind(name), &bytes[..]).unwrap())
}

#[test]
fn every_member_is_there_in_order() {
    let repo = wire::registry::Repo { id: "x".into(), catalog_tier: 4, ..Default::default() };
    assert_eq!(
        json_of("registry.Repo", &repo),
        r#"{"id":"x","name":"","catalogTier":"APPLICATION","bundles":[],"readme":"","sync_config":null,"customOverlay":null,"aliases":[],"createTime":null,"activeTags":[],"description":""}"#
    );
    let unknown = wire::registry::Repo { catalog_tier: 77, ..Default::default() };
    assert!(json_of("registry.Repo", &unknown).contains(r#""catalogTier":77,"#));
    let size = wire::registry::Size { size: 24_267_890, arch: "amd64".into() };
    assert_eq!(json_of("registry.Size", &size), r#"{"size":"24267890","arch":"amd64"}"#);
    let group = wire::iam::Group {
        resource_limits: [("repositories".to_owned(), 5), ("clusters".to_owned(), 0)].into(),
        ..Default::default()
    };
    assert_eq!(
        json_of("iam.Group", &group),
        r#"{"id":"","name":"","description":"","resourceLimits":{"clusters":0,"repositories":5},"verified":false}"#
    );
    assert_eq!(
        json_of("registry.DiffImageResponse", &wire::registry::DiffImageResponse::default()),
        r#"{"packages":null,"vulnerabilities":null,"config":null,"warnings":[]}"#
    );
}

#[test]
fn choices_that_were_not_made_are_left_out() {
    let sbom = wire::tenant::Sbom2 { raw_sbom: b"{}?".to_vec(), ..Default::default() };
    let text = json_of("tenant.Sbom2", &sbom);
    assert!(text.contains(r#""rawSbom":"e30/""#) && !text.contains("\"digest\""), "{text}");
    let sbom = wire::tenant::Sbom2 { digest: Some(String::new()), ..sbom };
    assert!(json_of("tenant.Sbom2", &sbom).contains(r#""digest":"""#));
    let identity = json_of("iam.Identity", &wire::iam::Identity::default());
    assert!(identity.ends_with(r#""lastSeen":null}"#), "{identity}");
}

#[test]
fn moments_have_as_many_digits_as_they_need() {
    let check = |nanos, expect: &str| {
        let update_timestamp = Some(prost_types::Timestamp { seconds: 1_683_899_170, nanos });
        let entry = wire::registry::TagHistory { update_timestamp, digest: String::new() };
        let expect = format!(r#"{{"updateTimestamp":"{expect}","digest":""}}"#);
        assert_eq!(json_of("registry.TagHistory", &entry), expect);
    };
    check(0, "2023-05-12T13:46:10Z");
    check(555_000_000, "2023-05-12T13:46:10.555Z");
    check(555_100_000, "2023-05-12T13:46:10.555100Z");
    check(1, "2023-05-12T13:46:10.000000001Z");
}

#[test]
fn messages_are_encoded_as_the_contract_shows() {
    let repo = format!("{GROUP}/0123456789abcdef");
    let (from, to) = ("a".repeat(64), "b".repeat(64));
    let request = wire::registry::DiffImageRequest {
        repo_id: repo.clone(),
        from_digest: format!("sha256:{from}"),
        to_digest: format!("sha256:{to}"),
        platform: String::new(),
    };
    let expect = format!(
        "0a39{}1247{}1a47{}",
        hex::encode(&repo),
        hex::encode(format!("sha256:{from}")),
        hex::encode(format!("sha256:{to}"))
    );
    assert_eq!(hex::encode(request.encode_to_vec()), expect);
    let bash = wire::registry::PackageReference {
        name: "bash".into(),
        version: "5.2.21-r0".into(),
        reference: "pkg:apk/wolfi/bash@5.2.21-r0?arch=x86_64".into(),
    };
    let packages = wire::registry::PackagesDiff { added: vec![bash], ..Default::default() };
    let response =
        wire::registry::DiffImageResponse { packages: Some(packages), ..Default::default() };
    assert_eq!(
        hex::encode(response.encode_to_vec()),
        "0a3d0a3b0a04626173681209352e322e32312d72301a28706b673a61706b2f776f6c66692f6261736840352e322e32312d72303f617263683d7838365f3634"
    );
    let uidp = wire::common::UidpFilter { children_of: GROUP.into(), ..Default::default() };
    let filter =
        wire::registry::RepoFilter { uidp: Some(uidp), name: "nginx".into(), ..Default::default() };
    assert_eq!(
        hex::encode(filter.encode_to_vec()),
        "0a2a1a283732303930396339663532373930393764383437616430326132663234626138663539646533366112056e67696e78"
    );
    let filter = wire::iam::GroupFilter { name: "acme".into(), ..Default::default() };
    assert_eq!(hex::encode(filter.encode_to_vec()), "1a0461636d65");
    let identity = format!("{GROUP}/a033a6fabe0bfa0d");
    let exchange = wire::oidc::ExchangeRequest {
        aud: vec!["https://console-api.enforce.dev".into()],
        identity: identity.clone(),
        ..Default::default()
    };
    let expect = format!(
        "0a1f{}2239{}",
        hex::encode("https://console-api.enforce.dev"),
        hex::encode(identity)
    );
    assert_eq!(hex::encode(exchange.encode_to_vec()), expect);
    let token = wire::oidc::RawToken { token: "T".into(), ..Default::default() };
    assert_eq!(hex::encode(token.encode_to_vec()), "0a0154");
}

/// What parameters make of a message, as JSON, or the reason why not.
fn asked(name: &str, query: &str) -> String {
    let mut message = DynamicMessage::new(kind(name));
    let set = parse(query).and_then(|parameters| {
        parameters.iter().try_for_each(|(name, values)| set(&mut message, name, values))
    });
    match set {
        Ok(()) => json::write(&message),
        Err(status) => format!("{}: {}", i32::from(status.code), status.message),
    }
}

#[test]
fn parameters_have_either_spelling_and_may_be_nested() {
    let both =
        ["uidp.children_of=a%2Fb&name=x+y", "uidp.childrenOf=a/b&name=x%20y&nobody=1&uidp.z=2"];
    for query in both {
        assert_eq!(
            asked("registry.RepoFilter", query),
            r#"{"uidp":{"ancestorsOf":"","descendantsOf":"","childrenOf":"a/b","inRoot":false,"ids":[]},"name":"x y","id":""}"#
        );
    }
    let tags = asked(
        "registry.TagFilter",
        "updatedSince=2024-01-01T00:00:00.5Z&excludeDates=t&uidp.ids=a&uidp.ids=b",
    );
    assert!(tags.contains(r#""ids":["a","b"]"#), "{tags}");
    assert!(tags.contains(r#""updatedSince":"2024-01-01T00:00:00.500Z""#), "{tags}");
    assert!(tags.contains(r#""excludeDates":true"#), "{tags}");
    let check = |name: &str, query: &str, expect: &str| {
        let told = asked(name, query);
        assert!(told.starts_with(expect), "{told}");
    };
    check("registry.RepoFilter", "name=a&name=b", "3: too many values for field \"name\": a, b");
    check("registry.RepoFilter", "name.x=a", "3: invalid path: \"name\" is not a message");
    check("registry.TagFilter", "exclude_dates=yes", "3: parsing field \"exclude_dates\": \"yes\"");
    check("registry.TagFilter", "updated_since=today", "3: parsing field \"updated_since\"");
    check("registry.RepoFilter", "uidp=x", "3: parsing field \"uidp\"");
    check("registry.RepoFilter", "name=%zz", "3: invalid URL escape");
    check("registry.RepoFilter", "name=%ff", "3: invalid URL escape");
}

#[test]
fn failures_have_their_bodies() {
    let service = Service::new();
    let check = |method: Method, path: &str, status: u16, body: &str| {
        let answered = service.send(method, path, &[], Body::empty());
        assert_eq!((answered.status, answered.text.as_str()), (status, body), "{path}");
        assert_eq!(answered.headers["content-type"], "application/json");
    };
    let unverified = r#"{"code":16,"message":"failed to verify token","details":[]}"#;
    let nowhere = r#"{"code":5,"message":"Not Found","details":[]}"#;
    let otherwise = r#"{"code":12,"message":"Method Not Allowed","details":[]}"#;
    check(Method::GET, "/registry/v1/repos", 401, unverified);
    check(Method::GET, "/nothing", 404, nowhere);
    check(Method::GET, "/registry", 404, nowhere);
    check(Method::GET, &format!("/registry/v1/repos/{GROUP}"), 501, otherwise);
    check(Method::PATCH, "/registry/v1/repos", 501, otherwise);
    let bad = r#"{"code":3,"message":"Bad Request","details":[]}"#;
    check(Method::OPTIONS, "*", 400, bad);
    for (path, what) in crate::rpcs::UNOFFERED {
        let path = super::Template::new(path).example(GROUP);
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let unoffered =
                format!(r#"{{"code":12,"message":"{what} is not offered here","details":[]}}"#);
            check(method, &path, 501, &unoffered);
        }
        if what.contains('/') {
            assert_eq!(service.call(what, "", &[]).0, "12", "{what}");
        }
    }
    let answered = service.send(Method::GET, "/auth/v1/ok", &[], Body::empty());
    assert_eq!(answered.headers["www-authenticate"], "failed to verify token");
    for wrong in ["Bearer x", "x", "Bearer ", "Basic eDp5", ""] {
        let answered =
            service.send(Method::GET, "/auth/v1/ok", &[("authorization", wrong)], Body::empty());
        assert_eq!((answered.status, answered.text.as_str()), (401, unverified), "{wrong}");
    }
}

#[test]
fn a_token_is_believed_with_and_without_the_word_before_it() {
    let service = Service::new();
    let token = service.token(&service.owner);
    for authorization in [token.clone(), format!("Bearer {token}"), format!("bearer {token}")] {
        let headers = [("authorization", authorization.as_str())];
        let answered = service.send(Method::GET, "/auth/v1/ok", &headers, Body::empty());
        assert_eq!(answered.status, 200, "{}", answered.text);
        assert_eq!(answered.json()["subject"], service.owner.to_string());
    }
}

#[test]
fn what_is_created_is_listed() {
    let service = Service::new();
    let group = service.group.to_string();
    let body = r#"{"name":"nginx","catalog_tier":"APPLICATION","syncConfig":null,"unknown":{"a":[1]},"sync_config":{"source":"registry.example/nginx","uniqueTags":true}}"#;
    let path = format!("/registry/v1/repos/{group}?preventExisting=true&repo.name=other");
    let created = service.put(Method::POST, &path, body);
    assert_eq!(created.status, 200, "{}", created.text);
    let repo = created.json();
    assert_eq!(repo["sync_config"]["source"], "registry.example/nginx");
    assert_eq!(repo["catalogTier"], "APPLICATION");
    assert_eq!(service.put(Method::POST, &path, body).status, 409);
    let listed = service.get("/registry/v1/repos?name=nginx").json();
    assert_eq!(listed["items"][0]["id"], repo["id"]);
    assert_eq!(service.get("/registry/v1/repos?name=curl").text, r#"{"items":[]}"#);
    let id = repo["id"].as_str().unwrap();
    let changed =
        service.put(Method::PUT, &format!("/registry/v1/repos/{id}"), r#"{"id":"x","name":"web"}"#);
    assert_eq!(changed.json()["name"], "web", "{}", changed.text);
    assert_eq!(changed.json()["sync_config"], serde_json::Value::Null);
    let digest = format!("sha256:{}", "a".repeat(64));
    let tag = format!(r#"{{"name":"latest","digest":"{digest}"}}"#);
    let tagged = service.put(Method::POST, &format!("/registry/v1/tags/{id}"), &tag);
    let tag_id = tagged.json()["id"].as_str().unwrap().to_owned();
    let history = service.get(&format!("/registry/v1/tags/{tag_id}/history")).json();
    assert_eq!(history["items"][0]["digest"], digest);
    let elsewhere = service.get("/v2/local/web/_chainguard/history/latest").json();
    assert_eq!(elsewhere["history"][0]["digest"], digest);
    assert_eq!(elsewhere["history"][0]["updateTimestamp"], "2026-09-21T14:13:20Z");
    // The last day of the calendar means no end.
    for (end, status) in [("9999-12-31T23:59:59Z", 200), ("9999-12-32T00:00:00Z", 400)] {
        let path = format!("/registry/v1/tags/{tag_id}/history?end={end}");
        assert_eq!(service.get(&path).status, status, "{path}");
        let path = format!("/v2/local/web/_chainguard/history/latest?end={end}");
        assert_eq!(service.get(&path).status, status, "{path}");
    }
    let deleted = service.put(Method::DELETE, &format!("/registry/v1/repos/{id}"), "");
    assert_eq!(deleted.text, "{}");
    assert_eq!(service.get("/registry/v1/tags").text, r#"{"items":[]}"#);
}

#[test]
fn a_form_that_is_posted_to_a_question_asks_it() {
    let service = Service::new();
    let token = service.token(&service.owner);
    let send = |path: &str, kind: &str, extra: &[(&str, &str)], body: &str| {
        let mut headers = vec![("authorization", token.as_str()), ("content-type", kind)];
        headers.extend(extra);
        service.send(Method::POST, path, &headers, body.to_owned())
    };
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    assert_eq!(send("/auth/v1/ok", form, &[], "a=b").status, 200);
    assert_eq!(send("/auth/v1/ok", "application/json", &[], "{}").status, 501);
    // Something can be posted there as well, with no parent: a form is no JSON.
    assert_eq!(send("/registry/v1/repos", form, &[], "name=nginx").status, 400);
    let overridden = [("x-http-method-override", "get")];
    let asked = send("/registry/v1/repos", form, &overridden, "name=nginx");
    assert_eq!(asked.text, r#"{"items":[]}"#);
    let asked = send("/iam/v1/groups", form, &overridden, "name=local").json();
    assert_eq!(asked["items"][0]["id"], service.group.to_string());
    for (kind, body) in [
        ("application/x-www-form-urlencoded", "aud=http%3A%2F%2Fhere&aud=x"),
        ("application/json", r#"{"aud":["http://here"],"includeUpstreamToken":false,"z":1}"#),
    ] {
        let exchanged = send("/sts/exchange", kind, &[], body);
        assert_eq!(exchanged.status, 200, "{}", exchanged.text);
        assert!(exchanged.json()["token"].as_str().unwrap().starts_with("ey"));
    }
    let exchanged = service.get("/sts/exchange?aud=http://here");
    assert_eq!(exchanged.json()["refreshToken"], "");
    assert_eq!(
        service.get("/sts/exchange").text,
        r#"{"code":3,"message":"Audience must be specified","details":[]}"#
    );
}

#[test]
fn nothing_that_is_sent_makes_it_fail() {
    let service = Service::new();
    let repo = format!("{}/0123456789abcdef", service.group);
    let digest = format!("sha256:{}", "a".repeat(64));
    let check = |path: &str, status: u16| {
        let answered = service.get(path);
        assert_eq!(answered.status, status, "{path}: {}", answered.text);
        assert!(answered.json()["code"].is_i64());
    };
    check("/registry/v1/repos?id=x", 400);
    check("/registry/v1/repos?uidp.childrenOf=../..", 400);
    check("/registry/v1/repos/diff?from_digest=x", 400);
    check("/registry/v1/repos/%00/diff", 400);
    check(&format!("/registry/v1/repos/{repo}/diff?from_digest={digest}&to_digest={digest}"), 404);
    check(&format!("/registry/v1/repos/{repo}/diff?from_digest=sha256:1&to_digest={digest}"), 400);
    check(&format!("/registry/v1/tags/{repo}/history?start=now"), 400);
    check("/%zz", 400);
    for body in ["{", "[]", "\"x\"", "{\"name\":1}", "{\"name\":\"\"}", "{} {}", "\u{0}"] {
        let path = format!("/registry/v1/repos/{}", service.group);
        let answered = service.put(Method::POST, &path, body);
        assert_eq!(answered.status, 400, "{body}: {}", answered.text);
    }
    let large = "x".repeat(LARGEST + 1);
    let path = format!("/registry/v1/repos/{}", service.group);
    assert_eq!(service.put(Method::POST, &path, &large).status, 429);
    let deep = "[".repeat(100_000);
    assert_eq!(service.put(Method::POST, &path, &deep).status, 400);
}
