//! The order of Ruby's gems: numbers and letters, of which letters come first. It never refuses a text.

use std::cmp::Ordering;

use super::digits;

/// Compares two versions. Where one has nothing more, the other's next part is compared with 0.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (ours, theirs) = (parts(a), parts(b));
    let longest = ours.len().max(theirs.len());
    let part = |parts: &[Part<'_>], place: usize| -> Ordering {
        parts.get(place).map_or(Ordering::Equal, |part| part.cmp(&Part::ZERO))
    };
    for place in 0..longest {
        let order = match (ours.get(place), theirs.get(place)) {
            (Some(ours), Some(theirs)) => ours.cmp(theirs),
            _ => part(&ours, place).then(part(&theirs, place).reverse()),
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// A run of digits or of letters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part<'a> {
    /// Makes the version a pre-release.
    Letters(&'a str),
    Number(&'a str),
}

impl Part<'_> {
    const ZERO: Part<'static> = Part::Number("0");

    fn cmp(&self, other: &Part<'_>) -> Ordering {
        match (self, other) {
            (Part::Letters(a), Part::Letters(b)) => a.cmp(b),
            (Part::Letters(_), Part::Number(_)) => Ordering::Less,
            (Part::Number(_), Part::Letters(_)) => Ordering::Greater,
            (Part::Number(a), Part::Number(b)) => digits::compare(a.as_bytes(), b.as_bytes()),
        }
    }

    fn is_zero(&self) -> bool {
        self.cmp(&Part::ZERO).is_eq()
    }
}

/// The parts of a version, without the zeros that end its numbers before the first letter and those that end it.
fn parts(version: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut has_letters = false;
    for (place, text) in version.split('-').enumerate() {
        if place > 0 {
            // Ruby reads a hyphen as `.pre.`.
            push(&mut parts, Part::Letters("pre"), &mut has_letters);
        }
        let mut rest = text.trim_start_matches(is_separator);
        while let Some(first) = rest.chars().next() {
            let is_number = first.is_ascii_digit();
            let alike = |c: char| {
                if is_number { c.is_ascii_digit() } else { !c.is_ascii_digit() && !is_separator(c) }
            };
            let end = rest.find(|c| !alike(c)).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            let part = if is_number { Part::Number(run) } else { Part::Letters(run) };
            push(&mut parts, part, &mut has_letters);
            rest = after.trim_start_matches(is_separator);
        }
    }
    drop_zeros(&mut parts);
    parts
}

fn is_separator(c: char) -> bool {
    c == '.' || c.is_ascii_whitespace() || c.is_ascii_punctuation()
}

fn push<'a>(parts: &mut Vec<Part<'a>>, part: Part<'a>, has_letters: &mut bool) {
    if matches!(part, Part::Letters(_)) && !*has_letters {
        drop_zeros(parts);
        *has_letters = true;
    }
    parts.push(part);
}

fn drop_zeros(parts: &mut Vec<Part<'_>>) {
    while parts.last().is_some_and(Part::is_zero) {
        parts.pop();
    }
}

#[cfg(test)]
mod tests {
    use crate::Scheme::Gem;
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check(Gem, relation);
    }

    #[test]
    fn letters_make_a_prerelease() {
        check("1.0.a < 1.0");
        check("1.0.0-1 < 1");
        check("1.8.2.a10 > 1.8.2.a9");
        check("5.a < 5.0.0.rc2");
        check("5.x > 5.0.0.rc2");
    }

    #[test]
    fn zeros_at_the_end_of_numbers_do_not_count() {
        check("1 = 1.0.0");
        check("1.a = 1.0.0.a");
        check("1.a.0 = 1.a");
        check("0.beta.1 = 0.0.beta.1");
    }

    #[test]
    fn the_order_is_total() {
        let pieces = ["", "0", "1", "01", "10", ".", "-", "a", "Z", "_", "é"];
        relations::check_total(Gem, &pieces);
    }

    #[test]
    fn the_corpus_agrees() {
        relations::check_corpus(Gem, "rubygems-versions.txt", &[]);
        relations::check_corpus(Gem, "rubygems-versions-generated.txt", &[]);
        relations::check_table(Gem, "gem", &[]);
    }
}
