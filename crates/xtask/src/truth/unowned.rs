//! Files that belong to no package: the layers' own lists of names, without what the package managers' records name.
//!
//! Records are read here with a few lines of their own, those of rpm by `rpm` itself. Images with whiteouts or with layers
//! in other codings are passed over: to stack them would be to write the program again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::read::MultiGzDecoder;
use serde::Deserialize;

use super::rows::Row;
use super::{Question, Questions};
use crate::Error;
use crate::corpus::{Corpus, Subject};
use crate::program::{Program, target};

/// Links that are followed on the way to one path.
const MOST_LINKS: usize = 40;

/// One question for each image with package records and files.
pub(super) fn questions(corpus: &Corpus) -> Result<Questions, Error> {
    let mut questions = Questions::default();
    for subject in corpus.subjects() {
        let name = format!("unowned {}", subject.name());
        let Some(tree) = Tree::read(&subject.layers()?) else {
            questions
                .remarks
                .push(format!("not asked: {name}: its layers cannot simply be stacked"));
            continue;
        };
        let records = target().join("truth").join(name.replace(['/', ':'], "_"));
        match tree.owned(&records)? {
            Some(owned) => questions.asked.push(question(name, subject, &tree.unowned(&owned))),
            None if tree.records.is_empty() => {}
            // Not every build of rpm reads every format, and some databases for tests have no names of files.
            None => {
                questions.remarks.push(format!("not asked: {name}: its records name no file here"));
            }
        }
    }
    Ok(questions)
}

fn question(name: String, subject: Subject<'_>, expected: &BTreeSet<String>) -> Question {
    let (image, platform) = (format!("--image={}", subject.reference()), subject.platform_words());
    let ask = move |program: &Program| {
        let mut words = vec!["query", &image, "show-non-packaged-files", "leaves", "/", "--json"];
        words.extend(platform.iter().map(|word| &**word));
        let bytes = program.run(&words)?;
        let answers: BTreeMap<String, Answer> = serde_json::from_slice(&bytes)
            .map_err(|error| Error::Failed(format!("the answer is not as promised: {error}")))?;
        let rows = answers.into_values().flat_map(|answer| answer.result.rows);
        Ok(rows.map(|[_, _, path]| Row::new([&*path])).collect())
    };
    let expected = expected.iter().map(|path| Row::new([&**path])).collect();
    Question { name, expected: Some(expected), ask: Box::new(ask) }
}

/// The part of the program's answer that is compared.
#[derive(Deserialize)]
struct Answer {
    result: Table,
}

#[derive(Deserialize)]
struct Table {
    rows: Vec<[String; 3]>,
}

/// The names of an image's files, with links and package managers' records.
#[derive(Default)]
struct Tree {
    paths: BTreeSet<String>,
    folders: BTreeSet<String>,
    links: BTreeMap<String, String>,
    records: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    fn read(layers: &[PathBuf]) -> Option<Tree> {
        let mut tree = Tree::default();
        for layer in layers {
            tree.add(layer)?;
        }
        Some(tree)
    }

    /// Adds the names of a layer; none where it is more than an archive of additions.
    fn add(&mut self, layer: &Path) -> Option<()> {
        let mut archive = tar::Archive::new(MultiGzDecoder::new(File::open(layer).ok()?));
        for entry in archive.entries().ok()? {
            let mut entry = entry.ok()?;
            let name = String::from_utf8(entry.path_bytes().into_owned()).ok()?;
            let path = normal(&name);
            if path.contains("/.wh.") {
                return None;
            }
            for (place, _) in path.match_indices('/').skip(1) {
                self.folder(&path[..place]);
            }
            match entry.header().entry_type() {
                tar::EntryType::Directory => self.folder(&path),
                kind => {
                    self.paths.insert(path.clone());
                    if kind.is_symlink() {
                        let link = entry.link_name_bytes()?.into_owned();
                        self.links.insert(path, String::from_utf8(link).ok()?);
                    } else if is_record(&path) {
                        let mut bytes = Vec::new();
                        entry.read_to_end(&mut bytes).ok()?;
                        self.records.insert(path, bytes);
                    }
                }
            }
        }
        Some(())
    }

    /// The root is no row.
    fn folder(&mut self, path: &str) {
        if path == "/" {
            return;
        }
        self.paths.insert(path.into());
        self.folders.insert(path.into());
    }

    /// Every path that a package has, links in its folders followed; none where there are no records.
    fn owned(&self, folder: &Path) -> Result<Option<BTreeSet<String>>, Error> {
        let mut named = Vec::new();
        for (path, bytes) in &self.records {
            let text = String::from_utf8_lossy(bytes);
            match path.rsplit(['/', '.']).next() {
                Some("installed") => named.extend(apk(&text)),
                Some("list") => named.extend(text.lines().map(ToOwned::to_owned)),
                Some("md5sums") => named.extend(digests(&text)),
                _ => {}
            }
        }
        named.extend(self.rpm(folder)?);
        let owned: BTreeSet<String> = named.iter().map(|path| self.real(&normal(path))).collect();
        Ok((!owned.is_empty()).then_some(owned))
    }

    /// What `rpm` itself lists of its database.
    fn rpm(&self, folder: &Path) -> Result<Vec<String>, Error> {
        let database: Vec<_> =
            self.records.iter().filter(|(path, _)| path.contains("/rpm/")).collect();
        if database.is_empty() {
            return Ok(Vec::new());
        }
        if folder.exists() {
            // `rpm` writes into what it reads.
            fs::remove_dir_all(folder).map_err(Error::io("remove", folder.display()))?;
        }
        fs::create_dir_all(folder).map_err(Error::io("make", folder.display()))?;
        for (path, bytes) in database {
            let name = path.rsplit('/').next().unwrap_or_default();
            fs::write(folder.join(name), bytes).map_err(Error::io("write", folder.display()))?;
        }
        let backend = match folder {
            folder if folder.join("Packages.db").exists() => "ndb",
            folder if folder.join("Packages").exists() => "bdb_ro",
            _ => "sqlite",
        };
        let backend = format!("_db_backend {backend}");
        let output = Command::new("rpm")
            .args(["--define", &backend])
            .arg("--dbpath")
            .arg(folder)
            .arg("-qal")
            .output();
        let Ok(output) = output else { return Ok(Vec::new()) };
        Ok(String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter(|line| line.starts_with('/'))
            .map(Into::into)
            .collect())
    }

    /// Where a path really stands: its last name is not followed.
    fn real(&self, path: &str) -> String {
        let mut path = path.to_owned();
        for _ in 0..MOST_LINKS {
            let link = path
                .match_indices('/')
                .skip(1)
                .find_map(|(place, _)| Some((place, self.links.get(&path[..place])?)));
            let Some((place, target)) = link else { break };
            let above = path[..place].rsplit_once('/').map_or("", |(above, _)| above);
            let start = if target.starts_with('/') { "" } else { above };
            path = normal(&format!("{start}/{target}{}", &path[place..]));
        }
        path
    }

    /// Paths that no package has, without those that have such a path below them.
    fn unowned(&self, owned: &BTreeSet<String>) -> BTreeSet<String> {
        let below = |path: &str| format!("{path}/");
        let present: BTreeSet<String> = owned.intersection(&self.paths).cloned().collect();
        let knows_folders = owned.iter().any(|path| self.folders.contains(path));
        let leads_to_owned = |path: &String| {
            let below = below(path);
            present.range(below.clone()..).next().is_some_and(|owned| owned.starts_with(&below))
        };
        let is_unowned = |path: &&String| {
            !owned.contains(*path)
                && (knows_folders || !self.folders.contains(*path) || !leads_to_owned(path))
        };
        let unowned: BTreeSet<String> = self.paths.iter().filter(is_unowned).cloned().collect();
        let is_leaf = |path: &&String| {
            let below = below(path);
            !unowned.range(below.clone()..).next().is_some_and(|other| other.starts_with(&below))
        };
        unowned.iter().filter(is_leaf).cloned().collect()
    }
}

/// A path from the root, without what means nothing in it.
fn normal(name: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

fn is_record(path: &str) -> bool {
    const FOLDERS: [&str; 4] = [
        "/var/lib/dpkg/info/",
        "/var/lib/dpkg/status.d/",
        "/var/lib/rpm/",
        "/usr/lib/sysimage/rpm/",
    ];
    path.ends_with("/lib/apk/db/installed") || FOLDERS.iter().any(|folder| path.starts_with(folder))
}

/// The paths of a file of digests.
fn digests(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(|line| Some(line.split_once("  ")?.1.to_owned()))
}

/// Folders and files of apk's database.
fn apk(text: &str) -> Vec<String> {
    let mut folder = String::new();
    let mut named = Vec::new();
    for line in text.lines() {
        match line.split_once(':') {
            Some(("F", path)) => {
                folder = path.into();
                named.push(folder.clone());
            }
            Some(("R", name)) => named.push(format!("{folder}/{name}")),
            _ => {}
        }
    }
    named
}
