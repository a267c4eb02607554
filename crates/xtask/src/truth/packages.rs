//! Packages: what the package managers themselves say is installed.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::rows::Row;
use super::{Question, Questions};
use crate::Error;
use crate::corpus::{Corpus, Subject, name_of};
use crate::program::Program;

/// The part of the program's analysis that is compared.
#[derive(Deserialize)]
struct Analysis {
    packages: Vec<Package>,
}

/// One package as the program gives it.
#[derive(Deserialize)]
pub(super) struct Package {
    #[serde(rename = "type")]
    pub(super) ecosystem: String,
    pub(super) name: String,
    pub(super) version: String,
    #[serde(default)]
    pub(super) architecture: Option<String>,
    #[serde(default)]
    pub(super) source: Option<String>,
    #[serde(default)]
    pub(super) license: Option<String>,
    #[serde(default)]
    pub(super) database: String,
}

/// One question for each file of `expected/packages`, then one for each image that has no such file.
pub(super) fn questions(corpus: &Corpus) -> Result<Questions, Error> {
    let mut questions = Questions::default();
    for file in corpus.list("expected/packages")? {
        let name = name_of(&file);
        let Some(stem) = name.strip_suffix(".tsv") else { continue };
        match corpus.image_named(stem) {
            Some(subject) => questions.asked.push(question(subject, Some(expected(&file)?))),
            None => questions.lost.push(format!("there is no image for {}", file.display())),
        }
    }
    for subject in corpus.subjects() {
        let question = question(subject, None);
        if !questions.asked.iter().any(|asked| asked.name == question.name) {
            questions.asked.push(question);
        }
    }
    Ok(questions)
}

fn question(subject: Subject<'_>, expected: Option<Vec<Row>>) -> Question {
    let (reference, platform) = (subject.reference(), subject.platform_words());
    Question {
        name: format!("packages {}", subject.name()),
        expected,
        ask: Box::new(move |program| {
            Ok(analyze(program, &reference, &platform)?.iter().map(row).collect())
        }),
    }
}

/// Asks the program for the packages of an image.
pub(super) fn analyze(
    program: &Program,
    reference: &str,
    platform: &[String],
) -> Result<Vec<Package>, Error> {
    let mut words = vec!["analyze", reference, "--format", "json"];
    words.extend(platform.iter().map(|word| &**word));
    let analysis: Analysis = serde_json::from_slice(&program.run(&words)?).map_err(|error| {
        Error::Failed(format!("the analysis of {reference} is not as promised: {error}"))
    })?;
    Ok(analysis.packages)
}

fn row(package: &Package) -> Row {
    let Package { ecosystem, name, version, architecture, source, .. } = package;
    let or_empty = |value: &Option<String>| value.clone().unwrap_or_default();
    columns(&[ecosystem, name, version, &or_empty(architecture), &or_empty(source)])
}

/// Reads lines of type, name, version, architecture and source.
fn expected(file: &Path) -> Result<Vec<Row>, Error> {
    let text = fs::read_to_string(file).map_err(Error::io("read", file.display()))?;
    let lines = text.lines().filter(|line| !line.is_empty());
    Ok(lines.map(|line| columns(&line.split('\t').collect::<Vec<_>>())).collect())
}

/// Makes a row of columns, and both ways of saying nothing one.
///
/// `rpm --queryformat` prints `(none)` for a tag that a header lacks, and the headers of imported keys really have that
/// text as their source package: the expected answers cannot tell the two apart.
fn columns(columns: &[&str]) -> Row {
    Row::new(columns.iter().map(|column| if *column == "(none)" { "" } else { column }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_stated_is_empty_however_it_is_said() {
        let package = |json| row(&serde_json::from_str(json).unwrap());
        let silent = package(r#"{"type":"rpm","name":"a","version":"1","architecture":null}"#);
        assert_eq!(silent, columns(&["rpm", "a", "1", "(none)", "(none)"]));
        assert_eq!(silent, columns(&["rpm", "a", "1", "", ""]));
        assert_ne!(silent, columns(&["rpm", "a", "1", "noarch", ""]));
    }
}
