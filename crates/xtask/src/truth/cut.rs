//! Root file systems cut down to their package databases: each becomes an image of one layer and is asked for packages.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::packages::{self, Package};
use super::rows::Row;
use super::{Question, Questions};
use crate::corpus::{Corpus, name_of};
use crate::program::{Program, target};
use crate::{Error, oci};

/// One question for each `SIDE.truth.tsv` with a `SIDE.tar.gz` beside it. What is expected of ecosystems that the
/// program does not read is only counted.
pub(super) fn questions(corpus: &Corpus) -> Result<Questions, Error> {
    let mut questions = Questions::default();
    let mut unread = BTreeMap::new();
    for folder in corpus.list("cut")?.iter().filter(|folder| folder.is_dir()) {
        for side in ["old", "new"] {
            let truth = folder.join(format!("{side}.truth.tsv"));
            let archive = folder.join(format!("{side}.tar.gz"));
            if truth.is_file() && archive.is_file() {
                let expected = Some(expected(&truth, &mut unread)?);
                let name = format!("cut/{}/{side}", name_of(folder));
                questions.asked.push(question(&name, archive, expected));
            }
        }
    }
    for (ecosystem, count) in unread {
        questions.remarks.push(format!("not read yet: {count} rows of {ecosystem}"));
    }
    Ok(questions)
}

fn question(name: &str, archive: PathBuf, expected: Option<Vec<Row>>) -> Question {
    let folder = target().join("truth").join(name);
    let name = format!("packages {name}");
    let ask = move |program: &Program| {
        let reference = image_of(&archive, &folder)?;
        Ok(packages::analyze(program, &reference, &[])?.iter().map(row).collect())
    };
    Question { name, expected, ask: Box::new(ask) }
}

/// Makes an image whose only layer is `archive`, and gives its reference.
pub(super) fn image_of(archive: &Path, folder: &Path) -> Result<String, Error> {
    oci::write(folder, &[("cut", &[archive])])?;
    Ok(format!("oci:{}:cut", folder.display()))
}

/// The row of a package: architecture of those of the operating system, place and licence of those of languages.
fn row(package: &Package) -> Row {
    let Package { ecosystem, name, version, architecture, database, license, .. } = package;
    let license = license.as_deref().unwrap_or_default();
    match &**ecosystem {
        "npm" => Row::new([ecosystem, name, version, database, license]),
        // Nobody knows better which licences these have.
        "pypi" => Row::new([ecosystem, name, version, database, ""]),
        _ => Row::new([ecosystem, name, version, architecture.as_deref().unwrap_or_default()]),
    }
}

/// Reads lines of type, name, version, then source and architecture, or place and licence.
fn expected(file: &Path, unread: &mut BTreeMap<String, usize>) -> Result<Vec<Row>, Error> {
    let text = fs::read_to_string(file).map_err(Error::io("read", file.display()))?;
    let mut rows = Vec::new();
    for line in text.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        match columns[..] {
            [ecosystem @ ("npm" | "pypi"), name, version, place, license] => {
                rows.push(Row::new([ecosystem, name, version, place, license]));
            }
            [ecosystem, name, version, _, architecture] if is_read(ecosystem) => {
                rows.push(Row::new([ecosystem, name, version, architecture]));
            }
            [ecosystem, ..] => *unread.entry(ecosystem.into()).or_default() += 1,
            [] => {}
        }
    }
    Ok(rows)
}

/// Whether the program reads packages of that kind.
fn is_read(name: &str) -> bool {
    analysis::ecosystem::ALL
        .iter()
        .any(|ecosystem| ecosystem.name == name && ecosystem.scheme.is_some())
}
