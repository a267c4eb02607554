//! How much is kept, and what goes when there is no room.

use super::*;

/// A store of the same folder that has used nothing yet.
fn again(store: &Store, capacity: u64) -> Store {
    Store::open(store.folder(), &Options { capacity }).unwrap()
}

/// The layers whose facts are kept.
fn layers(store: &Store) -> Vec<String> {
    let list = store.list(7).unwrap().into_iter().filter(|blob| blob.part == Part::Facts);
    list.map(|blob| blob.key.digest.hex()[..2].to_owned()).collect()
}

#[test]
fn what_was_used_least_recently_goes_first() {
    let (_folder, store) = open();
    for (layer, now) in [(1, 10), (2, 20), (3, 30)] {
        keep(&store, layer, 7, now);
    }
    let (one, held) = (LayerKey { digest: sha256(1), revision: 7 }, store.stat().unwrap().bytes);
    // More than an hour later, so that the use is noted.
    again(&store, u64::MAX).layer(&one, Time(9_000)).unwrap().unwrap();
    again(&store, u64::MAX).texts(&one, Time(9_000)).unwrap().unwrap();
    keep(&again(&store, held), 4, 7, 9_001);
    assert_eq!(layers(&store), ["01", "03", "04"]);
}

#[test]
fn what_was_imported_goes_last_and_with_a_warning() {
    let (_folder, store) = open();
    keep(&store, 1, 7, 10);
    let image = image(0xaa, 0xab, &[1]);
    let mut file = Vec::new();
    store.export(std::slice::from_ref(&image), 7, &mut file).unwrap();
    let (_folder, other) = open();
    other.import(&mut &file[..], "x".as_ref(), 7, Time(10)).unwrap();
    let held = other.stat().unwrap().bytes;
    keep(&other, 2, 7, 20);
    // There is room for the import and a little more.
    let prune = |capacity| {
        let store = again(&other, capacity);
        store.prune(&Prune { revision: 7, unused_since: None, now: Time(30) }).unwrap();
        (layers(&other), store.take_warnings())
    };
    assert_eq!(prune(held + 1), (vec!["01".into()], vec![]));
    let told = "there was no room for the facts of 1 layers of imported images: import them again with a larger --cache-size";
    assert_eq!(prune(1), (vec![], vec![told.into()]));
}

#[test]
fn what_the_running_command_uses_stays() {
    let (_folder, store) = open();
    keep(&store, 1, 7, 10);
    keep(&store, 2, 7, 20);
    let small = again(&store, 1);
    small.layer(&LayerKey { digest: sha256(1), revision: 7 }, Time(30)).unwrap().unwrap();
    keep(&small, 3, 7, 40);
    assert_eq!(layers(&store), ["01", "03"]);
    // The next command uses none of them.
    keep(&again(&store, 1), 4, 7, 50);
    assert_eq!(layers(&store), ["04"]);
}

#[test]
fn what_somebody_holds_stays() {
    let (_folder, store) = open();
    for (layer, image_of) in [(1, 0xa1), (2, 0xa2), (3, 0xa3)] {
        keep(&store, layer, 7, i64::from(layer));
        store.keep_image(&image(image_of, image_of + 0x10, &[layer]), &[], Time(0)).unwrap();
    }
    let held = store.hold("service one", [&sha256(0xb1), &sha256(0xcc)]).unwrap();
    assert_eq!((held.images, held.capacity), (1, store.stat().unwrap().capacity));
    assert!(held.bytes > 0 && held.bytes < store.stat().unwrap().bytes);
    let prune = |unused_since| {
        let prune = Prune { revision: 7, unused_since, now: Time(30) };
        again(&store, 1).prune(&prune).unwrap();
        layers(&store)
    };
    assert_eq!(prune(None), ["01"]);
    assert_eq!(prune(Some(Time(20))), ["01"]);
    // Another holder takes nothing away from the first, and each says anew what it holds.
    keep(&store, 2, 7, 40);
    store.hold("service two", [&sha256(0xa2)]).unwrap();
    assert_eq!(prune(None), ["01", "02"]);
    store.hold("service one", []).unwrap();
    assert_eq!(prune(None), ["02"]);
    // What a person throws away is gone.
    again(&store, 1).remove(&image(0xa2, 0xb2, &[2])).unwrap();
    assert_eq!(layers(&store), Vec::<String>::new());
}

#[test]
fn what_is_held_stays_until_todays_readers_have_read_it_too() {
    let (_folder, store) = open();
    let image = image(0xaa, 0xab, &[1, 2]);
    keep(&store, 1, 6, 10);
    keep(&store, 2, 6, 20);
    store.keep_image(&image, &[], Time(0)).unwrap();
    let layer = |layer: u8, revision| {
        let key = LayerKey { digest: sha256(layer), revision };
        store
            .older_layer_of(&image, &key, Time(30))
            .unwrap()
            .map(|older| (older.layer.facts.notices[0].text.clone(), older.texts.is_some()))
    };
    assert_eq!(layer(1, 7), Some(("layer 1".into(), true)));
    assert_eq!(layer(1, 6), None);
    assert_eq!([6, 7].map(|revision| store.lacking(&image, revision).unwrap()), [0, 2]);
    store.hold("service", [&image.id]).unwrap();
    keep(&store, 1, 7, 50);
    let revisions = |store: &Store| -> Vec<u64> {
        let list = store.list(7).unwrap().into_iter().filter(|blob| blob.part == Part::Facts);
        list.map(|blob| blob.key.revision).collect()
    };
    // Where there is no room, what was used last stays.
    let small = again(&store, 1);
    small.make_room().unwrap();
    let mut left = revisions(&store);
    left.sort_unstable();
    assert_eq!(left, [6, 7]);
    keep(&store, 1, 6, 40);
    let prune = Prune { revision: 7, unused_since: Some(Time(1_000)), now: Time(30) };
    again(&store, u64::MAX).prune(&prune).unwrap();
    let mut left = revisions(&store);
    left.sort_unstable();
    assert_eq!(left, [6, 7]);
    store.hold("service", []).unwrap();
    again(&store, u64::MAX).prune(&Prune { unused_since: None, ..prune }).unwrap();
    assert_eq!(revisions(&store), [7]);
}

#[test]
fn a_use_within_the_hour_is_not_noted() {
    let (_folder, store) = open();
    let key = keep(&store, 1, 7, 0);
    for (now, noted) in [(3_599, 0), (3_600, 3_600), (7_000, 3_600), (10, 3_600)] {
        store.layer(&key, Time(now)).unwrap().unwrap();
        let facts = store.list(7).unwrap().remove(0);
        assert_eq!((facts.part, facts.used), (Part::Facts, Time(noted)));
    }
}

#[test]
fn pruning_takes_what_nobody_needs() {
    let (_folder, store) = open();
    for (layer, revision) in [(1, 7), (2, 6), (3, 7), (4, 7)] {
        keep(&store, layer, revision, 0);
    }
    store.keep_image(&image(0xaa, 0xab, &[1, 2, 4]), &[], Time(0)).unwrap();
    let prune = |now, unused_since| {
        let prune = Prune { revision: 7, unused_since, now: Time(now) };
        again(&store, u64::MAX).prune(&prune).unwrap().layers
    };
    // Layer 2 is stale. Layer 3 is nobody's, but somebody may be about to say whose it is.
    assert_eq!(
        (prune(3_599, None), layers(&store)),
        (1, vec!["01".into(), "03".into(), "04".into()])
    );
    assert_eq!((prune(3_600, None), layers(&store)), (1, vec!["01".into(), "04".into()]));
    let key = LayerKey { digest: sha256(4), revision: 7 };
    store.layer(&key, Time(8_000)).unwrap().unwrap();
    assert_eq!((prune(8_000, Some(Time(5_000))), layers(&store)), (1, vec!["04".into()]));
}

#[test]
fn pruning_takes_what_killed_processes_left_and_nothing_that_is_being_written() {
    let (_folder, store) = open();
    let temporary = store.folder().join("temporary");
    std::fs::write(temporary.join("left"), b"half").unwrap();
    let writing = store.inside.folder.temporary().unwrap();
    let stray = store.folder().join("blobs/ab/cd/stray");
    std::fs::create_dir_all(stray.parent().unwrap()).unwrap();
    std::fs::write(&stray, b"nobody's").unwrap();
    let far = Time(i64::MAX);
    store.prune(&Prune { revision: 7, unused_since: None, now: far }).unwrap();
    let left: Vec<_> =
        std::fs::read_dir(temporary).unwrap().map(|one| one.unwrap().path()).collect();
    assert_eq!(left, [writing.path()]);
    assert!(!stray.exists());
}

#[test]
fn facts_go_with_the_last_image_that_has_them() {
    let (_folder, store) = open();
    for layer in [1, 2, 3] {
        keep(&store, layer, 7, 0);
    }
    let (old, new) = (image(0xaa, 0xab, &[1, 2]), image(0xbb, 0xbc, &[1, 3]));
    store.keep_image(&old, &[], Time(0)).unwrap();
    store.keep_image(&new, &[], Time(0)).unwrap();
    assert_eq!(
        (store.remove(&old).unwrap().layers, layers(&store)),
        (1, vec!["01".into(), "03".into()])
    );
    assert_eq!((store.remove(&new).unwrap().layers, layers(&store)), (2, vec![]));
    assert_eq!(store.stat().unwrap().images, 0);
}

#[test]
fn clearing_takes_everything() {
    let (_folder, store) = open();
    keep(&store, 1, 7, 0);
    store.keep_image(&image(0xaa, 0xab, &[1]), &["a:1".into()], Time(0)).unwrap();
    assert_eq!(store.clear().unwrap().layers, 1);
    assert_eq!(store.find("a:1").unwrap(), Found::Nothing);
    assert!(store.history("a:1").unwrap().is_empty());
    assert_eq!(store.inside.folder.blobs().unwrap().len(), 0);
}

#[test]
fn what_layers_come_to_is_kept_while_their_facts_are() {
    let (_folder, store) = open();
    let key = keep(&store, 1, 7, 0);
    let image = image(0xaa, 0xab, &[1]);
    store.keep_image(&image, &[], Time(0)).unwrap();
    let stack = StackKey { layers: vec![sha256(1)], revision: 7 };
    let layer = store.layer(&key, Time(0)).unwrap().unwrap();
    let stacked = model::ImageFacts { notices: layer.facts.notices.clone(), ..Default::default() };
    assert_eq!(store.stacked(&stack, Time(0)).unwrap(), None);
    store.keep_stacked(&stack, &stacked, Time(0)).unwrap();
    let told = || store.stacked(&stack, Time(0)).unwrap().map(|stack| stack.image);
    assert_eq!(told(), Some(stacked));
    let other = StackKey { revision: 8, ..stack.clone() };
    assert_eq!(store.stacked(&other, Time(0)).unwrap(), None);
    // It belongs to the image, and is stale when its readers are.
    let prune = |revision| Prune { revision, unused_since: None, now: Time(9_999) };
    store.prune(&prune(7)).unwrap();
    assert!(told().is_some());
    std::fs::remove_file(store.folder().join(Address::verified(&key, Part::Facts).file())).unwrap();
    assert_eq!(told(), None);
    keep(&store, 1, 7, 0);
    assert!(told().is_some());
    store.remove(&image).unwrap();
    assert_eq!((told(), store.stat().unwrap().bytes), (None, 0));
    assert_eq!(store.take_warnings(), Vec::<String>::new());
}
