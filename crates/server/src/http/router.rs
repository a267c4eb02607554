//! Every path that is no path of the gateway, on one page.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::routing::{any, get};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};

use super::{history, well_known};
use crate::desk::Desk;
use crate::status::Status;
use crate::{api, gateway, web};

/// What answers what.
pub(crate) fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/.well-known/openid-configuration", get(well_known::configuration))
        .route("/.well-known/jwks.json", get(well_known::keys))
        .route("/v2/{*path}", get(history::history))
        .route("/api/v1/{*path}", any(to_api))
        .merge(web::routes())
        .fallback(to_gateway)
        .with_state(desk)
}

async fn to_gateway(State(desk): State<Arc<Desk>>, request: Request<Body>) -> Response<Body> {
    gateway::answer(&desk, request).await
}

async fn to_api(State(desk): State<Arc<Desk>>, request: Request<Body>) -> Response<Body> {
    api::answer(&desk, request).await
}

/// Whether the process is there.
async fn alive() -> &'static str {
    "ok\n"
}

/// Whether calls can be answered: the ledger can be asked.
async fn ready(State(desk): State<Arc<Desk>>) -> (StatusCode, &'static str) {
    let asking = move || {
        let wanted = engine::Wanted { in_root: true, ..engine::Wanted::default() };
        desk.state.ledger.things(engine::ThingKind::Role, &wanted).is_ok()
    };
    match tokio::task::spawn_blocking(asking).await {
        Ok(true) => (StatusCode::OK, "ready\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the ledger cannot be asked\n"),
    }
}

/// Figures for whoever watches the service, where it is to tell them.
async fn metrics(State(desk): State<Arc<Desk>>) -> Response<Body> {
    if !desk.state.tells_metrics {
        return gateway::failure(&Status::not_found("Not Found"));
    }
    let telling = move || desk.state.metrics.text(&desk.state.ledger);
    match tokio::task::spawn_blocking(telling).await {
        Ok(text) => {
            let mut response = Response::new(Body::from(text));
            let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
            response.headers_mut().insert(CONTENT_TYPE, kind);
            response
        }
        Err(_) => gateway::failure(&Status::internal()),
    }
}
