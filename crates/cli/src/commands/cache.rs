//! `pentimento cache`: the folder of kept facts.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use engine::{Prune, Pruned, Stat, Store, Verified};
use model::Time;
use report::View;
use report::kept::{self, Blob};

use super::capacity::CapacityArguments;
use super::kept::{FolderArguments, failed};
use super::read::now;
use crate::error::Error;
use crate::ui::Ui;

/// Look after the folder of kept facts
///
/// Facts that were read here can be read again from their images. What was imported, since when names meant what, and what
/// a person said of an image cannot be had again.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Tell where the folder is, and how much is kept
    Stat(StatArguments),
    /// List the facts and texts that are kept, with their layers
    List(FolderArguments),
    /// Throw away what nobody needs: facts of other versions of the program, and of no image; what there is no room for
    Prune(PruneArguments),
    /// Read everything that is kept; throw away what is broken, and exit with 1 if anything was
    Verify(FolderArguments),
    /// Throw everything away: facts, images, what was imported and the history of names
    Clear(FolderArguments),
}

#[derive(Debug, Args)]
struct PruneArguments {
    /// Throw away what was not used for so many days, too
    #[arg(long, value_name = "DAYS")]
    unused: Option<u32>,

    #[command(flatten)]
    folder: FolderArguments,

    #[command(flatten)]
    capacity: CapacityArguments,
}

#[derive(Debug, Args)]
struct StatArguments {
    #[command(flatten)]
    folder: FolderArguments,

    #[command(flatten)]
    capacity: CapacityArguments,
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    let store = match &arguments.what {
        What::Prune(PruneArguments { folder, capacity, .. })
        | What::Stat(StatArguments { folder, capacity }) => folder.store_of(capacity)?,
        What::List(folder) | What::Verify(folder) | What::Clear(folder) => folder.store(ui)?,
    };
    let done = match &arguments.what {
        What::Stat(_) => stat(&store, ui),
        What::List(_) => list(&store, ui),
        What::Prune(arguments) => prune(&store, arguments, ui),
        What::Verify(_) => verify(&store, ui),
        What::Clear(_) => clear(&store, ui),
    };
    ui.warnings(&store);
    done
}

fn stat(store: &Store, ui: &Ui) -> Result<ExitCode, Error> {
    let Stat { images, layers, bytes, capacity } =
        store.stat().map_err(|error| failed("could not tell how much is kept", error))?;
    let folder = store.folder().display().to_string();
    let stat = kept::Stat { folder, images, layers, bytes, capacity };
    ui.list(View::default(), |format, view, out| kept::stat(&stat, format, view, out))?;
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
    ui.list(View::default(), |format, view, out| kept::blobs(&blobs, format, view, out))?;
    Ok(ExitCode::SUCCESS)
}

fn prune(store: &Store, arguments: &PruneArguments, ui: &Ui) -> Result<ExitCode, Error> {
    let now = now();
    let since = |days: u32| Time(now.0.saturating_sub(i64::from(days) * 86_400));
    let unused_since = arguments.unused.map(since);
    let pruned = store
        .prune(&Prune { revision: engine::revision(), unused_since, now })
        .map_err(|error| failed("could not throw away what nobody needs", error))?;
    thrown_away(pruned, ui)
}

fn verify(store: &Store, ui: &Ui) -> Result<ExitCode, Error> {
    let Verified { whole, broken, incomplete } = store
        .verify(engine::revision())
        .map_err(|error| failed("could not read all of it", error))?;
    for sentence in broken.iter().chain(&incomplete) {
        ui.warning(sentence);
    }
    let verified = kept::Verified { whole, broken, incomplete };
    ui.done(&format!("the facts of {whole} layers are whole"), |format, view, out| {
        kept::verified(&verified, format, view, out)
    })?;
    Ok(ExitCode::from(u8::from(!verified.broken.is_empty())))
}

fn clear(store: &Store, ui: &Ui) -> Result<ExitCode, Error> {
    let pruned = store.clear().map_err(|error| failed("could not throw everything away", error))?;
    thrown_away(pruned, ui)
}

fn thrown_away(Pruned { layers, bytes }: Pruned, ui: &Ui) -> Result<ExitCode, Error> {
    let sentence = format!("thrown away: the facts of {layers} layers, {bytes} bytes");
    let pruned = kept::Pruned { layers, bytes };
    ui.done(&sentence, |format, view, out| kept::pruned(pruned, format, view, out))?;
    Ok(ExitCode::SUCCESS)
}
