//! A file system in memory: directories of names, with links followed as a kernel would. It holds no content.

use std::borrow::Cow;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use model::{FileEntry, FileKind, Path};

/// Links followed in one look-up at the most, as in Linux.
const MOST_LINKS: u32 = 40;

/// Bytes that the paths of directories may take which no entry names: one short entry can imply hundreds of long ones.
const MOST_IMPLIED: usize = 128 << 20;

/// Places that there is room for from the beginning, at the most.
const MOST_FORESEEN: usize = 1 << 20;

/// A file system, growing layer by layer. What layers say is lent, so that nothing of it is counted or copied.
pub(super) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    /// Every name that is there, by its directory and itself: one table, because most directories are small.
    names: HashTable<Place>,
    /// Seeded at random, so that no image can know which of its names collide.
    hasher: RandomState,
    /// What a directory is that no entry names.
    implied_entry: Arc<FileEntry>,
    /// The directory that was made or found last: archives name the files of one directory in a row.
    latest: Option<Latest<'a>>,
    /// Bytes of the paths of directories that no entry names.
    implied: usize,
}

/// A place in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(u32);

/// A directory, and over how many links the way went.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reached {
    pub(super) place: Place,
    links: u32,
}

impl Reached {
    pub(super) const ROOT: Reached = Reached { place: Tree::ROOT, links: 0 };
}

struct Node<'a> {
    path: Cow<'a, Path>,
    /// The last name of the path.
    name: &'a [u8],
    /// None for a directory that no entry names.
    entry: Option<&'a Arc<FileEntry>>,
    parent: Place,
    layer: u32,
    /// What was put into it last, and what was put into its directory before it.
    latest_child: Option<Place>,
    before: Option<Place>,
    sort: Sort,
    /// Whether it was taken away.
    is_gone: bool,
}

/// What a walk has to know of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Directory,
    Link,
    Other,
}

struct Latest<'a> {
    path: &'a [u8],
    place: Place,
    followed: Option<Path>,
}

impl<'a> Tree<'a> {
    pub(super) const ROOT: Place = Place(0);

    /// A tree with nothing but a root, and room for as many entries.
    pub(super) fn new(entries: usize) -> Tree<'a> {
        let room = entries.min(MOST_FORESEEN);
        let mut nodes = Vec::with_capacity(room + 1);
        nodes.push(Node {
            path: Cow::Owned(Path::root()),
            name: b"",
            entry: None,
            parent: Tree::ROOT,
            layer: 0,
            latest_child: None,
            before: None,
            sort: Sort::Directory,
            is_gone: false,
        });
        Tree {
            nodes,
            names: HashTable::with_capacity(room),
            hasher: RandomState::default(),
            implied_entry: Arc::new(FileEntry::implied_directory()),
            latest: None,
            implied: 0,
        }
    }

    fn node(&self, place: Place) -> &Node<'a> {
        &self.nodes[place.index()]
    }

    fn node_mut(&mut self, place: Place) -> &mut Node<'a> {
        &mut self.nodes[place.index()]
    }

    /// What a directory has under `name`; links are not followed.
    pub(super) fn child(&self, directory: Place, name: &[u8]) -> Option<Place> {
        let hash = self.hasher.hash_one((directory.0, name));
        let is_it = |&place: &Place| {
            let node = self.node(place);
            node.parent == directory && node.name == name
        };
        self.names.find(hash, is_it).copied()
    }

    /// Whether a symbolic link stands there.
    pub(super) fn is_link(&self, place: Place) -> bool {
        self.node(place).sort == Sort::Link
    }

    fn is_directory(&self, place: Place) -> bool {
        self.node(place).sort == Sort::Directory
    }

    /// What stands at exactly this path; links are not followed.
    pub(super) fn find(&self, path: &Path) -> Option<&Arc<FileEntry>> {
        let mut place = Tree::ROOT;
        for name in path.components() {
            place = self.child(place, name)?;
        }
        Some(self.file(place))
    }

    /// What an entry has put there; none for a directory that no entry names.
    pub(super) fn entry(&self, place: Place) -> Option<&'a Arc<FileEntry>> {
        self.node(place).entry
    }

    /// Whether nothing was ever put into it.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.len() == 1
    }

    /// The directory at `path`, links followed; none where there is none.
    pub(super) fn directory(&self, path: &[u8]) -> Option<Place> {
        self.reach(Reached::ROOT, path).map(|reached| reached.place)
    }

    /// The directory at `path` below another one that was reached already.
    pub(super) fn reach(&self, from: Reached, path: &[u8]) -> Option<Reached> {
        let Reached { place, mut links } = from;
        let place = self.walk(place, components(path), &mut links)?;
        self.is_directory(place).then_some(Reached { place, links })
    }

    /// Where `path` is once the links of its directories are followed, its last name excepted.
    pub(super) fn resolve(&self, path: &Path) -> Option<Place> {
        let (directory, name) = split(path)?;
        self.child(self.directory(directory)?, name)
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
            if let Some(target) = self.target(place) {
                place = self.walk_link(directory, target, links)?;
            }
        }
        Some(place)
    }

    /// Where a symbolic link leads.
    fn target(&self, place: Place) -> Option<&'a [u8]> {
        let node = self.node(place);
        match &node.entry.filter(|_| node.sort == Sort::Link)?.kind {
            FileKind::Symlink { target } => Some(target),
            _ => None,
        }
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
        path: &'a [u8],
        layer: u32,
    ) -> Option<(Place, Option<&Path>)> {
        if self.latest.as_ref().is_none_or(|latest| latest.path != path) {
            self.latest = Some(self.make_way(path, layer)?);
        }
        self.latest.as_ref().map(|latest| (latest.place, latest.followed.as_ref()))
    }

    fn make_way(&mut self, path: &'a [u8], layer: u32) -> Option<Latest<'a>> {
        let mut place = Tree::ROOT;
        let mut followed = None;
        for name in components(path) {
            place = match self.child(place, name) {
                Some(child) if self.is_directory(child) => child,
                Some(child) => match self.linked_directory(place, child) {
                    Some(target) => {
                        followed = Some(self.path(child).clone());
                        target
                    }
                    None => self.imply(place, name, layer)?,
                },
                None => self.imply(place, name, layer)?,
            };
        }
        Some(Latest { path, place, followed })
    }

    fn linked_directory(&self, directory: Place, link: Place) -> Option<Place> {
        let target = self.target(link)?;
        self.walk_link(directory, target, &mut 0).filter(|&place| self.is_directory(place))
    }

    fn imply(&mut self, directory: Place, name: &'a [u8], layer: u32) -> Option<Place> {
        let path = self.path(directory).join(name);
        self.implied += path.as_bytes().len();
        if self.implied > MOST_IMPLIED {
            return None;
        }
        self.remove(directory, name);
        Some(self.insert(New { directory, path: Cow::Owned(path), name, entry: None, layer }))
    }

    fn insert(&mut self, new: New<'a>) -> Place {
        let New { directory, path, name, entry, layer } = new;
        let place = Place(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        let sort = entry.map_or(Sort::Directory, sort);
        let parent = self.node_mut(directory);
        let before = parent.latest_child.replace(place);
        let parent = directory;
        let (latest_child, is_gone) = (None, false);
        #[rustfmt::skip]
        self.nodes.push(Node {
            path, name, entry, parent, layer, latest_child, before, sort, is_gone,
        });
        let hash = self.hasher.hash_one((directory.0, name));
        let (nodes, hasher) = (&self.nodes, &self.hasher);
        self.names.insert_unique(hash, place, |place| {
            let node = &nodes[place.index()];
            hasher.hash_one((node.parent.0, node.name))
        });
        place
    }

    /// Puts `entry` into the directory that the parent of `path` turned out to be, and says where it landed. A directory
    /// keeps what is in it, anything else replaces what was there with all below it.
    pub(super) fn put(
        &mut self,
        directory: Place,
        path: &'a Path,
        entry: &'a Arc<FileEntry>,
        layer: u32,
    ) -> Place {
        let (parent, name) = split(path).unwrap_or_default();
        let is_directory = entry.kind == FileKind::Directory;
        if let Some(child) = self.child(directory, name) {
            if is_directory && self.is_directory(child) {
                let node = self.node_mut(child);
                node.entry = Some(entry);
                node.layer = layer;
                return child;
            }
            self.remove(directory, name);
        }
        // A link may now lead elsewhere than before.
        self.latest = self.latest.take().filter(|_| matches!(entry.kind, FileKind::Regular { .. }));
        let landed = self.path(directory);
        let is_there = landed.as_bytes() == parent;
        let path = if is_there { Cow::Borrowed(path) } else { Cow::Owned(landed.join(name)) };
        self.insert(New { directory, path, name, entry: Some(entry), layer })
    }

    /// Takes away what a directory has under `name`, with all that lies below it.
    pub(super) fn remove(&mut self, directory: Place, name: &[u8]) {
        let hash = self.hasher.hash_one((directory.0, name));
        let nodes = &mut self.nodes;
        let is_it = |place: &Place| {
            let node = &nodes[place.index()];
            node.parent == directory && node.name == name
        };
        if let Ok(there) = self.names.find_entry(hash, is_it) {
            let (place, _) = there.remove();
            nodes[place.index()].is_gone = true;
            self.latest = None;
        }
    }

    /// Takes away everything in a directory.
    pub(super) fn clear(&mut self, directory: Place) {
        let children: Vec<&'a [u8]> =
            self.children(directory).map(|child| self.node(child).name).collect();
        for name in children {
            self.remove(directory, name);
        }
        self.node_mut(directory).latest_child = None;
        self.latest = None;
    }

    /// Everything but the root, in order.
    pub(super) fn places(&self) -> Vec<Place> {
        let mut places = Vec::with_capacity(self.names.len());
        let mut ahead: Vec<Place> = vec![Tree::ROOT];
        while let Some(place) = ahead.pop() {
            if place != Tree::ROOT {
                places.push(place);
            }
            let start = ahead.len();
            ahead.extend(self.children(place));
            let name = |place: Place| self.node(place).name;
            // The last one is the next one.
            ahead[start..].sort_unstable_by(|&one, &other| name(other).cmp(name(one)));
        }
        places
    }

    /// Everything below a place, without an order.
    pub(super) fn below(&self, place: Place) -> Vec<Place> {
        let mut below = Vec::new();
        let mut ahead = vec![place];
        while let Some(place) = ahead.pop() {
            below.push(place);
            ahead.extend(self.children(place));
        }
        below
    }

    /// What a directory has right in it, without an order.
    pub(super) fn children(&self, directory: Place) -> impl Iterator<Item = Place> {
        let latest = self.node(directory).latest_child;
        let all = std::iter::successors(latest, |&place| self.node(place).before);
        all.filter(|&place| !self.node(place).is_gone)
    }

    pub(super) fn path(&self, place: Place) -> &Path {
        &self.node(place).path
    }

    pub(super) fn file(&self, place: Place) -> &Arc<FileEntry> {
        self.node(place).entry.unwrap_or(&self.implied_entry)
    }

    pub(super) fn layer(&self, place: Place) -> u32 {
        self.node(place).layer
    }

    /// One more than the largest [`Place::index`].
    pub(super) fn capacity(&self) -> usize {
        self.nodes.len()
    }
}

/// What comes into a directory.
struct New<'a> {
    directory: Place,
    path: Cow<'a, Path>,
    name: &'a [u8],
    entry: Option<&'a Arc<FileEntry>>,
    layer: u32,
}

impl Place {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

fn sort(entry: &Arc<FileEntry>) -> Sort {
    match entry.kind {
        FileKind::Directory => Sort::Directory,
        FileKind::Symlink { .. } => Sort::Link,
        _ => Sort::Other,
    }
}

/// The directory and the last name of a path; none for the root. Nothing is copied.
pub(super) fn split(path: &Path) -> Option<(&[u8], &[u8])> {
    let path = path.as_bytes();
    let slash = path.iter().rposition(|&byte| byte == b'/').filter(|_| path.len() > 1)?;
    Some((&path[..slash.max(1)], &path[slash + 1..]))
}

fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|&byte| byte == b'/').filter(|name| !name.is_empty())
}
