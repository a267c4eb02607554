//! Pages: so many items, and where the next ones begin. A page begins behind an item and not at a number, so that what comes and
//! goes meanwhile shifts nothing.

use serde_json::{Value, json};

use super::{Answer, Asked, Parameter, Shape};
use crate::status::Status;

/// Items of a page, unless it is said; and at the most.
const USUAL: usize = 100;
const MOST: usize = 1000;

/// What every list is told.
pub(super) const AFTER: Parameter = Parameter {
    name: "after",
    required: false,
    shape: Shape::Text,
    about: "Begin behind this: what the page before has as `next`.",
};
pub(super) const LIMIT: Parameter = Parameter {
    name: "limit",
    required: false,
    shape: Shape::Number,
    about: "So many items at the most: 100 unless it is said, and never more than 1,000.",
};

/// How many items are wanted.
pub(super) fn limit(asked: &Asked<'_>) -> Result<usize, Status> {
    match asked.said("limit") {
        Some(_) => Ok(asked.read::<usize>("limit")?.clamp(1, MOST)),
        None => Ok(USUAL),
    }
}

/// A page of items that were asked for with one more than wanted, each with what the next page begins behind.
pub(super) fn page(limit: usize, items: Vec<(String, Value)>) -> Answer {
    Answer::json(&document(limit, items)).tagged()
}

fn document(limit: usize, mut items: Vec<(String, Value)>) -> Value {
    let is_more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| is_more).map(|(key, _)| key.clone());
    let items: Vec<Value> = items.into_iter().map(|(_, item)| item).collect();
    json!({ "items": items, "next": next })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_where_the_next_begins_where_there_is_one() {
        let items = |count: usize| (0..count).map(|one| (format!("k{one}"), json!(one))).collect();
        assert_eq!(document(2, items(3)), json!({ "items": [0, 1], "next": "k1" }));
        assert_eq!(document(2, items(2)), json!({ "items": [0, 1], "next": null }));
        assert_eq!(document(2, items(0)), json!({ "items": [], "next": null }));
    }
}
