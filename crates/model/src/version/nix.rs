//! The order of Nix's versions, as `builtins.compareVersions` says. It never refuses a text.

use std::cmp::Ordering;

use super::digits;

/// Compares two versions, component by component; what is missing is empty.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (mut ours, mut theirs) = (components(a), components(b));
    loop {
        let (a, b) = (ours.next(), theirs.next());
        if a.is_none() && b.is_none() {
            return Ordering::Equal;
        }
        let order = compare_components(a.unwrap_or_default(), b.unwrap_or_default());
        if order.is_ne() {
            return order;
        }
    }
}

/// Runs of digits and of anything else, parted by dots and hyphens.
fn components(version: &str) -> impl Iterator<Item = &str> {
    let mut rest = version;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(['.', '-']);
        let is_number = rest.chars().next()?.is_ascii_digit();
        let ends = |c: char| matches!(c, '.' | '-') || c.is_ascii_digit() != is_number;
        let (component, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
        rest = after;
        Some(component)
    })
}

/// `pre` is before everything, then words, then nothing at all, then numbers.
fn compare_components(a: &str, b: &str) -> Ordering {
    let rank = |text: &str| match text {
        "pre" => 0,
        "" => 2,
        text if text.starts_with(|c: char| c.is_ascii_digit()) => 3,
        _ => 1,
    };
    rank(a).cmp(&rank(b)).then_with(|| match rank(a) {
        3 => digits::compare(a.as_bytes(), b.as_bytes()),
        _ => a.cmp(b),
    })
}

#[cfg(test)]
mod tests {
    use crate::Scheme::Nix;
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check(Nix, relation);
    }

    // The examples of the Nix manual.
    #[test]
    fn words_are_before_numbers() {
        check("1.0 < 2.3");
        check("2.1 < 2.3");
        check("2.3 = 2.3");
        check("2.5 > 2.3");
        check("3.1 > 2.3");
        check("2.3.1 > 2.3");
        check("2.3.1 > 2.3a");
        check("2.3pre1 < 2.3");
        check("2.3pre3 < 2.3pre12");
        check("2.3a < 2.3c");
        check("2.3pre1 < 2.3c");
        check("2.3pre1 < 2.3q");
    }

    #[test]
    fn the_order_is_total() {
        relations::check_total(Nix, &["", "0", "1", "01", "10", ".", "-", "pre", "a", "é"]);
    }
}
