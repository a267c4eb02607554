//! The tags of a repository, for whoever asked for one that is not there. Never goes to another server for the next page.

use std::cmp::Ordering;

use serde::Deserialize;

use super::link;
use super::session::Session;
use super::transport::Request;
use crate::documents::json;
use crate::resolve::too_large;
use crate::{Error, Options};

/// What a repository says of its tags.
pub(super) enum Tags {
    /// These, the newest-looking first.
    Known {
        /// Their names.
        names: Vec<String>,
        /// Whether there are more than we read.
        more: bool,
    },
    /// There is no such repository.
    NoRepository,
}

#[derive(Deserialize)]
struct Page {
    tags: Option<Vec<String>>,
}

/// Reads the list, `pages` pages of it at the most.
pub(super) fn list(session: &Session, options: &Options, pages: usize) -> Result<Tags, Error> {
    let what = format!("the tags of {}", session.name());
    let start = session.url("tags/list?n=1000");
    let mut names = Vec::new();
    let mut left = options.document_limit;
    let mut next = Some(start.clone());
    for _ in 0..pages {
        let Some(url) = next.take() else { break };
        let response = session.document(&Request::get(&what, url), left)?;
        match response.status {
            200 => {}
            404 => return Ok(Tags::NoRepository),
            _ => return Err(session.failure(&what, &response)),
        }
        // One limit for all pages together.
        left = left.saturating_sub(response.body.len() as u64);
        let page: Page = json(&response.body).map_err(|reason| Error::Corrupt {
            what: format!("could not read {what}: {reason}"),
            hint: String::new(),
        })?;
        names.extend(page.tags.unwrap_or_default().into_iter().filter(|name| is_tag(name)));
        let link = response.header("link").and_then(link::next);
        next =
            link.and_then(|link| response.url.join(link)).filter(|url| url.is_same_server(&start));
        if next.is_some() && left == 0 {
            return Err(too_large(&what, options.document_limit));
        }
    }
    names.sort_by(|one, other| natural(other, one));
    names.dedup();
    Ok(Tags::Known { names, more: next.is_some() })
}

/// What there is instead, in words.
pub(super) fn instead(names: &[String], more: bool) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    let left = names.len().saturating_sub(SHOWN);
    let at_least = if more { "at least " } else { "" };
    match (&shown[..], left) {
        ([], _) => "it has no tags at all".into(),
        ([only], _) => format!("it has {only}"),
        ([but_last @ .., last], 0) => format!("it has {} and {last}", but_last.join(", ")),
        _ => format!("it has {} and {at_least}{left} more", shown.join(", ")),
    }
}

/// Names come from strangers and are shown: only what can be a tag is one.
fn is_tag(name: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=128).contains(&name.len()) && name.bytes().all(word)
}

/// Orders as people count: `1.9` before `1.10`.
fn natural(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one, other);
    while let (Some(a), Some(b)) = (left.chars().next(), right.chars().next()) {
        if a.is_ascii_digit() && b.is_ascii_digit() {
            let (first, second) = (take_number(&mut left), take_number(&mut right));
            let order = first.len().cmp(&second.len()).then_with(|| first.cmp(second));
            if order.is_ne() {
                return order;
            }
        } else if a == b {
            left = &left[a.len_utf8()..];
            right = &right[b.len_utf8()..];
        } else {
            return a.cmp(&b);
        }
    }
    left.len().cmp(&right.len()).then_with(|| one.cmp(other))
}

/// Takes the digits from the front and gives them without leading zeros.
fn take_number<'a>(text: &mut &'a str) -> &'a str {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    *text = rest;
    number.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_ordered_as_people_count() {
        let mut names = ["1.10", "latest", "1.9", "2", "1.9-rc1", "01.9", "1", "v1.2"];
        names.sort_by(|one, other| natural(one, other));
        assert_eq!(names, ["1", "01.9", "1.9", "1.9-rc1", "1.10", "2", "latest", "v1.2"]);
    }

    #[test]
    fn what_there_is_instead_is_said_shortly() {
        let check = |names: &[&str], more: bool, expect: &str| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            assert_eq!(instead(&names, more), expect);
        };
        check(&[], false, "it has no tags at all");
        check(&["1"], false, "it has 1");
        check(&["2", "1"], false, "it has 2 and 1");
        check(&["3", "2", "1"], false, "it has 3, 2 and 1");
        check(&["5", "4", "3", "2", "1"], false, "it has 5, 4, 3 and 2 more");
        check(&["5", "4", "3", "2", "1"], true, "it has 5, 4, 3 and at least 2 more");
    }
}
