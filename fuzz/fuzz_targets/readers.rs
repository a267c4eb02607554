//! Any bytes as a file that a reader wants; the first byte says which reader. Where it wants companions, what comes after
//! the middle is one.

#![no_main]

use analysis::ecosystem::{ALL, Input};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, bytes)) = bytes.split_first() else { return };
    let readers: Vec<_> = ALL.iter().flat_map(|ecosystem| ecosystem.readers).collect();
    let reader = readers[usize::from(choice) % readers.len()];
    let (main, beside) = match reader.companions {
        [] => (bytes, &b""[..]),
        _ => bytes.split_at(bytes.len() / 2),
    };
    let companions: Vec<(&str, &[u8])> =
        reader.companions.iter().map(|name| (*name, beside)).collect();
    let path = b"var/lib/dpkg/info/package:amd64.list";
    let input = Input { path, bytes: main, companions: &companions };
    let read = (reader.read)(&input);
    // The same bytes say the same, whenever they are read.
    assert_eq!(read, (reader.read)(&input));
});
