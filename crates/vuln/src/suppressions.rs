//! Everything that was said not to count: VEX documents and users' rules, read from files and applied to findings.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use model::{Findings, ImageFacts, Time};

use crate::Error;
use crate::rules::{self, Rules};
use crate::vex::{self, Document, Target};

/// A list of findings, and the image that it is of.
#[derive(Debug)]
pub struct Listed<'a> {
    /// The findings; some become suppressed.
    pub findings: &'a mut Findings,
    /// What is in the image.
    pub facts: &'a ImageFacts,
    /// What the image can be called.
    pub target: &'a Target,
}

/// Documents and rules, in the order in which they were named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suppressions {
    documents: Vec<Document>,
    rules: Vec<Rules>,
}

impl Suppressions {
    /// Adds VEX documents that are kept for all images.
    pub fn with_kept(mut self, documents: &[PathBuf]) -> Result<Suppressions, Error> {
        let mut kept = Suppressions::read(documents, &[])?.documents;
        for document in &mut kept {
            document.is_kept = true;
        }
        // What a person names now is said last.
        kept.append(&mut self.documents);
        Ok(Suppressions { documents: kept, ..self })
    }

    /// Reads files of VEX and files of rules. One that cannot be read is an error: whoever names it means it to count.
    pub fn read(documents: &[PathBuf], rules: &[PathBuf]) -> Result<Suppressions, Error> {
        let documents = documents.iter().map(|path| {
            let name = path.display().to_string();
            let bytes = contents(path, vex::LARGEST)?;
            Document::read(&name, &bytes).map_err(|why| Error::Corrupt {
                what: format!("could not read VEX from {name}: {why}"),
                hint: "OpenVEX and CSAF (profile VEX) are read, as JSON".into(),
            })
        });
        let documents = documents.collect::<Result<_, _>>()?;
        let rules = rules.iter().map(|path| {
            let name = path.display().to_string();
            let text =
                String::from_utf8(contents(path, rules::LARGEST)?).map_err(|_| Error::Corrupt {
                    what: format!("could not read the rules of {name}: it is not UTF-8"),
                    hint: "rules are TOML: docs/vulnerabilities.md shows some".into(),
                })?;
            Rules::parse(&name, &text)
        });
        Ok(Suppressions { documents, rules: rules.collect::<Result<_, _>>()? })
    }

    /// Whether nobody said anything.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.rules.is_empty()
    }

    /// Marks findings as suppressed, as of `now`: by statements, then by rules. What is told are sentences about what
    /// counts for nothing in any of the images.
    pub fn apply(&self, images: &mut [Listed<'_>], now: Time) -> Vec<String> {
        let mut told = vex::apply(images, &self.documents);
        told.extend(self.rules.iter().flat_map(|rules| rules.apply(images, now)));
        told
    }
}

/// All bytes of a file, which has at most so many.
pub(crate) fn contents(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let failed =
        |source: io::Error| Error::Io { doing: "read", object: path.display().to_string(), source };
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
        .map_err(failed)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
        let what = format!("could not read {}: it has more than {most} bytes", path.display());
        return Err(Error::Limit { what });
    }
    Ok(bytes)
}
