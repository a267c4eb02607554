//! The order of PHP's `version_compare`, which Composer and WordPress share. It never refuses a text.

use std::cmp::Ordering;

use super::digits;

/// Compares two versions, part by part. Letters and digits part where they meet.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (ours, theirs) = (parts(a), parts(b));
    for place in 0..ours.len().max(theirs.len()) {
        let order = match (ours.get(place), theirs.get(place)) {
            (Some(ours), Some(theirs)) => compare_parts(ours, theirs),
            (Some(ours), None) => compare_with_nothing(ours),
            (None, Some(theirs)) => compare_with_nothing(theirs).reverse(),
            (None, None) => Ordering::Equal,
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// A version with four numbers, in lower case, as Composer makes it of what people write; None for branches.
pub(crate) fn normal(version: &str) -> Option<String> {
    let version = version.trim().to_ascii_lowercase();
    let version = version.strip_prefix('v').unwrap_or(&version);
    let version = version.split('+').next().unwrap_or_default();
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let (numbers, rest) = version.split_at(version.bytes().take_while(is_number).count());
    let numbers = numbers.trim_end_matches('.');
    let mut values: Vec<&str> = numbers.split('.').collect();
    if values.iter().any(|value| value.is_empty()) || rest.starts_with(['x', '*']) {
        return None;
    }
    values.resize(values.len().max(4), "0");
    Some(values.join(".") + "-" + rest.trim_start_matches(['-', '_']))
}

/// Runs of digits and of anything else, parted by `.`, `-`, `_` and `+`.
fn parts(version: &str) -> Vec<&str> {
    let version = version.trim();
    let version = version.strip_prefix(['v', 'V']).unwrap_or(version);
    let mut parts = Vec::new();
    for piece in version.split(['.', '-', '_', '+']) {
        let mut rest = piece;
        while let Some(first) = rest.chars().next() {
            let is_number = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
            let (part, after) = rest.split_at(end);
            parts.push(part);
            rest = after;
        }
    }
    parts
}

fn is_number(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_digit())
}

fn compare_parts(a: &str, b: &str) -> Ordering {
    match (is_number(a), is_number(b)) {
        (true, true) => digits::compare(a.as_bytes(), b.as_bytes()),
        _ => stage(a).cmp(&stage(b)),
    }
}

/// Where one version has nothing more, a further number makes the other later, and so does a patch level; any other word
/// makes it earlier.
fn compare_with_nothing(part: &str) -> Ordering {
    if is_number(part) { Ordering::Greater } else { stage(part).cmp(&Stage::Number) }
}

/// How far along a part says that a version is; a word that PHP does not know is before all others.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Unknown,
    Development,
    Alpha,
    Beta,
    Candidate,
    Number,
    Patch,
}

fn stage(part: &str) -> Stage {
    if is_number(part) {
        return Stage::Number;
    }
    // Words are known by how they begin, in lower case, but for `RC` and `p`.
    let word = part.to_ascii_lowercase();
    let begins = |beginnings: &[&str]| beginnings.iter().any(|text| word.starts_with(text));
    if begins(&["dev"]) {
        Stage::Development
    } else if begins(&["a"]) {
        Stage::Alpha
    } else if begins(&["b"]) {
        Stage::Beta
    } else if begins(&["rc", "c"]) {
        Stage::Candidate
    } else if begins(&["pl", "p"]) {
        Stage::Patch
    } else {
        Stage::Unknown
    }
}

#[cfg(test)]
mod tests {
    use crate::Scheme::Composer;
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check(Composer, relation);
    }

    #[test]
    fn stages_come_in_their_order() {
        check("1.0-dev < 1.0a1");
        check("1.0alpha2 < 1.0beta1");
        check("1.0RC1 < 1.0");
        check("1.0 < 1.0pl1");
    }

    #[test]
    fn a_prefix_does_not_count() {
        check("v2.0.0 = 2.0.0");
        check("v1.9.9 < 2.0.0");
    }

    #[test]
    fn the_order_is_total() {
        relations::check_total(Composer, &["", "0", "1", "01", "10", ".", "-", "dev", "p", "x"]);
    }

    #[test]
    fn the_corpus_agrees() {
        // PHP takes `#`, which no version has, for any number at once, so that no order would be left.
        let placeholders =
            ["1.2.3.# = 1.2.3", "1.2.3.# = 1.2.3.1", "1.2.3.#.1 > 1.2.3", "1.2.3.#.p3 > 1.2.3"];
        relations::check_corpus(Composer, "packagist-versions.txt", &placeholders);
        // PHP's own function knows no `BETA` in capitals; Composer writes it small before it compares.
        let capitals = ["v1.9.0-BETA.1 < v1.9.0-ALPHA.2"];
        relations::check_corpus(Composer, "packagist-versions-generated.txt", &capitals);
    }
}
