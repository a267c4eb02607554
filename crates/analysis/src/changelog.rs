//! What the texts of an image say of a package: finds its changelog and takes it apart. It compares nothing.

mod commits;
pub(crate) mod debian;
mod languages;
mod mentions;
mod papers;
mod prose;
pub(crate) mod rpm;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use layer::Rest;
use model::{
    Changelog, ImageFacts, InstalledPackage, Package, Path, Sha256, Silence, Text, TextKind, Told,
};

pub use commits::MOST_COMMITS;
pub use languages::changelog_files;

use papers::{Paper, papers};

/// Bytes of one changelog once inflated. That of Linux has 4 MB.
const LONGEST: usize = 16 << 20;

/// The texts of an image, to be asked what they say of its packages.
pub struct Changelogs<'a> {
    image: &'a ImageFacts,
    /// Texts of Debian's by the file that they stand in.
    papers: HashMap<&'a Path, &'a Text>,
    /// The same by content: of two names of one file only the first has the text.
    contents: HashMap<Sha256, &'a Text>,
    /// Texts of rpm's by name, version and architecture of the package.
    headers: HashMap<[&'a str; 3], &'a Text>,
    /// Files of languages' packages, by the package's place in the image.
    files: BTreeMap<usize, Path>,
    /// Those of them that were read again.
    written: Option<&'a BTreeMap<Path, Vec<u8>>>,
    /// Changelogs of Debian's form, and commits of Alpine's recipes, that were fetched, by the package's place in the image: the address and the text.
    fetched: BTreeMap<usize, (&'a str, &'a [u8])>,
}

impl<'a> Changelogs<'a> {
    /// The changelogs among the texts of `image`.
    pub fn of(image: &'a ImageFacts, texts: &'a [Text]) -> Changelogs<'a> {
        let mut changelogs = Changelogs {
            image,
            papers: HashMap::new(),
            contents: HashMap::new(),
            headers: HashMap::new(),
            files: BTreeMap::new(),
            written: None,
            fetched: BTreeMap::new(),
        };
        for text in texts {
            match &text.kind {
                TextKind::DebianChangelog => {
                    changelogs.papers.insert(&text.path, text);
                    if let Some(content) = papers::content(image, &text.path) {
                        changelogs.contents.insert(content, text);
                    }
                }
                TextKind::RpmChangelog { name, version, architecture } => {
                    let architecture = architecture.as_deref().unwrap_or_default();
                    changelogs.headers.insert([name, version, architecture], text);
                }
                TextKind::File => {}
            }
        }
        changelogs
    }

    /// The same with the changelogs of languages' packages: where they stand, and those that were read again.
    #[must_use]
    pub fn with_files(
        self,
        files: BTreeMap<usize, Path>,
        written: &'a BTreeMap<Path, Vec<u8>>,
    ) -> Changelogs<'a> {
        Changelogs { files, written: Some(written), ..self }
    }

    /// The same with what was fetched for packages of which the image has no changelog, in Debian's form or as a list of
    /// commits: by the package's place, where each is from and what was there.
    #[must_use]
    pub fn with_fetched(self, fetched: BTreeMap<usize, (&'a str, &'a [u8])>) -> Changelogs<'a> {
        Changelogs { fetched, ..self }
    }

    /// What the image says of one of its packages.
    pub fn told(&self, installed: &InstalledPackage) -> Told {
        let package = &installed.package;
        match package.ecosystem.as_str() {
            "apk" => match (self.of_a_distribution(installed, commits::parse), &package.commit) {
                (Some(told), _) => told,
                (None, Some(commit)) => Told::Commit(commit.clone()),
                (None, None) => Told::Nothing(Silence::Missing),
            },
            "rpm" => self.of_rpm(package),
            "deb" => match self.of_debian(package) {
                Told::Nothing(silence) => self
                    .of_a_distribution(installed, debian::parse)
                    .unwrap_or(Told::Nothing(silence)),
                told => told,
            },
            _ => self.of_language(installed),
        }
    }

    fn of_language(&self, installed: &InstalledPackage) -> Told {
        let place = languages::place(self.image, installed);
        match place.and_then(|place| self.files.get(&place)) {
            Some(path) => match self.written.and_then(|written| written.get(path)) {
                Some(bytes) => said(read(bytes, prose::parse)),
                None => Told::Nothing(Silence::NotKept),
            },
            None if languages::may_have_one(&installed.package) => Told::Nothing(Silence::Missing),
            None => Told::Nothing(Silence::Unusual),
        }
    }

    fn of_rpm(&self, package: &Package) -> Told {
        let architecture = package.architecture.as_deref().unwrap_or_default();
        match self.headers.get(&[&package.name, package.version.as_str(), architecture]) {
            Some(text) => said(read(&text.bytes, rpm::parse)),
            None => Told::Nothing(Silence::Missing),
        }
    }

    /// Debian's changelog stands among the package's papers; a binary that was built again says so in a file of its own.
    fn of_debian(&self, package: &Package) -> Told {
        let papers = papers(self.image, package);
        let mut silence = Silence::Missing;
        for (place, paper) in papers.iter().enumerate() {
            let Paper { path, is_rebuild, is_certain } = paper;
            let changelog = match self.paper(path) {
                Some(text) => read(&text.bytes, debian::parse),
                None if *is_certain => Err(Silence::NotKept),
                // What stands there is the authors' own.
                None => continue,
            };
            let rest = &papers[place + 1..];
            match changelog {
                Ok(rebuild) if *is_rebuild => return said(Ok(self.with_main(rebuild, rest))),
                Ok(changelog) => return said(Ok(changelog)),
                Err(reason) => silence = reason,
            }
        }
        Told::Nothing(silence)
    }

    /// What was fetched for a package, where something was and can be read.
    fn of_a_distribution(
        &self,
        installed: &InstalledPackage,
        parse: fn(&str) -> Changelog,
    ) -> Option<Told> {
        let place = self.image.packages.iter().position(|one| std::ptr::eq(one, installed))?;
        let (address, bytes) = self.fetched.get(&place)?;
        let changelog = read(bytes, parse).ok()?;
        Some(Told::Changelog(Changelog { origin: Some((*address).into()), ..changelog }))
    }

    /// The entries of a rebuild, and after them those of the changelog itself.
    fn with_main(&self, mut rebuild: Changelog, rest: &[Paper]) -> Changelog {
        let texts = rest.iter().filter(|paper| !paper.is_rebuild);
        let main =
            texts.filter_map(|paper| read(&self.paper(&paper.path)?.bytes, debian::parse).ok());
        if let Some(main) = main.take(1).next() {
            rebuild.entries.extend(main.entries);
            rebuild.cut = rebuild.cut.or(main.cut);
        }
        rebuild
    }

    fn paper(&self, path: &Path) -> Option<&'a Text> {
        let by_content = || self.contents.get(&papers::content(self.image, path)?);
        self.papers.get(path).or_else(by_content).copied()
    }
}

fn said(changelog: Result<Changelog, Silence>) -> Told {
    match changelog {
        Ok(changelog) => Told::Changelog(changelog),
        Err(silence) => Told::Nothing(silence),
    }
}

/// Inflates a text and takes it apart. What is broken is read as far as it goes.
fn read(bytes: &[u8], parse: fn(&str) -> Changelog) -> Result<Changelog, Silence> {
    let inflated = layer::inflate(bytes, LONGEST);
    let mut changelog = parse(&String::from_utf8_lossy(&inflated.bytes));
    let problem = inflated.rest.map(|rest| match rest {
        Rest::Beyond => format!("it has more than {} MB", LONGEST >> 20),
        Rest::Broken(reason) => format!("it is broken: {reason}"),
    });
    match problem {
        Some(problem) if changelog.entries.is_empty() => Err(Silence::Unreadable(problem)),
        None if changelog.entries.is_empty() => {
            Err(Silence::Unreadable("there is no entry in it".into()))
        }
        problem => {
            changelog.cut = problem.or(changelog.cut);
            Ok(changelog)
        }
    }
}
