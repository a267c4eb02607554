//! Where people sign in, for programs that have them do so.

use serde_json::json;

use super::{Answer, Asked};
use crate::status::Status;

/// The issuer, and what it calls this service.
pub(super) fn told(asked: &Asked<'_>) -> Result<Answer, Status> {
    let nowhere = || Status::not_found("nobody signs in elsewhere here");
    let login = asked.state.login.as_ref().ok_or_else(nowhere)?;
    // Whoever has to show a secret is no program on somebody's machine.
    let client = login.secret.is_none().then_some(&login.client);
    Ok(Answer::json(&json!({ "issuer": login.issuer, "client": client })).tagged())
}
