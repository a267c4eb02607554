//! The list of watched tags: a text file, a name in each line, that people may write into as well.

use std::fs::{self, DirBuilder, File};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use model::{ErrorKind, Name, Reference, RegistryReference};

use crate::error::{self, Error};

/// Bytes of the list at the most.
const LONGEST: u64 = 4 << 20;

/// The list.
pub(super) struct List {
    path: PathBuf,
}

/// A tag that is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Watched {
    /// Its name as it is kept and shown.
    pub(super) name: String,
    /// The tag.
    pub(super) reference: RegistryReference,
}

impl Watched {
    /// The tag that a person means: one of a registry, without a digest.
    pub(super) fn parse(text: &str) -> Result<Watched, Error> {
        let name = text.parse::<Name>().map_err(error::reference)?;
        let (Name::Reference(Reference::Registry(reference))
        | Name::Bare { registry: Ok(reference), .. }) = name
        else {
            return Err(wrong(text, "it is not in a registry"));
        };
        match reference.digest {
            Some(_) => Err(wrong(text, "a digest means one image for ever")),
            None => Ok(Watched { name: engine::familiar(&reference), reference }),
        }
    }
}

fn wrong(text: &str, why: &str) -> Error {
    let hint = "name a tag of a registry, such as alpine:latest or registry.example/team/shop:1.5";
    error::said(ErrorKind::Invalid, format!("{text} cannot be watched: {why}"), Some(hint.into()))
}

impl List {
    pub(super) fn at(path: PathBuf) -> List {
        List { path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What is watched, as the file has it; nothing where there is none. What follows a `#` at a line's beginning is a remark.
    pub(super) fn read(&self) -> Result<Vec<Watched>, Error> {
        let lines = self.lines()?;
        let names = lines.iter().map(|line| line.trim());
        let names = names.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let mut watched: Vec<Watched> = Vec::new();
        for one in names.map(Watched::parse) {
            let one = one?;
            if !watched.contains(&one) {
                watched.push(one);
            }
        }
        Ok(watched)
    }

    /// Adds tags to the end; those that are there stay where they are. Says how many are new.
    pub(super) fn add(&self, tags: &[Watched]) -> Result<usize, Error> {
        let known = self.read()?;
        let mut lines = self.lines()?;
        let before = lines.len();
        for tag in tags {
            if !known.contains(tag) && !lines[before..].contains(&tag.name) {
                lines.push(tag.name.clone());
            }
        }
        self.write(&lines)?;
        Ok(lines.len() - before)
    }

    /// Takes tags out. One that is not there is an error, and nothing is taken out then.
    pub(super) fn remove(&self, tags: &[Watched]) -> Result<(), Error> {
        let known = self.read()?;
        if let Some(missing) = tags.iter().find(|tag| !known.contains(tag)) {
            let hint = "`pentimento watch list` lists what is".to_owned();
            let sentence = format!("{} is not watched", missing.name);
            return Err(error::said(ErrorKind::NotFound, sentence, Some(hint)));
        }
        let mut lines = self.lines()?;
        lines.retain(|line| match Watched::parse(line.trim()) {
            Ok(tag) => !tags.contains(&tag),
            Err(_) => true,
        });
        self.write(&lines)
    }

    fn lines(&self) -> Result<Vec<String>, Error> {
        let doing = "could not read the list of watched tags";
        let failed = |source| error::file(doing, &self.path, source);
        let file = match File::open(&self.path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            file => file.map_err(failed)?,
        };
        let mut text = String::new();
        file.take(LONGEST + 1).read_to_string(&mut text).map_err(failed)?;
        if text.len() as u64 > LONGEST {
            let sentence = format!("{doing}: {} has more than 4 MiB", self.path.display());
            return Err(error::said(ErrorKind::Limit, sentence, None));
        }
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// Writes the whole list in the place of what was there.
    fn write(&self, lines: &[String]) -> Result<(), Error> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let write = || {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            for line in lines {
                writeln!(file, "{line}")?;
            }
            // What a link leads to is written, not the link.
            let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
            file.persist(path).map(|_| ()).map_err(|error| error.error)
        };
        write().map_err(|source| error::output(Some(&self.path), source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_a_file_that_people_may_write_into() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below/watched");
        let list = List::at(path.clone());
        let parse = |text: &str| Watched::parse(text).unwrap();
        assert_eq!(list.read().unwrap(), []);
        let added = [parse("alpine"), parse("docker.io/library/alpine:latest"), parse("h.io/a:1")];
        assert_eq!(list.add(&added).unwrap(), 2);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, "docker.io/alpine:latest\nh.io/a:1\n");
        fs::write(&path, format!("# ours\n\n{text}registry:h.io/b\n")).unwrap();
        assert_eq!(list.add(&[parse("h.io/b:latest")]).unwrap(), 0);
        list.remove(&[parse("alpine:latest")]).unwrap();
        assert!(list.remove(&[parse("h.io/a:1"), parse("alpine")]).is_err());
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, "# ours\n\nh.io/a:1\nregistry:h.io/b\n");
        assert_eq!(list.read().unwrap(), [parse("h.io/a:1"), parse("h.io/b")]);
    }

    #[test]
    fn only_a_tag_of_a_registry_can_be_watched() {
        let check = |text: &str| Watched::parse(text).map(|watched| watched.name).ok();
        assert_eq!(check("alpine").as_deref(), Some("docker.io/alpine:latest"));
        assert_eq!(check("h.io:5000/team/shop:1.5").as_deref(), Some("h.io:5000/team/shop:1.5"));
        assert_eq!(check(&format!("alpine@sha256:{}", "0".repeat(64))), None);
        assert_eq!(check("oci:shop:1.5"), None);
        assert_eq!(check("docker:shop"), None);
        assert_eq!(check(""), None);
    }
}
