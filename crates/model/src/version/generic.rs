//! An order for programs that say their version and belong to no package manager: numbers by value, words by how far
//! along they say that a version is. It never refuses a text.

use std::cmp::Ordering;

use super::digits;

/// Compares two versions, run by run; what is missing is 0.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (mut ours, mut theirs) = (runs(a), runs(b));
    loop {
        let order = match (ours.next(), theirs.next()) {
            (None, None) => return Ordering::Equal,
            (Some(a), None) => compare_with_nothing(a),
            (None, Some(b)) => compare_with_nothing(b).reverse(),
            (Some(a), Some(b)) => compare_runs(a, b),
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn runs(version: &str) -> impl Iterator<Item = &str> {
    let version = version.trim();
    let mut rest = version.strip_prefix(['v', 'V']).unwrap_or(version);
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let is_number = rest.chars().next()?.is_ascii_digit();
        let ends = |c: char| !c.is_alphanumeric() || c.is_ascii_digit() != is_number;
        let (run, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
        rest = after;
        Some(run)
    })
}

fn is_number(run: &str) -> bool {
    run.starts_with(|c: char| c.is_ascii_digit())
}

/// A word that says "not yet" makes a version earlier; any other (`1.1.1w`, `1.25.3-alpine`) makes it later.
fn compare_with_nothing(run: &str) -> Ordering {
    if is_number(run) {
        digits::compare(run.as_bytes(), b"0")
    } else if is_early(run) {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

fn compare_runs(a: &str, b: &str) -> Ordering {
    match (is_number(a), is_number(b)) {
        (true, true) => digits::compare(a.as_bytes(), b.as_bytes()),
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => is_early(b).cmp(&is_early(a)).then_with(|| {
            let (a, b) = (a.to_lowercase(), b.to_lowercase());
            a.cmp(&b)
        }),
    }
}

fn is_early(word: &str) -> bool {
    const EARLY: [&str; 6] = ["alpha", "beta", "dev", "pre", "rc", "snapshot"];
    // `1.0.2a` of OpenSSL is later than `1.0.2`: single letters say nothing.
    EARLY.iter().any(|early| word.eq_ignore_ascii_case(early))
}

#[cfg(test)]
mod tests {
    use crate::Scheme::Generic;
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check(Generic, relation);
    }

    #[test]
    fn letters_of_openssl_are_later() {
        check("1.1.1 < 1.1.1a");
        check("1.1.1a < 1.1.1w");
        check("1.1.1w < 3.0.0");
    }

    #[test]
    fn what_is_not_released_is_earlier() {
        check("3.12.0rc1 < 3.12.0");
        check("3.0.0-alpha2 < 3.0.0-beta1");
        check("17beta1 < 17.0");
        check("1.0 = 1.0.0");
    }

    #[test]
    fn numbers_are_numbers() {
        check("9.9 < 10.0");
        check("17.0.9+9 < 17.0.10+7");
        check("v1.30.1 = 1.30.1");
    }
}
