//! The order of dpkg's versions: epoch, upstream version, revision. It never refuses a text.

use std::cmp::Ordering;

use super::digits;

/// Compares two versions.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (ours, theirs) = (Parts::of(a), Parts::of(b));
    digits::compare(ours.epoch, theirs.epoch)
        .then_with(|| compare_part(ours.upstream, theirs.upstream))
        .then_with(|| compare_part(ours.revision, theirs.revision))
}

/// `epoch:upstream-revision`; what is not there is empty, and empty is as good as zero.
struct Parts<'a> {
    epoch: &'a [u8],
    upstream: &'a [u8],
    revision: &'a [u8],
}

impl Parts<'_> {
    fn of(version: &str) -> Parts<'_> {
        // dpkg refuses an epoch that is no number; here it is part of what it stands in.
        let (epoch, rest) = match version.split_once(':') {
            Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => (epoch, rest),
            _ => ("", version),
        };
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
        Parts {
            epoch: epoch.as_bytes(),
            upstream: upstream.as_bytes(),
            revision: revision.as_bytes(),
        }
    }
}

/// Compares by turns what is not digits, by weight, and what is, by value.
fn compare_part(mut a: &[u8], mut b: &[u8]) -> Ordering {
    loop {
        // The end weighs as much as a digit does, so that a shorter text is only less where no `~` follows.
        while is_text(a) || is_text(b) {
            match weight(a).cmp(&weight(b)) {
                Ordering::Equal => (a, b) = (&a[1..], &b[1..]),
                decided => return decided,
            }
        }
        let (ours, theirs) = (count_digits(a), count_digits(b));
        if ours == 0 && theirs == 0 {
            return Ordering::Equal;
        }
        match digits::compare(&a[..ours], &b[..theirs]) {
            Ordering::Equal => (a, b) = (&a[ours..], &b[theirs..]),
            decided => return decided,
        }
    }
}

fn is_text(rest: &[u8]) -> bool {
    rest.first().is_some_and(|byte| !byte.is_ascii_digit())
}

fn count_digits(rest: &[u8]) -> usize {
    rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// `~` before the end, the end before letters, letters before everything else.
fn weight(rest: &[u8]) -> i32 {
    match rest.first() {
        Some(b'~') => -1,
        None | Some(b'0'..=b'9') => 0,
        Some(byte) if byte.is_ascii_alphabetic() => i32::from(*byte),
        Some(byte) => i32::from(*byte) + 256,
    }
}

#[cfg(test)]
mod tests {
    use crate::Scheme::Deb;
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check(Deb, relation);
    }

    #[test]
    fn the_epoch_rules_and_is_0_where_it_is_missing() {
        check("9 < 1:2");
        check("0:1 = 1");
        check("2:1 < 10:1");
        check("99999999999999999999998:1 < 99999999999999999999999:1");
        check("1:1:2 > 1:1");
        check("a:1 > 1");
    }

    #[test]
    fn the_revision_stands_after_the_last_hyphen() {
        check("1-1 < 1-2");
        check("1-2-1 > 1-1-2");
        check("1 = 1-0");
        check("1-1 < 1a-0");
    }

    #[test]
    fn a_tilde_is_before_the_end_and_letters_before_signs() {
        check("1.0~rc1-1 < 1.0-1");
        check("1~~ < 1~~a");
        check("1~~a < 1~");
        check("1~ < 1");
        check("1 < 1a");
        check("1a < 1+");
        check("1+b1 < 1.1");
        check("1z < 1é");
    }

    #[test]
    fn digits_count_by_value() {
        check("1.9 < 1.10");
        check("1.010 = 1.10");
        check("1a = 1a0");
        check("1.99999999999999999999998 < 1.99999999999999999999999");
    }

    #[test]
    fn the_order_is_total() {
        let pieces = ["", "0", "1", "01", "10", ":", "a", "~", "+", ".", "-", "é"];
        relations::check_total(Deb, &pieces);
    }

    #[test]
    fn the_corpus_agrees() {
        relations::check_corpus(Deb, "debian-versions.txt", &[]);
        relations::check_corpus(Deb, "debian-versions-generated.txt", &[]);
    }
}
