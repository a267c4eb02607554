//! Compares what the program says with answers that others computed, row by row.
//!
//! Nothing here knows about particular images: questions are found in a corpus folder, answers are rows of text, and
//! the only list of names is the committed one of known disagreements.

mod cut;
mod files;
mod findings;
mod known;
mod packages;
mod rows;
mod tally;
mod turned;
mod unowned;
mod vulnerabilities;

use std::path::PathBuf;

use crate::Error;
use crate::corpus::Corpus;
use crate::program::Program;

use known::Known;
use rows::Row;
use tally::Tally;

/// Options of `cargo xtask truth`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder with `images`, `expected` and `cut`; else `PENTIMENTO_CORPUS`, else `../shared/corpus`.
    #[arg(long)]
    corpus: Option<PathBuf>,
    /// Ask only questions whose name has this text in it.
    #[arg(long)]
    only: Option<String>,
    /// Ask this program instead of building one.
    #[arg(long)]
    program: Option<PathBuf>,
}

/// Something that the program is asked.
struct Question {
    /// What is asked about what: `packages alpine:3.20`.
    name: String,
    /// The rows that are right; none where nobody knows, and only an answer is wanted.
    expected: Option<Vec<Row>>,
    /// Asks.
    ask: Ask,
}

/// Asks the program and makes rows of what it says.
type Ask = Box<dyn Fn(&Program) -> Result<Vec<Row>, Error>>;

/// Questions of one kind, and remarks about what could not be asked.
#[derive(Default)]
struct Questions {
    asked: Vec<Question>,
    /// Expected answers that no image is there for: each counts as one that differs.
    lost: Vec<String>,
    remarks: Vec<String>,
}

/// Asks every question of the corpus and fails if an answer differs that is not known to.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let corpus = Corpus::open(arguments.corpus.as_deref())?;
    let program = Program::at(arguments.program.as_ref())?;
    let only = arguments.only.as_deref().unwrap_or_default();
    let mut tally = Tally::new(Known::committed()?);
    for kind in [
        packages::questions,
        cut::questions,
        files::questions,
        turned::questions,
        unowned::questions,
        vulnerabilities::questions,
    ] {
        let Questions { asked, lost, remarks } = kind(&corpus)?;
        for question in asked.iter().filter(|question| question.name.contains(only)) {
            tally.count(question, (question.ask)(&program));
        }
        for answer in lost.into_iter().filter(|answer| answer.contains(only)) {
            tally.lose(answer);
        }
        remarks
            .iter()
            .filter(|remark| remark.contains(only))
            .for_each(|remark| tally.remark(remark));
    }
    tally.sum_up()
}
