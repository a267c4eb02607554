//! `show-non-packaged-files`: files that belong to no package.

use compare::Subject;
use model::{File, FileKind, ImageFacts, Path};

use super::depth::Depth;
use super::parameters::Parameters;
use super::selection::{EXCLUDE, Selection};
use super::types::{Types, has_distribution};
use super::{EACH, Query, Question, Wrong, columns, others};
use crate::rows::{Answer, Identity, Rows};

/// The option that counts files of other packages as packaged, too.
const TYPES: &str = "types";
/// The option that leaves package managers' own records out.
const RECORDS: &str = "records";

const OPTIONS: [&str; 3] = [EXCLUDE, TYPES, RECORDS];

pub(super) static QUERY: Query = Query {
    name: "show-non-packaged-files",
    parameters: "all|leaves|DEPTH [PREFIX] [exclude=PATH …] [types=TYPE,…] [records=no]",
    help: "files that belong to no package of the distribution",
    details: DETAILS,
    run,
    ..EACH
};

/// What the parameters of this query and of its difference mean.
pub(super) const DETAILS: &str = "\
all: every path; a directory with nothing but such paths below it is one row
leaves: every path with no such path below it
DEPTH: paths cut to DEPTH levels: 1 is / alone, 2 also what stands in it
PREFIX: this path and what is below it [default: /]; re:PATTERN: what matches from the beginning
exclude=PATH: not this path and what is below it; exclude=re:PATTERN: not what matches from the beginning
types=TYPE,…: files of packages of these types (npm, pypi, …), or of all, belong to a package, too
records=no: without package managers' own records";

/// What a question about files without packages asks for.
pub(super) struct Wanted {
    pub(super) depth: Depth,
    /// What follows depth and prefix.
    pub(super) further: Vec<String>,
    selection: Selection,
    pub(super) owners: Types,
    records: bool,
}

impl Wanted {
    /// Reads the parameters of such a question.
    pub(super) fn read(parameters: &[String]) -> Result<Wanted, Wrong> {
        let parameters = Parameters::read(parameters, &OPTIONS)?;
        let (depth, words) = match &parameters.words[..] {
            [depth, words @ ..] => (Depth::parse(depth)?, words),
            [] => (Depth::All, &[][..]),
        };
        let (prefix, further) = words.split_first().unwrap_or((&"/", &[]));
        let records = match parameters.values(RECORDS).last() {
            None | Some("yes") => true,
            Some("no") => false,
            Some(other) => {
                return Err(Wrong {
                    what: format!("`{RECORDS}={other}` is neither yes nor no"),
                    hint: "say records=no to leave package managers' own records out".into(),
                });
            }
        };
        let types = parameters.list(TYPES);
        // Whatever else owns files: the distribution always does.
        let owners = Types::new(&types);
        Ok(Wanted {
            depth,
            further: further.iter().map(ToString::to_string).collect(),
            selection: Selection::new(prefix, &parameters)?,
            owners,
            records,
        })
    }

    /// Of each file of an image whether no package has it.
    pub(super) fn unowned(&self, facts: &ImageFacts) -> Vec<bool> {
        let is_owned =
            |file: &File| Types::Distribution.own(facts, file) || self.owners.own(facts, file);
        let is_directory = |file: &File| file.entry.kind == FileKind::Directory;
        let mut unowned: Vec<bool> = facts.files.iter().map(|file| !is_owned(file)).collect();
        let owned = || facts.files.iter().zip(&unowned).filter(|(_, unowned)| !**unowned);
        if owned().any(|(file, _)| is_directory(file)) {
            return unowned;
        }
        // These records tell of no directory (distroless has digests of files alone): one with packages' files below it
        // is there because of them.
        let mut next: Option<&Path> = None;
        for (place, file) in facts.files.iter().enumerate().rev() {
            if !unowned[place] {
                next = Some(&file.path);
            } else if is_directory(file) && next.is_some_and(|owned| owned.is_under(&file.path)) {
                unowned[place] = false;
            }
        }
        unowned
    }

    /// Whether a path is meant at all.
    pub(super) fn selects(&self, file: &File) -> bool {
        (self.records || !file.record) && self.selection.has(&file.path)
    }
}

fn run(question: &Question<'_>) -> Result<Answer, Wrong> {
    let wanted = Wanted::read(question.parameters)?;
    if let Some(further) = wanted.further.first() {
        return Err(Wrong {
            what: format!("`{further}` is one parameter too many"),
            hint: "show-non-packaged-files-diff compares with another image".into(),
        });
    }
    let subject = others::subject(question)?;
    let facts = &subject.side.facts;
    let mut answer = Answer {
        rows: Rows {
            header: vec!["Image_Id", "Repo_Tags", "File/Directory_Name"],
            rows: Vec::new(),
        },
        warnings: others::broken_records(subject).collect(),
        image: Some(Identity::of(subject)),
        ..Answer::default()
    };
    if !has_distribution(facts) {
        answer.warnings.push(no_packages(subject, "every file counts as belonging to none"));
    }
    answer.warnings.extend(wanted.owners.unknown(&[subject]));
    let paths = told(&wanted, facts);
    answer.rows.rows =
        paths.iter().map(|path| columns::row(subject, [columns::path(path)])).collect();
    Ok(answer)
}

/// Says that nothing is known of an image's packages.
pub(super) fn no_packages(subject: &Subject, consequence: &str) -> String {
    let (name, id) = (columns::name(subject), columns::short_id(subject));
    format!("no package data of {name} ({id}): {consequence}")
}

/// The paths that are told, in order.
fn told(wanted: &Wanted, facts: &ImageFacts) -> Vec<Path> {
    let unowned = wanted.unowned(facts);
    let whole = whole(facts, &unowned);
    let mut told: Vec<Path> = Vec::new();
    // The directory that the last row tells of with all that is below it.
    let mut rolled: Option<&Path> = None;
    for ((file, unowned), whole) in facts.files.iter().zip(unowned).zip(whole) {
        if !unowned || !wanted.selects(file) {
            continue;
        }
        match wanted.depth {
            Depth::All => {
                if rolled.is_some_and(|directory| file.path.is_under(directory)) {
                    continue;
                }
                rolled = Some(&file.path).filter(|_| whole);
                told.push(file.path.clone());
            }
            Depth::Leaves | Depth::Names(_) => {
                let path = wanted.depth.cut(&file.path);
                // A directory gives way to what is told of it.
                while told.last().is_some_and(|last| path != *last && path.is_under(last)) {
                    told.pop();
                }
                if told.last() != Some(&path) {
                    told.push(path);
                }
            }
        }
    }
    told
}

/// Of each file whether no package has it, nor anything below it.
fn whole(facts: &ImageFacts, unowned: &[bool]) -> Vec<bool> {
    let mut whole = vec![false; facts.files.len()];
    // Going backwards, the next file that a package has: what is below a directory follows it without a gap.
    let mut next: Option<&Path> = None;
    for (place, file) in facts.files.iter().enumerate().rev() {
        if unowned[place] {
            whole[place] = !next.is_some_and(|other| other.is_under(&file.path));
        } else {
            next = Some(&file.path);
        }
    }
    whole
}
