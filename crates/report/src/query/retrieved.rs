//! Files that are kept whole, or read again: their list, and the files themselves. It writes nothing; the answer has them.

use compare::Subject;
use model::{FileKind, Path, TextKind};

use super::columns::{answer, path, row};
use super::contents::Look;
use super::pattern::only_all;
use super::{EACH, Extent, Need, Query, Question, Seen, Wrong};
use crate::rows::Answer;

pub(super) static LIST: Query = Query {
    name: "list-retrieved-files",
    help: "files that are kept whole with the facts of an image",
    extent: Extent::Texts,
    run: list,
    ..EACH
};

pub(super) static COPY: Query = Query {
    name: "get-retrieved-files",
    parameters: "PATH|all FOLDER",
    help: "writes a file of an image, or all those that are kept, below a folder",
    details: "\
PATH: a regular file of up to 64 MiB; links are followed, and what is not kept is read again from the image
FOLDER: made where it is missing; nothing in it is replaced, and no link in it is followed
Where several images are asked, the files of each stand below FOLDER in a folder that is called by its short ID.
Files are written for who asks alone: mode 0600, whatever they have in the image.",
    extent: Extent::Texts,
    contents: Some(need),
    writes: true,
    run: copy,
    ..EACH
};

/// What Anchore calls the place that kept files are in.
const NAMESPACE: &str = "retrieve_files";

/// A larger file is not read again.
const LARGEST: u64 = 64 << 20;

fn list(question: &Question<'_>) -> Result<Answer, Wrong> {
    let header = vec![
        "Image_Id",
        "Repo_Tags",
        "Stored_Namespace",
        "Stored_Filename",
        "Stored_File_Size_Bytes",
    ];
    only_all(question.parameters)?;
    let mut rows = Vec::new();
    for subject in question.subjects {
        for (file, bytes) in kept(subject) {
            rows.push(row(subject, [NAMESPACE.into(), path(file), bytes.len().to_string()]));
        }
    }
    Ok(answer(question, header, rows))
}

/// The kept files, ordered by path.
fn kept(subject: &Subject) -> impl Iterator<Item = (&Path, &[u8])> {
    let files = subject.texts.iter().filter(|text| text.kind == TextKind::File);
    files.map(|text| (&text.path, &*text.bytes))
}

/// What is wanted, and where it is to go.
fn wanted(parameters: &[String]) -> Result<(&str, &str), Wrong> {
    let hint = "say which file, or `all`, and the folder to write to: get-retrieved-files /etc/passwd ./out";
    match parameters {
        [what, folder] => Ok((what, folder)),
        [_] => Err(Wrong { what: "no folder to write to is given".into(), hint: hint.into() }),
        [] => Err(Wrong { what: "no file is given".into(), hint: hint.into() }),
        [_, _, further, ..] => {
            Err(Wrong { what: format!("`{further}` is one parameter too many"), hint: hint.into() })
        }
    }
}

/// Where a file really stands, links followed.
fn place(subject: &Subject, wanted: &str) -> Path {
    let path = Path::new(wanted);
    subject.side.facts.resolve(&path).unwrap_or(path)
}

/// A file that is not kept is read again.
fn need(subject: &Subject, parameters: &[String]) -> Result<Need, Wrong> {
    let (what, _) = wanted(parameters)?;
    let place = place(subject, what);
    let is_kept = || kept(subject).any(|(path, _)| *path == place);
    let is_readable = || {
        let file = subject.side.facts.file(&place);
        file.is_some_and(
            |file| matches!(file.entry.kind, FileKind::Regular { size, .. } if size <= LARGEST),
        )
    };
    let files = if what != "all" && !is_kept() && is_readable() { vec![place] } else { Vec::new() };
    Ok(Need { files, look: Look::Whole })
}

fn copy(question: &Question<'_>) -> Result<Answer, Wrong> {
    let (what, folder) = wanted(question.parameters)?;
    let header = vec!["Image_Id", "Repo_Tags", "Stored_File_Name", "Output_Location"];
    let mut answer = answer(question, header, Vec::new());
    for subject in question.subjects {
        if what == "all" {
            answer.files.extend(kept(subject).map(|(path, bytes)| (path.clone(), bytes.into())));
        } else {
            match one(question, subject, what) {
                Ok((path, bytes)) => answer.files.extend([(path, bytes)]),
                Err(warning) => answer.warnings.push(warning),
            }
        }
        for file in answer.files.keys() {
            let location = format!("{}{}", folder.trim_end_matches('/'), path(file));
            answer.rows.rows.push(row(subject, [path(file), location]));
        }
    }
    Ok(answer)
}

/// One file that was asked for, or a sentence on why it cannot be had.
fn one(
    question: &Question<'_>,
    subject: &Subject,
    what: &str,
) -> Result<(Path, Box<[u8]>), String> {
    let place = place(subject, what);
    if let Some((path, bytes)) = kept(subject).find(|(path, _)| **path == place) {
        return Ok((path.clone(), bytes.into()));
    }
    if let Some(Seen::Whole(bytes)) = question.contents.seen.get(&place) {
        return Ok((place, bytes.clone()));
    }
    Err(match subject.side.facts.file(&place).map(|file| &file.entry.kind) {
        None => format!("there is no file {what} in the image"),
        Some(FileKind::Regular { size, .. }) if *size > LARGEST => {
            format!("{what} has {size} bytes: more than {LARGEST} are not read again")
        }
        Some(FileKind::Regular { .. }) => question
            .contents
            .missing
            .clone()
            .unwrap_or_else(|| format!("{what} is not kept, and was not read again")),
        Some(other) => format!("{what} is a {}, not a regular file", other.name()),
    })
}
