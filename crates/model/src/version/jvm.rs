//! The order of Java's own versions: those until 8 (`1.8.0_302-b08`) and those of JEP 223 (`11.0.4+11`) as one.

use std::cmp::Ordering;

use super::{digits, npm};

/// Compares two versions; None if one of them begins with no number. What is built does not count.
pub(crate) fn compare(a: &str, b: &str) -> Option<Ordering> {
    let (ours, theirs) = (Parts::of(a)?, Parts::of(b)?);
    for place in 0..ours.numbers.len().max(theirs.numbers.len()) {
        let number = |parts: &Parts<'_>| -> Vec<u8> {
            parts.numbers.get(place).map(|number| number.as_bytes().into()).unwrap_or_default()
        };
        let order = digits::compare(&number(&ours), &number(&theirs));
        if order.is_ne() {
            return Some(order);
        }
    }
    Some(npm::compare_prereleases(&ours.prerelease, &theirs.prerelease))
}

/// Feature, interim, update, … and what says that it is not yet released.
struct Parts<'a> {
    numbers: Vec<&'a str>,
    prerelease: String,
}

impl<'a> Parts<'a> {
    fn of(version: &'a str) -> Option<Parts<'a>> {
        let version = version.trim().trim_start_matches(['v', 'V']);
        let version = version.split('+').next().unwrap_or_default();
        let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
        let (dotted, mut rest) = version.split_at(version.bytes().take_while(is_number).count());
        let mut numbers: Vec<&str> = dotted.split('.').collect();
        if numbers.iter().any(|number| number.is_empty()) {
            return None;
        }
        // Java 5 was the first that was not called 1.x by everybody, Java 9 the first that nobody called so.
        if numbers.len() > 1 && numbers[0] == "1" {
            numbers.remove(0);
        }
        if let Some((update, after)) = update(rest) {
            numbers.resize(2.max(numbers.len()), "0");
            numbers.truncate(2);
            numbers.push(update);
            rest = after;
        }
        let words = rest.split('-').filter(|word| !word.is_empty() && !is_build(word));
        Some(Parts { numbers, prerelease: words.collect::<Vec<_>>().join("-") })
    }
}

/// Takes `_302`, `-update302` or `-update_302`, and gives the number and what follows.
fn update(rest: &str) -> Option<(&str, &str)> {
    let after = match rest.strip_prefix("-update") {
        Some(after) => after.strip_prefix('_').unwrap_or(after),
        None => rest.strip_prefix('_')?,
    };
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| after.split_at(digits))
}

/// `b08`.
fn is_build(word: &str) -> bool {
    word.strip_prefix('b')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::compare;
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check_with(compare, relation);
    }

    #[test]
    fn both_ways_to_write_one_version_are_equal() {
        check("1.8.0_302-b08 = 8.0.302+8");
        check("1.8.0-update131 = 1.8.0_131");
        check("1.8 = 8.0.0");
        check("1.8.0_131 < 11.0.4");
    }

    #[test]
    fn early_access_is_before_its_release() {
        check("17-ea < 17");
        check("1.8.0_13-ea-b002 = 8.0.13-ea");
        check("9.0.0-ea > 1.8.0_131");
    }

    #[test]
    fn what_begins_with_no_number_has_no_order() {
        for broken in ["", "ea", "_8", "1..8", "1."] {
            assert_eq!(compare(broken, "8"), None, "{broken}");
        }
    }

    #[test]
    fn the_corpus_agrees() {
        relations::check_table_with(compare, "jvm", &[]);
    }
}
