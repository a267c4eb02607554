//! The order of Lua rocks: numbers and words, then the revision of the rock's recipe. It never refuses a text.

use std::cmp::Ordering;

use super::digits;

/// Compares two versions; what one of them lacks is 0. The revision counts where the rest is alike.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let ((a, revision_a), (b, revision_b)) = (revision(a), revision(b));
    let (ours, theirs) = (parts(a), parts(b));
    for place in 0..ours.len().max(theirs.len()) {
        let ours = ours.get(place).copied().unwrap_or(Part::ZERO);
        let order = ours.cmp(&theirs.get(place).copied().unwrap_or(Part::ZERO));
        if order.is_ne() {
            return order;
        }
    }
    digits::compare(revision_a.as_bytes(), revision_b.as_bytes())
}

/// `1.2.3-1` in its two parts.
fn revision(version: &str) -> (&str, &str) {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    version
        .trim()
        .rsplit_once('-')
        .filter(|(_, revision)| is_number(revision))
        .unwrap_or((version.trim(), ""))
}

/// A number or a word, and the digits that follow a word (`rc1`).
#[derive(Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    digits: &'a str,
}

impl Part<'_> {
    const ZERO: Part<'static> = Part { text: "", digits: "" };

    fn cmp(&self, other: &Part<'_>) -> Ordering {
        let (ours, theirs) = (self.text.as_bytes(), other.text.as_bytes());
        let order = self.rank().cmp(&other.rank()).then_with(|| match self.rank() {
            Rank::Number => digits::compare(ours, theirs),
            // Of words that mean nothing, the first letter counts.
            Rank::Word => ours.first().cmp(&theirs.first()),
            _ => Ordering::Equal,
        });
        order.then_with(|| digits::compare(self.digits.as_bytes(), other.digits.as_bytes()))
    }

    fn rank(&self) -> Rank {
        match self.text {
            "alpha" => Rank::Alpha,
            "beta" => Rank::Beta,
            "pre" => Rank::Pre,
            "rc" => Rank::Candidate,
            "cvs" => Rank::Cvs,
            "scm" => Rank::Scm,
            "dev" => Rank::Development,
            text if text.bytes().all(|byte| byte == b'0') => Rank::Zero,
            text if text.bytes().all(|byte| byte.is_ascii_digit()) => Rank::Number,
            _ => Rank::Word,
        }
    }
}

/// Where a part stands. What is taken from where it is developed is later than any release.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Alpha,
    Beta,
    Pre,
    Candidate,
    Zero,
    Word,
    Number,
    Cvs,
    Scm,
    Development,
}

fn parts(version: &str) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut follows_word = false;
    for piece in version.split(['.', '-', '_']) {
        let mut rest = piece;
        while let Some(first) = rest.chars().next() {
            let is_number = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            match parts.last_mut() {
                Some(word) if is_number && follows_word => word.digits = run,
                _ => parts.push(Part { text: run, digits: "" }),
            }
            follows_word = !is_number;
            rest = after;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use crate::Scheme::Lua;
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check(Lua, relation);
    }

    // As LuaRocks' own `parse_version` and `<` say.
    #[test]
    fn the_recipe_counts_last() {
        check("1.2.3-1 < 1.2.3-2");
        check("1.2.3-9 < 1.2.3-10");
        check("1.2.3-2 < 1.2.4-1");
        // LuaRocks says that neither is later, but not that they are equal.
        check("3.0-1 = 3.0.0-1");
    }

    #[test]
    fn what_is_developed_is_later_than_what_is_released() {
        check("scm-1 > 99.0-1");
        check("dev-1 > scm-1");
        check("1.0rc1-1 < 1.0-1");
        check("1.0rc1-1 < 1.0rc2-1");
        check("1.0alpha-1 < 1.0beta-1");
        check("1.0a-1 > 1.0-1");
        check("1.0a-1 < 1.0.1-1");
    }

    #[test]
    fn the_order_is_total() {
        relations::check_total(Lua, &["", "0", "1", "01", "10", ".", "-", "rc", "scm", "x", "é"]);
    }
}
