//! Several at once: threads with handles of their own, and processes.

use std::process::Command;
use std::thread;

use super::*;

/// Where a child of [`processes_keep_read_and_prune_at_once`] works.
const FOLDER: &str = "PENTIMENTO_TEST_FOLDER";

/// Keeps, reads, finds and throws away, as somebody with a number.
fn work(store: &Store, number: u8) {
    for round in 0..20_u8 {
        let key = keep(store, round % 5, 7, round.into());
        if let Some(layer) = store.layer(&key, Time(round.into())).unwrap() {
            assert_eq!(layer.facts.notices[0].text, format!("layer {}", round % 5));
        }
        let image = image(number, number, &[round % 5]);
        store.keep_image(&image, &["a:1".into()], Time(round.into())).unwrap();
        match round % 4 {
            0 => drop(store.find("a:1").unwrap()),
            1 => drop(store.images().unwrap()),
            2 => drop(store.remove(&image).unwrap()),
            _ => {
                let prune = Prune { revision: 7, unused_since: Some(Time(3)), now: Time(0) };
                store.prune(&prune).unwrap();
            }
        }
    }
}

#[test]
fn handles_of_several_threads_keep_read_and_prune_at_once() {
    let (_folder, store) = open();
    thread::scope(|scope| {
        for number in 1..=4 {
            let folder = store.folder();
            scope.spawn(move || work(&Store::open(folder, &Options::default()).unwrap(), number));
            let shared = store.clone();
            scope.spawn(move || work(&shared, number + 10));
        }
    });
    assert_eq!(store.verify().unwrap().broken, Vec::<String>::new());
    assert_eq!(store.take_warnings(), Vec::<String>::new());
}

#[test]
fn a_child_works_where_it_is_told() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let store = Store::open(folder.as_ref(), &Options { capacity: 2_000 }).unwrap();
    work(&store, u8::try_from(std::process::id() % 251).unwrap());
    assert_eq!(store.take_warnings(), Vec::<String>::new());
}

#[test]
fn processes_keep_read_and_prune_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let child = || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "tests::parallel::a_child_works_where_it_is_told"]);
        command.env(FOLDER, folder.path().join("kept")).output()
    };
    let outputs: Vec<_> = thread::scope(|scope| {
        let children: Vec<_> = (0..4).map(|_| scope.spawn(child)).collect();
        children.into_iter().map(|child| child.join().unwrap().unwrap()).collect()
    });
    for output in outputs {
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && told.contains("1 passed"), "{told}");
    }
    let store = Store::open(&folder.path().join("kept"), &Options::default()).unwrap();
    assert_eq!(store.verify().unwrap().broken, Vec::<String>::new());
}
