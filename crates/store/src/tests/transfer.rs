//! What goes from one store to another, and what a hostile file can do there: nothing.

use super::*;

/// A store with an image of two layers, and the file that it is exported to.
fn exported() -> (tempfile::TempDir, Store, KeptImage, Vec<u8>) {
    let (folder, store) = open();
    let _ = [keep(&store, 1, 7, 0), keep(&store, 2, 7, 0)];
    let image = image(0xaa, 0xab, &[1, 2]);
    store.keep_image(&image, &["a:1".into()], Time(5)).unwrap();
    let mut file = Vec::new();
    store.export(std::slice::from_ref(&image), 7, &mut file).unwrap();
    (folder, store, image, file)
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

#[test]
fn of_a_broken_file_nothing_is_kept() {
    let (_folder, _store, _image, file) = exported();
    let (_folder, other) = open();
    for place in (0..file.len()).step_by(7).chain([file.len() - 1]) {
        let mut broken = file.clone();
        broken[place] ^= 0x10;
        for bytes in [&file[..place], &broken] {
            assert!(other.import(&mut &bytes[..], Time(9)).is_err(), "{place}");
        }
    }
    assert_eq!(other.stat().unwrap(), Stat { capacity: 2 << 30, ..Stat::default() });
    assert_eq!(other.inside.folder.blobs().unwrap().len(), 0);
}

#[test]
fn what_was_analyzed_here_stays_as_it_is() {
    let (_folder, _store, image, file) = exported();
    let (_folder, other) = open();
    let own = KeptImage { dockerfile: Some("FROM scratch".into()), ..image.clone() };
    other.keep_image(&own, &["b:1".into()], Time(1)).unwrap();
    let imported = other.import(&mut &file[..], Time(9)).unwrap();
    assert_eq!((imported.images.len(), imported.known), (0, vec![image]));
    let Found::One(found, names) = other.find("b:1").unwrap() else { panic!() };
    assert_eq!((*found, &names[..]), (own, &["b:1".to_owned()][..]));
    assert_eq!(other.find("a:1").unwrap(), Found::Nothing);
}

#[test]
fn a_name_that_was_seen_here_means_what_was_seen_here() {
    let (_folder, _store, _image, file) = exported();
    let (_folder, other) = open();
    other.keep_image(&self::image(0xcc, 0xcd, &[1]), &["a:1".into()], Time(1)).unwrap();
    other.import(&mut &file[..], Time(9)).unwrap();
    let Found::One(found, _) = other.find("a:1").unwrap() else { panic!() };
    assert_eq!(found.id, sha256(0xcc));
    let told: Vec<bool> = other.history("a:1").unwrap().iter().map(|one| one.imported).collect();
    assert_eq!(told, [false, true]);
}

#[test]
fn an_image_whose_facts_are_gone_cannot_be_exported() {
    let (_folder, store) = open();
    keep(&store, 1, 7, 0);
    let error = store.export(&[image(0xaa, 0xab, &[1, 2])], 7, &mut Vec::new()).unwrap_err();
    assert!(error.to_string().ends_with("are not kept; analyze it again"), "{error}");
}

#[test]
fn an_imported_image_takes_its_facts_along_when_it_goes() {
    let (_folder, _store, _image, file) = exported();
    let (_folder, other) = open();
    let image = other.import(&mut &file[..], Time(9)).unwrap().images.remove(0).0;
    assert_eq!(other.stat().unwrap().layers, 2);
    // Nobody else's: an image of ours with the same layers has to be read.
    other.keep_image(&self::image(0xcc, 0xcd, &[1, 2]), &[], Time(9)).unwrap();
    assert_eq!(other.remove(&image).unwrap().layers, 2);
    assert_eq!(other.stat().unwrap().layers, 0);
}
