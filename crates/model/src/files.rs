//! The files of an image, in order. Where they are kept, they are not there before somebody asks for them.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use crate::{File, Path, Sha256};

/// Every path of an image but the root, ordered. It is used as a slice of [`File`]s.
///
/// Kept files come in **runs**: a few that follow one another, with a digest over their paths and over everything that
/// stands there. Where two images have a run in common, neither has to have its files for that to be known. Whoever uses
/// kept files as a slice has all of them.
#[derive(Clone)]
pub struct Files(Inside);

#[derive(Clone)]
enum Inside {
    /// They are there: one run without a digest.
    Here(Vec<File>),
    Kept(Arc<Kept>),
}

struct Kept {
    source: Box<dyn RunSource>,
    runs: Vec<Run>,
    /// All of them, once they were asked for.
    all: OnceLock<Vec<File>>,
    /// What was found to differ from other files.
    unlike: OnceLock<Arc<Found>>,
    /// Whether a run was asked for and could not be had.
    is_broken: AtomicBool,
}

struct Run {
    content: Sha256,
    files: OnceLock<Vec<File>>,
}

/// What differs between two images, found before anybody compares them.
struct Found {
    /// The two, which are what they are as long as this is there.
    between: [Weak<Kept>; 2],
    unlike: Vec<Unlike>,
}

/// What gives files when they are asked for. It takes them from memory, and does nothing else.
pub trait RunSource: Any + Send + Sync {
    /// The files of the run of this number; none where what is kept makes no sense.
    fn run(&self, number: usize) -> Option<Vec<File>>;

    /// The files of a stretch that are not the same here and in another source. It may give more than those.
    fn unlike(&self, other: &dyn RunSource, [ours, theirs]: &Stretch) -> Option<Unlike> {
        let ours: Option<Vec<_>> = ours.clone().map(|number| self.run(number)).collect();
        let theirs: Option<Vec<_>> = theirs.clone().map(|number| other.run(number)).collect();
        Some([ours?.concat(), theirs?.concat()])
    }
}

/// Runs that follow one another, of two images.
pub type Stretch = [Range<usize>; 2];

/// Files of two images that differ, in order: what one has and the other has not, and what both have, but otherwise.
pub type Unlike = [Vec<File>; 2];

impl Files {
    /// Files that `source` gives: a digest for each run, over the paths of its files and over their entries.
    pub fn kept(source: Box<dyn RunSource>, contents: impl IntoIterator<Item = Sha256>) -> Files {
        let run = |content| Run { content, files: OnceLock::new() };
        let runs = contents.into_iter().map(run).collect();
        let (all, unlike, is_broken) = (OnceLock::new(), OnceLock::new(), AtomicBool::new(false));
        Files(Inside::Kept(Arc::new(Kept { source, runs, all, unlike, is_broken })))
    }

    /// The file at `path`, if there is one.
    pub fn find(&self, path: &Path) -> Option<&File> {
        self.since(path).next().filter(|file| file.path == *path)
    }

    /// The file at `path`, if there is one, and all that come behind it. They are had as far as somebody goes.
    pub fn since(&self, path: &Path) -> impl Iterator<Item = &File> {
        let first = match &self.0 {
            Inside::Here(_) => 0,
            Inside::Kept(kept) => kept.run_of(path),
        };
        let mut is_behind = false;
        (first..self.runs()).flat_map(move |number| {
            let files = self.run(number);
            let first = if is_behind { 0 } else { files.partition_point(|file| file.path < *path) };
            is_behind |= first < files.len();
            &files[first..]
        })
    }

    /// The stretches of runs in which these files and `other` may differ, in order. Everywhere else both have the same
    /// paths, and the same entries there; owners and layers may be others.
    pub fn stretches(&self, other: &Files) -> Vec<Stretch> {
        let mut stretches = Vec::new();
        let theirs: HashMap<&Sha256, usize> =
            other.contents().enumerate().map(|(number, content)| (content, number)).collect();
        let [mut ours_from, mut theirs_from] = [0, 0];
        let mut until = |ours: usize, theirs: usize| {
            let stretch = [ours_from..ours, theirs_from..theirs];
            if stretch.iter().any(|runs| !runs.is_empty()) {
                stretches.push(stretch);
            }
            [ours_from, theirs_from] = [ours + 1, theirs + 1];
        };
        let mut behind = 0;
        for (ours, content) in self.contents().enumerate() {
            // Paths are ordered, so runs that both have come in one order.
            if let Some(&theirs) = theirs.get(content).filter(|&&theirs| theirs >= behind) {
                until(ours, theirs);
                behind = theirs + 1;
            }
        }
        until(self.runs(), other.runs());
        stretches
    }

    /// What differs in these stretches; none where both are not kept, or what is kept makes no sense.
    pub fn unlike_in(&self, other: &Files, stretches: &[Stretch]) -> Option<Vec<Unlike>> {
        let (Inside::Kept(ours), Inside::Kept(theirs)) = (&self.0, &other.0) else { return None };
        let unlike = stretches.iter().map(|stretch| ours.source.unlike(&*theirs.source, stretch));
        unlike.collect()
    }

    /// Remembers what differs in all stretches, so that it is at hand when the two are compared.
    pub fn prepare(&self, other: &Files, unlike: Vec<Unlike>) {
        if let (Inside::Kept(ours), Inside::Kept(theirs)) = (&self.0, &other.0) {
            let between = [Arc::downgrade(ours), Arc::downgrade(theirs)];
            // Whatever was found before is no less true.
            let _ = ours.unlike.set(Arc::new(Found { between, unlike }));
        }
    }

    /// The files of both in which they may differ, stretch by stretch, each stretch's in pieces. What is left out is the
    /// same in both, but for owners and layers.
    pub fn unlike<'a>(&'a self, other: &'a Files) -> Vec<[Vec<&'a [File]>; 2]> {
        if let Some(found) = self.found(other) {
            return found
                .unlike
                .iter()
                .map(|unlike| unlike.each_ref().map(|files| vec![&files[..]]))
                .collect();
        }
        let stretches = self.stretches(other).into_iter();
        stretches.map(|[ours, theirs]| [self.of_runs(ours), other.of_runs(theirs)]).collect()
    }

    fn found(&self, other: &Files) -> Option<&Found> {
        let (Inside::Kept(ours), Inside::Kept(theirs)) = (&self.0, &other.0) else { return None };
        let found = ours.unlike.get()?;
        let is = |known: &Weak<Kept>, kept: &Arc<Kept>| known.as_ptr() == Arc::as_ptr(kept);
        let [old, new] = &found.between;
        (is(old, ours) && is(new, theirs)).then_some(&**found)
    }

    /// The files of a stretch of runs.
    fn of_runs(&self, runs: Range<usize>) -> Vec<&[File]> {
        runs.map(|number| self.run(number)).collect()
    }

    fn run(&self, number: usize) -> &[File] {
        match &self.0 {
            Inside::Here(files) => files,
            Inside::Kept(kept) => kept.run(number),
        }
    }

    /// Whether everything could be had that was asked for so far.
    pub fn are_whole(&self) -> bool {
        match &self.0 {
            Inside::Here(_) => true,
            Inside::Kept(kept) => !kept.is_broken.load(Ordering::Relaxed),
        }
    }

    fn runs(&self) -> usize {
        match &self.0 {
            Inside::Here(_) => 1,
            Inside::Kept(kept) => kept.runs.len(),
        }
    }

    fn contents(&self) -> impl Iterator<Item = &Sha256> {
        let runs: &[Run] = match &self.0 {
            Inside::Here(_) => &[],
            Inside::Kept(kept) => &kept.runs,
        };
        runs.iter().map(|run| &run.content)
    }
}

impl Kept {
    fn run(&self, number: usize) -> &Vec<File> {
        self.runs[number].files.get_or_init(|| self.read(number))
    }

    fn read(&self, number: usize) -> Vec<File> {
        self.source.run(number).unwrap_or_else(|| {
            self.is_broken.store(true, Ordering::Relaxed);
            Vec::new()
        })
    }

    /// The run that has the file at `path`, if any has.
    fn run_of(&self, path: &Path) -> usize {
        let (mut first, mut behind) = (0, self.runs.len());
        while behind - first > 1 {
            let middle = usize::midpoint(first, behind);
            match self.run(middle).first() {
                Some(file) if file.path <= *path => first = middle,
                _ => behind = middle,
            }
        }
        first
    }

    fn all(&self) -> &Vec<File> {
        self.all.get_or_init(|| {
            let files = self.runs.iter().enumerate().flat_map(|(number, run)| {
                run.files.get().cloned().unwrap_or_else(|| self.read(number))
            });
            files.collect()
        })
    }
}

impl Deref for Files {
    type Target = [File];

    fn deref(&self) -> &[File] {
        match &self.0 {
            Inside::Here(files) => files,
            Inside::Kept(kept) => kept.all(),
        }
    }
}

impl<'a> IntoIterator for &'a Files {
    type Item = &'a File;
    type IntoIter = std::slice::Iter<'a, File>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Vec<File>> for Files {
    fn from(files: Vec<File>) -> Files {
        Files(Inside::Here(files))
    }
}

impl FromIterator<File> for Files {
    fn from_iter<I: IntoIterator<Item = File>>(files: I) -> Files {
        Files(Inside::Here(files.into_iter().collect()))
    }
}

impl Default for Files {
    fn default() -> Files {
        Files(Inside::Here(Vec::new()))
    }
}

impl PartialEq for Files {
    fn eq(&self, other: &Files) -> bool {
        **self == **other
    }
}

impl Eq for Files {}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileEntry;

    fn file(path: &str) -> File {
        let entry = Arc::new(FileEntry::implied_directory());
        File { path: path.into(), entry, layer: 0, owners: Box::default(), record: false }
    }

    /// Runs of paths; one that is called `broken` cannot be had.
    struct Runs(Vec<&'static str>);

    impl RunSource for Runs {
        fn run(&self, number: usize) -> Option<Vec<File>> {
            let run = self.0[number];
            (run != "broken").then(|| run.split_whitespace().map(file).collect())
        }
    }

    /// Kept files, a run for each text, which is also the run's content.
    fn kept(runs: &[&'static str]) -> Files {
        let content = |run: &&str| {
            let mut content = [0; 32];
            content[..run.len()].copy_from_slice(run.as_bytes());
            Sha256(content)
        };
        let contents: Vec<Sha256> = runs.iter().map(content).collect();
        Files::kept(Box::new(Runs(runs.to_vec())), contents)
    }

    fn unlike(old: &Files, new: &Files) -> Vec<[String; 2]> {
        let paths = |pieces: Vec<&[File]>| {
            let paths = pieces.concat().into_iter().map(|file| file.path.to_string());
            paths.collect::<Vec<_>>().join(" ")
        };
        old.unlike(new).into_iter().map(|pieces| pieces.map(paths)).collect()
    }

    #[test]
    fn runs_that_both_have_are_left_out() {
        let check = |old: &[&'static str], new: &[&'static str], expect: &[[&str; 2]]| {
            let (old, new) = (kept(old), kept(new));
            assert_eq!(unlike(&old, &new), expect);
            let found = old.unlike_in(&new, &old.stretches(&new)).unwrap();
            old.prepare(&new, found);
            assert!(old.found(&new).is_some() && new.found(&old).is_none());
            assert_eq!(unlike(&old, &new), expect);
        };
        check(&["/a /b", "/c", "/d"], &["/a /b", "/c", "/d"], &[]);
        check(&["/a /b", "/c", "/d"], &["/a", "/c", "/d /e"], &[["/a /b", "/a"], ["/d", "/d /e"]]);
        check(&["/a", "/c"], &["/a", "/b", "/c"], &[["", "/b"]]);
        check(&["/a", "/b"], &[], &[["/a /b", ""]]);
        check(&[], &[], &[]);
        // Out of order, as no image is.
        check(&["/a", "/b"], &["/b", "/a"], &[["", "/b"], ["/b", ""]]);
    }

    #[test]
    fn kept_files_are_those_that_are_there() {
        let kept = kept(&["/a /b", "/c", "/d /e"]);
        let all = ["/a", "/b", "/c", "/d", "/e"];
        for text in ["/", "/a", "/b", "/bb", "/c", "/e", "/f"] {
            let path = Path::from(text);
            assert_eq!(kept.find(&path).is_some(), all.contains(&text), "{text}");
            let since = kept.since(&path).map(|file| file.path.clone());
            let expect = all.map(Path::from).into_iter().filter(|other| *other >= path);
            assert!(since.eq(expect), "{text}");
        }
        let here: Files = ["/a", "/b", "/c", "/d", "/e"].into_iter().map(file).collect();
        assert_eq!(kept, here);
        assert_eq!(unlike(&kept, &here), [["/a /b /c /d /e", "/a /b /c /d /e"]]);
        assert!(kept.are_whole());
    }

    #[test]
    fn a_run_that_cannot_be_had_is_told() {
        let (files, same, other) =
            (kept(&["/a", "broken"]), kept(&["/b", "broken"]), kept(&["/a"]));
        assert!(files.unlike_in(&same, &files.stretches(&same)).is_some());
        assert_eq!(files.unlike_in(&other, &files.stretches(&other)), None);
        assert!(files.are_whole());
        assert_eq!(unlike(&files, &other), [["", ""]]);
        assert!(!files.are_whole());
    }
}
