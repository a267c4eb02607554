//! The order of NuGet's versions: Semantic Versioning with a fourth number, and without a difference between upper and
//! lower case. It never refuses a text.

use std::cmp::Ordering;

use super::npm;

/// Compares two versions. What stands behind a `+` counts for nothing.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    npm::compare(&a.to_ascii_lowercase(), &b.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use crate::Scheme::Nuget;
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check(Nuget, relation);
    }

    #[test]
    fn a_fourth_number_counts() {
        check("1.0.0.1 > 1.0.0");
        check("1.0 = 1.0.0.0");
    }

    #[test]
    fn case_does_not_count() {
        check("1.0.0-BETA = 1.0.0-beta");
        check("1.0.0-Rc.2 > 1.0.0-rc.1");
    }

    #[test]
    fn the_order_is_total() {
        relations::check_total(Nuget, &["", "0", "1", "01", "10", ".", "-", "+", "a", "B", "é"]);
    }

    #[test]
    fn the_corpus_agrees() {
        relations::check_corpus(Nuget, "nuget-versions.txt", &[]);
    }
}
