//! Any text as a reference, a digest, a platform and a pair of versions: what is accepted reads back as it was, and every
//! order of versions is an order.

#![no_main]

use libfuzzer_sys::fuzz_target;
use model::{Digest, Platform, Reference, Scheme, Version};

fuzz_target!(|text: &str| {
    if let Ok(reference) = text.parse::<Reference>() {
        assert_eq!(reference.to_string().parse(), Ok(reference));
    }
    if let Ok(digest) = text.parse::<Digest>() {
        assert_eq!(digest.to_string(), text);
    }
    if let Ok(platform) = text.parse::<Platform>() {
        assert_eq!(platform.to_string().parse(), Ok(platform));
    }
    let parts: Vec<&str> = text.splitn(3, '\n').collect();
    if let [a, b, c] = parts[..] {
        for scheme in [Scheme::Apk, Scheme::Deb, Scheme::Rpm] {
            let [a, b, c] = [a, b, c].map(|text| Version::new(text, scheme));
            assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
            assert!(!(a <= b && b <= c) || a <= c);
        }
    }
});
