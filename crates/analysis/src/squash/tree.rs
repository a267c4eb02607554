//! A file system in memory: directories of names, with links followed as a kernel would. It holds no content.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{FileEntry, FileKind, Path};

/// Links followed in one look-up at the most, as in Linux.
const MOST_LINKS: u32 = 40;

/// Bytes that the paths of directories may take which no entry names: one short entry can imply hundreds of long ones.
const MOST_IMPLIED: usize = 128 << 20;

/// A file system, growing layer by layer.
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// The directory that was made or found last: archives name the files of one directory in a row.
    latest: Option<(Path, Place, Option<Path>)>,
    /// Bytes of the paths of directories that no entry names.
    implied: usize,
}

/// A place in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(u32);

struct Node {
    path: Path,
    parent: Place,
    entry: Arc<FileEntry>,
    layer: u32,
    children: BTreeMap<Box<[u8]>, Place>,
}

impl Default for Tree {
    fn default() -> Tree {
        let entry = Arc::new(FileEntry::implied_directory());
        let (parent, children) = (Tree::ROOT, BTreeMap::new());
        let root = Node { path: Path::root(), parent, entry, layer: 0, children };
        Tree { nodes: vec![root], latest: None, implied: 0 }
    }
}

impl Tree {
    const ROOT: Place = Place(0);

    fn node(&self, place: Place) -> &Node {
        &self.nodes[place.0 as usize]
    }

    fn node_mut(&mut self, place: Place) -> &mut Node {
        &mut self.nodes[place.0 as usize]
    }

    fn child(&self, place: Place, name: &[u8]) -> Option<Place> {
        self.node(place).children.get(name).copied()
    }

    fn is_directory(&self, place: Place) -> bool {
        self.node(place).entry.kind == FileKind::Directory
    }

    /// What stands at exactly this path; links are not followed.
    pub(super) fn find(&self, path: &Path) -> Option<Arc<FileEntry>> {
        let mut place = Tree::ROOT;
        for name in path.components() {
            place = self.child(place, name)?;
        }
        Some(self.node(place).entry.clone())
    }

    /// What stands under `name` in a directory.
    pub(super) fn entry(&self, directory: Place, name: &[u8]) -> Option<Arc<FileEntry>> {
        Some(self.node(self.child(directory, name)?).entry.clone())
    }

    /// The directory at `path`, links followed; none where there is none.
    pub(super) fn directory(&self, path: &Path) -> Option<Place> {
        let place = self.walk(Tree::ROOT, path.components(), &mut 0)?;
        self.is_directory(place).then_some(place)
    }

    /// Where `path` is once the links of its directories are followed, its last name excepted.
    pub(super) fn resolve(&self, path: &Path) -> Option<Place> {
        let directory = self.directory(&path.parent()?)?;
        self.child(directory, path.name())
    }

    /// Where `path` is once all links are followed.
    pub(super) fn follow(&self, path: &Path) -> Option<Place> {
        self.walk(Tree::ROOT, path.components(), &mut 0)
    }

    /// Follows names and links from `place`. `..` in a link's text stops at the root.
    fn walk<'n>(
        &self,
        mut place: Place,
        names: impl Iterator<Item = &'n [u8]>,
        links: &mut u32,
    ) -> Option<Place> {
        for name in names {
            let directory = place;
            place = self.child(directory, name)?;
            if let FileKind::Symlink { target } = &self.node(place).entry.kind {
                place = self.walk_link(directory, target, links)?;
            }
        }
        Some(place)
    }

    fn walk_link(&self, directory: Place, target: &[u8], links: &mut u32) -> Option<Place> {
        *links += 1;
        if *links > MOST_LINKS {
            return None;
        }
        let mut place = if target.starts_with(b"/") { Tree::ROOT } else { directory };
        for name in target.split(|&byte| byte == b'/') {
            place = match name {
                b"" | b"." => place,
                b".." => self.node(place).parent,
                name => self.walk(place, std::iter::once(name), links)?,
            };
        }
        Some(place)
    }

    /// Finds or makes the directory at `path`, following links to directories; whatever else is in the way goes.
    /// Also the link that was followed, if one was. None where too many directories would have to be made.
    pub(super) fn make_directory(
        &mut self,
        path: &Path,
        layer: u32,
    ) -> Option<(Place, Option<Path>)> {
        if let Some((latest, place, followed)) = &self.latest
            && latest == path
        {
            return Some((*place, followed.clone()));
        }
        let mut place = Tree::ROOT;
        let mut followed = None;
        for name in path.components() {
            place = match self.child(place, name) {
                Some(child) if self.is_directory(child) => child,
                Some(child) => match self.linked_directory(place, child) {
                    Some(target) => {
                        followed = Some(self.node(child).path.clone());
                        target
                    }
                    None => self.imply(place, name, layer)?,
                },
                None => self.imply(place, name, layer)?,
            };
        }
        self.latest = Some((path.clone(), place, followed.clone()));
        Some((place, followed))
    }

    fn linked_directory(&self, directory: Place, link: Place) -> Option<Place> {
        let FileKind::Symlink { target } = &self.node(link).entry.kind else { return None };
        self.walk_link(directory, target, &mut 0).filter(|&place| self.is_directory(place))
    }

    fn imply(&mut self, directory: Place, name: &[u8], layer: u32) -> Option<Place> {
        let path = self.node(directory).path.join(name);
        self.implied += path.as_bytes().len();
        if self.implied > MOST_IMPLIED {
            return None;
        }
        let entry = Arc::new(FileEntry::implied_directory());
        Some(self.insert(directory, path, entry, layer))
    }

    fn insert(&mut self, directory: Place, path: Path, entry: Arc<FileEntry>, layer: u32) -> Place {
        let name: Box<[u8]> = path.name().into();
        let place = Place(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node { path, parent: directory, entry, layer, children: BTreeMap::new() });
        self.node_mut(directory).children.insert(name, place);
        place
    }

    /// Puts `entry` into the directory that the parent of `path` turned out to be, and says where it landed. A directory
    /// keeps what is in it, anything else replaces what was there with all below it.
    pub(super) fn put(
        &mut self,
        directory: Place,
        path: &Path,
        entry: Arc<FileEntry>,
        layer: u32,
    ) -> Path {
        let name = path.name();
        let landed = self.path_of(directory, path);
        let is_directory = entry.kind == FileKind::Directory;
        if let Some(child) = self.child(directory, name) {
            if is_directory && self.is_directory(child) {
                let node = self.node_mut(child);
                node.entry = entry;
                node.layer = layer;
                return landed;
            }
            self.remove(directory, name);
        }
        // A link may now lead elsewhere than before.
        self.latest = self.latest.take().filter(|_| matches!(entry.kind, FileKind::Regular { .. }));
        self.insert(directory, landed.clone(), entry, layer);
        landed
    }

    /// The path that `path` comes to, whose directory turned out to be `directory`.
    fn path_of(&self, directory: Place, path: &Path) -> Path {
        let landed = &self.node(directory).path;
        let parent = path.as_bytes().len() - path.name().len() - 1;
        // The root's own text ends in the separator, every other directory's does not.
        match &path.as_bytes()[..parent.max(1)] {
            same if same == landed.as_bytes() => path.clone(),
            _ => landed.join(path.name()),
        }
    }

    /// Takes away what a directory has under `name`, with all that lies below it.
    pub(super) fn remove(&mut self, directory: Place, name: &[u8]) {
        if self.node_mut(directory).children.remove(name).is_some() {
            self.latest = None;
        }
    }

    /// Takes away everything in a directory.
    pub(super) fn clear(&mut self, directory: Place) {
        self.node_mut(directory).children.clear();
        self.latest = None;
    }

    /// Everything but the root, in order.
    pub(super) fn places(&self) -> Vec<Place> {
        let mut places = Vec::with_capacity(self.nodes.len());
        let mut ahead: Vec<Place> = vec![Tree::ROOT];
        while let Some(place) = ahead.pop() {
            if place != Tree::ROOT {
                places.push(place);
            }
            ahead.extend(self.node(place).children.values().rev());
        }
        places
    }

    /// Everything below a place, without an order.
    pub(super) fn below(&self, place: Place) -> Vec<Place> {
        let mut below = Vec::new();
        let mut ahead = vec![place];
        while let Some(place) = ahead.pop() {
            below.push(place);
            ahead.extend(self.node(place).children.values());
        }
        below
    }

    /// What a directory has right in it, in order.
    pub(super) fn children(&self, directory: Place) -> impl Iterator<Item = Place> {
        self.node(directory).children.values().copied()
    }

    pub(super) fn path(&self, place: Place) -> &Path {
        &self.node(place).path
    }

    pub(super) fn file(&self, place: Place) -> &Arc<FileEntry> {
        &self.node(place).entry
    }

    pub(super) fn layer(&self, place: Place) -> u32 {
        self.node(place).layer
    }

    /// How many places there are, gone ones included: one more than the largest [`Place::index`].
    pub(super) fn capacity(&self) -> usize {
        self.nodes.len()
    }
}

impl Place {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}
