//! Formats: by which rules an advisory compares versions.
//!
//! A [`Scheme`] orders any two texts, so that lists can be sorted and changes have a direction. A format judges as those
//! who write advisories mean it, and may have no answer: an rpm without an epoch is compared without epochs, a local
//! part of a Python version counts only where the advisory names one, a branch of Composer has no place in any order.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use crate::version::{Scheme, Version, composer, fuzzy, jvm, lenient, portage, pypi, rpm};

/// By which rules an advisory compares versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Alpine's `apk`.
    Apk,
    /// Debian's `dpkg`.
    Deb,
    /// `rpm`; epochs count only where both have one, because names of source packages have none.
    Rpm,
    /// pacman.
    Alpm,
    /// Gentoo's portage.
    Portage,
    /// Semantic Versioning, read leniently: npm, Rust, Hex, Swift, …
    Semver,
    /// .NET.
    Nuget,
    /// PHP's Composer.
    Composer,
    /// Python.
    Pypi,
    /// Ruby; what names a platform does not count.
    Gem,
    /// Java's Maven; `.jre8` and `.jdk8` at the end do not count.
    Maven,
    /// Modules of Go, and Go's own library (`go1.21.3`).
    Go,
    /// Dart.
    Pub,
    /// R.
    Cran,
    /// Haskell.
    Hackage,
    /// Java itself.
    Jvm,
    /// Bitnami's components: Semantic Versioning without the revision.
    Bitnami,
    /// Numbers of Microsoft's knowledge base: equal or not.
    Kb,
    /// Rules that nobody named.
    Fuzzy,
}

/// Every format with the words that feeds have for it; its own name first.
const WORDS: [(Format, &[&str]); 19] = [
    (Format::Apk, &["apk", "alpine"]),
    (Format::Deb, &["deb", "dpkg", "debian", "ubuntu"]),
    (Format::Rpm, &["rpm"]),
    (Format::Alpm, &["alpm", "pacman"]),
    (Format::Portage, &["portage"]),
    (Format::Semver, &["semver", "semantic", "npm", "hex", "swift", "conan", "cocoapods"]),
    (Format::Nuget, &["nuget"]),
    (Format::Composer, &["composer", "packagist"]),
    (Format::Pypi, &["pypi", "python", "pep440"]),
    (Format::Gem, &["gem", "rubygems"]),
    (Format::Maven, &["maven", "java-archive", "jenkins-plugin"]),
    (Format::Go, &["go", "golang", "go-module"]),
    (Format::Pub, &["pub"]),
    (Format::Cran, &["cran"]),
    (Format::Hackage, &["hackage"]),
    (Format::Jvm, &["jvm", "jre", "jdk", "openjdk", "jep223"]),
    (Format::Bitnami, &["bitnami"]),
    (Format::Kb, &["kb", "msrc-kb"]),
    (Format::Fuzzy, &["fuzzy", "unknown"]),
];

impl Format {
    /// The format that feeds call by this word, in any case.
    pub fn named(word: &str) -> Option<Format> {
        let known = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
        WORDS.iter().find(|(_, words)| known(words)).map(|(format, _)| *format)
    }

    /// The format of versions that are ordered so.
    pub fn of(scheme: Scheme) -> Format {
        match scheme {
            Scheme::Apk => Format::Apk,
            Scheme::Deb => Format::Deb,
            Scheme::Rpm => Format::Rpm,
            Scheme::Npm | Scheme::Semver => Format::Semver,
            Scheme::Gem => Format::Gem,
            Scheme::Pypi => Format::Pypi,
            Scheme::Maven => Format::Maven,
            Scheme::Nuget => Format::Nuget,
            Scheme::Composer => Format::Composer,
            Scheme::Cran => Format::Cran,
            Scheme::Pub => Format::Pub,
            Scheme::Alpm => Format::Alpm,
            Scheme::Perl | Scheme::Lua | Scheme::Nix | Scheme::Generic => Format::Fuzzy,
        }
    }

    /// Compares an installed version with one that an advisory names. None where the rules have no place for one of them.
    pub fn compare(self, version: &str, bound: &str) -> Option<Ordering> {
        let by = |scheme: Scheme, version: &str, bound: &str| {
            Version::new(version, scheme).order(&Version::new(bound, scheme))
        };
        if version.trim().is_empty() || bound.trim().is_empty() {
            return None;
        }
        match self {
            Format::Apk => both(is_numbered, version, bound)
                .then(|| by(Scheme::Apk, version.trim(), bound.trim())),
            Format::Deb => Some(by(Scheme::Deb, version.trim(), bound.trim())),
            Format::Rpm => Some(rpm::compare_for_advisory(version.trim(), bound.trim())),
            Format::Alpm => Some(by(Scheme::Alpm, version.trim(), bound.trim())),
            Format::Portage => portage::compare(version, bound),
            Format::Semver => lenient::compare(version, bound),
            Format::Nuget => {
                both(is_numbered, version, bound).then(|| by(Scheme::Nuget, version, bound))
            }
            Format::Composer => {
                let (version, bound) = (composer::normal(version)?, composer::normal(bound)?);
                Some(by(Scheme::Composer, &version, &bound))
            }
            Format::Pypi => pypi::compare_for_advisory(version, bound),
            Format::Gem => {
                both(is_numbered, version, bound).then(|| by(Scheme::Gem, gem(version), gem(bound)))
            }
            Format::Maven => Some(by(Scheme::Maven, maven(version), maven(bound))),
            Format::Go => lenient::compare(go(version), go(bound)),
            Format::Pub => {
                both(is_numbered, version, bound).then(|| by(Scheme::Pub, version, bound))
            }
            Format::Cran | Format::Hackage => {
                both(is_numbered, version, bound).then(|| by(Scheme::Cran, version, bound))
            }
            Format::Jvm => jvm::compare(version, bound),
            Format::Bitnami => lenient::compare(&bitnami(version), &bitnami(bound)),
            Format::Kb => Some(version.trim().cmp(bound.trim())),
            Format::Fuzzy if both(fuzzy::looks_semantic, version, bound) => {
                lenient::compare(version, bound)
            }
            Format::Fuzzy => Some(fuzzy::compare(version, bound)),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = WORDS.iter().find(|(format, _)| format == self);
        f.pad(words.and_then(|(_, words)| words.first()).copied().unwrap_or_default())
    }
}

fn both(is: impl Fn(&str) -> bool, version: &str, bound: &str) -> bool {
    is(version) && is(bound)
}

/// Whether a text begins with a number, perhaps behind a `v`.
fn is_numbered(version: &str) -> bool {
    let version = version.trim().trim_start_matches(['v', 'V']);
    version.starts_with(|c: char| c.is_ascii_digit())
}

/// Without the platform that a gem was built for.
fn gem(version: &str) -> &str {
    const PLATFORMS: [&str; 12] = [
        "-x86",
        "-x64",
        "-universal",
        "-arm",
        "-aarch64",
        "-java",
        "-jruby",
        "-dalvik",
        "-powerpc",
        "-sparc",
        "-mswin",
        "-mingw",
    ];
    let end = PLATFORMS.iter().filter_map(|platform| version.find(platform)).min();
    version[..end.unwrap_or(version.len())].trim()
}

/// Without the Java that an archive was built for: `42.2.5.jre7`.
fn maven(version: &str) -> &str {
    let version = version.trim();
    let without_number = version.trim_end_matches(|c: char| c.is_ascii_digit());
    let has_number = without_number.len() < version.len();
    let platform = [".jre", ".jdk"].iter().find_map(|end| without_number.strip_suffix(end));
    platform.filter(|_| has_number).unwrap_or(version)
}

/// Without `go`, and without what a toolchain says of its experiments: `go1.21.3 X:nocoverageredesign`.
fn go(version: &str) -> &str {
    let version = version.trim();
    let version = version.strip_prefix("go").unwrap_or(version);
    version.split_whitespace().next().unwrap_or_default()
}

/// Without the revision: `2.3.1-4`.
fn bitnami(version: &str) -> Cow<'_, str> {
    let version = version.trim();
    match version.rsplit_once('-') {
        Some((rest, revision)) if revision.bytes().all(|byte| byte.is_ascii_digit()) => rest.into(),
        _ => version.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: Format, version: &str, sign: &str, bound: &str) {
        let answer = match format.compare(version, bound) {
            Some(Ordering::Less) => "<",
            Some(Ordering::Equal) => "=",
            Some(Ordering::Greater) => ">",
            None => "?",
        };
        assert_eq!(answer, sign, "{format}: {version} and {bound}");
    }

    #[test]
    fn an_epoch_of_rpm_counts_where_both_have_one() {
        check(Format::Rpm, "1.0-1", "=", "2:1.0-1");
        check(Format::Rpm, "2:1.0-1", "=", "1.0-1");
        check(Format::Rpm, "1:1.0-1", "<", "2:1.0-1");
        check(Format::Rpm, "0:1.0-1", "<", "2:1.0-1");
    }

    #[test]
    fn a_local_part_counts_where_the_advisory_has_one() {
        check(Format::Pypi, "1.0+cu118", "=", "1.0");
        check(Format::Pypi, "1.0+cu118", ">", "1.0+cpu");
        check(Format::Pypi, "1.0", "<", "1.0+cpu");
        check(Format::Pypi, "2004d", "?", "1.0");
        check(Format::Pypi, "2004d", "<", "2004e");
        check(Format::Pypi, "0.2.0-n653+local.1", "=", "0.2.0-n653");
    }

    #[test]
    fn what_names_a_platform_does_not_count() {
        check(Format::Gem, "1.2.0-x86_64-linux", "=", "1.2.0");
        check(Format::Gem, "1.2.0-java", "<", "1.2.1");
        check(Format::Maven, "42.2.5.jre7", "=", "42.2.5");
        check(Format::Maven, "9.4.0.jdk11", "<", "9.4.1");
        check(Format::Bitnami, "2.3.1-4", "=", "2.3.1");
    }

    #[test]
    fn go_writes_its_versions_in_several_ways() {
        check(Format::Go, "go1.21.3", "=", "1.21.3");
        check(Format::Go, "go1.21.3 X:nocoverageredesign", "<", "1.21.4");
        check(Format::Go, "v2.0.0+incompatible", "=", "2.0.0");
        check(
            Format::Go,
            "v0.0.0-20210101000000-abcdefabcdef",
            "<",
            "0.0.0-20220101000000-000000000000",
        );
        check(Format::Go, "v1.2.3-0.20210101000000-abcdefabcdef", "<", "1.2.3");
        check(Format::Go, "1.21rc2", "<", "1.21.0");
        check(Format::Go, "(devel)", "?", "1.0.0");
    }

    #[test]
    fn composer_has_four_numbers_and_branches() {
        check(Format::Composer, "v1.2", "=", "1.2.0.0");
        check(Format::Composer, "1.2.0-BETA1", "<", "1.2");
        check(Format::Composer, "1.2.x-dev", "?", "1.2.0");
        check(Format::Composer, "dev-main", "?", "1.2.0");
    }

    #[test]
    fn rules_that_nobody_named_are_those_that_it_looks_like() {
        check(Format::Fuzzy, "1.0.0-rc1", "<", "1.0.0");
        check(Format::Fuzzy, "1.1.1w", ">", "1.1.1");
        check(Format::Fuzzy, "4.2.8p9", "<", "4.2.8p15");
    }

    #[test]
    fn nothing_has_no_order() {
        for (format, _) in WORDS {
            check(format, "", "?", "1");
            check(format, "1", "?", " ");
        }
    }

    #[test]
    fn feeds_have_several_words_for_a_format() {
        for (format, words) in WORDS {
            assert!(words.iter().all(|word| Format::named(word) == Some(format)));
            assert_eq!(Format::named(&format.to_string()), Some(format));
        }
        assert_eq!(Format::named("DPKG"), Some(Format::Deb));
        assert_eq!(Format::named("cargo"), None);
    }
}
