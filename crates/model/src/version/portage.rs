//! The order of Gentoo's versions, after the Package Manager Specification: numbers, a letter, suffixes, a revision.

use std::cmp::Ordering;

use super::digits;

/// Compares two versions; None if one of them breaks the grammar.
pub(crate) fn compare(a: &str, b: &str) -> Option<Ordering> {
    let (ours, theirs) = (Parts::of(a)?, Parts::of(b)?);
    let order = digits::compare(ours.first, theirs.first)
        .then_with(|| compare_numbers(&ours.numbers, &theirs.numbers))
        .then_with(|| ours.letter.cmp(&theirs.letter))
        .then_with(|| compare_suffixes(&ours.suffixes, &theirs.suffixes))
        .then_with(|| digits::compare(ours.revision, theirs.revision));
    Some(order)
}

/// `12.2.5b_p3-r1`.
struct Parts<'a> {
    first: &'a [u8],
    /// The numbers after the first.
    numbers: Vec<&'a [u8]>,
    letter: Option<u8>,
    /// Place among [`SUFFIXES`], and the number behind it.
    suffixes: Vec<(usize, &'a [u8])>,
    revision: &'a [u8],
}

/// Suffixes in their order; those before `p` come before the release.
const SUFFIXES: [&[u8]; 5] = [b"alpha", b"beta", b"pre", b"rc", b"p"];
const PATCH: usize = 4;

impl<'a> Parts<'a> {
    fn of(version: &'a str) -> Option<Parts<'a>> {
        let mut rest = version.trim().as_bytes();
        let first = take(&mut rest, u8::is_ascii_digit);
        let mut parts =
            Parts { first, numbers: Vec::new(), letter: None, suffixes: Vec::new(), revision: b"" };
        while let Some(after) = rest.strip_prefix(b".") {
            rest = after;
            parts.numbers.push(take(&mut rest, u8::is_ascii_digit));
        }
        if let Some((letter, after)) =
            rest.split_first().filter(|(byte, _)| byte.is_ascii_lowercase())
        {
            (parts.letter, rest) = (Some(*letter), after);
        }
        while let Some(after) = rest.strip_prefix(b"_") {
            rest = after;
            let word = take(&mut rest, u8::is_ascii_lowercase);
            let place = SUFFIXES.iter().position(|known| *known == word)?;
            parts.suffixes.push((place, take(&mut rest, u8::is_ascii_digit)));
        }
        if let Some(after) = rest.strip_prefix(b"-r") {
            rest = after;
            parts.revision = take(&mut rest, u8::is_ascii_digit);
            if parts.revision.is_empty() {
                return None;
            }
        }
        let has_gap = first.is_empty() || parts.numbers.iter().any(|number| number.is_empty());
        (rest.is_empty() && !has_gap).then_some(parts)
    }
}

fn take<'a>(rest: &mut &'a [u8], belongs: impl Fn(&u8) -> bool) -> &'a [u8] {
    let length = rest.iter().take_while(|byte| belongs(byte)).count();
    let (text, after) = rest.split_at(length);
    *rest = after;
    text
}

/// Compares what follows the first number. Where one begins with a zero, both are digits of a fraction.
fn compare_numbers(a: &[&[u8]], b: &[&[u8]]) -> Ordering {
    let mut pairs = a.iter().zip(b).map(|(ours, theirs)| {
        if ours.starts_with(b"0") || theirs.starts_with(b"0") {
            without_last_zeros(ours).cmp(without_last_zeros(theirs))
        } else {
            digits::compare(ours, theirs)
        }
    });
    pairs.find(|order| order.is_ne()).unwrap_or_else(|| a.len().cmp(&b.len()))
}

fn without_last_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().rev().take_while(|&&digit| digit == b'0').count();
    &digits[..digits.len() - zeros]
}

fn compare_suffixes(a: &[(usize, &[u8])], b: &[(usize, &[u8])]) -> Ordering {
    for (ours, theirs) in a.iter().zip(b) {
        let order = ours.0.cmp(&theirs.0).then_with(|| digits::compare(ours.1, theirs.1));
        if order.is_ne() {
            return order;
        }
    }
    let more = |suffixes: &[(usize, &[u8])], from: usize| match suffixes.get(from) {
        None => Ordering::Equal,
        Some((PATCH, _)) => Ordering::Greater,
        Some(_) => Ordering::Less,
    };
    more(a, b.len()).then(more(b, a.len()).reverse())
}

#[cfg(test)]
mod tests {
    use super::compare;
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check_with(compare, relation);
    }

    #[test]
    fn more_numbers_and_letters_are_later() {
        check("12.2 < 12.2.0");
        check("12.2b < 12.2.5");
        check("12.2a < 12.2b");
        check("1.01 < 1.1");
        check("1.10 > 1.9");
        check("99999999999999999999998 < 99999999999999999999999");
    }

    #[test]
    fn suffixes_come_before_or_after_the_release() {
        check("1_alpha9 < 1_beta");
        check("1_rc1 < 1");
        check("1 < 1_p0");
        check("1_p_rc < 1_p");
        check("1_p < 1_p_p");
        check("1-r0 = 1");
        check("1-r1 > 1");
    }

    #[test]
    fn what_breaks_the_grammar_has_no_order() {
        for broken in ["", "a", "1.", "1..2", "1_unheard", "1-r", "1-1", "1é"] {
            assert_eq!(compare(broken, "1"), None, "{broken}");
        }
    }

    #[test]
    fn the_corpus_agrees() {
        relations::check_table_with(compare, "portage", &[]);
    }
}
