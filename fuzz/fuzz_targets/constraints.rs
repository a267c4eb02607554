//! Any text as a constraint on any version, by every format: no panic, what is read does not change when it is read again,
//! and two versions are compared alike from both sides.

#![no_main]

use libfuzzer_sys::fuzz_target;
use model::{Constraint, Format};

const WORDS: [&str; 19] = [
    "apk", "deb", "rpm", "alpm", "portage", "semver", "nuget", "composer", "pypi", "gem", "maven", "go", "pub",
    "cran", "hackage", "jvm", "bitnami", "kb", "fuzzy",
];

fuzz_target!(|text: &str| {
    let Some((version, constraint)) = text.split_once('\n') else { return };
    for format in WORDS.iter().filter_map(|word| Format::named(word)) {
        if let Ok(constraint) = Constraint::parse(constraint, format) {
            let again = Constraint::parse(constraint.as_str(), format);
            assert_eq!(again.as_ref(), Ok(&constraint));
            let _ = constraint.holds(version);
        }
        let order = format.compare(version, constraint);
        // A local part of a Python version counts only where the advisory has one.
        if format != Format::Pypi {
            assert_eq!(format.compare(constraint, version), order.map(std::cmp::Ordering::reverse));
        }
    }
});
