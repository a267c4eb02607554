//! Any bytes as an executable of which only pieces were kept: the first two say where the second piece begins, the third
//! how long the first one is.

#![no_main]

use analysis::ecosystem::{ALL, Input, Want};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let [low, high, length, bytes @ ..] = bytes else { return };
    let (first, second) = bytes.split_at(bytes.len().min(usize::from(*length) * 16));
    let start = first.len() as u64 + u64::from(u16::from_le_bytes([*low, *high]));
    let beyond = [(start, second)];
    let readers = ALL.iter().flat_map(|ecosystem| ecosystem.readers);
    for reader in readers.filter(|reader| reader.wants == Want::Executable) {
        let input =
            Input { path: b"usr/bin/program", bytes: first, beyond: &beyond, companions: &[] };
        let _ = (reader.read)(&input);
    }
});
