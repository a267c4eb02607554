//! Any address of the Navigator: what is understood is the same once it is written and read again, and a place's address has
//! nothing in it that leads elsewhere.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pages::{Here, Place};

fuzz_target!(|input: (&str, &str, &str)| {
    let (place, query, path) = input;
    if let Some((place, _)) = Place::parse(place) {
        let written = place.to_string();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.%/:@".contains(&byte);
        assert!(written.bytes().all(is_plain), "{written}");
        assert_eq!(Place::parse(&written).map(|(again, _)| again), Some(place));
    }
    if let Some(here) = Here::parse("/x", query) {
        let written = here.address();
        let again = written.split_once('?').map_or("", |(_, query)| query);
        assert_eq!(Here::parse("/x", again), Some(here), "{written}");
    }
    if let Some(path) = pages::path(path) {
        assert_eq!(pages::path(&path.to_string()), Some(path));
    }
});
