//! VEX documents that are kept: what they say counts for every image from then on.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{Shelf, name_of};
use crate::fetch::{archive, published};
use crate::import::{settle, temporary};
use crate::suppressions::contents;
use crate::unpack::{io_error, shown};
use crate::vex::{self, Document};
use crate::{Error, Event, Watch};

/// How the file of a kept document is called at its end.
pub(super) const ENDING: &str = ".vex.json";

/// A VEX document that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptStatements {
    /// What it is called: `vex-`, and the beginning of its digest.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// The document's ID.
    pub id: String,
    /// How many statements it has.
    pub statements: usize,
}

impl Shelf {
    /// Keeps the VEX document of a file or an address, or those of a folder, by name. None: there is none.
    pub fn keep_statements(
        &self,
        what: &str,
        watch: &Watch<'_>,
    ) -> Result<Vec<KeptStatements>, Error> {
        if what.contains("://") {
            return self.fetch_statements(what, watch);
        }
        let path = Path::new(what);
        let mut files = Vec::new();
        if path.is_dir() {
            for entry in fs::read_dir(path).map_err(io_error("list", path))? {
                files.push(entry.map_err(io_error("list", path))?.path());
            }
            files.retain(|file| file.is_file() && file.extension().is_some_and(|it| it == "json"));
            files.sort();
        } else if path.is_file() {
            files.push(path.into());
        }
        // All are read before any is kept: of a folder that cannot be read in whole nothing counts.
        let mut documents = Vec::new();
        let mut others = Vec::new();
        for file in &files {
            match document(file, &file.display().to_string())? {
                Some(document) => documents.push(document),
                None => others.push(file),
            }
        }
        // A folder of other documents is somebody else's to read.
        for other in others.iter().filter(|_| !documents.is_empty()) {
            let what = format!("{} is not kept: it is no VEX document", other.display());
            watch(Event::Warning(what));
        }
        documents.iter().map(|(bytes, document)| self.keep(bytes, document)).collect()
    }

    /// Fetches a document, unless the address is one of databases.
    fn fetch_statements(
        &self,
        address: &str,
        watch: &Watch<'_>,
    ) -> Result<Vec<KeptStatements>, Error> {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        if path.rsplit_once('.').is_none_or(|(_, ending)| ending != "json") {
            return Ok(Vec::new());
        }
        let published = published(address, watch)?;
        if published.address != address {
            return Ok(Vec::new());
        }
        fs::create_dir_all(self.folder()).map_err(io_error("make the folder", self.folder()))?;
        let fetched = temporary(self.folder())?;
        archive(&published, fetched.path(), watch)?;
        let document = document(fetched.path(), address)?;
        document.iter().map(|(bytes, document)| self.keep(bytes, document)).collect()
    }

    /// Keeps a document.
    fn keep(&self, bytes: &[u8], document: &Document) -> Result<KeptStatements, Error> {
        let folder = self.folder();
        fs::create_dir_all(folder).map_err(io_error("make the folder", folder))?;
        let digest = shown(Sha256::new_with_prefix(bytes));
        let digest: String = digest.trim_start_matches("sha256:").chars().take(12).collect();
        let path = folder.join(format!("vex-{digest}{ENDING}"));
        let mut unfinished = temporary(folder)?;
        unfinished.write_all(bytes).map_err(io_error("write", &path))?;
        settle(unfinished.path())?;
        unfinished.persist(&path).map_err(|error| io_error("write", &path)(error.error))?;
        settle(folder)?;
        Ok(of(path, document))
    }

    /// The files of kept documents, by name.
    pub fn statement_files(&self) -> Result<Vec<PathBuf>, Error> {
        let mut files = self.files_ending(ENDING)?;
        files.sort();
        Ok(files)
    }

    /// Every kept document, by name. One that cannot be read is an error: nobody is to think that it counts.
    pub fn statements(&self) -> Result<Vec<KeptStatements>, Error> {
        let read = |path: PathBuf| {
            let bytes = contents(&path, vex::LARGEST)?;
            let document = Document::read(&name_of(&path), &bytes).map_err(|why| {
                let what = format!("could not read the VEX document {}: {why}", name_of(&path));
                Error::Corrupt { what, hint: "`db rm` throws it away".into() }
            })?;
            Ok(of(path, &document))
        };
        self.statement_files()?.into_iter().map(read).collect()
    }
}

/// A file's document and its bytes; none where it is none of VEX.
fn document(file: &Path, said: &str) -> Result<Option<(Vec<u8>, Document)>, Error> {
    if fs::metadata(file).map_err(io_error("look at", file))?.len() > vex::LARGEST {
        return Ok(None);
    }
    let bytes = contents(file, vex::LARGEST)?;
    if !Document::may_be(&bytes) {
        return Ok(None);
    }
    let document = Document::read(said, &bytes).map_err(|why| Error::Corrupt {
        what: format!("could not import {said}: {why}"),
        hint: "OpenVEX and CSAF (profile VEX) are read, as JSON".into(),
    })?;
    Ok(Some((bytes, document)))
}

fn of(path: PathBuf, document: &Document) -> KeptStatements {
    let (id, statements) = (document.id.clone(), document.statements());
    KeptStatements { name: name_of(&path), path, id, statements }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unwatched;

    #[test]
    fn a_document_is_kept_until_it_is_thrown_away() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::at(&folder.path().join("shelf"));
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let statement =
            r#"{"vulnerability":"CVE-1","products":["pkg:deb/debian/a"],"status":"fixed"}"#;
        let file = write("a.json", &format!(r#"{{"@id":"x","statements":[{statement}]}}"#));
        let other = write("b.json", r#"{"id":"CVE-2","affected":[]}"#);
        assert_eq!(shelf.keep_statements(&other, &unwatched).unwrap(), []);
        let kept = shelf.keep_statements(&file, &unwatched).unwrap();
        assert_eq!((kept.len(), &*kept[0].id, kept[0].statements), (1, "x", 1));
        // The same again is the same, and of a folder only what is VEX is.
        let whole = folder.path().display().to_string();
        assert_eq!(shelf.keep_statements(&whole, &unwatched).unwrap(), kept);
        assert_eq!(shelf.statements().unwrap(), kept);
        assert_eq!(shelf.remove(&[kept[0].name[..8].into()]).unwrap(), [kept[0].name.clone()]);
        assert_eq!(shelf.statements().unwrap(), []);
        let broken = write("c.json", r#"{"statements":7}"#);
        assert!(shelf.keep_statements(&broken, &unwatched).is_err());
    }
}
