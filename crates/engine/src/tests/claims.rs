//! Who reads a layer while somebody else does.

use std::thread;
use std::time::Duration;

use testkit::registry::{Fault, Registry};

use super::BASE;
use super::kept::{Kept, look};
use crate::*;

#[test]
fn two_who_come_at_once_read_a_layer_once() {
    let registry = Registry::start();
    let image = |name: &str| testkit::image(&format!("{BASE}//- layer\n//- /{name}\n1\n"));
    let images = [image("a"), image("b")];
    for (image, tag) in images.iter().zip(["1", "2"]) {
        registry.push("shop", tag, image);
    }
    let (base, _) =
        images[0].blobs().into_iter().find(|blob| images[1].blobs().contains(blob)).unwrap();
    registry.fault(&base.to_string(), Fault::Late(Duration::from_millis(300)));
    let kept = Kept::new();
    // As in another process: nothing in memory is common to both.
    let store = Store::open(kept.store().folder(), &StoreOptions::default()).unwrap();
    let other = Options { keep: Some(Keep { store, force: false }), ..kept.options.clone() };
    let host = registry.host();
    thread::scope(|scope| {
        scope.spawn(|| {
            let told = look(&format!("{host}/shop:1"), &kept.options);
            assert!(told.ends_with(": /a /base\n"), "{told}");
        });
        scope.spawn(|| {
            let told = look(&format!("{host}/shop:2"), &other);
            assert!(told.ends_with(": /b /base\n"), "{told}");
        });
    });
    for image in &images {
        for (digest, bytes) in
            image.blobs().into_iter().filter(|(_, bytes)| !bytes.starts_with(b"{"))
        {
            let read = format!("GET /v2/shop/blobs/{digest}");
            let reads = registry.requests().iter().filter(|one| one.starts_with(&read)).count();
            assert_eq!(reads, 1, "{digest}, {} bytes", bytes.len());
        }
    }
}
