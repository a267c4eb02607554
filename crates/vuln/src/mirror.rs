//! Folders that hold what is published: the document that names an archive (`latest.json`, `listing.json`), and the archive
//! beside it. Networks without a way out are served so.

use std::path::{Path, PathBuf};

use crate::fetch::{MOST_DOCUMENT, is_listing, named};
use crate::suppressions::contents;
use crate::unpack::digest;
use crate::{Error, Watch};

/// The archive in such a folder with its digest, by which what the document promises is proved. None: it is another folder.
///
/// # Errors
///
/// Also that the document names an archive that is not there, or that another one has its name.
pub(crate) fn mirrored(
    folder: &Path,
    watch: &Watch<'_>,
) -> Result<Option<(String, PathBuf)>, Error> {
    let documents = ["latest.json", "listing.json"].map(|name| folder.join(name));
    let Some(document) = documents.into_iter().find(|path| path.is_file()) else { return Ok(None) };
    let bytes = contents(&document, MOST_DOCUMENT)?;
    if !is_listing(&bytes) {
        return Ok(None);
    }
    let said = document.display().to_string();
    let published = named(&said, &bytes, watch)?;
    let name = published.address.rsplit('/').next().unwrap_or_default();
    let archive = folder.join(name);
    if !archive.is_file() {
        return Err(Error::NotFound {
            what: format!("could not import {name}, which {said} names: it is not beside it"),
            hint: "fetch it, too, or name another archive itself".into(),
        });
    }
    let digest = digest(&archive)?;
    match published.checksum {
        Some(promised) if !promised.eq_ignore_ascii_case(&digest) => Err(Error::Corrupt {
            what: format!(
                "{name} is not what {said} promises: it has {digest}, promised was {promised}"
            ),
            hint: "fetch both again".into(),
        }),
        _ => Ok(Some((digest, archive))),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::unwatched;

    #[track_caller]
    fn check(document: &str, expect: &str) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("latest.json"), document).unwrap();
        fs::write(folder.path().join("a.tar.zst"), "").unwrap();
        let here = folder.path().display().to_string();
        let told = match mirrored(folder.path(), &unwatched) {
            Ok(found) => {
                found.map_or("another folder".into(), |(_, path)| path.display().to_string())
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(told.replace(&here, "HERE"), expect);
    }

    #[test]
    fn an_archive_beside_its_document_is_proved() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        check(&format!(r#"{{"path":"a.tar.zst","checksum":"{empty}"}}"#), "HERE/a.tar.zst");
        check(r#"{"path":"https://h.io/v6/a.tar.zst"}"#, "HERE/a.tar.zst");
        check(
            r#"{"path":"a.tar.zst","checksum":"sha256:00"}"#,
            &format!(
                "a.tar.zst is not what HERE/latest.json promises: it has {empty}, promised was sha256:00"
            ),
        );
        check(
            r#"{"path":"../b.tar.zst"}"#,
            "could not import b.tar.zst, which HERE/latest.json names: it is not beside it",
        );
        check(r#"{"id":"GHSA-1"}"#, "another folder");
    }
}
