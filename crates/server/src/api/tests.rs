//! Our own API as clients meet it: documents, problems, messages of registries.

mod doors;
mod images;

use axum::body::Body;
use engine::ThingKind;
use http::Method;
use serde_json::json;

use super::openapi;
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
