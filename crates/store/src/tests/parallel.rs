//! Several at once: threads with handles of their own, and processes.

use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use super::*;

/// Where a child of [`processes_keep_read_and_prune_at_once`] works.
const FOLDER: &str = "PENTIMENTO_TEST_FOLDER";

/// The file that a child of [`nothing_is_kept_by_an_import_that_is_killed`] imports, and where it is killed.
const FILE: &str = "PENTIMENTO_TEST_FILE";
const CUT: &str = "PENTIMENTO_TEST_CUT";

/// Bytes at the end of which the process is killed.
struct Dying<'a>(&'a [u8]);

impl Read for Dying<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.0.is_empty() {
            std::process::abort();
        }
        self.0.read(buffer)
    }
}

/// Keeps, reads, finds and throws away, as somebody with a number.
fn work(store: &Store, number: u8) {
    for round in 0..20_u8 {
        let key = keep(store, round % 5, 7, round.into());
        if let Some(layer) = store.layer(&key, Time(round.into())).unwrap() {
            assert_eq!(layer.facts.notices[0].text, format!("layer {}", round % 5));
        }
        let image = image(number, number, &[round % 5]);
        store.keep_image(&image, &["a:1".into()], Time(round.into())).unwrap();
        match round % 6 {
            0 => drop(store.find("a:1").unwrap()),
            1 => drop(store.images().unwrap()),
            2 => drop(store.remove(&image).unwrap()),
            // Whoever looks meets nothing that is half there, whatever others are doing.
            3 | 4 => assert_eq!(store.verify(7).unwrap().broken, Vec::<String>::new()),
            _ => {
                let prune = Prune { revision: 7, unused_since: Some(Time(3)), now: Time(0) };
                store.prune(&prune).unwrap();
            }
        }
    }
}

#[test]
fn what_is_kept_is_read_although_somebody_else_has_the_turn() {
    let (_folder, store) = open();
    let key = keep(&store, 1, 7, 0);
    let stack = StackKey { layers: vec![sha256(1)], revision: 7 };
    store.keep_stacked(&stack, &model::ImageFacts::default(), Time(0)).unwrap();
    let held = Store::open(store.folder(), &Options::default()).unwrap();
    let held = held.inside.folder.lock().unwrap();
    let begun = std::time::Instant::now();
    // So much later that the use would be noted.
    assert!(store.layer(&key, Time(9_000)).unwrap().is_some());
    assert!(store.stacked(&stack, Time(9_000)).unwrap().is_some());
    assert!(begun.elapsed() < Duration::from_secs(5), "nobody was waited for");
    drop(held);
    store.layer(&key, Time(9_000)).unwrap();
    assert!(store.list(7).unwrap().iter().any(|blob| blob.used == Time(9_000)));
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
    assert_eq!(store.verify(7).unwrap().broken, Vec::<String>::new());
    assert_eq!(store.take_warnings(), Vec::<String>::new());
}

#[test]
fn a_child_works_where_it_is_told() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    if let Some(file) = std::env::var_os(FILE) {
        let store = Store::open(folder.as_ref(), &Options::default()).unwrap();
        let bytes = std::fs::read(file).unwrap();
        let cut: usize = std::env::var(CUT).unwrap().parse().unwrap();
        let _ = store.import(&mut Dying(&bytes[..cut]), "x".as_ref(), 7, Time(9));
        return;
    }
    let store = Store::open(folder.as_ref(), &Options { capacity: 2_000 }).unwrap();
    work(&store, u8::try_from(std::process::id() % 251).unwrap());
    assert_eq!(store.take_warnings(), Vec::<String>::new());
}

fn child(folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "tests::parallel::a_child_works_where_it_is_told"]);
    command.env(FOLDER, folder);
    command
}

#[test]
fn processes_keep_read_and_prune_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let child = || child(&folder.path().join("kept")).output();
    let outputs: Vec<_> = thread::scope(|scope| {
        let children: Vec<_> = (0..4).map(|_| scope.spawn(child)).collect();
        children.into_iter().map(|child| child.join().unwrap().unwrap()).collect()
    });
    for output in outputs {
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && told.contains("1 passed"), "{told}");
    }
    let store = Store::open(&folder.path().join("kept"), &Options::default()).unwrap();
    assert_eq!(store.verify(7).unwrap().broken, Vec::<String>::new());
}

#[test]
fn nothing_is_kept_by_an_import_that_is_killed() {
    let (folder, store) = open();
    let _ = [keep(&store, 1, 7, 0), keep(&store, 2, 7, 0)];
    let images = [image(0xaa, 0xab, &[1, 2]), image(0xbb, 0xbc, &[2])];
    for image in &images {
        store.keep_image(image, &["a:1".into()], Time(5)).unwrap();
    }
    let mut bytes = Vec::new();
    store.export(&images, 7, &mut bytes).unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, &bytes).unwrap();
    let there = folder.path().join("there");
    for cut in [30, 300, bytes.len() / 2, bytes.len() - 8, bytes.len()] {
        let mut child = child(&there);
        child.env(FILE, &file).env(CUT, cut.to_string());
        assert_eq!(child.output().unwrap().status.code(), None, "{cut}");
        let store = Store::open(&there, &Options::default()).unwrap();
        assert_eq!(store.stat().unwrap(), Stat { capacity: 2 << 30, ..Stat::default() });
        assert_eq!(store.inside.folder.blobs().unwrap().len(), 0);
        assert_eq!(store.history("a:1").unwrap(), []);
        // What it had written is tidied up at once.
        store.prune(&Prune { revision: 7, unused_since: None, now: Time(10) }).unwrap();
        assert_eq!(std::fs::read_dir(there.join("temporary")).unwrap().count(), 0);
    }
    let store = Store::open(&there, &Options::default()).unwrap();
    store.import(&mut &bytes[..], "x".as_ref(), 7, Time(9)).unwrap();
    assert_eq!((store.stat().unwrap().images, store.stat().unwrap().layers), (2, 3));
}

#[test]
fn what_an_import_is_writing_is_not_tidied_up() {
    let (_folder, store) = open();
    let turn = store.turn().unwrap();
    let mut staging = store.inside.folder.staging(&turn.lock).unwrap();
    staging.put("blobs/aa/bb/one".into(), b"one").unwrap();
    store.inside.folder.tidy(&turn.lock).unwrap();
    staging.place(&store.inside.folder, &turn.lock).unwrap();
    assert!(store.inside.folder.has("blobs/aa/bb/one".as_ref()));
}

#[test]
fn who_waits_for_a_turn_in_vain_is_told() {
    let (_folder, store) = open();
    let _stopped = store.turn().unwrap();
    let patience = Duration::from_millis(1_001);
    let error = store.inside.folder.lock_within(patience).unwrap_err();
    assert!(error.to_string().ends_with(" for 1 seconds"), "{error}");
    // Whoever only reads does not wait.
    assert_eq!(Store::open(store.folder(), &Options::default()).unwrap().images().unwrap(), []);
}
