//! Feeds: advisories as many documents of OSV or secdb, in a folder, in ZIP archives, or as one file. The layout of OSV's
//! export (`ECOSYSTEM/all.zip`) is a folder with archives in it.
//!
//! Documents are read one after the other, in the order of their names, and nothing is kept of one once it is written. What
//! cannot be read is told, and the others are read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use model::{AdvisoryData, Provider, Time, visible};
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use crate::record::{Advisory, Affected};
use crate::unpack::{io_error, shown};
use crate::{Error, Event, Watch, Writer, osv, secdb};

/// Bytes of one document.
const MOST_BYTES: u64 = 256 << 20;
/// Documents of one archive, and files of a folder.
const MOST_DOCUMENTS: usize = 4_000_000;
/// How deep folders are walked.
const DEEPEST: usize = 16;
/// Documents after which whoever watches is told.
const STEP: u64 = 1_000;

/// Reads a file or a folder. What is known of the data as a whole is returned.
pub(crate) fn read(
    path: &Path,
    said: &str,
    writer: &mut Writer,
    watch: &Watch<'_>,
) -> Result<AdvisoryData, Error> {
    let mut reading = Reading { writer, watch, about: About::default(), hash: Sha256::new() };
    if path.is_dir() {
        let files = files(path)?;
        for file in &files {
            let name = file.strip_prefix(path).unwrap_or(file).display().to_string();
            reading.file(file, &name)?;
        }
    } else {
        // The file of what was fetched has a name that nobody knows.
        let said = said.split(['?', '#']).next().unwrap_or_default();
        reading.file(path, said.rsplit('/').next().unwrap_or(said))?;
    }
    reading.finish(said)
}

/// Documents and archives of a folder, ordered.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(io_error("list", &folder))? {
            let entry = entry.map_err(io_error("list", &folder))?;
            let (path, kind) =
                (entry.path(), entry.file_type().map_err(io_error("list", &folder))?);
            if kind.is_dir() && depth < DEEPEST {
                folders.push((path, depth + 1));
            } else if path.is_file() && is_read(&path) {
                found.push(path);
            }
            if found.len() > MOST_DOCUMENTS {
                let what =
                    format!("there are more than {MOST_DOCUMENTS} files in {}", folder.display());
                return Err(Error::Limit { what });
            }
        }
    }
    found.sort();
    Ok(found)
}

fn is_read(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ending.eq_ignore_ascii_case("json") || ending.eq_ignore_ascii_case("zip")
}

struct Reading<'a, 'b> {
    writer: &'a mut Writer,
    watch: &'a Watch<'b>,
    about: About,
    /// Over the digests of all documents, in their order.
    hash: Sha256,
}

/// What is known of the documents as a whole.
#[derive(Default)]
struct About {
    osv: u64,
    secdb: u64,
    /// When the newest document was changed.
    newest: Option<Time>,
    /// Providers, with their newest documents.
    providers: BTreeMap<String, Option<Time>>,
    /// Ecosystems that nothing is known of, with how many documents are about them.
    strange: BTreeMap<String, u64>,
}

impl Reading<'_, '_> {
    fn file(&mut self, path: &Path, name: &str) -> Result<(), Error> {
        let file = File::open(path).map_err(io_error("open", path))?;
        let mut first = Vec::new();
        (&file).take(2).read_to_end(&mut first).map_err(io_error("read", path))?;
        let file = File::open(path).map_err(io_error("open", path))?;
        if first == b"PK" {
            return self.archive(file, name);
        }
        match bytes(file) {
            Ok(bytes) => self.document(name, &bytes),
            Err(why) => self.unreadable(name, &why),
        }
    }

    fn archive(&mut self, file: File, name: &str) -> Result<(), Error> {
        let mut archive = match ZipArchive::new(BufReader::new(file)) {
            Ok(archive) => archive,
            Err(error) => return self.unreadable(name, &format!("it is no ZIP archive: {error}")),
        };
        if archive.len() > MOST_DOCUMENTS {
            return self.unreadable(name, &format!("it has more than {MOST_DOCUMENTS} members"));
        }
        let mut members: Vec<(String, usize)> = Vec::new();
        for (place, member) in archive.file_names().enumerate() {
            match member {
                Ok(member) if is_read(Path::new(&*member)) => members.push((member.into(), place)),
                Ok(_) => {}
                Err(error) => self.unreadable(name, &format!("member {place}: {error}"))?,
            }
        }
        members.sort();
        for (member, place) in members {
            let read = archive.by_index(place).map_err(|error| error.to_string()).and_then(bytes);
            let place = format!("{name}: {member}");
            match read {
                Ok(bytes) => self.document(&place, &bytes)?,
                Err(why) => self.unreadable(&place, &why)?,
            }
        }
        Ok(())
    }

    fn document(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        self.hash.update(Sha256::digest(bytes));
        let is_secdb = bytes.windows(10).any(|part| part == b"\"secfixes\"");
        let read = if is_secdb {
            secdb::read(bytes).map(|reading| {
                self.about.secdb += 1;
                (Some(reading.release), reading.advisories, reading.unreadable, BTreeSet::new())
            })
        } else {
            osv::read(bytes).map(|reading| {
                self.about.osv += 1;
                (None, reading.advisories, reading.unreadable, reading.strange)
            })
        };
        let (release, advisories, unreadable, strange) = match read {
            Ok(read) => read,
            Err(why) => return self.unreadable(name, &why),
        };
        // A release without a fault is known all the same.
        if let Some(release) = release {
            self.writer.release(&release)?;
        }
        for (advisory, affected) in &advisories {
            self.advisory(advisory, affected)?;
        }
        for what in unreadable {
            self.writer.unreadable(&what)?;
        }
        for ecosystem in strange {
            *self.about.strange.entry(ecosystem).or_default() += 1;
        }
        let read = self.about.osv + self.about.secdb;
        if read.is_multiple_of(STEP) {
            (self.watch)(Event::Records { what: "documents", count: STEP });
        }
        Ok(())
    }

    fn advisory(&mut self, advisory: &Advisory, affected: &[Affected]) -> Result<(), Error> {
        let modified = advisory.modified.or(advisory.published);
        let newest = self.about.providers.entry(advisory.provider.clone()).or_default();
        *newest = (*newest).max(modified);
        self.about.newest = self.about.newest.max(modified);
        let number = self.writer.advisory(advisory)?;
        affected.iter().try_for_each(|one| self.writer.affected(number, one))
    }

    fn unreadable(&mut self, name: &str, why: &str) -> Result<(), Error> {
        self.writer.unreadable(&format!("{}: {why}", visible(name.as_bytes())))
    }

    fn finish(self, said: &str) -> Result<AdvisoryData, Error> {
        let About { osv, secdb, newest, providers, strange } = self.about;
        let schema = match (osv, secdb) {
            (0, 0) => {
                return Err(Error::Corrupt {
                    what: format!("could not import {said}: there is no document of OSV or secdb in it"),
                    hint: "OSV is read from a folder or a ZIP archive of JSON documents, secdb and VEX from \
                           JSON documents"
                        .into(),
                });
            }
            (_, 0) => "osv",
            (0, _) => "secdb",
            _ => "osv, secdb",
        };
        for (ecosystem, documents) in strange {
            let ecosystem = visible(ecosystem.as_bytes());
            let what = format!(
                "{documents} documents are about {ecosystem}, of which nothing is known here"
            );
            (self.watch)(Event::Warning(what));
        }
        let provider = |(name, captured)| Provider { name, captured };
        Ok(AdvisoryData {
            schema: schema.into(),
            built: newest,
            origin: said.into(),
            digest: Some(shown(self.hash)),
            providers: providers.into_iter().map(provider).collect(),
        })
    }
}

/// All bytes of a document, or a clause that says why not.
fn bytes(from: impl Read) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    from.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("it is larger than {MOST_BYTES} bytes"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use tempfile::TempDir;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use model::Time;

    use crate::{Database, Shelf, unwatched};

    const OSV: &str = r#"{"id": "PYSEC-1", "modified": "2024-02-01T00:00:00Z", "affected": [{
        "package": {"ecosystem": "PyPI", "name": "flask"},
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}]}]}"#;
    const SECDB: &str = r#"{"urlprefix": "https://mirror.example/alpine", "distroversion": "v3.18",
        "packages": [{"pkg": {"name": "curl", "secfixes": {"8.1.0-r0": ["CVE-2023-1"]}}}]}"#;

    fn zipped(members: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in members {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// Files in, and what the database of them is like.
    fn check(files: &[(&str, &[u8])], what: &str, expected: &str) {
        let folder = TempDir::new().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join("feed").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let feed = folder.path().join("feed").join(what).display().to_string();
        let shelf = Shelf::at(&folder.path().join("shelf"));
        let told = match shelf.import(&feed, &unwatched) {
            Ok(kept) => {
                let database = Database::open(&kept.path).unwrap();
                let built = kept.data.built.map_or("undated".into(), Time::day);
                let providers: Vec<&str> =
                    kept.data.providers.iter().map(|one| &*one.name).collect();
                let mut told = format!(
                    "{} {built} {}: {}",
                    kept.data.schema,
                    providers.join(" "),
                    kept.counts.records
                );
                told.extend(database.unreadable().iter().map(|what| format!("\n! {what}")));
                told
            }
            Err(error) => format!("! {error}").replace(&folder.path().display().to_string(), ""),
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn documents_lie_in_folders_and_archives() {
        let archive = zipped(&[("PYSEC-1.json", OSV), ("readme.txt", "no document")]);
        check(&[("PyPI/all.zip", &archive)], "", "osv 2024-02-01 pypa: 1");
        check(&[("PyPI/all.zip", &archive)], "PyPI/all.zip", "osv 2024-02-01 pypa: 1");
        check(&[("v3.18/main.json", SECDB.as_bytes())], "v3.18", "secdb undated alpine: 1");
        check(&[("main.json", SECDB.as_bytes())], "main.json", "secdb undated alpine: 1");
        let both: &[(&str, &[u8])] =
            &[("a/b/main.json", SECDB.as_bytes()), ("PYSEC-1.json", OSV.as_bytes())];
        check(both, "", "osv, secdb 2024-02-01 alpine pypa: 2");
    }

    #[test]
    fn what_bears_no_date_is_asked_where_nothing_else_is_kept() {
        let folder = TempDir::new().unwrap();
        let shelf = Shelf::at(&folder.path().join("shelf"));
        let import = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            shelf.import(&path.display().to_string(), &unwatched).unwrap()
        };
        let undated = import("main.json", SECDB);
        assert_eq!(shelf.find(None).unwrap(), undated);
        // Nobody's clock is so late: it would be the latest for good.
        let to_come = import("PYSEC-1.json", &OSV.replace("2024-02-01", "2999-02-01"));
        assert!(to_come.data.built.unwrap().to_string().starts_with("2999"));
        let dated = import("PYSEC-1.json", OSV);
        import("main.json", SECDB);
        assert_eq!(shelf.find(None).unwrap(), dated);
    }

    #[test]
    fn no_older_one_is_asked_where_the_latest_cannot_be_read() {
        let folder = TempDir::new().unwrap();
        let shelf = Shelf::at(&folder.path().join("shelf"));
        let path = folder.path().join("PYSEC-1.json");
        std::fs::write(&path, OSV).unwrap();
        let kept = shelf.import(&path.display().to_string(), &unwatched).unwrap();
        let broken = kept.path.with_file_name("2025-01-01T000000Z-00.advisories");
        std::fs::write(&broken, b"SQLite format 3\0").unwrap();
        assert!(shelf.find(None).is_err());
        assert_eq!(shelf.find(Some("2024-02-01")).unwrap(), kept);
        assert!(shelf.remove(&["2025-01-01".into()]).is_err());
        let name = "2025-01-01T000000Z-00".to_owned();
        assert_eq!(shelf.remove(std::slice::from_ref(&name)).unwrap(), [name]);
        assert_eq!(shelf.find(None).unwrap(), kept);
    }

    #[test]
    fn what_cannot_be_read_is_told_and_the_others_are_read() {
        let files: &[(&str, &[u8])] =
            &[("PYSEC-1.json", OSV.as_bytes()), ("x.json", b"{\"id\": \"\"}"), ("y.zip", b"PK?")];
        let told =
            "osv 2024-02-01 pypa: 1\n! x.json: its `id` is empty\n! y.zip: it is no ZIP archive: ";
        check(files, "", &(told.to_owned() + ZIP_ERROR));
    }

    /// What the reader of archives says of one that is cut.
    const ZIP_ERROR: &str = "invalid Zip archive: Could not find EOCD";

    #[test]
    fn what_has_no_advisories_is_an_error() {
        let none = |what: &str| {
            format!("! could not import /feed/{what}: there is no document of OSV or secdb in it")
        };
        check(&[("a.json", b"{}")], "a.json", &none("a.json"));
    }
}
