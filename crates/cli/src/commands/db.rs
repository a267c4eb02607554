//! `pentimento db`: the advisories that are kept.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use engine::{
    AdvisoryChange, AdvisoryError, AdvisoryShelf, Event, KeptDatabase, KeptStatements,
    MOST_ADVISORY_HOURS, PUBLIC_ADVISORIES,
};
use model::ErrorKind;
use report::View;
use report::databases::{self, Change, Database, Statements};

use super::advisories::{ShelfArguments, failed, open};
use super::read::now;
use crate::error::{self, Error};
use crate::ui::Ui;

const EXAMPLES: &str = "\
Examples:
  pentimento db update
  pentimento db import vulnerability-db_v6.1.9_2024-12-31T00:00:00Z_1735603200.tar.zst
  pentimento db import ~/.cache/grype/db
  pentimento db list
  pentimento db diff 2024-12-24 2024-12-31
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
    /// which Grype keeps it; an address of any of them, or of latest.json or listing.json. Records of OSV: a folder, a ZIP
    /// archive, the layout of its export. secdb of Alpine, Wolfi and Chainguard: a document or a folder. Of both also the
    /// address of a document or an archive.
    ///
    /// VEX, as OpenVEX or CSAF: a document, those of a folder, an address. From then on what it says counts for every image.
    Import(ImportArguments),
    /// Tell which database is asked, and how old its data is; exits with 1 if it is too old or nobody says, with 2 if there is none
    Status(ShelfArguments),
    /// List the databases that are kept, the latest built last
    List(ShelfArguments),
    /// Tell what two kept databases say differently: advisories about packages that came, went or were modified
    Diff(DiffArguments),
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
struct DiffArguments {
    /// The old one: its name, the beginning of that, the day that it was built, or the file of one
    #[arg(value_name = "OLD")]
    old: String,

    /// The new one [default: the latest]
    #[arg(value_name = "NEW")]
    new: Option<String>,

    /// Exit with 1 if anything differs
    #[arg(long)]
    exit_code: bool,

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

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    match &arguments.what {
        What::Update(UpdateArguments { from, shelf }) => update(&shelf.shelf()?, from, ui),
        What::Import(ImportArguments { what, offline, shelf }) => {
            if *offline && what.contains("://") {
                return Err(error::said(
                    ErrorKind::Invalid,
                    format!("could not fetch {what}: nobody is asked with --offline"),
                    Some("import a file, or leave out --offline".into()),
                ));
            }
            import(&shelf.shelf()?, what, ui)
        }
        What::Status(shelf) => status(&shelf.shelf()?, ui),
        What::List(shelf) => list(&shelf.shelf()?, ui),
        What::Diff(arguments) => diff(arguments, ui),
        What::Rm(RemoveArguments { names, shelf }) => remove(&shelf.shelf()?, names, ui),
    }
}

fn update(shelf: &AdvisoryShelf, from: &str, ui: &Ui) -> Result<ExitCode, Error> {
    let (kept, is_new) = ui
        .progress(|watch| shelf.update(from, &|event| watch(Event::Advisories(event))))
        .map_err(failed("could not fetch advisories"))?;
    done(shelf, &kept, if is_new { "kept" } else { "kept already" }, ui)
}

fn import(shelf: &AdvisoryShelf, what: &str, ui: &Ui) -> Result<ExitCode, Error> {
    let statements = ui
        .progress(|watch| shelf.keep_statements(what, &|event| watch(Event::Advisories(event))))
        .map_err(failed("could not import advisories"))?;
    if !statements.is_empty() {
        for one in &statements {
            ui.talk(&format!("kept: {}", vex(one)));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let kept = ui
        .progress(|watch| shelf.import(what, &|event| watch(Event::Advisories(event))))
        .map_err(failed("could not import advisories"))?;
    done(shelf, &kept, "kept", ui)
}

fn done(
    shelf: &AdvisoryShelf,
    kept: &KeptDatabase,
    word: &str,
    ui: &Ui,
) -> Result<ExitCode, Error> {
    let built = kept.data.built.map_or("an unknown day".into(), model::Time::minute);
    let sentence = format!("{word}: {} advisories, built {built}", kept.counts.advisories);
    let databases = [shape(kept)];
    ui.done(&sentence, |format, view, out| databases::list(&databases, &[], format, view, out))?;
    // What was imported last is not always what is asked.
    if let Ok(asked) = shelf.find(None)
        && asked.name != kept.name
    {
        ui.talk(&format!(
            "{} is asked, for its data is later; `--db {}` asks this one",
            asked.name, kept.name
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn status(shelf: &AdvisoryShelf, ui: &Ui) -> Result<ExitCode, Error> {
    let latest = match shelf.find(None) {
        Ok(latest) => latest,
        Err(error) => return Err(none(error)),
    };
    let databases = [shape(&latest)];
    ui.list(View::default(), |format, view, out| {
        databases::list(&databases, &[], format, view, out)
    })?;
    let is_to_come = latest.is_of_days_to_come(now());
    let hours = latest.hours_old(now()).filter(|_| !is_to_come);
    let is_old = hours.map(|hours| hours >= i64::from(MOST_ADVISORY_HOURS));
    match is_old {
        Some(false) => {}
        Some(true) => ui.talk(&format!(
            "the data is more than {MOST_ADVISORY_HOURS} hours old: `pentimento db update` fetches later ones"
        )),
        None if is_to_come => {
            ui.talk("the data says that it is of days to come: how old it is, is not known");
        }
        None => ui.talk("nobody says when the data was built, so it may be old"),
    }
    Ok(ExitCode::from(u8::from(is_old != Some(false))))
}

fn none(error: AdvisoryError) -> Error {
    failed("could not tell which advisories are asked")(error)
}

fn list(shelf: &AdvisoryShelf, ui: &Ui) -> Result<ExitCode, Error> {
    let (kept, warnings) = shelf.list().map_err(failed("could not list advisories"))?;
    let databases: Vec<Database> = kept.iter().map(shape).collect();
    let vex = shelf.statements().map_err(failed("could not list VEX documents"))?;
    let vex: Vec<Statements> = vex.into_iter().map(statements).collect();
    ui.list(View::default(), |format, view, out| {
        databases::list(&databases, &vex, format, view, out)
    })?;
    for warning in &warnings {
        ui.warning(warning);
    }
    Ok(ExitCode::from(if warnings.is_empty() { 0 } else { 2 }))
}

fn statements(kept: KeptStatements) -> Statements {
    let KeptStatements { name, id, statements, .. } = kept;
    Statements { name, id, statements }
}

/// A kept VEX document in few words.
fn vex(kept: &KeptStatements) -> String {
    let KeptStatements { name, id, statements, .. } = kept;
    format!("{statements} statements of VEX, {id}, as {name}")
}

fn diff(arguments: &DiffArguments, ui: &Ui) -> Result<ExitCode, Error> {
    let shelf = arguments.shelf.shelf()?;
    let old = open(&shelf, Some(&arguments.old))?;
    let new = open(&shelf, arguments.new.as_deref())?;
    let differences = ui
        .progress(|_| engine::advisory_difference(&old, &new))
        .map_err(failed("could not compare advisories"))?;
    let changes: Vec<Change> = differences.into_iter().map(change).collect();
    let mut names = [&old, &new].map(|database| {
        let data = database.data();
        data.built.map_or_else(|| data.origin.clone(), model::Time::minute)
    });
    if names[0] == names[1] {
        // Of one minute, but not the same: schema and digest tell them apart.
        names = [&old, &new].map(|database| {
            let data = database.data();
            let digest: String =
                data.digest.iter().flat_map(|digest| digest.chars().take(19)).collect();
            format!("{} {} {digest}", names[0], data.schema).trim_end().to_owned()
        });
    }
    ui.list(View::default(), |format, view, out| {
        databases::changes([&names[0], &names[1]], &changes, format, view, out)
    })?;
    let count = |name| changes.iter().filter(|change| change.change == name).count();
    let [added, removed, modified] = ["added", "removed", "modified"].map(count);
    ui.talk(&format!(
        "from {} to {}: {added} added, {removed} removed, {modified} modified",
        names[0], names[1]
    ));
    Ok(ExitCode::from(u8::from(arguments.exit_code && !changes.is_empty())))
}

fn change(change: AdvisoryChange) -> Change {
    let kind = change.kind.name();
    let AdvisoryChange { ecosystem, package, release, id, provider, .. } = change;
    Change { change: kind, id, ecosystem, package, release, provider }
}

fn remove(shelf: &AdvisoryShelf, names: &[String], ui: &Ui) -> Result<ExitCode, Error> {
    for name in shelf.remove(names).map_err(failed("could not throw advisories away"))? {
        ui.talk(&format!("thrown away: {name}"));
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
