//! The order of npm's versions: Semantic Versioning, with the liberties that npm takes in reading. It never refuses a
//! text.

use std::cmp::Ordering;

use super::digits;

/// Compares two versions. What stands behind a `+` counts for nothing.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (ours, theirs) = (Parts::of(a), Parts::of(b));
    compare_numbers(ours.numbers, theirs.numbers)
        .then_with(|| compare_prereleases(ours.prerelease, theirs.prerelease))
}

/// `1.2.3-beta.4+build`.
struct Parts<'a> {
    numbers: &'a str,
    prerelease: &'a str,
}

impl Parts<'_> {
    fn of(version: &str) -> Parts<'_> {
        let version = version.trim().trim_start_matches(['v', '=', ' ']);
        let version = version.split('+').next().unwrap_or_default();
        let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
        let end = version.bytes().take_while(is_number).count();
        let (numbers, rest) = version.split_at(end);
        // npm reads `1.2.3beta` as `1.2.3-beta`.
        Parts { numbers, prerelease: rest.strip_prefix('-').unwrap_or(rest) }
    }
}

/// Compares numbers between dots; what is missing is 0.
fn compare_numbers(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let (ours, theirs) = (a.next(), b.next());
        if ours.is_none() && theirs.is_none() {
            return Ordering::Equal;
        }
        let order = digits::compare(
            ours.unwrap_or_default().as_bytes(),
            theirs.unwrap_or_default().as_bytes(),
        );
        if order.is_ne() {
            return order;
        }
    }
}

/// Compares pre-releases, of which none is the latest: numbers before names, fewer parts before more.
pub(super) fn compare_prereleases(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(ours), Some(theirs)) => compare_names(ours, theirs),
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn compare_names(a: &str, b: &str) -> Ordering {
    let is_number = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    match (is_number(a), is_number(b)) {
        (true, true) => digits::compare(a.as_bytes(), b.as_bytes()),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use crate::Scheme::Npm;
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check(Npm, relation);
    }

    #[test]
    fn a_prerelease_is_before_its_release() {
        check("1.0.0-alpha < 1.0.0-alpha.1");
        check("1.0.0-alpha.1 < 1.0.0-alpha.beta");
        check("1.0.0-rc.1 < 1.0.0");
        check("1.0.0 < 1.0.1-0");
        check("1.2.3beta < 1.2.3");
    }

    #[test]
    fn what_is_built_does_not_count() {
        check("1.0.0+a = 1.0.0+b");
        check("v1.0.0 = 1.0.0");
        check("1.0 = 1.0.0");
    }

    #[test]
    fn numbers_have_any_length() {
        check("99999999999999999999998.0.0 < 99999999999999999999999.0.0");
        check("1.0.0-9 < 1.0.0-10");
    }

    #[test]
    fn the_order_is_total() {
        let pieces = ["", "0", "1", "01", "10", ".", "-", "+", "a", "v", "é"];
        relations::check_total(Npm, &pieces);
    }

    #[test]
    fn the_corpus_agrees() {
        relations::check_corpus(Npm, "semver-versions.txt", &[]);
    }
}
