//! The audit trail: who changed what, and who tried.

use model::Uidp;
use serde_json::json;

use super::page::{limit, page};
use super::{Answer, Asked};
use crate::status::Status;

/// What was done at a place and below it, the latest first.
pub(super) fn list(asked: &Asked<'_>) -> Result<Answer, Status> {
    let (place, most) = (asked.read::<Uidp>("place")?, limit(asked)?);
    let before = asked.said("after").map(|_| asked.read::<i64>("after")).transpose()?;
    let deeds = asked.state.ledger.deeds(&place, before, most + 1)?;
    let shown = deeds.into_iter().map(|(number, deed)| {
        let item = json!({
            "time": deed.time.to_string(),
            "identity": deed.identity,
            "what": deed.what,
            "place": deed.place,
            "outcome": deed.outcome,
        });
        (number.to_string(), item)
    });
    Ok(page(most, shown.collect()))
}
