//! The order of Perl's versions: decimal numbers, and dotted ones. It never refuses a text.

use std::cmp::Ordering;

use super::digits;

/// Compares two versions as `version.pm` does: a decimal one has three digits of its fraction for each further number.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (ours, theirs) = (Numbers::of(a), Numbers::of(b));
    let longest = ours.numbers.len().max(theirs.numbers.len());
    let number = |numbers: &[String], place: usize| -> String {
        numbers.get(place).cloned().unwrap_or_default()
    };
    for place in 0..longest {
        let (a, b) = (number(&ours.numbers, place), number(&theirs.numbers, place));
        let order = digits::compare(a.as_bytes(), b.as_bytes());
        if order.is_ne() {
            return order;
        }
    }
    ours.rest.cmp(theirs.rest)
}

/// `1.002003` or `v1.2.3`, and what follows them.
struct Numbers<'a> {
    numbers: Vec<String>,
    rest: &'a str,
}

impl Numbers<'_> {
    fn of(version: &str) -> Numbers<'_> {
        let version = version.trim();
        let bare = version.strip_prefix('v').unwrap_or(version);
        let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'_');
        let (text, rest) = bare.split_at(bare.bytes().take_while(is_part).count());
        // An underscore marks a trial release; it parts nothing.
        let text = text.replace('_', "");
        let is_dotted = bare.len() < version.len() || text.matches('.').count() > 1;
        let numbers = if is_dotted {
            text.split('.').map(Into::into).collect()
        } else {
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
            let threes = fraction.as_bytes().chunks(3);
            let threes = threes.map(|digits| format!("{:0<3}", String::from_utf8_lossy(digits)));
            [whole.into()].into_iter().chain(threes).collect()
        };
        Numbers { numbers, rest }
    }
}

#[cfg(test)]
mod tests {
    use crate::Scheme::Perl;
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check(Perl, relation);
    }

    // As `perl -Mversion -e 'print version->parse($a) <=> version->parse($b)'` says.
    #[test]
    fn a_decimal_version_is_a_fraction() {
        check("1.9 > 1.10");
        check("1.10 = 1.1");
        check("1.002003 = v1.2.3");
        check("1.23 = v1.230");
        check("5.36.0 = 5.036");
        check("v1.9 < v1.10");
        check("1.2.3 < 1.2.10");
    }

    #[test]
    fn an_underscore_parts_nothing() {
        check("1.02_03 = 1.0203");
        check("1.02 < 1.02_03");
    }

    #[test]
    fn the_order_is_total() {
        relations::check_total(Perl, &["", "0", "1", "01", "10", ".", "_", "v", "a", "é"]);
    }
}
