//! The order of rpm's versions: `[epoch:]version[-release]`, as rpm itself compares two of them.
//!
//! It never says that two versions match "because one of them lacks a release": that is a question of dependencies
//! and advisories, and would be no order.

use std::cmp::Ordering;

/// Compares two versions: by epoch, then by version, then by release.
///
/// A missing epoch is 0. A missing release comes before any other, so that the order is total; installed packages
/// always have one.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (Parts::of(a.as_bytes()), Parts::of(b.as_bytes()));
    compare_text(a.epoch, b.epoch).then_with(|| compare_text(a.version, b.version)).then_with(
        || match (a.release, b.release) {
            (Some(a), Some(b)) => compare_text(a, b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        },
    )
}

/// The same as those who write advisories mean it: epochs count only where both versions have one, because the names of
/// source packages have none.
pub(crate) fn compare_for_advisory(version: &str, bound: &str) -> Ordering {
    let [ours, theirs] = [version, bound].map(|text| has_epoch(text.as_bytes()));
    match (ours, theirs) {
        (true, false) => compare(without_epoch(version), bound),
        (false, true) => compare(version, without_epoch(bound)),
        _ => compare(version, bound),
    }
}

fn has_epoch(text: &[u8]) -> bool {
    text.get(digits(text)) == Some(&b':')
}

fn without_epoch(text: &str) -> &str {
    text.split_once(':').map_or(text, |(_, rest)| rest)
}

/// A whole version, taken apart as rpm does.
struct Parts<'a> {
    epoch: &'a [u8],
    version: &'a [u8],
    release: Option<&'a [u8]>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a [u8]) -> Parts<'a> {
        // Only digits can be an epoch; `a:1` is a version with a colon in it.
        let (epoch, rest) = match text.split_at(digits(text)) {
            (b"", [b':', rest @ ..]) => (&b"0"[..], rest),
            (epoch, [b':', rest @ ..]) => (epoch, rest),
            _ => (&b"0"[..], text),
        };
        match rest.iter().rposition(|&byte| byte == b'-') {
            Some(dash) => Parts { epoch, version: &rest[..dash], release: Some(&rest[dash + 1..]) },
            None => Parts { epoch, version: rest, release: None },
        }
    }
}

/// Compares two texts segment by segment (rpm's `rpmvercmp`): runs of digits as numbers, runs of letters as text,
/// whatever parts them is skipped. `~` comes before the end of the text, `^` right after it.
fn compare_text(mut a: &[u8], mut b: &[u8]) -> Ordering {
    loop {
        a = skip_separators(a);
        b = skip_separators(b);
        match (a, b) {
            ([b'~', a_rest @ ..], [b'~', b_rest @ ..])
            | ([b'^', a_rest @ ..], [b'^', b_rest @ ..]) => (a, b) = (a_rest, b_rest),
            ([b'~', ..], _) | ([], [b'^', ..]) => return Ordering::Less,
            (_, [b'~', ..]) | ([b'^', ..], []) => return Ordering::Greater,
            // Against anything that goes on in another way, `^` is the older one.
            ([b'^', ..], _) => return Ordering::Less,
            (_, [b'^', ..]) => return Ordering::Greater,
            ([], _) | (_, []) => return a.len().cmp(&b.len()),
            _ => {
                let (a_segment, a_rest) = a.split_at(segment(a));
                let (b_segment, b_rest) = b.split_at(segment(b));
                let order = compare_segments(a_segment, b_segment);
                if order.is_ne() {
                    return order;
                }
                (a, b) = (a_rest, b_rest);
            }
        }
    }
}

/// Compares two runs, each of digits or of letters; a number is newer than letters.
fn compare_segments(a: &[u8], b: &[u8]) -> Ordering {
    match (a[0].is_ascii_digit(), b[0].is_ascii_digit()) {
        (true, true) => {
            // Numbers may be longer than any integer type.
            let (a, b) = (without_zeros(a), without_zeros(b));
            a.len().cmp(&b.len()).then_with(|| a.cmp(b))
        }
        (false, false) => a.cmp(b),
        (a_is_number, b_is_number) => a_is_number.cmp(&b_is_number),
    }
}

fn skip_separators(text: &[u8]) -> &[u8] {
    let means_something = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'~' | b'^');
    &text[text.iter().position(means_something).unwrap_or(text.len())..]
}

/// The length of the run of digits or letters that `text` begins with.
fn segment(text: &[u8]) -> usize {
    match digits(text) {
        0 => text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count(),
        digits => digits,
    }
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    &digits[digits.iter().take_while(|&&byte| byte == b'0').count()..]
}

#[cfg(test)]
mod tests {
    use super::super::Scheme::Rpm;
    use super::super::relations;

    fn check(relation: &str) {
        relations::check(Rpm, relation);
    }

    #[test]
    fn numbers_count_and_letters_are_older_than_numbers() {
        check("1.9 < 1.10");
        check("1.0010 = 1.10");
        check("1.a < 1.1");
        check("10xyz < 10.1xyz");
        check("99999999999999999999999 < 100000000000000000000000");
        check("1..0_ = 1.0");
        check("1.0é1 = 1.0.1");
    }

    #[test]
    fn a_tilde_is_before_the_end_and_a_caret_after_it() {
        check("1.0~rc1 < 1.0");
        check("1.0 < 1.0^git1");
        check("1.0^git1 < 1.0.1");
        check("1.0^git1~pre < 1.0^git1");
        check("1.0~rc1^git1 < 1.0");
        check("1.0~ < 1.0^");
    }

    #[test]
    fn the_epoch_rules_and_is_0_where_it_is_missing() {
        check("9 < 1:2");
        check("0:1 = 1");
        check(":1 = 1");
        check("01:2 = 1:2");
        check("1:0 > 1");
        check("a:1 < a1:1");
    }

    #[test]
    fn a_missing_release_comes_first() {
        check("1 < 1-0");
        check("1 < 1-");
        check("1.2.3-1 < 1.2.3-3-el7");
    }

    #[test]
    fn the_order_is_total() {
        let pieces = ["", "0", "1", "01", "10", ":", "a", "~", "^", ".", "-", "é"];
        relations::check_total(Rpm, &pieces);
    }

    #[test]
    fn the_corpus_agrees() {
        relations::check_corpus(Rpm, "redhat-versions.txt", &[]);
        // In these rows a missing epoch agrees with any, as somebody who matches advisories may want it. rpm takes
        // it as 0: `rpm --eval '%{lua: print(rpm.vercmp("1:0", "1"))}'` prints 1.
        let without_epoch = [
            "1:0 < 1",
            "2:4.19.01-1.el7_5 = 4.19.1-1.el7_5",
            "4.19.01-1.el7_5 = 2:4.19.1-1.el7_5",
            "4.19.0-1.el7_5 > 12:4.19.0-1.el7",
            "3:4.19.0-1.el7_5 < 4.21.0-1.el7",
        ];
        relations::check_table(Rpm, "rpm", &without_epoch);
    }
}
