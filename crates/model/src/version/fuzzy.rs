//! An order for versions whose rules nobody named, as advisories on them mean it: numbers by value, words by text, and
//! of two that agree so far the longer one is later. It never refuses a text.
//!
//! Whoever wrote the advisory compared by eye. That a word says "not yet" is not known here; where both texts look like
//! Semantic Versioning, the constraint compares them so.

use std::cmp::Ordering;

use super::digits;

/// Compares two versions, part by part; a part ends at whatever is neither letter nor digit.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (mut ours, mut theirs) = (parts(a), parts(b));
    loop {
        let order = match (ours.next(), theirs.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => compare_parts(a, b),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Whether a text is one to three numbers, perhaps with a pre-release and with what was built.
pub(crate) fn looks_semantic(version: &str) -> bool {
    let version = without_prefix(version);
    let (version, build) = version.split_once('+').unwrap_or((version, "0"));
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let (numbers, rest) = version.split_at(version.bytes().take_while(is_number).count());
    let numbers: Vec<&str> = numbers.split('.').collect();
    let is_named = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
    };
    // `1.1.1w` is later than `1.1.1`: letters alone make no pre-release.
    let begins = ["-", "alpha", "beta", "rc"].iter().any(|begin| rest.starts_with(begin));
    numbers.len() <= 3
        && numbers.iter().all(|number| !number.is_empty())
        && (rest.is_empty() || begins && rest != "-" && is_named(rest))
        && is_named(build)
}

fn without_prefix(version: &str) -> &str {
    let version = version.trim();
    version.strip_prefix(['v', 'V']).unwrap_or(version)
}

fn parts(version: &str) -> impl Iterator<Item = &str> {
    without_prefix(version).split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty())
}

/// Compares two parts, run by run; numbers are later than words.
fn compare_parts(mut a: &str, mut b: &str) -> Ordering {
    loop {
        let (ours, theirs) = (run(&mut a), run(&mut b));
        let order = match (ours.is_empty(), theirs.is_empty()) {
            (true, true) => return Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => match (is_number(ours), is_number(theirs)) {
                (true, true) => digits::compare(ours.as_bytes(), theirs.as_bytes()),
                (false, false) => ours.cmp(theirs),
                (ours, theirs) => ours.cmp(&theirs),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn is_number(run: &str) -> bool {
    run.starts_with(|c: char| c.is_ascii_digit())
}

/// Takes a run of digits or of letters; empty at the end.
fn run<'a>(part: &mut &'a str) -> &'a str {
    let number = is_number(part);
    let end = part.find(|c: char| c.is_ascii_digit() != number).unwrap_or(part.len());
    let (run, rest) = part.split_at(end);
    *part = rest;
    run
}

#[cfg(test)]
mod tests {
    use super::{compare, looks_semantic};
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check_with(|a, b| Some(compare(a, b)), relation);
    }

    #[test]
    fn numbers_count_and_the_longer_version_is_later() {
        check("95SE < 98SP1");
        check("4.2.8p9 < 4.2.8p15");
        check("1.1.1 < 1.1.1w");
        check("5-a1 = 5.a1");
        check("5-appl_1 < 5-1");
        check("V1.2 = v1.2");
    }

    #[test]
    fn what_looks_semantic_is_known() {
        for text in ["1", "v1.2", "1.2.3-rc.1+build.5", "1.0beta2"] {
            assert!(looks_semantic(text), "{text}");
        }
        for text in ["", "1.1.1w", "1.2.3.4", "1.8.0_456", "1..2", "1.0+", "4.2.8p9", "1-", "é"] {
            assert!(!looks_semantic(text), "{text}");
        }
    }

    #[test]
    fn the_order_is_total() {
        let pieces = ["", "0", "1", "01", "10", ".", "-", "a", "Z", "_", "é"];
        relations::check_total_with(compare, &pieces);
    }

    #[test]
    fn the_corpus_agrees() {
        relations::check_table_with(|a, b| Some(compare(a, b)), "fuzzy", &[]);
    }
}
