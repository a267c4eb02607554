//! What is kept, and files that are imported: any bytes. They are refused or mean what they mean when written again.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use model::Time;
use store::{Options, Store};
use tempfile::TempDir;

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (content, raw) = input;
    if let Err(difference) = store::reread(&content, &raw) {
        panic!("{difference}");
    }
    static KEPT: OnceLock<Option<(TempDir, Store)>> = OnceLock::new();
    let Some((_, store)) = KEPT.get_or_init(open) else { return };
    for file in [&content, &[b"pentimento kept facts 2\n", &content[..]].concat()] {
        let _ = store.import(&mut &file[..], "x".as_ref(), 0, Time(0));
    }
});

fn open() -> Option<(TempDir, Store)> {
    let folder = tempfile::tempdir().ok()?;
    let store = Store::open(&folder.path().join("kept"), &Options::default()).ok()?;
    Some((folder, store))
}
