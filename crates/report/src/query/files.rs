//! Files: which there are, what each is, and which give privileges to whoever runs them.

use compare::Subject;
use model::{File, FileEntry, FileKind};

use super::columns::{answer, path, row, text};
use super::pattern::patterns;
use super::{EACH, Query, Question, Wrong, capabilities};
use crate::rows::{Answer, Cell};

pub(super) static LIST: Query = Query {
    name: "list-files",
    parameters: "PATH … | re:PATTERN … | all",
    help: "files at these paths and below them, with their permission bits",
    run: list,
    ..EACH
};

pub(super) static DETAIL: Query = Query {
    name: "list-files-detail",
    parameters: "PATH … | re:PATTERN … | all",
    help: "files at these paths and below them, with kind, size, permission bits, link and digest",
    run: detail,
    ..EACH
};

pub(super) static PRIVILEGED: Query = Query {
    name: "list-suids",
    parameters: "PATH … | re:PATTERN … | all",
    help: "files that run with other rights than those of who runs them: setuid, setgid, capabilities",
    details: "\
The column Privilege says which: setuid(USER), setgid(GROUP) by number, capabilities as getcap shows them.",
    run: privileged,
    ..EACH
};

fn list(question: &Question<'_>) -> Result<Answer, Wrong> {
    let header = vec!["Image_Id", "Repo_Tag", "File", "Permission"];
    below(question, header, |subject, file| {
        Some(row(subject, [path(&file.path), permission(&file.entry)]))
    })
}

fn detail(question: &Question<'_>) -> Result<Answer, Wrong> {
    let header =
        vec!["Image_Id", "Repo_Tags", "Filename", "Type", "Size", "Mode", "Link_Dest", "Checksum"];
    below(question, header, |subject, file| {
        let cells = [
            path(&file.path),
            kind(&file.entry.kind).into(),
            size(&file.entry.kind).to_string(),
            permission(&file.entry),
            link(&file.entry.kind),
            checksum(&file.entry.kind),
        ];
        Some(row(subject, cells))
    })
}

fn privileged(question: &Question<'_>) -> Result<Answer, Wrong> {
    let header = vec!["Image_Id", "Repo_Tags", "File", "Permission", "Privilege"];
    below(question, header, |subject, file| {
        let privilege = privilege(&file.entry)?;
        Some(row(subject, [path(&file.path), permission(&file.entry), privilege]))
    })
}

/// Rows of the files at the paths that the parameters say and below them, ordered by path.
fn below(
    question: &Question<'_>,
    header: Vec<&'static str>,
    cells: impl Fn(&Subject, &File) -> Option<Vec<Cell>>,
) -> Result<Answer, Wrong> {
    let patterns = patterns(question.parameters, "path")?;
    let mut rows = Vec::new();
    for subject in question.subjects {
        let files = subject.side.facts.files.iter();
        let meant = files.filter(|file| patterns.iter().any(|pattern| pattern.holds(&file.path)));
        rows.extend(meant.filter_map(|file| cells(subject, file)));
    }
    Ok(answer(question, header, rows))
}

/// Permission bits as C writes octal numbers: `0755`, `04755`.
fn permission(entry: &FileEntry) -> Cell {
    format!("0{:03o}", entry.mode)
}

/// The kinds of files in Anchore's words; it has none for pipes and sockets.
fn kind(kind: &FileKind) -> &'static str {
    match kind {
        FileKind::Regular { .. } => "file",
        FileKind::Directory => "dir",
        FileKind::Symlink { .. } => "slink",
        FileKind::CharDevice { .. } | FileKind::BlockDevice { .. } => "dev",
        FileKind::Fifo => "fifo",
        FileKind::Socket => "socket",
    }
}

/// As lstat(2) has it: a link is as long as its text. What a directory takes is the file system's business.
fn size(kind: &FileKind) -> u64 {
    match kind {
        FileKind::Regular { size, .. } => *size,
        FileKind::Symlink { target } => target.len() as u64,
        _ => 0,
    }
}

fn link(kind: &FileKind) -> Cell {
    match kind {
        FileKind::Symlink { target } => text(target),
        _ => "NA".into(),
    }
}

fn checksum(kind: &FileKind) -> Cell {
    match kind {
        FileKind::Regular { sha256, .. } => sha256.to_string(),
        _ => "DIRECTORY_OR_OTHER".into(),
    }
}

/// Every privilege that a file gives; none is the common case.
fn privilege(entry: &FileEntry) -> Option<Cell> {
    if !matches!(entry.kind, FileKind::Regular { .. }) {
        return None;
    }
    let set_uid = (entry.mode & 0o4000 != 0).then(|| format!("setuid({})", entry.uid));
    let set_gid = (entry.mode & 0o2000 != 0).then(|| format!("setgid({})", entry.gid));
    let capabilities = capabilities::of(entry);
    let privileges: Vec<Cell> = [set_uid, set_gid, capabilities].into_iter().flatten().collect();
    (!privileges.is_empty()).then(|| privileges.join(","))
}
