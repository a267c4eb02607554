//! Any bytes as the content of a file that somebody looks into, and compared with the half of them.

#![no_main]

use analysis::content::{ALL, content};
use libfuzzer_sys::fuzz_target;
use model::Path;

fuzz_target!(|bytes: &[u8]| {
    for format in ALL {
        if (format.recognises)(bytes) {
            let _ = (format.summarises)(bytes);
        }
    }
    let path = Path::new("/srv/file");
    let _ = content(&path, bytes);
    let _ = content(&path, &bytes[..bytes.len() / 2]);
});
