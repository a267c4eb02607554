//! The order of Dart's versions: Semantic Versioning, where what is built counts too. It never refuses a text.

use std::cmp::Ordering;

use super::npm;

/// Compares two versions. What stands behind a `+` makes a version later, and is compared as pre-releases are.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (ours, theirs) = (build(a), build(b));
    npm::compare(a, b).then_with(|| match (ours, theirs) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(a), Some(b)) => npm::compare_prereleases(a, b),
    })
}

fn build(version: &str) -> Option<&str> {
    version.split_once('+').map(|(_, build)| build).filter(|build| !build.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::Scheme::Pub;
    use crate::version::relations;

    #[test]
    fn what_is_built_counts() {
        relations::check(Pub, "1.0.0 < 1.0.0+1");
        relations::check(Pub, "1.0.0-pre+build < 1.0.0");
        relations::check(Pub, "1.2.3+9 < 1.2.3+10");
    }

    #[test]
    fn the_order_is_total() {
        relations::check_total(Pub, &["", "0", "1", "01", "10", ".", "-", "+", "a", "é"]);
    }

    #[test]
    fn the_corpus_agrees() {
        relations::check_corpus(Pub, "pub-versions.txt", &[]);
    }
}
