//! A store as others use it: what was kept is there again, and what is broken is not.

mod broken;
mod fetched;
mod names;
mod parallel;
mod read_only;
mod room;
mod transfer;

use model::{Description, Digest, ImageKind, LayerDescription, Settings, Sha256, Time};

use super::*;

fn sha256(byte: u8) -> Digest {
    Digest::Sha256(Sha256([byte; 32]))
}

fn image(id: u8, manifest: u8, layers: &[u8]) -> KeptImage {
    let layer = |&layer: &u8| LayerDescription {
        digest: sha256(layer),
        diff_id: sha256(layer),
        size: 1,
        media_type: String::new(),
    };
    let description = Description {
        digest: Some(sha256(manifest)),
        layers: layers.iter().map(layer).collect(),
        ..Description::default()
    };
    KeptImage {
        id: sha256(id),
        description,
        settings: Settings::default(),
        notices: Vec::new(),
        kind: ImageKind::None,
        dockerfile: None,
        distro: None,
        analyzed: Time(id.into()),
        imported: false,
    }
}

fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("kept"), &Options::default()).unwrap();
    (folder, store)
}

fn keep(store: &Store, layer: u8, revision: u64, now: i64) -> LayerKey {
    let key = LayerKey { digest: sha256(layer), revision };
    let facts = model::LayerFacts {
        notices: vec![model::Notice::general(format!("layer {layer}"))],
        ..model::LayerFacts::default()
    };
    let kept = KeptLayer { size: 1, diff_id: sha256(layer), facts: &facts };
    store.keep_layer(&key, &kept, &[], Time(now)).unwrap();
    key
}

#[test]
fn what_was_kept_is_there_again() {
    let (folder, store) = open();
    let key = keep(&store, 1, 7, 0);
    drop(store);
    let store = Store::open(&folder.path().join("kept"), &Options::default()).unwrap();
    let layer = store.layer(&key, Time(1)).unwrap().unwrap();
    assert_eq!(layer.facts.notices[0].text, "layer 1");
    assert_eq!(store.texts(&key, Time(1)).unwrap(), Some(Vec::new()));
    let other = LayerKey { revision: 8, ..key };
    assert_eq!(store.layer(&other, Time(1)).unwrap(), None);
}
