//! Any bytes as an archive that is not packed. The size of the reader's buffer must not change what is read.

#![no_main]

mod walk;

use std::io::BufReader;

use layer::Entries;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = walk::limits();
    let mut whole = bytes;
    let mut entries = Entries::new(&mut whole, &limits);
    let (read, result) = walk::walk(&mut entries);
    let notices = entries.take_notices();
    let mut pieces = BufReader::with_capacity(13, bytes);
    let mut entries = Entries::new(&mut pieces, &limits);
    let (again, other_result) = walk::walk(&mut entries);
    assert_eq!(read, again);
    assert_eq!(notices, entries.take_notices());
    let text = |result: Result<(), layer::Error>| result.map_err(|error| error.to_string());
    assert_eq!(text(result), text(other_result));
});
