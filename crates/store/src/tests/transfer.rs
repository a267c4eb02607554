//! What goes from one store to another, and what a hostile file can do there: nothing.

use super::*;
use crate::address::Address;

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
    let imported = other.import(&mut &file[..], "x".as_ref(), 7, Time(3)).unwrap();
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
fn more_images_than_an_import_takes_are_not_exported() {
    let (_folder, store) = open();
    let images = vec![image(0xaa, 0xab, &[]); 10_001];
    let mut file = Vec::new();
    let refused = store.export(&images, 7, &mut file).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "could not export 10001 images: no import takes more than 10000 at once"
    );
    assert!(file.is_empty());
}

#[test]
fn of_a_broken_file_nothing_is_kept() {
    let (_folder, _store, _image, file) = exported();
    let (_folder, other) = open();
    for place in (0..file.len()).step_by(7).chain([file.len() - 1]) {
        let mut broken = file.clone();
        broken[place] ^= 0x10;
        for bytes in [&file[..place], &broken] {
            assert!(other.import(&mut &bytes[..], "x".as_ref(), 7, Time(9)).is_err(), "{place}");
        }
    }
    assert_eq!(other.stat().unwrap(), Stat { capacity: 2 << 30, ..Stat::default() });
    assert_eq!(other.inside.folder.blobs().unwrap().len(), 0);
}

#[test]
fn a_digest_means_what_was_read_here_whatever_an_imported_image_claims() {
    let own = image(0xcc, 0xcd, &[1]);
    // Whoever makes a file may give his image our digests: as its ID, its manifest's, or that of an index.
    let mut claims = [image(0xcc, 0xee, &[1]), image(0xdd, 0xcd, &[1]), image(0xdd, 0xcc, &[1])];
    claims[2].description.index_digest = Some(sha256(0xcd));
    for claim in claims {
        let (_folder, store) = open();
        keep(&store, 1, 7, 0);
        let mut file = Vec::new();
        store.export(&[KeptImage { analyzed: Time(99), ..claim }], 7, &mut file).unwrap();
        let (_folder, other) = open();
        other.keep_image(&own, &[], Time(1)).unwrap();
        assert_eq!(
            other.import(&mut &file[..], "x".as_ref(), 7, Time(100)).unwrap().images.len(),
            1
        );
        for digest in [&own.id, own.description.digest.as_ref().unwrap()] {
            let Found::One(found, _) = other.find(&digest.to_string()).unwrap() else { panic!() };
            assert_eq!(*found, own);
        }
    }
}

#[test]
fn a_broken_blob_is_never_exported() {
    let break_one = |store: &Store, address: &Address| {
        let file = store.folder().join(address.file());
        let mut bytes = std::fs::read(&file).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&file, bytes).unwrap();
    };
    let (_folder, store, image, file) = exported();
    let plain = Address::verified(&LayerKey { digest: sha256(2), revision: 7 }, Part::Facts);
    let told = format!(
        "kept {} were thrown away: its bytes are not those that were written",
        plain.text()
    );
    break_one(&store, &plain);
    let error = store.export(std::slice::from_ref(&image), 7, &mut Vec::new()).unwrap_err();
    assert!(error.to_string().ends_with("are not kept any more"), "{error}");
    assert_eq!(store.take_warnings(), std::slice::from_ref(&told));
    // An imported image has its own.
    let (_folder, other) = open();
    let imported =
        other.import(&mut &file[..], "x".as_ref(), 7, Time(9)).unwrap().images.remove(0).0;
    keep(&other, 2, 7, 0);
    break_one(&other, &plain);
    let mut again = Vec::new();
    other.export(&[imported], 7, &mut again).unwrap();
    assert_eq!(other.take_warnings(), [told]);
    assert_eq!(again[again.len() - 500..], file[file.len() - 500..]);
}

#[test]
fn facts_of_another_revision_are_refused_with_both_revisions() {
    let (_folder, _store, _image, file) = exported();
    let (_folder, other) = open();
    let error = other.import(&mut &file[..], "x.file".as_ref(), 0x1f, Time(9)).unwrap_err();
    let told = "x.file has facts of revision 0000000000000007 of the readers, and this program uses those of revision 000000000000001f alone";
    assert_eq!(error.to_string(), told);
    assert!(error.hint().is_some_and(|hint| hint.contains("the same version of the program")));
    assert_eq!(other.stat().unwrap().images, 0);
}

#[test]
fn what_was_analyzed_here_stays_as_it_is() {
    let (_folder, _store, image, file) = exported();
    let (_folder, other) = open();
    let own = KeptImage { dockerfile: Some("FROM scratch".into()), ..image.clone() };
    other.keep_image(&own, &["b:1".into()], Time(1)).unwrap();
    let imported = other.import(&mut &file[..], "x".as_ref(), 7, Time(9)).unwrap();
    assert_eq!((imported.images.len(), imported.known), (0, vec![image]));
    let Found::One(found, names) = other.find("b:1").unwrap() else { panic!() };
    assert_eq!((*found, &names[..]), (own.clone(), &["a:1".to_owned(), "b:1".to_owned()][..]));
    // Under which names others saw it is told all the same.
    let Found::One(found, _) = other.find("a:1").unwrap() else { panic!() };
    assert_eq!(*found, own);
    check_history(&other, "a:1", &["aa 5-5 elsewhere"]);
}

#[test]
fn a_name_of_a_file_that_looks_like_an_id_means_nothing_of_what_was_analyzed_here() {
    let (_folder, store) = open();
    let own = image(0xaa, 0xab, &[]);
    store.keep_image(&own, &["abab".into(), "a:1".into()], Time(5)).unwrap();
    let mut file = Vec::new();
    store.export(std::slice::from_ref(&own), 7, &mut file).unwrap();
    let (_folder, other) = open();
    other.keep_image(&own, &["b:1".into()], Time(1)).unwrap();
    other.import(&mut &file[..], "x".as_ref(), 7, Time(9)).unwrap();
    assert_eq!(other.history("abab").unwrap(), []);
    check_history(&other, "a:1", &["aa 5-5 elsewhere"]);
}

#[test]
fn a_name_that_was_seen_here_means_what_was_seen_here() {
    let (_folder, _store, _image, file) = exported();
    let (_folder, other) = open();
    other.keep_image(&self::image(0xcc, 0xcd, &[1]), &["a:1".into()], Time(1)).unwrap();
    other.import(&mut &file[..], "x".as_ref(), 7, Time(9)).unwrap();
    let Found::One(found, _) = other.find("a:1").unwrap() else { panic!() };
    assert_eq!(found.id, sha256(0xcc));
    let told: Vec<bool> = other.history("a:1").unwrap().iter().map(|one| one.imported).collect();
    assert_eq!(told, [false, true]);
}

/// What was seen under a name: the first digits of IDs, when, and whether elsewhere.
#[track_caller]
fn check_history(store: &Store, name: &str, expect: &[&str]) {
    let told = store.history(name).unwrap().into_iter().map(|one| {
        let elsewhere = if one.imported { " elsewhere" } else { "" };
        format!("{} {}-{}{elsewhere}", &one.id.hex()[..2], one.first.0, one.last.0)
    });
    assert_eq!(told.collect::<Vec<_>>(), expect);
}

#[test]
fn sightings_are_imported_with_their_times_and_apart_from_our_own() {
    let (_folder, store) = open();
    keep(&store, 1, 7, 0);
    let [old, new] = [image(0xaa, 0xab, &[1]), image(0xbb, 0xbc, &[1])];
    let name = ["a:1".to_owned()];
    for (time, image) in [(10, &old), (20, &old), (30, &new), (40, &old), (99_999, &new)] {
        store.keep_image(image, &name, Time(time)).unwrap();
    }
    store.keep_image(&old, &["b:1".into()], Time(50)).unwrap();
    let mut file = Vec::new();
    store.export(&[old, new], 7, &mut file).unwrap();

    let (_folder, other) = open();
    other.import(&mut &file[..], "x".as_ref(), 7, Time(1_000)).unwrap();
    // Their clock is ahead of ours: nothing was seen after today.
    let elsewhere = [
        "bb 1000-1000 elsewhere",
        "aa 40-40 elsewhere",
        "bb 30-30 elsewhere",
        "aa 10-20 elsewhere",
    ];
    check_history(&other, "a:1", &elsewhere);
    // Once more: nothing is told twice.
    other.import(&mut &file[..], "x".as_ref(), 7, Time(1_000)).unwrap();
    check_history(&other, "a:1", &elsewhere);
    let Found::One(found, names) = other.find("a:1").unwrap() else { panic!() };
    assert_eq!((found.id, names), (sha256(0xbb), name.to_vec()));

    // What we see ourselves comes first, however old it is, and another import changes nothing of it.
    let own = image(0xcc, 0xcd, &[1]);
    other.keep_image(&own, &name, Time(5)).unwrap();
    other.import(&mut &file[..], "x".as_ref(), 7, Time(1_000)).unwrap();
    check_history(&other, "a:1", &[&["cc 5-5"], &elsewhere[..]].concat());
    let Found::One(found, _) = other.find("a:1").unwrap() else { panic!() };
    assert_eq!((found.id, found.imported), (sha256(0xcc), false));
    check_history(&other, "b:1", &["aa 50-50 elsewhere"]);
}

#[test]
fn an_imported_image_that_is_analyzed_here_is_our_own() {
    let (_folder, _store, image, file) = exported();
    let (_folder, other) = open();
    other.import(&mut &file[..], "x".as_ref(), 7, Time(9)).unwrap();
    other.keep_image(&image, &["a:1".into()], Time(20)).unwrap();
    let Found::One(found, _) = other.find("a:1").unwrap() else { panic!() };
    assert!(!found.imported);
    check_history(&other, "a:1", &["aa 20-20", "aa 5-5 elsewhere"]);
    let again = other.import(&mut &file[..], "x".as_ref(), 7, Time(30)).unwrap();
    assert_eq!((again.images.len(), again.known.len()), (0, 1));
}

#[test]
fn a_file_of_another_version_is_refused_with_both_versions() {
    let (_folder, _store, _image, file) = exported();
    let (_folder, other) = open();
    for version in ["1", "10", "999999999"] {
        let old = [b"pentimento kept facts ", version.as_bytes(), b"\n", &file[24..]].concat();
        let error = other.import(&mut &old[..], "x.file".as_ref(), 7, Time(9)).unwrap_err();
        let told = format!(
            "x.file has version {version} of the format, and this program reads version 2 alone"
        );
        assert_eq!(error.to_string(), told);
        assert!(error.hint().is_some_and(|hint| hint.contains("export it again")));
    }
    let odd = [b"pentimento kept facts ", &[b'1'; 4_096][..]].concat();
    let error = other.import(&mut &odd[..], "x.file".as_ref(), 7, Time(9)).unwrap_err();
    assert!(error.to_string().ends_with("it does not say its version"), "{error}");
}

#[test]
fn an_error_of_reading_keeps_its_kind() {
    struct Refusing(std::io::ErrorKind);
    impl std::io::Read for Refusing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(self.0.into())
        }
    }
    let (_folder, store) = open();
    let kinds = [
        (std::io::ErrorKind::PermissionDenied, model::ErrorKind::Denied),
        (std::io::ErrorKind::IsADirectory, model::ErrorKind::Invalid),
        (std::io::ErrorKind::ConnectionReset, model::ErrorKind::Unavailable),
    ];
    for (kind, expect) in kinds {
        let error = store.import(&mut Refusing(kind), "x".as_ref(), 7, Time(0)).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.kind()), ("could not read x", expect));
    }
}

#[test]
fn a_file_that_is_larger_than_what_may_be_kept_is_refused() {
    let (_folder, _store, _image, file) = exported();
    let (_folder, other) = open();
    let small = Store::open(other.folder(), &Options { capacity: 200 }).unwrap();
    let error = small.import(&mut &file[..], "x".as_ref(), 7, Time(9)).unwrap_err();
    assert_eq!(error.to_string(), "x has more facts than the 200 bytes that may be kept");
    assert_eq!(other.stat().unwrap().bytes, 0);
}

#[test]
fn an_image_whose_facts_are_gone_cannot_be_exported() {
    let (_folder, store) = open();
    keep(&store, 1, 7, 0);
    let error = store.export(&[image(0xaa, 0xab, &[1, 2])], 7, &mut Vec::new()).unwrap_err();
    assert!(error.to_string().ends_with("are not kept any more"), "{error}");
}

#[test]
fn an_imported_image_takes_its_facts_along_when_it_goes() {
    let (_folder, _store, _image, file) = exported();
    let (_folder, other) = open();
    let image = other.import(&mut &file[..], "x".as_ref(), 7, Time(9)).unwrap().images.remove(0).0;
    assert_eq!(other.stat().unwrap().layers, 2);
    // Nobody else's: an image of ours with the same layers has to be read.
    other.keep_image(&self::image(0xcc, 0xcd, &[1, 2]), &[], Time(9)).unwrap();
    assert_eq!(other.remove(&image).unwrap().layers, 2);
    assert_eq!(other.stat().unwrap().layers, 0);
}
