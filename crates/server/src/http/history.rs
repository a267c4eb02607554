//! Tag history as registries are asked for it: `/v2/{group}/{repository}/_chainguard/history/{tag}`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use engine::{ThingKind, Wanted};
use http::{HeaderMap, Response, StatusCode};
use jiff::Timestamp;
use model::Time;
use serde_json::json;

use crate::capability::Capabilities;
use crate::desk::Desk;
use crate::gateway::{failure, far, respond, unescape};
use crate::grpc::authorization;
use crate::services::tags::MOST;
use crate::status::Status;

pub(super) async fn history(
    State(desk): State<Arc<Desk>>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let answering = move || {
        told(&desk, &path, query.as_deref().unwrap_or_default(), authorization(&headers).as_deref())
    };
    match tokio::task::spawn_blocking(answering).await {
        Ok(Ok(json)) => respond(StatusCode::OK, json),
        Ok(Err(status)) => failure(&status),
        Err(_) => failure(&Status::internal()),
    }
}

fn told(
    desk: &Desk,
    path: &str,
    query: &str,
    authorization: Option<&str>,
) -> Result<String, Status> {
    let nothing = || Status::not_found("Not Found");
    let (repository, tag) = path.split_once("/_chainguard/history/").ok_or_else(nothing)?;
    let (group, repo) = repository.split_once('/').ok_or_else(nothing)?;
    let state = &desk.state;
    let caller = state.caller(authorization)?;
    let needed = Capabilities::named(["tag.list"]);
    let wanted = Wanted { name: Some(group.into()), in_root: true, ..Wanted::default() };
    let [start, end] = [moment(query, "start")?, moment(query, "end")?];
    for group in state.ledger.things(ThingKind::Group, &wanted)? {
        let wanted =
            Wanted { name: Some(repo.into()), children_of: Some(group.id), ..Wanted::default() };
        for repo in state.ledger.things(ThingKind::Repo, &wanted)? {
            // Whoever may not see it is told what they would be told if it were not there.
            if !caller.may(needed, &repo.id) {
                continue;
            }
            let moves = state.ledger.moves(&repo.id, tag, [start, end], MOST)?;
            if !moves.is_empty() {
                let history: Vec<_> = moves
                    .into_iter()
                    .map(|one| json!({ "updateTimestamp": one.time.to_string(), "digest": one.digest }))
                    .collect();
                return Ok(json!({ "history": history }).to_string());
            }
        }
    }
    Err(Status::not_found("there is no such tag, or nothing is known of it from that time"))
}

/// A moment of the query, where it has one of this name.
fn moment(query: &str, name: &str) -> Result<Option<Time>, Status> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let Some((_, value)) = pairs.find(|(known, _)| *known == name) else { return Ok(None) };
    let text = unescape(value, true)?;
    match far(&text).map_or_else(|| text.parse::<Timestamp>(), Ok) {
        Ok(moment) => Ok(Some(Time(moment.as_second()))),
        Err(_) => Err(Status::invalid_argument(format!(
            "{name} is no moment such as 2026-01-31T00:00:00Z"
        ))),
    }
}
