//! Any query and any body, as a filter of tags: what is understood is the same once it is encoded and read again. Any token, at a
//! key that has signed nothing: none is believed. Any document, as a set of keys, and any text as a set of capabilities.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use server::Key;
use server::fuzzing::{is_believed, is_set, keys, tag_filter};

static KEY: LazyLock<Key> = LazyLock::new(|| Key::generate().expect("a key can be made"));

fuzz_target!(|input: (&str, &[u8], &str)| {
    let (query, body, token) = input;
    if let Some(json) = tag_filter(query, body) {
        assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
    }
    assert!(!is_believed(token, &KEY));
    assert!(keys(body).is_none_or(|keys| keys <= 100));
    is_set(token);
});
