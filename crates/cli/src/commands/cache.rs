//! `pentimento cache`: the folder of kept facts.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use engine::{Prune, Pruned, Store};
use model::Time;
use report::View;
use report::kept::Blob;
use report::rows::{Answers, Rows};

use super::kept::{FolderArguments, failed};
use super::read::now;
use crate::error::Error;
use crate::ui::Ui;

/// Look after the folder of kept facts
///
/// All that is in it can be read again from the images, but for what was imported, and for the history of names.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Tell where the folder is, and how much is kept
    Stat(FolderArguments),
    /// List the facts and texts that are kept, with their layers
    List(FolderArguments),
    /// Throw away what nobody needs: facts of other versions of the program, and of no image; what there is no room for
    Prune(PruneArguments),
    /// Read everything that is kept; throw away what is broken, and exit with 1 if anything was
    Verify(FolderArguments),
    /// Throw everything away: facts, images and the history of names
    Clear(FolderArguments),
}

#[derive(Debug, Args)]
struct PruneArguments {
    /// Throw away what was not used for so many days, too
    #[arg(long, value_name = "DAYS")]
    unused: Option<u32>,

    #[command(flatten)]
    folder: FolderArguments,
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    match &arguments.what {
        What::Stat(folder) => stat(&folder.store()?, ui),
        What::List(folder) => list(&folder.store()?, ui),
        What::Prune(arguments) => prune(arguments, ui),
        What::Verify(folder) => verify(&folder.store()?, ui),
        What::Clear(folder) => clear(&folder.store()?, ui),
    }
}

fn stat(store: &Store, ui: &Ui) -> Result<ExitCode, Error> {
    let stat = store.stat().map_err(|error| failed("could not tell how much is kept", error))?;
    let lines = [
        ("FOLDER", store.folder().display().to_string()),
        ("IMAGES", stat.images.to_string()),
        ("LAYERS", stat.layers.to_string()),
        ("BYTES", stat.bytes.to_string()),
        ("CAPACITY", stat.capacity.to_string()),
    ];
    let rows = lines.into_iter().map(|(key, value)| vec![key.to_owned(), value]).collect();
    ui.rows(&Answers::of_all(&["cache", "stat"], Rows { header: vec!["Key", "Value"], rows }))?;
    Ok(ExitCode::SUCCESS)
}

fn list(store: &Store, ui: &Ui) -> Result<ExitCode, Error> {
    let blobs = store
        .list(engine::revision())
        .map_err(|error| failed("could not list what is kept", error))?;
    let blobs: Vec<Blob> = blobs
        .into_iter()
        .map(|blob| Blob {
            digest: blob.key.digest,
            part: blob.part.name(),
            imported: blob.imported,
            current: blob.current,
            bytes: blob.bytes,
            used: blob.used,
        })
        .collect();
    ui.list(View::default(), |format, view, out| report::kept::blobs(&blobs, format, view, out))?;
    Ok(ExitCode::SUCCESS)
}

fn prune(arguments: &PruneArguments, ui: &Ui) -> Result<ExitCode, Error> {
    let now = now();
    let since = |days: u32| Time(now.0.saturating_sub(i64::from(days) * 86_400));
    let unused_since = arguments.unused.map(since);
    let pruned = arguments
        .folder
        .store()?
        .prune(&Prune { revision: engine::revision(), unused_since, now })
        .map_err(|error| failed("could not throw away what nobody needs", error))?;
    ui.talk(&thrown_away(pruned));
    Ok(ExitCode::SUCCESS)
}

fn verify(store: &Store, ui: &Ui) -> Result<ExitCode, Error> {
    let verified = store.verify().map_err(|error| failed("could not read all of it", error))?;
    ui.talk(&format!("the facts of {} layers are whole", verified.whole));
    for sentence in verified.broken.iter().chain(&verified.incomplete) {
        ui.warning(sentence);
    }
    Ok(ExitCode::from(u8::from(!verified.broken.is_empty())))
}

fn clear(store: &Store, ui: &Ui) -> Result<ExitCode, Error> {
    let pruned = store.clear().map_err(|error| failed("could not throw everything away", error))?;
    ui.talk(&thrown_away(pruned));
    Ok(ExitCode::SUCCESS)
}

fn thrown_away(pruned: Pruned) -> String {
    format!("thrown away: the facts of {} layers, {} bytes", pruned.layers, pruned.bytes)
}
