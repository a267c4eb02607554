//! Finds what was moved: paths that went and paths that came with the same bytes. It changes no cause and no count: a move
//! is told beside the two changes that it is made of.

use std::collections::{HashMap, HashSet};

use model::{FileKind, Path, Sha256};

use crate::FileChange;

/// A file, or a directory with all that was in it, that stands somewhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Where it stood.
    pub from: Path,
    /// Where it stands.
    pub to: Path,
    /// How many paths that are no directories went with it; none for a single file.
    pub below: Option<usize>,
}

/// Changes by the path that they are about, as places in the list.
type Places = HashMap<Path, usize>;

/// Sets of each change that is one end of a move where the other end is, and gives the moves, ordered, directories that
/// were moved as a whole as one.
pub(crate) fn assign(changes: &mut [FileChange<'_>]) -> Vec<Move> {
    let mut removed: HashMap<(u64, Sha256), Vec<usize>> = HashMap::new();
    let mut added: HashMap<(u64, Sha256), Vec<usize>> = HashMap::new();
    let mut came = Places::new();
    for (place, change) in changes.iter().enumerate() {
        let ends = match (change.old, change.new) {
            (Some(_), None) => &mut removed,
            (None, Some(_)) => {
                came.insert(change.path().clone(), place);
                &mut added
            }
            _ => continue,
        };
        if let FileKind::Regular { size: size @ 1.., sha256 } = change.file().entry.kind {
            ends.entry((size, sha256)).or_default().push(place);
        }
    }
    // What is there once on either side has moved; what is there more often went where its neighbours did.
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (content, from) in &removed {
        if let (&[from], Some(&[to])) = (&from[..], added.get(content).map(Vec::as_slice)) {
            pairs.push((from, to));
        }
    }
    pairs.sort_unstable();
    pairs.extend(neighbours(changes, &pairs, &came));
    pairs.sort_unstable();
    let moves = folded(changes, &pairs);
    for (from, to) in pairs {
        let paths = [from, to].map(|place| changes[place].path().clone());
        let [old, new] = paths;
        changes[from].moved = Some(new);
        changes[to].moved = Some(old);
    }
    moves
}

/// Files that are not the only ones of their content, and links, where others of their directory went.
fn neighbours(
    changes: &[FileChange<'_>],
    pairs: &[(usize, usize)],
    came: &Places,
) -> Vec<(usize, usize)> {
    let mut went: HashMap<Path, Path> = HashMap::new();
    for &(from, to) in pairs {
        let ends = [from, to].map(|place| changes[place].path());
        if let [Some(from), Some(to)] = ends.map(Path::parent) {
            went.entry(from).or_insert(to);
        }
    }
    let taken: HashSet<usize> = pairs.iter().flat_map(|&(from, to)| [from, to]).collect();
    let mut found = Vec::new();
    for (place, change) in changes.iter().enumerate() {
        let (Some(old), None) = (change.old, change.new) else { continue };
        if taken.contains(&place) || old.entry.size() == 0 && !is_link(&old.entry.kind) {
            continue;
        }
        let to = old.path.parent().and_then(|directory| {
            let to = went.get(&directory)?.join(old.path.name());
            came.get(&to).copied().filter(|to| !taken.contains(to))
        });
        found.extend(
            to.filter(|&to| changes[to].file().entry.kind == old.entry.kind).map(|to| (place, to)),
        );
    }
    found
}

fn is_link(kind: &FileKind) -> bool {
    matches!(kind, FileKind::Symlink { .. })
}

/// The moves as people tell them: a directory of which everything went to one place, where nothing else came, is one move.
fn folded(changes: &[FileChange<'_>], pairs: &[(usize, usize)]) -> Vec<Move> {
    let went = Whole::of(changes.iter().filter(|one| one.new.is_none()));
    let came = Whole::of(changes.iter().filter(|one| one.old.is_none()));
    let mut together: HashMap<(Path, Path), usize> = HashMap::new();
    for &(from, to) in pairs {
        for ends in above(changes[from].path(), changes[to].path()) {
            *together.entry(ends).or_default() += 1;
        }
    }
    let mut moves: Vec<Move> = Vec::new();
    let mut told: HashSet<(Path, Path)> = HashSet::new();
    for &(from, to) in pairs {
        let (from, to) = (changes[from].path(), changes[to].path());
        let goes_whole = |ends: &(Path, Path)| {
            let below = together.get(ends);
            below.is_some() && below == went.below(&ends.0) && below == came.below(&ends.1)
        };
        match above(from, to).filter(goes_whole).last() {
            None => moves.push(Move { from: from.clone(), to: to.clone(), below: None }),
            Some(ends) => {
                let below = together.get(&ends).copied();
                if told.insert(ends.clone()) {
                    moves.push(Move { from: ends.0, to: ends.1, below });
                }
            }
        }
    }
    moves.sort_by(|one, other| (&one.from, &one.to).cmp(&(&other.from, &other.to)));
    moves
}

/// Directories that went, or that came.
#[derive(Default)]
struct Whole<'a> {
    directories: HashSet<&'a Path>,
    /// How many paths that are no directories went or came with each.
    below: HashMap<Path, usize>,
}

impl<'a> Whole<'a> {
    fn of(changes: impl Iterator<Item = &'a FileChange<'a>>) -> Whole<'a> {
        let mut whole = Whole::default();
        for change in changes {
            if change.file().entry.kind == FileKind::Directory {
                whole.directories.insert(change.path());
                continue;
            }
            for above in std::iter::successors(change.path().parent(), Path::parent) {
                *whole.below.entry(above).or_default() += 1;
            }
        }
        whole
    }

    fn below(&self, directory: &Path) -> Option<&usize> {
        self.directories.contains(directory).then(|| self.below.get(directory))?
    }
}

/// The directories above both ends, as far up as what lies in them has one name.
fn above(from: &Path, to: &Path) -> impl Iterator<Item = (Path, Path)> {
    let up = |from: &Path, to: &Path| {
        (from.name() == to.name()).then(|| Some((from.parent()?, to.parent()?))).flatten()
    };
    std::iter::successors(up(from, to), move |(from, to)| up(from, to))
}
