//! `show-file-diffs`: files that came, went or have other contents, whoever they belong to.

use std::cmp::Ordering;

use compare::{Aspect, Mask, Subject};
use model::{File, FileEntry, FileKind, Path};

use super::package_differences::ABSENT;
use super::parameters::Parameters;
use super::selection::{EXCLUDE, Selection};
use super::{EACH, Query, Question, Wrong, columns, others};
use crate::rows::{Answer, Cell, Identity, Rows};

/// What stands for everything that has no content of its own.
const OTHER: &str = "DIRECTORY_OR_OTHER";

/// The option that asks for more than contents.
const ALSO: &str = "also";

const OPTIONS: [&str; 2] = [EXCLUDE, ALSO];

pub(super) static QUERY: Query = Query {
    name: "show-file-diffs",
    parameters: "IMAGE … | base [exclude=PATH …] [also=WHAT,…]",
    help: "files that came, went or have other contents since another image, or since its base",
    details: "\
base: the kept image with the fewest layers that this one is built on
exclude=PATH: not this path and what is below it; exclude=re:PATTERN: not what matches from the beginning
also=WHAT,…: changes of type, link, mode, owner, xattr and device too, or of all of them, in two more columns",
    images,
    run,
    ..EACH
};

const HEADER: [&str; 6] = [
    "Image_Id",
    "Repo_Tag",
    "Compare_Image_Id",
    "File",
    "Input_Image_File_Checksum",
    "Compare_Image_Checksum",
];

const ALSO_HEADER: [&str; 2] = ["Input_Image_File_Also", "Compare_Image_Also"];

fn images(parameters: &[String]) -> Vec<String> {
    let parameters = Parameters::read(parameters, &OPTIONS);
    parameters.map_or_else(|_| Vec::new(), |parameters| others::names(&parameters.words))
}

fn run(question: &Question<'_>) -> Result<Answer, Wrong> {
    let parameters = Parameters::read(question.parameters, &OPTIONS)?;
    let selection = Selection::new("/", &parameters)?;
    let also = aspects(&parameters.list(ALSO))?;
    let subject = others::subject(question)?;
    let mut header = HEADER.to_vec();
    header.extend(ALSO_HEADER.iter().filter(|_| !also.is_empty()));
    let mut answer = Answer {
        rows: Rows { header, rows: Vec::new() },
        image: Some(Identity::of(subject)),
        ..Answer::default()
    };
    for other in others::found(question, &parameters.words, &mut answer)? {
        answer.compared.push(Identity::of(other));
        let sides = [subject, other];
        let files = sides.map(|side| side.side.facts.files.iter());
        let pairs = pairs(files, |file| &file.path).filter(|files| selection.has(path(files)));
        answer.rows.rows.extend(pairs.filter_map(|files| row(sides, files, &also)));
    }
    Ok(answer)
}

/// What else is compared.
fn aspects(names: &[&str]) -> Result<Vec<Aspect>, Wrong> {
    // Contents are compared anyway, and where they are the same so are sizes.
    let known =
        || Aspect::ALL.into_iter().filter(|one| !matches!(one, Aspect::Content | Aspect::Size));
    if names.contains(&"all") {
        return Ok(known().collect());
    }
    let wrong = |name: &str| Wrong {
        what: format!("`{name}` is nothing that files could be compared by"),
        hint: format!("say {} or all", known().map(Aspect::name).collect::<Vec<_>>().join(", ")),
    };
    let find = |name: &&str| known().find(|one| one.name() == *name).ok_or_else(|| wrong(name));
    names.iter().map(find).collect()
}

/// A path on both sides: at least one of them has it.
type Files<'a> = (Option<&'a File>, Option<&'a File>);

fn path<'a>(files: &Files<'a>) -> &'a Path {
    match files {
        (Some(file), _) | (None, Some(file)) => &file.path,
        (None, None) => unreachable!("a pair has a side"),
    }
}

/// Every path that either side has, in order, with what each has there. Both are in order.
pub(super) fn pairs<'a, T>(
    [input, other]: [impl Iterator<Item = T>; 2],
    path: impl Fn(&T) -> &'a Path,
) -> impl Iterator<Item = (Option<T>, Option<T>)> {
    let (mut input, mut other) = (input.peekable(), other.peekable());
    std::iter::from_fn(move || {
        let order = match (input.peek(), other.peek()) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(input), Some(other)) => path(input).cmp(path(other)),
        };
        let first = if order.is_le() { input.next() } else { None };
        let second = if order.is_ge() { other.next() } else { None };
        Some((first, second))
    })
}

fn row(sides: [&Subject; 2], files: Files<'_>, also: &[Aspect]) -> Option<Vec<Cell>> {
    let (input, other) = (checksum(files.0), checksum(files.1));
    let differing: Vec<Aspect> =
        also.iter().copied().filter(|aspect| differs(files, *aspect)).collect();
    if input == other && differing.is_empty() {
        return None;
    }
    let [subject, compared] = sides;
    let mut row = vec![
        columns::short_id(subject),
        columns::name(subject),
        columns::short_id(compared),
        columns::path(path(&files)),
        input,
        other,
    ];
    if !also.is_empty() {
        let nothing = if files.0.is_some() && files.1.is_some() { "same" } else { "none" };
        row.extend([files.0, files.1].map(|file| told(file, &differing, nothing)));
    }
    Some(row)
}

/// Whether a path is different in this on both sides; what only one side has, differs in everything that it has.
fn differs(files: Files<'_>, aspect: Aspect) -> bool {
    let entry = match files {
        (Some(input), Some(other)) => {
            return Mask::between(&other.entry, &input.entry).has(aspect);
        }
        (Some(file), None) | (None, Some(file)) => &file.entry,
        (None, None) => return false,
    };
    match aspect {
        Aspect::Link => matches!(entry.kind, FileKind::Symlink { .. }),
        Aspect::Device => {
            matches!(entry.kind, FileKind::CharDevice { .. } | FileKind::BlockDevice { .. })
        }
        Aspect::Xattr => entry.xattrs.is_some(),
        _ => true,
    }
}

/// The digest of a regular file's content.
fn checksum(file: Option<&File>) -> Cell {
    match file.map(|file| &file.entry.kind) {
        None => ABSENT.into(),
        Some(FileKind::Regular { sha256, .. }) => sha256.to_string(),
        Some(_) => OTHER.into(),
    }
}

/// What one side has of what differs beside contents: `mode=0755,owner=0:0`.
fn told(file: Option<&File>, differing: &[Aspect], nothing: &str) -> Cell {
    let Some(file) = file else { return ABSENT.into() };
    let told =
        differing.iter().map(|aspect| format!("{}={}", aspect.name(), value(&file.entry, *aspect)));
    let told = told.collect::<Vec<_>>().join(",");
    if told.is_empty() { nothing.into() } else { told }
}

fn value(entry: &FileEntry, aspect: Aspect) -> String {
    match (aspect, &entry.kind) {
        (Aspect::Mode, _) => format!("{:04o}", entry.mode),
        (Aspect::Owner, _) => format!("{}:{}", entry.uid, entry.gid),
        (Aspect::Link, FileKind::Symlink { target }) => columns::text(target),
        (
            Aspect::Device,
            FileKind::CharDevice { major, minor } | FileKind::BlockDevice { major, minor },
        ) => format!("{major}:{minor}"),
        (Aspect::Xattr, _) => {
            let names = entry.xattrs.iter().flat_map(|xattrs| xattrs.keys());
            let names: Vec<String> = names.map(|name| columns::text(name)).collect();
            if names.is_empty() { "none".into() } else { names.join("+") }
        }
        (_, kind) => kind.name().into(),
    }
}
