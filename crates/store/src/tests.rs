//! A store as others use it: what was kept is there again, and what is broken is not.

use model::{Digest, ImageKind, Settings, Sha256, Time};

use super::*;

fn sha256(byte: u8) -> Digest {
    Digest::Sha256(Sha256([byte; 32]))
}

fn image(id: u8, manifest: u8, layers: &[u8]) -> KeptImage {
    let description =
        model::Description { digest: Some(sha256(manifest)), ..model::Description::default() };
    KeptImage {
        id: sha256(id),
        description,
        settings: Settings::default(),
        notices: Vec::new(),
        layers: layers.iter().map(|&layer| sha256(layer)).collect(),
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

#[test]
fn a_name_means_what_it_was_seen_as_last_and_its_history_is_told() {
    let (_folder, store) = open();
    let names = ["docker.io/library/a:1".to_owned()];
    for (now, id) in [(10, 0xaa), (20, 0xaa), (30, 0xbb), (40, 0xaa)] {
        store.keep_image(&image(id, id + 1, &[1]), &names, Time(now)).unwrap();
    }
    let Found::One(found, seen_under) = store.find(&names[0]).unwrap() else { panic!() };
    assert_eq!((found.id, &seen_under[..]), (sha256(0xaa), &names[..]));
    let history = store.history(&names[0]).unwrap();
    let told: Vec<_> = history.iter().map(|s| (s.id.short(), s.first.0, s.last.0)).collect();
    let expect = [("aa", 40, 40), ("bb", 30, 30), ("aa", 10, 20)]
        .map(|(id, first, last)| (format!("sha256:{}", id.repeat(6)), first, last));
    assert_eq!(told, expect);
}

#[test]
fn what_was_exported_can_be_imported_and_serves_its_images_alone() {
    let (_folder, store) = open();
    let keys = [keep(&store, 1, 7, 0), keep(&store, 2, 7, 0)];
    let image = image(0xaa, 0xab, &[1, 2]);
    store.keep_image(&image, &["a:1".into()], Time(5)).unwrap();
    let mut file = Vec::new();
    store.export(std::slice::from_ref(&image), 7, &mut file).unwrap();

    let (_folder, other) = open();
    let imported = other.import(&mut &file[..], Time(3)).unwrap();
    assert_eq!(imported.images[0].1, ["a:1"]);
    let Found::One(found, _) = other.find("a:1").unwrap() else { panic!() };
    assert!(found.imported && found.analyzed == Time(3));
    for key in &keys {
        assert_eq!(other.layer(key, Time(4)).unwrap(), None);
        let layer = other.layer_of(&found, key, Time(4)).unwrap();
        assert_eq!(layer, store.layer(key, Time(4)).unwrap());
        assert_eq!(other.texts_of(&found, key, Time(4)).unwrap(), Some(Vec::new()));
    }
    // What was exported there again is the same file but for the image's own record.
    let mut again = Vec::new();
    other.export(&[*found], 7, &mut again).unwrap();
    assert_eq!(again[again.len() - 500..], file[file.len() - 500..]);
}
