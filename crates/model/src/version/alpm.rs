//! The order of pacman's versions: epoch, version and release, as `vercmp` says. It never refuses a text.

use std::cmp::Ordering;

use super::digits;

/// Compares two versions. The release counts only where both have one.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (ours, theirs) = (Parts::of(a), Parts::of(b));
    compare_segments(ours.epoch, theirs.epoch)
        .then_with(|| compare_segments(ours.version, theirs.version))
        .then_with(|| match (ours.release, theirs.release) {
            (Some(a), Some(b)) => compare_segments(a, b),
            _ => Ordering::Equal,
        })
}

/// `epoch:version-release`.
struct Parts<'a> {
    epoch: &'a str,
    version: &'a str,
    release: Option<&'a str>,
}

impl Parts<'_> {
    fn of(text: &str) -> Parts<'_> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (epoch, rest) = match text[digits..].strip_prefix(':') {
            Some(rest) if digits > 0 => (&text[..digits], rest),
            Some(rest) => ("0", rest),
            None => ("0", text),
        };
        match rest.rsplit_once('-') {
            Some((version, release)) => Parts { epoch, version, release: Some(release) },
            None => Parts { epoch, version: rest, release: None },
        }
    }
}

/// Compares runs of digits and of letters; what stands between them only parts them, but more of it is later.
fn compare_segments(a: &str, b: &str) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while !a.is_empty() && !b.is_empty() {
        let (between_a, between_b) = (separators(a), separators(b));
        (a, b) = (&a[between_a..], &b[between_b..]);
        if a.is_empty() || b.is_empty() {
            break;
        }
        if between_a != between_b {
            return between_a.cmp(&between_b);
        }
        let is_number = a[0].is_ascii_digit();
        let (run_a, run_b) = (run(a, is_number), run(b, is_number));
        if run_b == 0 {
            // Numbers are later than letters.
            return if is_number { Ordering::Greater } else { Ordering::Less };
        }
        let (one, other) = (&a[..run_a], &b[..run_b]);
        let order = if is_number { digits::compare(one, other) } else { one.cmp(other) };
        if order.is_ne() {
            return order;
        }
        (a, b) = (&a[run_a..], &b[run_b..]);
    }
    let begins_with_letter = |text: &[u8]| text.first().is_some_and(u8::is_ascii_alphabetic);
    match (a.is_empty(), b.is_empty()) {
        (true, true) => Ordering::Equal,
        // Letters that are left over make a version earlier, anything else makes it later.
        (true, false) if begins_with_letter(b) => Ordering::Greater,
        (true, false) => Ordering::Less,
        _ if begins_with_letter(a) => Ordering::Less,
        _ => Ordering::Greater,
    }
}

fn separators(text: &[u8]) -> usize {
    text.iter().take_while(|byte| !byte.is_ascii_alphanumeric()).count()
}

fn run(text: &[u8], is_number: bool) -> usize {
    let alike =
        |byte: &&u8| if is_number { byte.is_ascii_digit() } else { byte.is_ascii_alphabetic() };
    text.iter().take_while(alike).count()
}

#[cfg(test)]
mod tests {
    use crate::Scheme::Alpm;
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check(Alpm, relation);
    }

    // Every relation here is what libalpm 13 (pacman 6) answers.
    #[test]
    fn letters_at_the_end_are_earlier() {
        check("1.0a < 1.0alpha");
        check("1.0alpha < 1.0b");
        check("1.0rc < 1.0");
        check("1.0 < 1.0.a");
        check("1.0.a < 1.0.1");
    }

    #[test]
    fn epochs_come_first_and_releases_last() {
        check("1:1.0-1 > 2.0-1");
        check("1.0-1 < 1.0-2");
        check("1.0 = 1.0-1");
        check("0:1.0-1 = 1.0-1");
        check("1.0-1.1 > 1.0-1");
    }

    #[test]
    fn what_parts_numbers_counts_by_its_length() {
        check("1.0 = 1_0");
        check("1..0 > 1.0");
        check("1.5.0 > 1.5");
        check("001 = 1");
    }
}
