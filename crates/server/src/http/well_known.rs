//! What somebody needs who wants to verify our tokens.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use http::{Response, StatusCode};
use serde_json::json;

use crate::desk::Desk;
use crate::gateway::respond;

/// Who we are, as clients that discover issuers ask for it.
pub(super) async fn configuration(State(desk): State<Arc<Desk>>) -> Response<Body> {
    let issuer = &desk.state.trust.issuer;
    let document = json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "token_endpoint": format!("{issuer}/sts/exchange"),
        "response_types_supported": ["token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    });
    respond(StatusCode::OK, document.to_string())
}

/// The public half of the key that tokens are signed with.
pub(super) async fn keys(State(desk): State<Arc<Desk>>) -> Response<Body> {
    respond(StatusCode::OK, json!({ "keys": [desk.state.trust.key.public()] }).to_string())
}
