//! What was cut off, changed, moved or written by others is not believed, and harms nothing.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use super::*;
use crate::address::Address;

/// A store with one layer, and the file of its facts.
fn kept() -> (tempfile::TempDir, Store, LayerKey, PathBuf) {
    let (folder, store) = open();
    let key = keep(&store, 1, 7, 0);
    let file = store.folder().join(Address::verified(&key, Part::Facts).file());
    (folder, store, key, file)
}

/// After `breaking` the facts are gone with a warning, and can be kept again.
fn check(warning: &str, breaking: impl FnOnce(&Store, &mut Vec<u8>)) {
    let (_folder, store, key, file) = kept();
    let mut bytes = fs::read(&file).unwrap();
    breaking(&store, &mut bytes);
    fs::write(&file, bytes).unwrap();
    assert_eq!(store.layer(&key, Time(1)).unwrap(), None);
    let told =
        format!("kept {} were thrown away: {warning}", Address::verified(&key, Part::Facts).text());
    assert_eq!(store.take_warnings(), [told]);
    assert!(!file.exists());
    keep(&store, 1, 7, 2);
    assert!(store.layer(&key, Time(3)).unwrap().is_some());
}

#[test]
fn a_blob_that_was_cut_off_is_read_again() {
    check("its bytes are not those that were written", |_, bytes| bytes.truncate(bytes.len() - 1));
    check("it ends early", |_, bytes| bytes.truncate(60));
    check("it ends early", |_, bytes| bytes.clear());
}

#[test]
fn a_flipped_bit_is_found() {
    check("its bytes are not those that were written", |_, bytes| {
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
    });
}

#[test]
fn a_blob_of_another_layer_is_not_taken_for_it() {
    check("it was written for something else", |store, bytes| {
        let other = keep(store, 2, 7, 0);
        let file = Address::verified(&other, Part::Facts).file();
        *bytes = fs::read(store.folder().join(file)).unwrap();
    });
}

#[test]
fn a_blob_of_another_version_is_not_read() {
    check("another version of the program wrote it", |_, bytes| bytes[8] = 0);
    check("it does not begin as what is kept does", |_, bytes| bytes[0] = b'P');
}

#[test]
fn a_link_in_the_place_of_a_blob_is_not_followed() {
    let (_folder, store, key, file) = kept();
    let elsewhere = store.folder().join("elsewhere");
    fs::rename(&file, &elsewhere).unwrap();
    symlink(&elsewhere, &file).unwrap();
    assert!(store.layer(&key, Time(1)).is_err());
}

#[test]
fn a_check_of_everything_names_what_is_broken() {
    let (_folder, store, _key, file) = kept();
    keep(&store, 2, 7, 0);
    keep(&store, 3, 7, 0);
    store.keep_image(&image(0xaa, 0xab, &[1, 2, 3]), &[], Time(0)).unwrap();
    fs::write(&file, b"pentkept").unwrap();
    let gone = Address::verified(&LayerKey { digest: sha256(3), revision: 7 }, Part::Facts).file();
    fs::remove_file(store.folder().join(&gone)).unwrap();
    let verified = store.verify(7).unwrap();
    assert_eq!(verified.whole, 1);
    let relative = file.strip_prefix(store.folder()).unwrap();
    let broken = [
        format!("{}: it ends early", relative.display()),
        format!("{}: it is not there any more", gone.display()),
    ];
    assert_eq!(verified.broken, broken);
    let incomplete = |number| {
        let image = sha256(0xaa);
        [format!("image {image}: what today's readers read of {number} of 3 layers is not kept")]
    };
    assert_eq!(verified.incomplete, incomplete(2));
    // Facts without their texts are not all of it, and those of other readers are none.
    let texts = Address::verified(&LayerKey { digest: sha256(2), revision: 7 }, Part::Texts).file();
    fs::remove_file(store.folder().join(texts)).unwrap();
    assert_eq!(store.verify(7).unwrap().incomplete, incomplete(3));
    keep(&store, 2, 7, 0);
    assert_eq!(store.verify(8).unwrap().incomplete, incomplete(3));
    assert_eq!(store.verify(7).unwrap().broken, Vec::<String>::new());
}

#[test]
fn what_is_no_file_does_not_keep_others_from_being_checked() {
    let (_folder, store, _key, file) = kept();
    keep(&store, 2, 7, 0);
    keep(&store, 3, 7, 0);
    let other = Address::verified(&LayerKey { digest: sha256(3), revision: 7 }, Part::Facts).file();
    let other = store.folder().join(other);
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    fs::remove_file(&other).unwrap();
    symlink("/etc/passwd", &other).unwrap();
    let verified = store.verify(7).unwrap();
    assert_eq!(verified.whole, 1);
    let told = ["Too many levels of symbolic links", "Is a directory", "it is not there any more"];
    assert_eq!(verified.broken.len(), told.len(), "{:?}", verified.broken);
    for (one, told) in verified.broken.iter().zip(told) {
        assert!(one.contains(told), "{one}");
    }
}

#[test]
fn a_blob_that_nobody_noted_is_adopted() {
    let (_folder, store, key, _file) = kept();
    store.turn().unwrap().change("forget", catalogue::clear).unwrap();
    assert_eq!(store.stat().unwrap().layers, 0);
    assert!(store.layer(&key, Time(5)).unwrap().is_some());
    assert_eq!(store.list(7).unwrap()[0].used, Time(5));
}

#[test]
fn a_damaged_catalogue_is_set_aside_and_made_again_from_the_blobs() {
    let (_folder, store, key, _file) = kept();
    store.keep_image(&image(0xaa, 0xab, &[1]), &["a:1".into()], Time(0)).unwrap();
    let folder = store.folder().to_owned();
    drop(store);
    fs::write(
        folder.join(catalogue::file(1)),
        b"this is no catalogue, but it is long enough for one",
    )
    .unwrap();
    let store = Store::open(&folder, &Options::default()).unwrap();
    let warnings = store.take_warnings();
    assert!(
        warnings[0].contains("catalogue-1.sqlite.broken and made again from 2 blobs"),
        "{warnings:?}"
    );
    assert!(folder.join("catalogue-1.sqlite.broken").exists());
    assert_eq!(store.stat().unwrap().layers, 1);
    assert!(store.layer(&key, Time(1)).unwrap().is_some());
    assert_eq!(store.find("a:1").unwrap(), Found::Nothing);
}

/// After `breaking` the catalogue of a store that is open and has asked it already, it goes on with a new one.
#[track_caller]
fn goes_on(breaking: impl FnOnce(&std::path::Path)) -> String {
    let (_folder, store, key, _file) = kept();
    let other = Store::open(store.folder(), &Options::default()).unwrap();
    store.keep_image(&image(0xaa, 0xab, &[1]), &["a:1".into()], Time(0)).unwrap();
    breaking(&store.folder().join(catalogue::file(1)));
    assert!(store.layer(&key, Time(9_000)).unwrap().is_some());
    assert_eq!(store.stat().unwrap().layers, 1);
    store.keep_image(&image(0xbb, 0xbc, &[1]), &["b:1".into()], Time(1)).unwrap();
    // Others go over to the new one as soon as they change something, and do not make another.
    keep(&other, 2, 7, 9_001);
    assert_eq!(other.take_warnings(), Vec::<String>::new());
    check_found(&other, "b:1", 0xbb);
    assert_eq!(store.verify(7).unwrap().broken, Vec::<String>::new());
    assert_eq!(other.inside.folder.latest().unwrap().unwrap().number, 2);
    store.take_warnings().join("\n")
}

fn check_found(store: &Store, name: &str, id: u8) {
    let Found::One(found, _) = store.find(name).unwrap() else { panic!("{name} is lost") };
    assert_eq!(found.id, sha256(id));
}

#[test]
fn a_catalogue_that_turns_out_to_be_damaged_is_made_again_while_it_is_in_use() {
    let (_folder, store, key, _file) = kept();
    let folder = store.folder().to_owned();
    drop(store);
    // The first page is whole: only what is behind it is not.
    let file = folder.join(catalogue::file(1));
    let mut bytes = fs::read(&file).unwrap();
    bytes[4_096..].fill(0xff);
    fs::write(&file, bytes).unwrap();
    let [one, other] = [(); 2].map(|()| Store::open(&folder, &Options::default()).unwrap());
    assert!(one.layer(&key, Time(1)).unwrap().is_some());
    assert_eq!(other.stat().unwrap().layers, 1);
    let warnings = one.take_warnings();
    assert!(
        warnings[0].contains("catalogue-1.sqlite.broken and made again from 2 blobs"),
        "{warnings:?}"
    );
    assert_eq!(other.take_warnings(), Vec::<String>::new());
    assert_eq!(other.inside.folder.latest().unwrap().unwrap().number, 2);
}

#[test]
fn a_catalogue_without_our_tables_is_made_again() {
    let foreign = goes_on(|file| {
        let connection = rusqlite::Connection::open(file).unwrap();
        connection.execute_batch("DROP TABLE sightings; DROP TABLE layers; DROP TABLE blobs; DROP TABLE images; CREATE TABLE songs (title)").unwrap();
    });
    assert!(foreign.contains("was damaged"), "{foreign}");
    let kind = goes_on(|file| {
        let connection = rusqlite::Connection::open(file).unwrap();
        connection.execute_batch("UPDATE blobs SET used = x'00', bytes = 'many'").unwrap();
    });
    assert!(kind.contains("was damaged"), "{kind}");
}

#[test]
fn a_catalogue_that_somebody_took_away_is_made_again() {
    let gone = goes_on(|file| fs::rename(file, file.with_extension("sqlite.broken")).unwrap());
    assert!(gone.contains("was gone; it was made again from 2 blobs"), "{gone}");
}

#[test]
fn a_catalogue_that_was_taken_away_never_gets_its_number_again() {
    let gone = goes_on(|file| fs::remove_file(file).unwrap());
    assert!(gone.contains("was gone"), "{gone}");
    let replaced = goes_on(|file| {
        // Another file under its name, while we have the old one open.
        fs::write(file.with_extension("other"), "garbage").unwrap();
        fs::rename(file.with_extension("other"), file).unwrap();
    });
    assert!(replaced.contains("was damaged"), "{replaced}");
    let (_folder, store, _key, _file) = kept();
    for number in 1..4 {
        let file = store.folder().join(catalogue::file(number));
        fs::remove_file(&file).unwrap();
        assert_eq!(store.verify(7).unwrap().broken, Vec::<String>::new());
        keep(&store, 1, 7, number.into());
        assert_eq!(store.inside.folder.latest().unwrap().unwrap().number, number + 1);
    }
    let left = store.folder().join(catalogue::file(2) + "-wal");
    fs::write(&left, "of one that is gone").unwrap();
    store.prune(&Prune { revision: 7, unused_since: None, now: Time(0) }).unwrap();
    assert!(!left.exists() && store.folder().join(catalogue::file(4) + "-wal").exists());
}

#[test]
fn everything_can_be_cleared_although_the_catalogue_is_nobodys() {
    let (_folder, store, _key, _file) = kept();
    let file = store.folder().join(catalogue::file(1));
    drop(store);
    for breaking in [&b""[..], b"garbage", &[0; 8_192]] {
        let latest = fs::read_dir(file.parent().unwrap()).unwrap().filter_map(|one| {
            let path = one.unwrap().path();
            (path.extension()? == "sqlite").then_some(path)
        });
        fs::write(latest.max().unwrap(), breaking).unwrap();
        let store = Store::open(file.parent().unwrap(), &Options::default()).unwrap();
        assert!(store.take_warnings()[0].contains("was damaged"));
        store.clear().unwrap();
        assert_eq!(store.stat().unwrap().bytes, 0);
    }
    let names = fs::read_dir(file.parent().unwrap()).unwrap();
    let broken = names
        .filter(|one| one.as_ref().unwrap().file_name().to_string_lossy().ends_with(".broken"));
    assert_eq!(broken.count(), 1, "only the last one is left to be looked at");
}

#[test]
fn a_catalogue_of_a_later_version_is_refused() {
    let (_folder, store, _key, _file) = kept();
    store.ask("change", |sql| sql.pragma_update(None, "user_version", 99)).unwrap();
    let error = Store::open(store.folder(), &Options::default()).unwrap_err();
    let told = "were written by a later version of the program (their catalogue has version 99, and this program reads up to 2)";
    assert!(error.to_string().ends_with(told), "{error}");
}

#[test]
fn a_folder_that_others_may_write_into_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept");
    fs::create_dir(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
    let error = Store::open(&path, &Options::default()).unwrap_err();
    assert!(error.to_string().ends_with("others may write into it (mode 777)"), "{error}");
    assert_eq!(error.kind(), model::ErrorKind::Denied);
}

#[test]
fn the_folder_is_made_for_its_owner_alone() {
    let (_folder, store) = open();
    let mode = fs::metadata(store.folder()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn a_folder_that_was_taken_away_meanwhile_is_ours_again() {
    let (_folder, store, key, _file) = kept();
    let work: [&dyn Fn(); 2] = [&|| drop(keep(&store, 1, 7, 0)), &|| {
        store.keep_image(&image(0xaa, 0xab, &[1]), &[], Time(0)).unwrap();
    }];
    for work in work {
        fs::remove_dir_all(store.folder()).unwrap();
        work();
        let again = Store::open(store.folder(), &Options::default()).unwrap();
        keep(&again, 1, 7, 0);
        assert!(again.layer(&key, Time(0)).unwrap().is_some());
    }
}

#[test]
fn a_folder_of_other_things_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let photo = folder.path().join("blobs/sha256/photo");
    fs::create_dir_all(photo.parent().unwrap()).unwrap();
    fs::write(&photo, "x").unwrap();
    let error = Store::open(folder.path(), &Options::default()).unwrap_err();
    assert!(error.to_string().contains("other things in it"), "{error}");
    assert!(photo.is_file());
}

#[test]
fn a_linked_folder_of_blobs_is_not_followed() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    drop(Store::open(folder.path(), &Options::default()).unwrap());
    let _ = fs::remove_dir(folder.path().join("blobs"));
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("blobs")).unwrap();
    let error = Store::open(folder.path(), &Options::default()).unwrap_err();
    assert!(error.to_string().contains("symbolic link"), "{error}");
}
