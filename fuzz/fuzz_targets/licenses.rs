//! Any text as what a record says of licences, for every ecosystem with a way of its own: it comes to an expression of
//! bounded length, and that reads as itself.

#![no_main]

use libfuzzer_sys::fuzz_target;
use model::Licensing;

fuzz_target!(|text: &str| {
    for ecosystem in ["deb", "rpm", "apk", "npm", "pypi", "gem", "composer", "cran", "maven"] {
        let Some(licensing) = Licensing::read(ecosystem, text) else { continue };
        for one in &licensing.unlisted {
            assert!(one.id.len() <= "LicenseRef-".len() + 64 && licensing.expression.contains(&one.id));
        }
        let again = Licensing::read(ecosystem, &licensing.expression).map(|again| again.expression);
        // What is longer than people write is one name when it is read again.
        if licensing.expression.len() <= 4_000 {
            assert_eq!(again, Some(licensing.expression));
        }
    }
});
