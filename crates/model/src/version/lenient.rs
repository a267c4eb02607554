//! Semantic Versioning as advisories write it: one number or many, `v` before it, `1.21rc2`, `1.0.0.beta.2`. What is no
//! version has no order, so that an advisory does not meet a branch or a word by accident.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::npm;

/// Compares two versions; None if one of them is none. What stands behind a `+` counts for nothing.
pub(crate) fn compare(a: &str, b: &str) -> Option<Ordering> {
    let (ours, theirs) = (normal(a)?, normal(b)?);
    Some(npm::compare(&ours, &theirs))
}

/// The text with its prefix cut and its pre-release behind a hyphen.
fn normal(version: &str) -> Option<Cow<'_, str>> {
    let version = version.trim().trim_start_matches(['v', 'V', '=']).trim_start();
    let version = dotted_words(version);
    let (before_build, build) = version.split_once('+').unwrap_or((&version, ""));
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let length = before_build.bytes().take_while(is_number).count();
    let (numbers, rest) = before_build.split_at(length);
    let named = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'~'))
    };
    let whole = numbers.split('.').all(|number| !number.is_empty()) && rest != "-";
    (whole && named(rest) && named(build)).then_some(version)
}

/// Writes `.alpha`, `.beta` and `.rc` as `-alpha`, `-beta` and `-rc`.
fn dotted_words(version: &str) -> Cow<'_, str> {
    const WORDS: [(&str, &str); 3] = [(".alpha", "-alpha"), (".beta", "-beta"), (".rc", "-rc")];
    let mut text = Cow::Borrowed(version);
    for (dotted, hyphened) in WORDS {
        if text.contains(dotted) {
            text = Cow::Owned(text.replace(dotted, hyphened));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::compare;
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check_with(compare, relation);
    }

    #[test]
    fn numbers_may_be_few_and_prefixes_do_not_count() {
        check("V1 = 1.0.0");
        check("1.0.0.0.1 > 1.0.0");
        check("=1.2 = 1.2+build.7");
        check("99999999999999999999998.0 < 99999999999999999999999");
    }

    #[test]
    fn prereleases_may_be_written_without_hyphens() {
        check("1.21rc2 = 1.21.0-rc2");
        check("1.0.0.beta.2 = 1.0.0-beta.2");
        check("1.0.0.rc.alpha = 1.0.0-rc-alpha");
        check("1.0~1 < 1.0");
    }

    #[test]
    fn what_is_no_version_has_no_order() {
        for broken in ["", "v", "main", "(devel)", "1..2", "1.", "1-", "1.0.Final", "1.0 x", "1.0é"]
        {
            assert_eq!(compare(broken, "1"), None, "{broken}");
            assert_eq!(compare("1", broken), None, "{broken}");
        }
    }

    #[test]
    fn the_corpus_agrees() {
        relations::check_corpus_with(compare, "semver-versions.txt", &[]);
    }
}
