//! Any bytes as a file that somebody says is an image: a docker archive or an OCI archive, maybe packed.

#![no_main]

use std::io::{Read as _, Write as _};

use libfuzzer_sys::fuzz_target;
use model::Reference;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut file) = tempfile::NamedTempFile::new() else { return };
    if file.write_all(bytes).is_err() {
        return;
    }
    let reference = Reference::Path { path: file.path().into() };
    let Ok(image) = source::open(&reference, &source::Options::default()) else { return };
    for number in 0..image.layers.len() {
        if let Ok(layer) = image.layer(number) {
            let _ = layer.take(1 << 20).read_to_end(&mut Vec::new());
        }
    }
});
