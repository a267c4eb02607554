//! The order of R's versions: numbers between dots and hyphens. It never refuses a text.

use std::cmp::Ordering;

use super::digits;

/// Compares two versions, number by number; of two that agree so far, the longer one is later.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (mut ours, mut theirs) = (a.trim().split(['.', '-']), b.trim().split(['.', '-']));
    loop {
        let order = match (ours.next(), theirs.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => compare_numbers(a, b),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// R writes nothing but digits; whatever else is there comes after them.
fn compare_numbers(a: &str, b: &str) -> Ordering {
    let number = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let ((a, more_a), (b, more_b)) = (a.split_at(number(a)), b.split_at(number(b)));
    digits::compare(a.as_bytes(), b.as_bytes()).then_with(|| more_a.cmp(more_b))
}

#[cfg(test)]
mod tests {
    use crate::Scheme::Cran;
    use crate::version::relations;

    #[test]
    fn dots_and_hyphens_are_alike() {
        relations::check(Cran, "7.3-60 = 7.3.60");
        relations::check(Cran, "7.3-9 < 7.3-60");
        relations::check(Cran, "1.0 < 1.0.0");
    }

    #[test]
    fn the_order_is_total() {
        relations::check_total(Cran, &["", "0", "1", "01", "10", ".", "-", "a", "é"]);
    }

    #[test]
    fn the_corpus_agrees() {
        relations::check_corpus(Cran, "cran-versions.txt", &[]);
        relations::check_corpus(Cran, "cran-versions-generated.txt", &[]);
    }
}
