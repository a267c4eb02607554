//! `pentimento watch`: tags that are looked at again and again, so that what they meant has a history.

mod list;

use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use clap::{Args, Subcommand};
use engine::{Looked, Options, Rounds};
use model::{Digest, ErrorKind};
use report::rows::{Answers, Rows};

use super::ReadArguments;
use super::kept::{FolderArguments, failed};
use super::read::now;
use crate::environment::Environment;
use crate::error::{self, Error};
use crate::ui::Ui;
use list::{List, Watched};

const EXAMPLES: &str = "\
Examples:
  pentimento watch add alpine:latest registry.example/team/shop:1.5
  pentimento watch run --once
  pentimento watch run --every 1h
  pentimento history alpine:latest
  pentimento diff --since 30d alpine:latest";

/// Seconds after which the list is read again.
const REREAD: i64 = 5;

/// Watch tags: look again and again what they mean, and keep every image that they meant
///
/// A tag that means what it meant before is asked for and not read. When it means another image, that is read and kept, with
/// the time: `pentimento history` tells all of them, `pentimento diff --since` compares. Images that no tag means any more
/// stay. `pentimento serve` does the same for its repositories.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Put tags on the list
    Add(NamesArguments),
    /// List the watched tags, with what each was seen to mean last
    List(ListArguments),
    /// Take tags off the list; what was seen of them stays
    Rm(NamesArguments),
    /// Look at the tags of the list, until it is told to stop
    ///
    /// A line is written for each that means another image than before. A registry is asked once in a second at the most,
    /// and left alone for longer when it fails. Whatever the list has at that time is watched.
    Run(RunArguments),
}

/// Where the list is.
#[derive(Debug, Args)]
struct FileArguments {
    /// The file with the list, a name in each line [default: ~/.local/share/pentimento/watched]
    ///
    /// Without it, it is the file `watched` in `PENTIMENTO_DATA`, or in the folder `pentimento` in `$XDG_DATA_HOME` or
    /// `~/.local/share`.
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct NamesArguments {
    /// The tags
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,

    #[command(flatten)]
    file: FileArguments,
}

#[derive(Debug, Args)]
struct ListArguments {
    #[command(flatten)]
    file: FileArguments,

    #[command(flatten)]
    folder: FolderArguments,
}

#[derive(Debug, Args)]
struct RunArguments {
    /// Look at each tag so often, a tenth earlier or later: 30s, 15m, 6h, 1d
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = interval)]
    every: i64,

    /// Look at each tag once; exits with 2 if one could not be asked for
    #[arg(long)]
    once: bool,

    #[command(flatten)]
    file: FileArguments,

    #[command(flatten)]
    read: ReadArguments,
}

impl FileArguments {
    fn list(&self) -> Result<List, Error> {
        let usual = || Environment::read().data_folder().map(|folder| folder.join("watched"));
        let path = self.list.clone().or_else(usual).ok_or_else(|| {
            let text = "neither --list nor $HOME says where the list of watched tags is";
            error::said(ErrorKind::Invalid, text.into(), None)
        })?;
        Ok(List::at(path))
    }
}

/// How often something is done, as a person wrote it; no more than once in a second.
pub(crate) fn interval(text: &str) -> Result<i64, String> {
    let seconds = model::seconds(text).filter(|seconds| *seconds > 0);
    seconds.ok_or_else(|| "it is a whole number with s, m, h, d or w behind it".into())
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    match &arguments.what {
        What::Add(NamesArguments { names, file }) => {
            let list = file.list()?;
            let added = list.add(&parsed(names)?)?;
            let of = list.path().display();
            ui.talk(&format!("{added} added to {of}; `pentimento watch run` looks at them"));
            Ok(ExitCode::SUCCESS)
        }
        What::Rm(NamesArguments { names, file }) => {
            file.list()?.remove(&parsed(names)?)?;
            Ok(ExitCode::SUCCESS)
        }
        What::List(arguments) => listed(arguments, ui),
        What::Run(arguments) => watch(arguments, ui),
    }
}

fn parsed(names: &[String]) -> Result<Vec<Watched>, Error> {
    names.iter().map(|name| Watched::parse(name)).collect()
}

fn listed(arguments: &ListArguments, ui: &Ui) -> Result<ExitCode, Error> {
    let watched = arguments.file.list()?.read()?;
    let options = arguments.folder.options();
    let store = arguments.folder.store(ui)?;
    let mut rows = Vec::new();
    for tag in watched {
        // One that nobody has looked at has no history.
        let seen = engine::history(&store, &tag.name, &options).map(|(_, seen)| seen);
        let latest = seen.unwrap_or_default().into_iter().next();
        let [digest, first, last] = match latest {
            Some(seen) => {
                let digest = seen.digest.as_ref().unwrap_or(&seen.id).to_string();
                [digest, seen.first.to_string(), seen.last.to_string()]
            }
            None => ["-", "-", "-"].map(str::to_owned),
        };
        rows.push(vec![tag.name, digest, first, last]);
    }
    let header = vec!["Name", "Digest", "Since", "Last_Seen"];
    ui.rows(&Answers::of_all(&["watch", "list"], Rows { header, rows }))?;
    Ok(ExitCode::SUCCESS)
}

fn watch(arguments: &RunArguments, ui: &Ui) -> Result<ExitCode, Error> {
    let list = arguments.file.list()?;
    let options = arguments.read.options(ui);
    if options.keep.is_none() {
        let text = "could not watch: nothing is kept, and what tags meant would be forgotten";
        let hint = "leave out --no-cache, and say --cache-folder where there is no home".to_owned();
        return Err(error::said(ErrorKind::Invalid, text.into(), Some(hint)));
    }
    if options.offline {
        let text = "could not watch: with --offline no registry is asked".to_owned();
        return Err(error::said(ErrorKind::Invalid, text, None));
    }
    let mut rounds = Rounds::new(arguments.every);
    let mut is_told = true;
    // Which names' images are held, where they are all that were seen.
    let mut held: Option<Vec<String>> = None;
    loop {
        let watched = list.read()?;
        if watched.is_empty() && (arguments.once || rounds.pause(now()).is_none()) {
            let text = format!("nothing is watched: {} has no names", list.path().display());
            let hint = "`pentimento watch add NAME` puts one there".to_owned();
            return Err(error::said(ErrorKind::NotFound, text, Some(hint)));
        }
        let names = watched.iter().map(|tag| (tag.name.clone(), tag.reference.host.clone()));
        rounds.watch(names, now());
        while let Some(name) = rounds.next(now()) {
            let tag = watched.iter().find(|tag| tag.name == name);
            let looked = tag.map(|tag| looked(tag, &options, ui));
            let went_well = !matches!(looked, Some(None));
            rounds.done(&name, went_well, now());
            is_told &= went_well;
            if let Some(Some(Looked::Moved { .. })) = looked {
                held = None;
            }
        }
        let names: Vec<String> = watched.into_iter().map(|tag| tag.name).collect();
        if held.as_ref() != Some(&names) {
            hold(&list, &names, &options, ui);
            held = Some(names);
        }
        if arguments.once && rounds.are_through() {
            return Ok(if is_told { ExitCode::SUCCESS } else { ExitCode::from(2) });
        }
        let pause = rounds.pause(now()).unwrap_or(REREAD).clamp(1, REREAD);
        thread::sleep(Duration::from_secs(pause.unsigned_abs()));
    }
}

/// Holds what the watched tags ever meant, whatever room there is. Where that fails, it is watched all the same.
fn hold(list: &List, names: &[String], options: &Options, ui: &Ui) {
    let Some(keep) = &options.keep else { return };
    let holder = format!("watch {}", list.path().display());
    if let Err(error) = engine::hold(&keep.store, &holder, names, options) {
        let error = failed("could not hold what tags meant", error);
        ui.warning(&error.sentence());
    }
}

/// Looks at a tag and tells what it means, where that is new. None where it could not be asked for.
fn looked(tag: &Watched, options: &Options, ui: &Ui) -> Option<Looked> {
    let options = Options { now: now(), ..options.clone() };
    let looked = ui.progress(|watch| engine::look(&tag.reference, &options, watch));
    if let Some(keep) = &options.keep {
        ui.warnings(&keep.store);
    }
    match &looked {
        Ok(Looked::Same(digest)) => {
            ui.remark(&format!("{} is {} as before", tag.name, digest.short()));
        }
        Ok(Looked::Moved { from, to }) => {
            let from = from.as_ref().map_or("first seen".into(), Digest::to_string);
            ui.announce(&format!("{} {}: {from} → {to}", options.now, tag.name));
        }
        Err(_) => {}
    }
    let failed = |error| {
        let error = error::engine(&format!("could not look at {}", tag.name), error);
        ui.warning(&error.sentence());
    };
    looked.map_err(failed).ok()
}
