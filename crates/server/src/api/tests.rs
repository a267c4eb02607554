//! Our own API as clients meet it: documents, problems, messages of registries.

mod doors;
mod images;
mod oddities;

use axum::body::Body;
use engine::ThingKind;
use http::Method;
use serde_json::json;

use super::openapi;
use crate::limits::Limits;
use crate::testing::Service;
use crate::wire::registry::{Repo, SyncConfig};

#[test]
fn the_document_that_is_kept_beside_the_repository_is_the_one_that_is_served() {
    let mut document = Service::new().get("/api/v1/openapi.json").json();
    document.as_object_mut().unwrap().remove("servers");
    assert_eq!(document, openapi::document().unwrap());
    let kept: serde_json::Value =
        serde_json::from_str(include_str!("../../../../docs/schema/openapi.v1.json")).unwrap();
    let text = serde_json::to_string_pretty(&document).unwrap() + "\n";
    if std::env::var_os("PENTIMENTO_WRITE_OPENAPI").is_some() {
        std::fs::write("../../docs/schema/openapi.v1.json", &text).unwrap();
        return;
    }
    assert!(document == kept, "it is stale: PENTIMENTO_WRITE_OPENAPI=1 writes it again");
}

#[test]
fn what_a_client_has_already_is_not_sent_again() {
    let service = Service::new();
    let first = service.get("/api/v1/openapi.json");
    let tag = first.headers["etag"].to_str().unwrap().to_owned();
    let again = |known: &str| {
        let headers = [("if-none-match", known)];
        let answered = service.send(Method::GET, "/api/v1/openapi.json", &headers, Body::empty());
        (answered.status, answered.text.len())
    };
    assert_eq!(again(&tag), (304, 0));
    assert_eq!(again(&format!("\"other\", {}", tag.trim_start_matches("W/"))), (304, 0));
    assert_eq!(again("\"other\""), (200, first.text.len()));
    let packed = [("accept-encoding", "br, gzip;q=0.5")];
    let packed = service.send(Method::GET, "/api/v1/openapi.json", &packed, Body::empty());
    assert_eq!(packed.headers["content-encoding"], "gzip");
    let mut text = String::new();
    let mut reader = flate2::read::GzDecoder::new(&packed.bytes[..]);
    std::io::Read::read_to_string(&mut reader, &mut text).unwrap();
    assert_eq!(text, first.text);
    let refused = [("accept-encoding", "gzip;q=0")];
    let plain = service.send(Method::GET, "/api/v1/openapi.json", &refused, Body::empty());
    assert_eq!(plain.text, first.text);
}

#[test]
fn failures_are_problems() {
    let service = Service::new();
    let check = |method: Method, path: &str, token: &str, status: u16, detail: &str| {
        let answered = service.send(method, path, &[("authorization", token)], Body::empty());
        assert_eq!(answered.headers["content-type"], "application/problem+json", "{path}");
        let document = answered.json();
        assert_eq!((answered.status, &document["status"]), (status, &json!(status)), "{path}");
        let told = document["detail"].as_str().unwrap();
        assert!(told.contains(detail), "{path}: {told}");
    };
    let token = service.token(&service.owner);
    let group = &service.group;
    let hooks = format!("/api/v1/hooks?place={group}");
    check(Method::GET, "/api/v1/nothing", &token, 404, "nothing at this path");
    check(Method::DELETE, &hooks, &token, 405, "asked by GET, POST");
    check(Method::GET, &hooks, "", 401, "failed to verify token");
    check(Method::GET, "/api/v1/hooks", &token, 400, "place has to be said");
    check(Method::GET, "/api/v1/hooks?place=x", &token, 400, "place is a place in the tree");
    check(Method::GET, &format!("{hooks}&plaice=x"), &token, 400, "there is no plaice here");
    check(Method::GET, &format!("{hooks}&place={group}"), &token, 400, "more than once");
    let viewer = service.token(&service.somebody(7, "viewer", group));
    check(Method::GET, &hooks, &viewer, 403, "repo.update is needed");
    check(Method::POST, &hooks, &token, 401, "the secret of the hook is another");
}

#[test]
fn a_message_of_a_registry_has_tags_looked_at() {
    let service = Service::new();
    let repo = service.group.below([1; 8]);
    let from = SyncConfig { source: "registry.example/team/shop".into(), ..SyncConfig::default() };
    let record = Repo { sync_config: Some(from), ..Repo::default() };
    service.add(ThingKind::Repo, &repo, "shop", &record);
    service.add(ThingKind::Repo, &service.group.below([2; 8]), "other", &Repo::default());
    let message = r#"{"events": [
        {"action": "push", "target": {"repository": "team/shop", "tag": "1.5"}},
        {"action": "push", "target": {"repository": "team/else", "tag": "1.5"}}
    ]}"#;
    for place in [&service.group, &repo] {
        let hook = service.get(&format!("/api/v1/hooks?place={place}")).json();
        let secret = hook["authorization"].as_str().unwrap();
        let path = hook["url"].as_str().unwrap().strip_prefix("http://here").unwrap();
        let headers = [("authorization", secret)];
        let answered = service.send(Method::POST, path, &headers, message);
        assert_eq!((answered.status, answered.json()), (202, json!({ "accepted": 1 })));
        let path = hook["url_with_secret"].as_str().unwrap().strip_prefix("http://here").unwrap();
        assert_eq!(service.send(Method::POST, path, &[], "{}").status, 400);
        assert_eq!(service.send(Method::POST, path, &[], message).status, 202);
    }
    let jobs = service.desk.state.ledger.jobs(&repo, engine::WorkKind::Look, None, 9).unwrap();
    let jobs: Vec<_> = jobs.iter().map(|job| (job.work.what.as_str(), job.state.name())).collect();
    assert_eq!(jobs, [("1.5", "waiting")]);
    // The secret of one place is good for no other.
    let hook = service.get(&format!("/api/v1/hooks?place={repo}")).json();
    let headers = [("authorization", hook["authorization"].as_str().unwrap())];
    let path = format!("/api/v1/hooks?place={}", service.group);
    assert_eq!(service.send(Method::POST, &path, &headers, message).status, 401);
}

#[test]
fn what_was_changed_and_tried_is_told_to_owners() {
    let service = Service::new();
    let group = &service.group;
    let made =
        service.put(Method::POST, &format!("/registry/v1/repos/{group}"), "{\"name\":\"a\"}");
    assert_eq!(made.status, 200, "{}", made.text);
    let repo = made.json()["id"].as_str().unwrap().to_owned();
    let viewer = service.somebody(7, "viewer", group);
    let token = service.token(&viewer);
    let headers = [("authorization", token.as_str())];
    let path = format!("/registry/v1/repos/{repo}");
    assert_eq!(service.send(Method::DELETE, &path, &headers, Body::empty()).status, 403);
    let path = format!("/api/v1/analyses?repo={repo}&image=sha256:{}", "0".repeat(64));
    assert_eq!(service.send(Method::POST, &path, &headers, Body::empty()).status, 202);
    assert_eq!(service.get("/registry/v1/repos").status, 200);
    let deeds = service.get(&format!("/api/v1/deeds?place={group}")).json();
    let told: Vec<[&str; 3]> = (deeds["items"].as_array().unwrap().iter())
        .map(|deed| ["identity", "what", "outcome"].map(|member| deed[member].as_str().unwrap()))
        .collect();
    let (owner, viewer) = (service.owner.as_str(), viewer.as_str());
    let registry = "chainguard.platform.registry.Registry";
    assert_eq!(
        told,
        [
            [viewer, "analyze", "ok"],
            [viewer, &format!("{registry}/DeleteRepo"), "PermissionDenied"],
            [owner, &format!("{registry}/CreateRepo"), "ok"],
        ]
    );
    let path = format!("/api/v1/deeds?place={group}");
    assert_eq!(service.send(Method::GET, &path, &headers, Body::empty()).status, 403);
}

#[test]
fn whoever_asks_too_much_is_told_when_to_come_again() {
    let service = Service::tuned(|state| state.limits = Limits::new(Some(1)));
    let path = format!("/api/v1/tags?repo={}", service.group);
    let answers: Vec<_> = (0..6).map(|_| service.get(&path)).collect();
    let refused = answers.iter().find(|answered| answered.status == 429).unwrap();
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    let refused = service.get("/registry/v1/repos");
    assert_eq!((refused.status, &refused.json()["code"]), (429, &json!(8)));
    assert_eq!(refused.headers["retry-after"], "1");
    let token = service.token(&service.owner);
    let (status, _) = service.call("chainguard.platform.registry.Registry/ListRepos", &token, &[]);
    assert_eq!(status, "8");
    // Others may ask as much as ever.
    let other = service.token(&service.somebody(7, "viewer", &service.group));
    let headers = [("authorization", other.as_str())];
    assert_eq!(
        service.send(Method::GET, "/registry/v1/repos", &headers, Body::empty()).status,
        200
    );
}

#[test]
fn figures_are_told_where_they_are_to_be() {
    assert_eq!(Service::new().get("/metrics").status, 404);
    let service = Service::tuned(|state| state.tells_metrics = true);
    service.get("/registry/v1/repos");
    let told = service.send(Method::GET, "/metrics", &[], Body::empty());
    let line = "pentimento_requests_total{protocol=\"HTTP/1.1\",status=\"2xx\"} 1";
    assert!(told.text.lines().any(|one| one == line), "{}", told.text);
}
