//! Stacks layers, oldest first, into what a container sees. It knows facts only, never a layer's bytes.
//!
//! Whiteouts act on lower layers only, wherever they stand in their own. An entry that is written through a symbolic
//! link to a directory lands in the link's target, as in engines that unpack onto the merged tree (containerd); engines
//! that unpack each layer alone turn the link into a directory, so a notice says where that happened.

mod claimed;
mod evidence;
mod hits;
mod holdings;
mod licenses;
mod owners;
mod recognised;
mod stated;
mod tree;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;
use model::{
    Evidence, FileEntry, FileKind, ImageFacts, LayerEntry, LayerFacts, Notice, Path, Text, What,
};

pub use claimed::Claimed;
use evidence::Survivor;
use tree::{Place, Tree};

/// Stacks layers, oldest first. A fact lasts as long as the file it hangs on.
pub fn squash(layers: &[Arc<LayerFacts>]) -> ImageFacts {
    let mut stack = Stack::new(layers.iter().map(|layer| layer.entries.len()).sum());
    for (number, layer) in layers.iter().enumerate() {
        stack.add(u32::try_from(number).unwrap_or(u32::MAX), layer);
    }
    let mut facts = evidence::join(&stack.tree, &stack.survivors(layers));
    facts.hits = hits::of(&stack, layers);
    facts.root = stack.root;
    facts.notices.extend(stack.notices);
    if stack.untold > 0 {
        let text =
            format!("{} further notices of stacking layers are not told one by one", stack.untold);
        facts.notices.push(Notice::general(text));
    }
    facts.notices.extend(layers.iter().flat_map(|layer| layer.notices.iter().cloned()));
    facts.notices.sort_unstable();
    facts.notices.dedup();
    facts
}

/// Every path that a package claims, also where nothing is there.
pub fn claims(layers: &[Arc<LayerFacts>]) -> Vec<Claimed> {
    let mut stack = Stack::new(layers.iter().map(|layer| layer.entries.len()).sum());
    for (number, layer) in (0..).zip(layers) {
        stack.add(number, layer);
    }
    claimed::claimed(&stack.tree, &stack.survivors(layers))
}

/// What stood at `path` once each layer was stacked, where that layer changed it: the layer's number, and what it put
/// there; none where it took it away.
pub fn stages(layers: &[Arc<LayerFacts>], path: &Path) -> Vec<(u32, Option<Arc<FileEntry>>)> {
    let mut stack = Stack::new(layers.iter().map(|layer| layer.entries.len()).sum());
    let mut stages = Vec::new();
    let mut before: Option<Arc<FileEntry>> = None;
    for (number, layer) in (0..).zip(layers) {
        stack.add(number, layer);
        let now = stack.tree.find(path).cloned();
        let is_same = match (&before, &now) {
            (Some(before), Some(now)) => Arc::ptr_eq(before, now),
            (before, now) => before.is_none() && now.is_none(),
        };
        if !is_same {
            stages.push((number, now.clone()));
        }
        before = now;
    }
    stages
}

/// Notices of stacking that are told one by one; a hostile image could cause millions.
const MOST_NOTICES: usize = 1_000;

/// Maps that are only looked things up in. Hashing is quick and seeded at random, so that no image can know which of its
/// names collide.
type Map<K, V> = HashMap<K, V, RandomState>;
type Set<K> = HashSet<K, RandomState>;

/// A layer's number, and a path as that layer calls it.
type Name<'a> = (u32, &'a Path);

struct Stack<'a> {
    tree: Tree<'a>,
    /// The root, once a layer names it.
    root: Option<Arc<FileEntry>>,
    notices: BTreeSet<Notice>,
    untold: usize,
    /// The files that readers read, by layer and the path that the layer calls them: where they have landed, and what
    /// they are. A hard link adds a place.
    read: Map<Name<'a>, (Vec<Path>, &'a Arc<FileEntry>)>,
    /// The same by what they are.
    read_as: Map<*const FileEntry, Name<'a>>,
}

impl<'a> Stack<'a> {
    fn new(entries: usize) -> Stack<'a> {
        Stack {
            tree: Tree::new(entries),
            root: None,
            notices: BTreeSet::new(),
            untold: 0,
            read: Map::default(),
            read_as: Map::default(),
        }
    }

    fn add(&mut self, number: u32, layer: &'a LayerFacts) {
        let removals =
            layer.entries.iter().filter(|e| matches!(e.what, What::Whiteout | What::Opaque));
        let replaced = self.replaced_links(layer);
        for entry in removals {
            self.remove(entry, &replaced);
        }
        let read: Set<&Path> = layer.found.iter().map(|found| &found.path).collect();
        for entry in &layer.entries {
            match &entry.what {
                What::Put(file) => {
                    let landed = self.put(number, &entry.path, file);
                    if let Some(landed) = landed.filter(|_| read.contains(&entry.path)) {
                        let name = (number, &entry.path);
                        let landed = self.tree.path(landed).clone();
                        self.read_as.insert(Arc::as_ptr(file), name);
                        self.read.insert(name, (vec![landed], file));
                    }
                }
                What::Link { target } => self.link(number, &entry.path, target),
                What::Whiteout | What::Opaque => {}
            }
        }
    }

    /// Symbolic links of lower layers that this layer replaces: its whiteouts below them mean what it puts there, not
    /// what the link led to.
    fn replaced_links(&self, layer: &'a LayerFacts) -> HashSet<&'a Path> {
        if self.tree.is_empty() {
            return HashSet::new();
        }
        let is_link = |path: &Path| {
            self.tree.find(path).is_some_and(|file| matches!(file.kind, FileKind::Symlink { .. }))
        };
        let put = layer.entries.iter().filter(
            |entry| matches!(&entry.what, What::Put(file) if file.kind == FileKind::Directory),
        );
        put.map(|entry| &entry.path).filter(|path| is_link(path)).collect()
    }

    fn remove(&mut self, entry: &LayerEntry, replaced: &HashSet<&Path>) {
        let directory = match entry.what {
            What::Opaque => Some(entry.path.clone()),
            _ => entry.path.parent(),
        };
        let Some(directory) = directory else { return };
        if !replaced.is_empty() && ancestors(&directory).any(|path| replaced.contains(&path)) {
            return;
        }
        let Some(place) = self.tree.directory(directory.as_bytes()) else { return };
        match entry.what {
            What::Opaque => self.tree.clear(place),
            _ => self.tree.remove(place, entry.path.name()),
        }
    }

    /// Puts a file there, and says where it landed.
    fn put(&mut self, number: u32, path: &'a Path, file: &'a Arc<FileEntry>) -> Option<Place> {
        let Some((parent, _)) = tree::split(path) else {
            self.root = Some(file.clone()).filter(|file| file.kind == FileKind::Directory);
            return None;
        };
        let directory = self.make_way(number, parent)?;
        Some(self.tree.put(directory, path, file, number))
    }

    /// A link shares everything with its target at this moment.
    fn link(&mut self, number: u32, path: &'a Path, target: &Path) {
        let found = tree::split(target)
            .and_then(|(directory, name)| self.tree.child(self.tree.directory(directory)?, name));
        let file = match found.map(|place| self.tree.entry(place)) {
            Some(Some(file)) if file.kind != FileKind::Directory => file,
            Some(_) => {
                let text = format!(
                    "is a hard link to the directory {target}, which cannot be; it was left out"
                );
                return self.notice(path, text);
            }
            None => {
                // Whatever unpacks an archive makes room before it finds that there is nothing to link to.
                self.make_room(path, target);
                let text =
                    format!("is a hard link to {target}, which is not there; it was left out");
                return self.notice(path, text);
            }
        };
        let landed = self.put(number, path, file);
        let landed = landed.map(|place| self.tree.path(place).clone());
        let name = self.read_as.get(&Arc::as_ptr(file));
        match name.and_then(|name| self.read.get_mut(name)) {
            Some((places, _)) => places.extend(landed),
            // A target that a reader wanted, too, was read: there was nothing in it.
            None if evidence::is_wanted(path) && !evidence::is_wanted(target) => {
                let text = format!(
                    "is a hard link to {target}, which was not read: what it records is not known"
                );
                self.notice(path, text);
            }
            None => {}
        }
    }

    fn make_room(&mut self, path: &Path, target: &Path) {
        let Some((directory, name)) = tree::split(path).filter(|_| path != target) else { return };
        if let Some(directory) = self.tree.directory(directory) {
            self.tree.remove(directory, name);
        }
    }

    /// The directory at `path`, made where it is missing; links to directories are followed.
    fn make_way(&mut self, number: u32, path: &'a [u8]) -> Option<Place> {
        let Some((place, followed)) = self.tree.make_directory(path, number) else {
            let text =
                "lies in more directories than an image may imply: what is in it was left out";
            self.notice(&Path::new(path), text.into());
            return None;
        };
        if let Some(link) = followed.cloned() {
            let text = "is a symbolic link, and a layer writes through it: the files landed in its target, while some container engines turn it into a directory";
            self.notice(&link, text.into());
        }
        Some(place)
    }

    fn notice(&mut self, path: &Path, text: String) {
        if self.notices.len() < MOST_NOTICES {
            self.notices.insert(Notice::about(path.clone(), text));
        } else {
            self.untold += 1;
        }
    }

    /// What readers found in files that are still there.
    fn survivors(&self, layers: &'a [Arc<LayerFacts>]) -> Vec<Survivor<'a>> {
        let mut survivors = Vec::new();
        for (number, layer) in (0..).zip(layers) {
            let found = layer.found.iter();
            for found in found.filter(|found| !matches!(found.evidence, Evidence::Hits(_))) {
                let Some((places, file)) = self.read.get(&(number, &found.path)) else {
                    continue;
                };
                let is_there = |path: &&Path| {
                    self.tree.find(path).is_some_and(|there| Arc::ptr_eq(there, file))
                };
                if let Some(path) = places.iter().find(is_there) {
                    survivors.push(Survivor { path: path.clone(), found });
                }
            }
        }
        survivors
    }
}

/// The texts of an image: of each layer those whose files are still what that layer put there.
pub fn texts(image: &ImageFacts, layers: &[Arc<Vec<Text>>]) -> Vec<Text> {
    let mut texts = Vec::new();
    for (number, layer) in (0..).zip(layers) {
        let is_there =
            |text: &&Text| image.file(&text.path).is_some_and(|file| file.layer == number);
        texts.extend(layer.iter().filter(is_there).cloned());
    }
    texts.sort_unstable();
    texts
}

fn ancestors(path: &Path) -> impl Iterator<Item = Path> {
    std::iter::successors(Some(path.clone()), Path::parent)
}

#[cfg(test)]
mod tests;
