//! Measures advisories: how long an import of the corpus' database takes, and what it takes to find the vulnerabilities of
//! an image of 250 packages, from the start of the process to its end.

use std::fs;

use super::measure::{self, Measured};
use crate::Error;
use crate::corpus::{Corpus, name_of};
use crate::program::{Program, target};
use crate::say::say;

/// Seconds that a scan may take: a twentieth of the two that Grype takes of a processor.
const MOST_SECONDS: f64 = 0.1;
/// Bytes of memory that a scan may have: a twentieth of Grype's 200 MB.
const MOST_MEMORY: u64 = 10_000_000;
/// Bytes of memory that an import may have, however large the database is.
const MOST_MEMORY_OF_IMPORT: u64 = 160_000_000;
/// The image.
const IMAGE: &str = "vulnerable_debian-old";

/// Imports the database, then scans as often as is said.
pub(super) fn run(program: &Program, corpus: &Corpus, times: u32) -> Result<(), Error> {
    let databases = corpus.list("vulnerabilities/grype/v6")?;
    let database = databases.iter().find(|path| name_of(path).ends_with(".tar.zst"));
    let (Some(database), Some(image)) = (database, corpus.image_named(IMAGE)) else {
        say("skipped: the corpus has no advisories, or no image to scan");
        return Ok(());
    };
    let folder = target().join("bench").join("advisories");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Error::io("empty", folder.display()))?;
    }
    let (database, folder) = (database.display().to_string(), folder.display().to_string());
    let import = measure::command(
        program.path(),
        &["db", "import", &*database, "--db-folder", &*folder, "--quiet"],
    )?;
    let mut beyond = Vec::new();
    let mut judge = |what: &str, measured: &Measured, seconds: Option<f64>, memory: u64| {
        let megabytes = super::megabytes(measured.peak);
        let allowed = seconds.map_or(String::new(), |seconds| format!(" of {seconds:.3}"));
        let most = super::megabytes(memory);
        say(format!("{what}: {:.3} s{allowed}, {megabytes:.1} MB of {most:.1}", measured.seconds));
        let is_beyond = seconds.is_some_and(|seconds| measured.seconds > seconds);
        beyond.extend((is_beyond || measured.peak > memory).then(|| what.to_owned()));
    };
    judge("import", &import, None, MOST_MEMORY_OF_IMPORT);
    let reference = image.reference();
    let words = ["scan", &*reference, "--db-folder", &*folder, "--format", "json", "--no-cache"];
    let mut scan = Measured::worst();
    for _ in 0..times {
        scan = scan.best(&measure::command(program.path(), &words)?);
    }
    judge("scan", &scan, Some(MOST_SECONDS), MOST_MEMORY);
    if beyond.is_empty() {
        return Ok(());
    }
    Err(Error::Failed(format!("beyond what is allowed: {}", beyond.join(", "))))
}
