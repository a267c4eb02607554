//! A folder that nothing can be written into is read, and stays as it is.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use super::*;

/// Where a child of [`a_folder_that_cannot_be_written_into_is_read`] looks.
const FOLDER: &str = "PENTIMENTO_TEST_READ_ONLY_FOLDER";

/// Somebody whom permissions stop, other than root.
const NOBODY: u32 = 65_534;

/// Gives everything in `folder` to `owner` where we are root, and takes the right to write away.
fn close(folder: &Path, owner: Option<u32>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            close(&path, owner);
        } else {
            chown(&path, owner, owner).unwrap();
        }
    }
    chown(folder, owner, owner).unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).unwrap();
}

fn open_again(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    folders.filter(|path| path.is_dir()).for_each(|path| open_again(&path));
}

/// Every file with its bytes, but for what SQLite notes of who reads just now.
fn files(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
    files.retain(|(path, _)| !path.to_string_lossy().ends_with("-shm"));
    files.sort();
    files
}

#[test]
fn a_child_reads_where_it_cannot_write() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let store = Store::open(folder.as_ref(), &Options { capacity: 1 }).unwrap();
    let warnings = store.take_warnings();
    assert!(
        warnings[0]
            .ends_with("cannot be written into: what is kept there is used, and nothing is added")
    );
    let one = LayerKey { digest: sha256(1), revision: 7 };
    let day = Time(86_400);
    assert_eq!(store.layer(&one, day).unwrap().unwrap().facts.notices[0].text, "layer 1");
    let is_catalogue_whole = warnings.len() == 1;
    let Found::One(found, names) = store.find("a:1").unwrap() else {
        assert!(!is_catalogue_whole);
        return;
    };
    assert_eq!((found.id.clone(), names), (sha256(0xaa), vec!["a:1".to_owned()]));
    // What need not be kept is not; what a person asks for is refused.
    keep(&store, 2, 7, 1);
    store.keep_image(&image(0xbb, 0xbc, &[1]), &["a:1".into()], day).unwrap();
    assert_eq!(store.history("a:1").unwrap().len(), 1);
    let broken = LayerKey { digest: sha256(3), revision: 7 };
    assert_eq!(store.layer(&broken, day).unwrap(), None);
    assert!(store.take_warnings()[0].contains("are not used: it ends early"));
    assert_eq!(store.verify(7).unwrap().broken.len(), 1);
    let prune = Prune { revision: 7, unused_since: None, now: day };
    for error in [
        store.prune(&prune).unwrap_err(),
        store.clear().unwrap_err(),
        store.remove(&found).unwrap_err(),
    ] {
        assert!(error.to_string().ends_with("it cannot be written into"), "{error}");
        assert_eq!(error.kind(), model::ErrorKind::Denied);
    }
}

/// A folder with an image of one layer and a broken blob, after `change`, as a child sees it that may not write there.
#[track_caller]
fn check(change: impl FnOnce(&Store)) {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("ke?pt #1%");
    let store = Store::open(&kept, &Options::default()).unwrap();
    for layer in [1, 3] {
        keep(&store, layer, 7, 0);
    }
    store.keep_image(&image(0xaa, 0xab, &[1]), &["a:1".into()], Time(0)).unwrap();
    let broken = LayerKey { digest: sha256(3), revision: 7 };
    fs::write(kept.join(Address::verified(&broken, Part::Facts).file()), "pentkept").unwrap();
    change(&store);
    drop(store);
    let is_root = rustix::process::geteuid().is_root();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    close(&kept, is_root.then_some(NOBODY));
    let before = files(&kept);
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "tests::read_only::a_child_reads_where_it_cannot_write"]);
    if is_root {
        command.uid(NOBODY).gid(NOBODY);
    }
    let output = command.env(FOLDER, &kept).current_dir("/").output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
    assert!(files(&kept) == before, "something was changed");
    open_again(&kept);
}

#[test]
fn a_folder_that_cannot_be_written_into_is_read() {
    check(|_| ());
}

#[test]
fn a_catalogue_with_a_log_beside_it_is_read_where_nothing_can_be_written() {
    check(|store| {
        // As whoever is killed leaves it: not closed.
        std::mem::forget(store.clone());
    });
}

#[test]
fn facts_are_read_without_a_catalogue_where_nothing_can_be_written() {
    check(|store| {
        std::mem::forget(store.clone());
        fs::write(store.folder().join(catalogue::file(1)), "garbage").unwrap();
        for end in ["-wal", "-shm"] {
            fs::remove_file(store.folder().join(catalogue::file(1) + end)).unwrap();
        }
    });
    check(|store| fs::remove_file(store.folder().join(catalogue::file(1))).unwrap());
}
