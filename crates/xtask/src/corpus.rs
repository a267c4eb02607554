//! Finds what a corpus folder has: layouts, and files with expected answers. Names are all it goes by.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::oci::{Image, Layout};
use crate::{Error, tree};

/// A corpus folder and the layouts in it.
pub(crate) struct Corpus {
    folder: PathBuf,
    /// Layouts by the names of their folders, ordered.
    layouts: Vec<(String, Layout)>,
}

/// An image of the corpus.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The name of the layout's folder.
    pub(crate) layout_name: &'a str,
    layout: &'a Layout,
    image: &'a Image,
}

/// Two images of one layout.
pub(crate) struct Pair<'a> {
    /// The old one.
    pub(crate) old: Subject<'a>,
    /// The new one.
    pub(crate) new: Subject<'a>,
    platform: Option<String>,
}

impl Corpus {
    /// Looks for layouts in `folder`; else in `PENTIMENTO_CORPUS`, else in `../shared/corpus` beside the repository.
    pub(crate) fn open(folder: Option<&Path>) -> Result<Corpus, Error> {
        let from_environment = env::var_os("PENTIMENTO_CORPUS").map(PathBuf::from);
        let folder = folder.map(Into::into).or(from_environment);
        let folder = folder.unwrap_or_else(|| tree::root().join("../shared/corpus"));
        let mut layouts = Vec::new();
        for path in list(&folder.join("images"))? {
            if path.join("index.json").is_file() {
                layouts.push((name_of(&path), Layout::open(&path)?));
            }
        }
        Ok(Corpus { folder, layouts })
    }

    /// What a folder of the corpus has, ordered; nothing where there is no such folder.
    pub(crate) fn list(&self, folder: &str) -> Result<Vec<PathBuf>, Error> {
        let folder = self.folder.join(folder);
        if folder.is_dir() { list(&folder) } else { Ok(Vec::new()) }
    }

    /// Every image of every layout.
    pub(crate) fn subjects(&self) -> impl Iterator<Item = Subject<'_>> {
        self.layouts.iter().flat_map(|(layout_name, layout)| {
            layout.images.iter().map(move |image| Subject { layout_name, layout, image })
        })
    }

    /// The image that `LAYOUT_TAG` means.
    pub(crate) fn image_named(&self, name: &str) -> Option<Subject<'_>> {
        self.subjects().find(|subject| subject.rest_of(name) == Some(""))
    }

    /// The images that `LAYOUT_OLD__NEW` or `LAYOUT_OLD__NEW_OS-ARCHITECTURE` means.
    ///
    /// Tags may have underscores in them, so a name is read by the tags that there are, the longest first.
    pub(crate) fn pair_named(&self, name: &str) -> Option<Pair<'_>> {
        let mut readings = Vec::new();
        for old in self.subjects() {
            let Some(rest) = old.rest_of(name).and_then(|rest| rest.strip_prefix("__")) else {
                continue;
            };
            for new in self.subjects().filter(|new| new.layout_name == old.layout_name) {
                let Some(rest) = new.tag().and_then(|tag| rest.strip_prefix(tag)) else { continue };
                let platform = rest.strip_prefix('_').map(|platform| platform.replace('-', "/"));
                if rest.is_empty() || platform.as_deref().is_some_and(is_platform) {
                    readings.push(Pair { old, new, platform });
                }
            }
        }
        let length = |image: Subject<'_>| image.tag().map_or(0, str::len);
        readings.into_iter().max_by_key(|pair| (length(pair.new), length(pair.old)))
    }

    /// Images that stand one after the other in a layout.
    pub(crate) fn neighbours(&self) -> impl Iterator<Item = Pair<'_>> {
        self.subjects().zip(self.subjects().skip(1)).filter_map(|(old, new)| {
            (old.layout_name == new.layout_name).then_some(Pair { old, new, platform: None })
        })
    }
}

impl<'a> Subject<'a> {
    /// `alpine:3.20`.
    pub(crate) fn name(self) -> String {
        match self.tag() {
            Some(tag) => format!("{}:{tag}", self.layout_name),
            None => format!("{}@{}", self.layout_name, self.image.digest),
        }
    }

    fn tag(self) -> Option<&'a str> {
        self.image.tag.as_deref()
    }

    /// What follows `LAYOUT_TAG` in a file's name.
    fn rest_of(self, name: &str) -> Option<&str> {
        name.strip_prefix(self.layout_name)?.strip_prefix('_')?.strip_prefix(self.tag()?)
    }

    /// The reference that the program understands.
    pub(crate) fn reference(self) -> String {
        self.layout.reference(self.image)
    }

    /// The files of its layers, the lowest first.
    pub(crate) fn layers(self) -> Result<Vec<PathBuf>, Error> {
        self.layout.layers(self.image)
    }

    /// The words that choose the platform; none where there is nothing to choose from.
    pub(crate) fn platform_words(self) -> Vec<String> {
        platform_words(self.image.is_index, None)
    }
}

impl Pair<'_> {
    /// `alpine:3.19..3.20`, and the platform where the corpus names one.
    pub(crate) fn name(&self) -> String {
        let new = self.new.name();
        let new = &new[self.new.layout_name.len() + 1..];
        let platform = self.platform.iter().map(|platform| format!(" {platform}"));
        platform.fold(format!("{}..{new}", self.old.name()), |name, platform| name + &platform)
    }

    /// The words that choose the platform; none where there is nothing to choose from.
    pub(crate) fn platform_words(&self) -> Vec<String> {
        let is_index = self.old.image.is_index || self.new.image.is_index;
        platform_words(is_index, self.platform.as_deref())
    }
}

/// An index whose expected answers name no platform is looked at as linux/amd64.
fn platform_words(is_index: bool, platform: Option<&str>) -> Vec<String> {
    let platform = platform.or(is_index.then_some("linux/amd64"));
    platform.map_or(Vec::new(), |platform| vec!["--platform".into(), platform.into()])
}

fn is_platform(text: &str) -> bool {
    text.parse::<model::Platform>().is_ok()
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).map_err(Error::io("list", folder.display()))?;
    let paths: Result<Vec<PathBuf>, _> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(Error::io("list", folder.display()))?;
    paths.sort();
    Ok(paths)
}

/// The last part of a path, as text.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(layouts: &[(&str, &[&str])]) -> Corpus {
        let image =
            |tag: &&str| Image { tag: Some((*tag).into()), digest: String::new(), is_index: false };
        let layout =
            |tags: &[&str]| Layout { path: "/c".into(), images: tags.iter().map(image).collect() };
        Corpus {
            folder: PathBuf::new(),
            layouts: layouts.iter().map(|(name, tags)| ((*name).into(), layout(tags))).collect(),
        }
    }

    #[test]
    fn a_file_is_called_after_an_image() {
        let corpus = corpus(&[("rpm", &["1"]), ("rpm_db", &["1", "2_1", "old"])]);
        let check = |name, subject: Option<&str>| {
            let found = corpus.image_named(name).map(Subject::name);
            assert_eq!(found.as_deref(), subject, "{name}");
        };
        check("rpm_1", Some("rpm:1"));
        check("rpm_db_1", Some("rpm_db:1"));
        check("rpm_db_2_1", Some("rpm_db:2_1"));
        check("rpm_db_3", None);
    }

    #[test]
    fn a_file_is_called_after_a_pair_whatever_its_tags_look_like() {
        let corpus = corpus(&[("a", &["1", "1_x", "1__2", "2", "2_linux"])]);
        let check = |name, pair: Option<&str>| {
            let found = corpus.pair_named(name).map(|pair| pair.name());
            assert_eq!(found.as_deref(), pair, "{name}");
        };
        check("a_1__2", Some("a:1..2"));
        check("a_1_x__2", Some("a:1_x..2"));
        check("a_1__2__1", Some("a:1__2..1"));
        check("a_1__2_linux-arm64", Some("a:1..2 linux/arm64"));
        check("a_1__2_linux-arm-v7", Some("a:1..2 linux/arm/v7"));
        check("a_1__2_linux", Some("a:1..2_linux"));
        check("a_1__3", None);
    }
}
