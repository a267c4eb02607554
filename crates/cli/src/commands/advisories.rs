//! Options of the verbs that ask kept advisories, and of those that keep them.

use std::path::{Path, PathBuf};

use clap::Args;
use engine::{Advisories, AdvisoryError, AdvisoryShelf, Scanner, ScannerProgram, Suppressions};
use model::ErrorKind;

use crate::environment::Environment;
use crate::error::{self, Error};

/// Where advisories are kept.
#[derive(Debug, Args)]
#[command(next_help_heading = "Advisories")]
pub(crate) struct ShelfArguments {
    /// Keep databases of advisories in this folder [default: ~/.local/share/pentimento/advisories]
    ///
    /// `PENTIMENTO_ADVISORIES` says the same. Without both it is `pentimento/advisories` in `$XDG_DATA_HOME` or
    /// `~/.local/share`.
    #[arg(long, value_name = "FOLDER")]
    db_folder: Option<PathBuf>,
}

impl ShelfArguments {
    /// The folder of databases; none where nothing says where it is.
    pub(crate) fn lenient(&self) -> Option<AdvisoryShelf> {
        let folder = self.db_folder.clone().or_else(|| Environment::read().advisories_folder());
        folder.map(|folder| AdvisoryShelf::at(&folder))
    }

    /// The folder of databases; without one there is nothing to do.
    pub(crate) fn shelf(&self) -> Result<AdvisoryShelf, Error> {
        self.lenient().ok_or_else(|| {
            error::said(
                ErrorKind::NotFound,
                "no advisories are kept: nothing says where".into(),
                Some("say --db-folder FOLDER, or set PENTIMENTO_ADVISORIES".into()),
            )
        })
    }
}

/// Who is asked.
#[derive(Debug, Args)]
#[command(next_help_heading = "Advisories")]
pub(crate) struct ScannerArguments {
    /// Ask this program instead, where it is installed, and take its answer for ours: grype, trivy
    ///
    /// It is handed the packages that the image has, and looks in advisories of its own; the report says which these are.
    #[arg(long, value_name = "PROGRAM", value_parser = program)]
    scanner: Option<ScannerProgram>,
}

impl ScannerArguments {
    /// The other program, if one is to be asked.
    pub(crate) fn program(&self) -> Option<Scanner> {
        self.scanner.map(Scanner::Program)
    }
}

fn program(word: &str) -> Result<ScannerProgram, String> {
    let known = ScannerProgram::ALL.into_iter().find(|program| program.name() == word);
    known.ok_or_else(|| "it is grype or trivy".into())
}

/// What a person said not to count.
#[derive(Debug, Args)]
#[command(next_help_heading = "Advisories")]
pub(crate) struct SuppressionArguments {
    /// Do not count what this VEX document says does not affect the image, or is fixed in it; may be repeated
    ///
    /// OpenVEX or CSAF. What counts for nothing is told: mostly the product is written in another way than it should be.
    #[arg(long, value_name = "FILE")]
    vex: Vec<PathBuf>,

    /// Do not count what the rules of this file fit; may be repeated
    ///
    /// TOML: `[[ignore]]` with conditions, a `reason`, and perhaps the day on which it `expires`. See docs/vulnerabilities.md.
    #[arg(long, value_name = "FILE")]
    ignore: Vec<PathBuf>,

    /// Leave out the VEX documents that are kept (`pentimento db import`)
    #[arg(long)]
    no_kept_vex: bool,
}

impl SuppressionArguments {
    /// Whether there are any.
    #[cfg(feature = "serve")]
    pub(crate) fn are_given(&self) -> bool {
        !self.vex.is_empty() || !self.ignore.is_empty()
    }

    /// Reads the files, and the documents that are kept.
    pub(crate) fn read(&self, folder: &ShelfArguments) -> Result<Suppressions, Error> {
        let kept = match folder.lenient().filter(|_| !self.no_kept_vex) {
            Some(kept) => kept.statement_files(),
            None => Ok(Vec::new()),
        };
        kept.and_then(|kept| Suppressions::read(&self.vex, &self.ignore)?.with_kept(&kept))
            .map_err(failed("could not tell what is not to count"))
    }
}

/// Opens the database that a person means: one that is kept, by its name, the beginning of that, or the day that it was
/// built; or the file of one. None: the latest that is kept.
pub(crate) fn open(shelf: &AdvisoryShelf, name: Option<&str>) -> Result<Advisories, Error> {
    let file = name.map(Path::new).filter(|path| path.is_file());
    let opened = match file {
        Some(path) => Advisories::open(path),
        None => shelf.find(name).and_then(|database| database.open()),
    };
    opened.map_err(failed("could not ask advisories"))
}

/// A failure to have advisories.
pub(crate) fn failed(doing: &str) -> impl Fn(AdvisoryError) -> Error + '_ {
    move |error| {
        let hint = error.hint().map(ToOwned::to_owned);
        error::said(error.kind(), format!("{doing}: {}", model::told(&error)), hint)
    }
}
