//! Many processes at one folder of kept facts: some are killed, and somebody spoils the catalogue meanwhile.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Run, command, run, shop};

const WORKERS: usize = 12;
const KILLS: usize = 40;
/// However slow the machine is, nobody waits longer than this for all of them.
const LONGEST: Duration = Duration::from_mins(1);

/// What each process does in turn. Analyses are what it is all for, so every other is one.
const COMMANDS: [&[&str]; 10] = [
    &["analyze", "oci:shop:1.4"],
    &["cache", "verify"],
    &["analyze", "oci:shop:1.5"],
    &["cache", "prune"],
    &["analyze", "oci:shop:1.4", "--force"],
    &["images"],
    &["analyze", "oci:shop:1.5"],
    &["import", "file"],
    &["analyze", "oci:shop:same"],
    &["cache", "clear"],
];

/// Begins a process that has room for a part of one image alone, but for imports, which are kept whole or not at all.
fn start(folder: &Path, arguments: &[&str]) -> Child {
    let room = if arguments[0] == "import" { "1G" } else { "20K" };
    let mut command = command(folder, arguments);
    command.env("PENTIMENTO_CACHE", folder.join("cache")).env("PENTIMENTO_CACHE_SIZE", room);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn ended(folder: &Path, arguments: &[&str]) -> Run {
    Run::of(&start(folder, arguments).wait_with_output().unwrap())
}

/// The catalogue that counts just now.
fn catalogue(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder.join("cache")).ok()?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let number = |path: &PathBuf| -> Option<u32> {
        let name = path.file_name()?.to_str()?;
        name.strip_prefix("catalogue-")?.strip_suffix(".sqlite")?.parse().ok()
    };
    paths.filter(|path| number(path).is_some()).max_by_key(number)
}

/// What all of them have in common.
struct Stress<'a> {
    folder: &'a Path,
    /// What an analysis says when nobody is in its way.
    expected: Vec<String>,
    next: AtomicUsize,
    is_over: AtomicBool,
    running: Mutex<Vec<Arc<Mutex<Child>>>>,
}

impl Stress<'_> {
    /// Runs one process after the other, and looks at what each says.
    fn work(&self) {
        while !self.is_over.load(Ordering::Relaxed) {
            let arguments = COMMANDS[self.next.fetch_add(1, Ordering::Relaxed) % COMMANDS.len()];
            let mut child = start(self.folder, arguments);
            let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
            let child = Arc::new(Mutex::new(child));
            self.running.lock().unwrap().push(child.clone());
            let mut run = Run { stdout: String::new(), stderr: String::new(), code: None };
            out.read_to_string(&mut run.stdout).unwrap();
            err.read_to_string(&mut run.stderr).unwrap();
            run.code = child.lock().unwrap().wait().unwrap().code();
            self.running.lock().unwrap().retain(|other| !Arc::ptr_eq(other, &child));
            if run.code.is_some() {
                self.check(arguments, &run);
            }
        }
    }

    /// Nothing fails because of others. What is thrown away by others is read again, and says the same.
    fn check(&self, arguments: &[&str], run: &Run) {
        let told = || format!("{arguments:?}: {:?}\n{}", run.code, run.stderr);
        assert_eq!(run.code, Some(0), "{}", told());
        if arguments[0] == "analyze" {
            assert!(self.expected.contains(&run.stdout), "{}\n{}", told(), run.stdout);
        }
        let expected = [
            "catalogue of kept facts was",
            "there was no room for the facts of",
            "what today's readers read of",
        ];
        let is_expected = |line: &&str| expected.iter().any(|told| line.contains(told));
        let warnings = run.stderr.lines().filter(|line| line.starts_with("warning: "));
        assert_eq!(warnings.filter(|line| !is_expected(line)).count(), 0, "{}", told());
    }
}

#[test]
fn many_processes_may_be_killed_and_their_catalogue_spoilt() {
    let folder = shop();
    let folder = folder.path();
    let names = ["oci:shop:1.4", "oci:shop:1.5", "oci:shop:same"];
    let expected = names.map(|name| run(folder, &["analyze", name]).stdout);
    assert_eq!(ended(folder, &["analyze", names[0]]).code, Some(0));
    let mut export = command(folder, &["export", names[0], "-o", "file"]);
    assert!(export.env("PENTIMENTO_CACHE", folder.join("cache")).status().unwrap().success());
    let stress = Stress {
        folder,
        expected: expected.into(),
        next: AtomicUsize::new(0),
        is_over: AtomicBool::new(false),
        running: Mutex::new(Vec::new()),
    };
    let begun = Instant::now();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(|| stress.work())).collect();
        for number in 0..KILLS {
            thread::sleep(Duration::from_millis(20 + (number as u64 * 37) % 100));
            if begun.elapsed() > LONGEST
                || workers.iter().any(thread::ScopedJoinHandle::is_finished)
            {
                break;
            }
            let running = stress.running.lock().unwrap().clone();
            if let Some(child) = running.get(number % running.len().max(1)) {
                // One that has ended by itself is not killed.
                child.lock().unwrap().kill().unwrap();
            }
            if let Some(file) = catalogue(folder).filter(|_| number % 8 == 7) {
                // Another may have set it aside already.
                let _ = match number % 16 {
                    7 => fs::write(file, [0xa5; 10_000]),
                    _ => fs::remove_file(file),
                };
            }
        }
        stress.is_over.store(true, Ordering::Relaxed);
    });
    for _ in 0..2 {
        let verified = ended(folder, &["cache", "verify"]);
        assert_eq!(verified.code, Some(0), "{}", verified.stderr);
    }
    assert_eq!(ended(folder, &["cache", "prune"]).code, Some(0));
    assert_eq!(fs::read_dir(folder.join("cache/temporary")).unwrap().count(), 0);
}
