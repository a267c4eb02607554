//! The corpus of real images and expected answers that may stand beside the repository. It only reads.

use std::env;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the corpus is: `PENTIMENTO_CORPUS`, or `../shared/corpus` beside the repository. None where there is none;
/// it says so, for a test that needs it is skipped then.
pub fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = env::var_os("PENTIMENTO_CORPUS").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        skipped(&folder, "there is no corpus");
        return None;
    }
    Some(folder)
}

/// The bytes of one file of the corpus; none where there is no corpus or no such file in it, and it says so.
///
/// For rooms whose tests may not read the disk themselves.
pub fn corpus_file(path: &str) -> Option<Vec<u8>> {
    let file = corpus()?.join(path);
    fs::read(&file).inspect_err(|error| skipped(&file, error)).ok()
}

#[expect(clippy::print_stdout, reason = "only tests call it, and their output is captured")]
fn skipped(path: &Path, why: impl Display) {
    println!("skipped: {}: {why}", path.display());
}
