//! Takes apart what a record says of several licences: names between `and`, `or`, commas and their like. Names have blanks
//! in them, and some have `or`: a text that is a name as a whole is not taken apart.

use super::{Dialect, names};

/// What is said, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// An identifier of SPDX's list, or a small expression of such.
    Listed(String),
    /// What is on the list under no name that we know.
    Unlisted(String),
    /// All of these hold.
    All(Vec<Term>),
    /// One of these may be chosen.
    Any(Vec<Term>),
}

/// How deep parentheses are followed.
const DEEPEST: usize = 16;

/// Reads a text; none where its parentheses do not fit together or go too deep.
pub(super) fn parse(text: &str, dialect: Dialect) -> Option<Term> {
    if !is_balanced(text) {
        return None;
    }
    let text = text.replace('_', " ");
    let words: Vec<&str> = text.split_whitespace().collect();
    // R's packages say where the rest of the text is.
    let text = words.join(" ");
    let text = text.strip_suffix(" + file LICENSE").or(text.strip_suffix(" + file LICENCE"));
    term(text.unwrap_or(&words.join(" ")), dialect, DEEPEST)
}

/// What stands between two parts, the loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Between {
    Comma,
    Or,
    And,
    Slash,
}

fn term(text: &str, dialect: Dialect, deep: usize) -> Option<Term> {
    let text = text.trim();
    let deep = deep.checked_sub(1)?;
    if let Some(listed) = names::listed(text, dialect) {
        return Some(Term::Listed(listed));
    }
    if let Some(inner) = unwrapped(text) {
        return term(inner, dialect, deep);
    }
    for between in [Between::Comma, Between::Or, Between::And, Between::Slash] {
        let parts = split(text, between);
        if parts.len() < 2 {
            continue;
        }
        return match between {
            Between::Comma => listed_in_a_row(&parts, dialect, deep),
            Between::Or => Some(Term::Any(all(&parts, dialect, deep)?)),
            Between::And => Some(Term::All(all(&parts, dialect, deep)?)),
            // Some names have slashes in them.
            Between::Slash => {
                let terms = all(&parts, dialect, deep)?;
                let is_known = terms.iter().all(|term| matches!(term, Term::Listed(_)));
                Some(if is_known { Term::Any(terms) } else { Term::Unlisted(text.into()) })
            }
        };
    }
    Some(one_by_one(text, dialect).unwrap_or_else(|| Term::Unlisted(text.into())))
}

fn all(parts: &[&str], dialect: Dialect, deep: usize) -> Option<Vec<Term>> {
    parts.iter().map(|part| term(part, dialect, deep)).collect()
}

/// Parts between commas; one that begins with `and` or `or` says itself how it goes with those before it.
fn listed_in_a_row(parts: &[&str], dialect: Dialect, deep: usize) -> Option<Term> {
    let mut row: Option<Term> = None;
    for part in parts {
        let (is_choice, part) = match part.trim().split_once(' ') {
            Some((word, rest)) if word.eq_ignore_ascii_case("and") => (false, rest),
            Some((word, rest)) if word.eq_ignore_ascii_case("or") => (true, rest),
            _ => (dialect.comma_is_choice, *part),
        };
        if part.trim().is_empty() {
            continue;
        }
        let next = term(part, dialect, deep)?;
        row = Some(match (row, is_choice) {
            (None, _) => next,
            (Some(Term::Any(mut terms)), true) => {
                terms.push(next);
                Term::Any(terms)
            }
            (Some(Term::All(mut terms)), false) => {
                terms.push(next);
                Term::All(terms)
            }
            (Some(before), true) => Term::Any(vec![before, next]),
            (Some(before), false) => Term::All(vec![before, next]),
        });
    }
    row.or_else(|| Some(Term::Unlisted(parts.join(","))))
}

/// Whether each parenthesis has its other one.
fn is_balanced(text: &str) -> bool {
    let depth = text.bytes().try_fold(0_usize, |depth, byte| match byte {
        b'(' => Some(depth + 1),
        b')' => depth.checked_sub(1),
        _ => Some(depth),
    });
    depth == Some(0)
}

/// What is within parentheses that are around all of a text.
fn unwrapped(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    is_balanced(inner).then_some(inner)
}

/// The parts of a text that stand between these, outside of parentheses.
fn split(text: &str, between: Between) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    let bytes = text.as_bytes();
    for place in 0..bytes.len() {
        match bytes[place] {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > 0 || place < start {
            continue;
        }
        let length = length(text, place, between);
        if length > 0 {
            parts.push(&text[start..place]);
            start = place + length;
        }
    }
    parts.push(&text[start..]);
    // `a || b` and a comma at the end leave nothing between.
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// How long what parts two names is, where it stands at this place; else 0.
fn length(text: &str, place: usize, between: Between) -> usize {
    let bytes = text.as_bytes();
    let word = |wanted: &str| {
        let rest = bytes.get(place..place + wanted.len());
        let ends = |byte: Option<&u8>| byte.is_none_or(|byte| b" ()".contains(byte));
        let before = place.checked_sub(1).and_then(|place| bytes.get(place));
        let is_it = rest.is_some_and(|rest| rest.eq_ignore_ascii_case(wanted.as_bytes()));
        is_it && ends(before) && ends(bytes.get(place + wanted.len()))
    };
    let is_one = |wanted: &[u8]| usize::from(bytes.get(place).is_some_and(|b| wanted.contains(b)));
    match between {
        Between::Comma => is_one(b",;"),
        Between::Or if word("or") && !is_part_of_a_name(&text[place + 2..]) => 2,
        Between::Or => is_one(b"|"),
        Between::And if word("and/or") => 0,
        Between::And if word("and") => 3,
        Between::And => is_one(b"&"),
        Between::Slash if text.contains("://") => 0,
        Between::Slash => is_one(b"/"),
    }
}

/// Whether what follows an `or` makes it a part of a name: `or later`.
fn is_part_of_a_name(rest: &str) -> bool {
    let first = rest.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    let first = first.trim_matches(|one: char| !one.is_ascii_alphanumeric());
    matches!(first, "later" | "newer" | "greater" | "above" | "higher" | "any" | "at")
}

/// Names with nothing but blanks between, where each is known.
fn one_by_one(text: &str, dialect: Dialect) -> Option<Term> {
    if !dialect.blank_is_and || !text.contains(' ') {
        return None;
    }
    let listed = text.split(' ').map(|word| names::listed(word, dialect).map(Term::Listed));
    listed.collect::<Option<Vec<Term>>>().map(Term::All)
}
