//! The corpus of real images and expected answers that may stand beside the repository. It only reads.

use std::env;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The annotation that has an image's tag.
const TAG: &str = "org.opencontainers.image.ref.name";

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

/// The layers of an image of the corpus as they are stored, the lowest first: `corpus_layers("images/rpm", "ndb-old")`.
/// None where there is no such image, and it says so.
pub fn corpus_layers(layout: &str, tag: &str) -> Option<Vec<Vec<u8>>> {
    let list = |json: Vec<u8>, name: &str| match serde_json::from_slice::<Value>(&json) {
        Ok(mut json) => json[name].as_array_mut().map(std::mem::take),
        Err(_) => None,
    };
    let blob = |descriptor: &Value| {
        let digest = descriptor["digest"].as_str()?.replace(':', "/");
        corpus_file(&format!("{layout}/blobs/{digest}"))
    };
    let manifests = list(corpus_file(&format!("{layout}/index.json"))?, "manifests")?;
    let is_tagged = |manifest: &&Value| manifest["annotations"][TAG] == tag;
    let manifest = manifests.iter().find(is_tagged)?;
    list(blob(manifest)?, "layers")?.iter().map(blob).collect()
}

#[expect(clippy::print_stdout, reason = "only tests call it, and their output is captured")]
fn skipped(path: &Path, why: impl Display) {
    println!("skipped: {}: {why}", path.display());
}
