//! `pentimento db`: the advisories that are kept.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use engine::{AdvisoryError, Event, KeptDatabase, PUBLIC_ADVISORIES, Shelf};
use model::ErrorKind;
use report::View;
use report::databases::{self, Database};

use super::advisories::{ShelfArguments, failed};
use super::read::now;
use crate::error::{self, Error};
use crate::ui::Ui;

const EXAMPLES: &str = "\
Examples:
  pentimento db update
  pentimento db import vulnerability-db_v6.1.9_2024-12-31T00:00:00Z_1735603200.tar.zst
  pentimento db import ~/.cache/grype/db
  pentimento db list
  pentimento diff shop:1.4 shop:1.5 --old-db 2024-12-24 --new-db 2024-12-31";

/// Keep advisories, which `scan` and `diff` ask
///
/// Several databases may be kept, each under the time that its data was built; the latest is asked unless another one is
/// named. What is imported is read and copied into a form of our own: files of yours are never written.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Fetch the advisories that Grype publishes, unless the latest are kept already
    Update(UpdateArguments),
    /// Keep the advisories of a file, a folder or an address
    ///
    /// Databases of Grype, of schema 6 or 5: the archive that is published, the file vulnerability.db, or the folder in
    /// which Grype keeps it; an address of any of them, or of latest.json or listing.json.
    Import(ImportArguments),
    /// Tell which database is asked, and how old its data is; exits with 1 if it is too old, with 2 if there is none
    Status(ShelfArguments),
    /// List the databases that are kept, the latest built last
    List(ShelfArguments),
    /// Throw a database away
    Rm(RemoveArguments),
}

#[derive(Debug, Args)]
struct UpdateArguments {
    /// Fetch them from here
    #[arg(long, value_name = "URL", default_value = PUBLIC_ADVISORIES)]
    from: String,

    #[command(flatten)]
    shelf: ShelfArguments,
}

#[derive(Debug, Args)]
struct ImportArguments {
    /// The file, folder or address
    #[arg(value_name = "FILE|FOLDER|URL")]
    what: String,

    /// Ask nobody: an address is refused
    #[arg(long)]
    offline: bool,

    #[command(flatten)]
    shelf: ShelfArguments,
}

#[derive(Debug, Args)]
struct RemoveArguments {
    /// The databases: names, beginnings of one, or the days that they were built
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,

    #[command(flatten)]
    shelf: ShelfArguments,
}

/// Hours after which data is called too old.
const MOST_HOURS: i64 = 120;

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    match &arguments.what {
        What::Update(UpdateArguments { from, shelf }) => {
            import(&shelf.shelf()?, from, "could not fetch advisories", ui)
        }
        What::Import(ImportArguments { what, offline, shelf }) => {
            if *offline && what.contains("://") {
                return Err(error::said(
                    ErrorKind::Invalid,
                    format!("could not fetch {what}: nobody is asked with --offline"),
                    Some("import a file, or leave out --offline".into()),
                ));
            }
            import(&shelf.shelf()?, what, "could not import advisories", ui)
        }
        What::Status(shelf) => status(&shelf.shelf()?, ui),
        What::List(shelf) => list(&shelf.shelf()?, ui),
        What::Rm(RemoveArguments { names, shelf }) => remove(&shelf.shelf()?, names, ui),
    }
}

fn import(shelf: &Shelf, what: &str, doing: &str, ui: &Ui) -> Result<ExitCode, Error> {
    let kept = ui
        .progress(|watch| shelf.import(what, &|event| watch(Event::Advisories(event))))
        .map_err(failed(doing))?;
    let built = kept.data.built.map_or("an unknown day".into(), model::Time::minute);
    let sentence = format!("kept: {} advisories, built {built}", kept.counts.advisories);
    let databases = [shape(&kept)];
    ui.done(&sentence, |format, view, out| databases::list(&databases, format, view, out))?;
    Ok(ExitCode::SUCCESS)
}

fn status(shelf: &Shelf, ui: &Ui) -> Result<ExitCode, Error> {
    let latest = match shelf.find(None) {
        Ok(latest) => latest,
        Err(error) => return Err(none(error)),
    };
    let databases = [shape(&latest)];
    ui.list(View::default(), |format, view, out| databases::list(&databases, format, view, out))?;
    let is_old = latest.hours_old(now()).is_none_or(|hours| hours > MOST_HOURS);
    if is_old {
        ui.talk(&format!(
            "the data is more than {MOST_HOURS} hours old: `pentimento db update` fetches later ones"
        ));
    }
    Ok(ExitCode::from(u8::from(is_old)))
}

fn none(error: AdvisoryError) -> Error {
    failed("could not tell which advisories are asked")(error)
}

fn list(shelf: &Shelf, ui: &Ui) -> Result<ExitCode, Error> {
    let (kept, warnings) = shelf.list().map_err(failed("could not list advisories"))?;
    let databases: Vec<Database> = kept.iter().map(shape).collect();
    ui.list(View::default(), |format, view, out| databases::list(&databases, format, view, out))?;
    for warning in &warnings {
        ui.warning(warning);
    }
    Ok(ExitCode::from(if warnings.is_empty() { 0 } else { 2 }))
}

/// Every name has to mean a database before any is thrown away.
fn remove(shelf: &Shelf, names: &[String], ui: &Ui) -> Result<ExitCode, Error> {
    let found: Result<Vec<KeptDatabase>, AdvisoryError> =
        names.iter().map(|name| shelf.find(Some(name))).collect();
    for database in found.map_err(failed("could not throw advisories away"))? {
        shelf.remove(&database).map_err(failed("could not throw advisories away"))?;
        ui.talk(&format!("thrown away: {}", database.name));
    }
    Ok(ExitCode::SUCCESS)
}

fn shape(kept: &KeptDatabase) -> Database {
    Database {
        name: kept.name.clone(),
        data: kept.data.clone(),
        advisories: kept.counts.advisories,
        records: kept.counts.records,
        bytes: kept.bytes,
        hours_old: kept.hours_old(now()),
    }
}
