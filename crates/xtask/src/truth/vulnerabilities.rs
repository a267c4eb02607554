//! Differences of vulnerabilities: of two images, what came and went has to be the difference of the two lists that Grype
//! gives of them, and every row of it has to have a cause that one and the same data leave possible.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::Deserialize;

use super::cut::image_of;
use super::files::{diff, not_as_promised};
use super::findings;
use super::rows::Row;
use super::{Question, Questions};
use crate::Error;
use crate::corpus::{Corpus, name_of};
use crate::program::{Program, target};

/// Causes that a difference can have where both sides were asked of the same data, and nobody said anything.
const CAUSES: [&str; 5] =
    ["upgraded", "downgraded", "package-added", "package-removed", "reclassified"];

/// One question for each list, and one for each `NAME-old.tsv` with a `NAME-new.tsv` beside it.
pub(super) fn questions(corpus: &Corpus) -> Result<Questions, Error> {
    let mut questions = Questions::default();
    let older = Shelf::of(corpus, "v5")?;
    let Some(shelf) = Shelf::of(corpus, "v6")? else { return Ok(questions) };
    for file in corpus.list("vulnerabilities/expected")? {
        let name = name_of(&file);
        for shelf in older.iter().chain([&shelf]) {
            match findings::question(corpus, shelf, &file)? {
                Some(question) => questions.asked.push(question),
                None => questions.lost.push(format!("there is no image for {}", file.display())),
            }
        }
        let Some(stem) = name.strip_suffix("-old.tsv") else { continue };
        let other = file.with_file_name(format!("{stem}-new.tsv"));
        if !other.is_file() {
            continue;
        }
        let images = [format!("{stem}-old"), format!("{stem}-new")];
        let [Some(old), Some(new)] = images.map(|image| image_named(corpus, &image)) else {
            questions.lost.push(format!("there are no images for {}", file.display()));
            continue;
        };
        let expected = Some(expected(&list(&file)?, &list(&other)?));
        let shelf = Rc::clone(&shelf);
        let ask = move |program: &Program| {
            let folder = shelf.folder(program)?.display().to_string();
            let words = ["--db-folder".to_owned(), folder];
            let comparison = diff(program, &old.reference()?, &new.reference()?, &words)?;
            given(&comparison)
        };
        let name = format!("vulnerabilities {stem}-old..new");
        questions.asked.push(Question { name, expected, ask: Box::new(ask) });
    }
    Ok(questions)
}

/// A database of the corpus, kept in a folder of its own as soon as somebody asks. Both are made of the same records.
pub(super) struct Shelf {
    /// Whether it is of schema 5.
    pub(super) is_older: bool,
    database: PathBuf,
    folder: OnceCell<PathBuf>,
}

impl Shelf {
    /// None where the corpus has no database of this schema.
    fn of(corpus: &Corpus, schema: &str) -> Result<Option<Rc<Shelf>>, Error> {
        let files = corpus.list(&format!("vulnerabilities/grype/{schema}"))?;
        let database = files.into_iter().find(|path| name_of(path).contains(".tar."));
        let is_older = schema == "v5";
        Ok(database.map(|database| Rc::new(Shelf { is_older, database, folder: OnceCell::new() })))
    }

    pub(super) fn folder(&self, program: &Program) -> Result<&Path, Error> {
        if let Some(folder) = self.folder.get() {
            return Ok(folder);
        }
        let folder = target().join("truth").join(if self.is_older {
            "advisories-5"
        } else {
            "advisories-6"
        });
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Error::io("empty", folder.display()))?;
        }
        let (database, at) = (self.database.display().to_string(), folder.display().to_string());
        program.bare(&["db", "import", &database, "--db-folder", &at])?;
        Ok(self.folder.get_or_init(|| folder))
    }
}

/// An image of a layout, or an archive that becomes one.
pub(super) enum Image {
    Reference(String),
    Archive(PathBuf, PathBuf),
}

impl Image {
    pub(super) fn reference(&self) -> Result<String, Error> {
        match self {
            Image::Reference(reference) => Ok(reference.clone()),
            Image::Archive(archive, folder) => image_of(archive, folder),
        }
    }
}

/// The image that `LAYOUT-TAG` or `cut-NAME-SIDE` means.
pub(super) fn image_named(corpus: &Corpus, name: &str) -> Option<Image> {
    let mut subjects = corpus.subjects();
    if let Some(subject) = subjects.find(|subject| subject.name().replace(':', "-") == name) {
        return Some(Image::Reference(subject.reference()));
    }
    let (folder, side) = name.strip_prefix("cut-")?.rsplit_once('-')?;
    let archives = corpus.list(&format!("cut/{folder}")).ok()?;
    let archive = archives.into_iter().find(|path| name_of(path) == format!("{side}.tar.gz"))?;
    Some(Image::Archive(archive, target().join("truth/vulnerabilities").join(name)))
}

/// A vulnerability of a package, by its identifier, the package's type and its name.
type Found = BTreeSet<[String; 3]>;

/// What Grype's list says: a heading, then identifier, package, version, type, ….
fn list(file: &Path) -> Result<Found, Error> {
    let text = fs::read_to_string(file).map_err(Error::io("read", file.display()))?;
    let rows = text.lines().skip(1).filter_map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [id, package, _, kind, ..] = columns[..] else { return None };
        Some(named(id, kind, package))
    });
    Ok(rows.collect())
}

/// A row with the type as package URLs have it, and the name as its ecosystem compares it.
pub(super) fn named(id: &str, kind: &str, package: &str) -> [String; 3] {
    let kind = match kind {
        "python" => "pypi",
        "go-module" => "golang",
        "java-archive" => "maven",
        "rust-crate" => "cargo",
        other => other,
    };
    let package = match kind {
        "pypi" => {
            let parts = package.split(['-', '_', '.']).filter(|part| !part.is_empty());
            parts.collect::<Vec<_>>().join("-").to_lowercase()
        }
        _ => package.into(),
    };
    [id.into(), kind.into(), package]
}

fn expected(old: &Found, new: &Found) -> Vec<Row> {
    let removed = old.difference(new).map(|one| row("removed", one));
    removed.chain(new.difference(old).map(|one| row("added", one))).collect()
}

fn row(change: &str, [id, kind, package]: &[String; 3]) -> Row {
    Row::new([change, &**id, &**kind, &**package])
}

/// The part of a comparison that is compared here.
#[derive(Deserialize)]
struct Comparison {
    vulnerabilities: Vulnerabilities,
}

#[derive(Deserialize)]
struct Vulnerabilities {
    same_data: bool,
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    #[serde(rename = "change")]
    fate: String,
    cause: String,
    package: Package,
    old: Vec<Finding>,
    new: Vec<Finding>,
}

#[derive(Deserialize)]
struct Package {
    #[serde(rename = "type")]
    kind: String,
    name: String,
}

#[derive(Deserialize)]
struct Finding {
    id: String,
}

/// What came and went by identifier, and a row for each change that has no cause, or one that cannot be.
fn given(comparison: &[u8]) -> Result<Vec<Row>, Error> {
    let comparison: Comparison = serde_json::from_slice(comparison).map_err(not_as_promised)?;
    let Vulnerabilities { same_data, changes } = comparison.vulnerabilities;
    let mut rows = BTreeSet::new();
    if !same_data {
        rows.insert(Row::new(["asked of different data"]));
    }
    for change in &changes {
        let Package { kind, name } = &change.package;
        let ids = |findings: &[Finding]| -> Found {
            let of = |finding: &Finding| [finding.id.clone(), kind.clone(), name.clone()];
            findings.iter().map(of).collect()
        };
        rows.extend(expected(&ids(&change.old), &ids(&change.new)));
        if !CAUSES.contains(&&*change.cause) {
            rows.insert(Row::new([&*change.fate, "for no possible cause", &*change.cause, name]));
        }
    }
    Ok(rows.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_of_lists_is_what_came_and_what_went() {
        let found = |text: &str| -> Found {
            text.split(' ').map(|id| named(id, "python", "Zope.Interface")).collect()
        };
        let rows = expected(&found("CVE-1 CVE-2"), &found("CVE-2 CVE-3"));
        let rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
        let gone = "removed\tCVE-1\tpypi\tzope-interface";
        assert_eq!(rows, [gone, "added\tCVE-3\tpypi\tzope-interface"]);
    }

    #[test]
    fn a_change_without_a_possible_cause_is_a_row() {
        let json = r#"{"vulnerabilities":{"same_data":true,"changes":[{"change":"removed","cause":"vex",
            "package":{"type":"deb","name":"a"},"old":[{"id":"CVE-1"}],"new":[]}]}}"#;
        let rows: Vec<String> =
            given(json.as_bytes()).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(rows, ["removed\tCVE-1\tdeb\ta", "removed\tfor no possible cause\tvex\ta"]);
    }
}
