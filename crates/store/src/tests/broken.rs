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
    let verified = store.verify().unwrap();
    assert_eq!(verified.whole, 1);
    let relative = file.strip_prefix(store.folder()).unwrap();
    let broken = [
        format!("{}: it ends early", relative.display()),
        format!("{}: it is not there any more", gone.display()),
    ];
    assert_eq!(verified.broken, broken);
    let incomplete = format!("image {}: the facts of 2 of 3 layers are gone", sha256(0xaa));
    assert_eq!(verified.incomplete, [incomplete]);
    assert_eq!(store.verify().unwrap().broken, Vec::<String>::new());
}

#[test]
fn a_blob_that_nobody_noted_is_adopted() {
    let (_folder, store, key, _file) = kept();
    store.change("forget", catalogue::clear).unwrap();
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
    fs::write(folder.join(catalogue::FILE), b"this is no catalogue, but it is long enough for one")
        .unwrap();
    let store = Store::open(&folder, &Options::default()).unwrap();
    let warnings = store.take_warnings();
    assert!(
        warnings[0].contains("catalogue.sqlite.broken-1 and made again from 2 blobs"),
        "{warnings:?}"
    );
    assert!(folder.join("catalogue.sqlite.broken-1").exists());
    assert_eq!(store.stat().unwrap().layers, 1);
    assert!(store.layer(&key, Time(1)).unwrap().is_some());
    assert_eq!(store.find("a:1").unwrap(), Found::Nothing);
}

#[test]
fn a_catalogue_that_turns_out_to_be_damaged_makes_room_for_a_new_one() {
    let (_folder, store, key, _file) = kept();
    let folder = store.folder().to_owned();
    drop(store);
    // The first page is whole: only what is behind it is not.
    let file = folder.join(catalogue::FILE);
    let mut bytes = fs::read(&file).unwrap();
    bytes[4_096..].fill(0xff);
    fs::write(&file, bytes).unwrap();
    let store = Store::open(&folder, &Options::default()).unwrap();
    assert!(store.layer(&key, Time(1)).is_err());
    let store = Store::open(&folder, &Options::default()).unwrap();
    let warnings = store.take_warnings();
    assert!(warnings[0].contains("was gone; it was made again from 2 blobs"), "{warnings:?}");
    assert_eq!(store.stat().unwrap().layers, 1);
    assert!(store.layer(&key, Time(1)).unwrap().is_some());
}

#[test]
fn a_catalogue_of_a_later_version_is_refused() {
    let (_folder, store, _key, _file) = kept();
    store.ask("change", |sql| sql.pragma_update(None, "user_version", 99)).unwrap();
    let error = Store::open(store.folder(), &Options::default()).unwrap_err();
    let told = "were written by a later version of the program (their catalogue has version 99, and this program reads up to 1)";
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
