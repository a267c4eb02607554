//! Who claims each place of a tree, and where a claim leads. It does not know whose claims are worth hearing.

use model::{Owner, Path, Recorded};

use super::Map;
use super::tree::{Place, Reached, Tree, split};

/// No claim.
const NONE: u32 = u32::MAX;

/// Claims by place, each place's in the order in which they were made. They lie in one piece: most places have one.
pub(super) struct Owners {
    claims: Vec<Claim>,
    /// The number of each place's last claim.
    last: Vec<u32>,
}

struct Claim {
    owner: Owner,
    /// The number of the place's next claim; behind the last one comes the first.
    next: u32,
}

impl Owners {
    pub(super) fn new(places: usize) -> Owners {
        Owners { claims: Vec::with_capacity(places), last: vec![NONE; places] }
    }

    /// Notes what a package says of a place. Packages come in order, so another record of the same claim can only be the
    /// last one.
    pub(super) fn claim(&mut self, place: Place, package: u32, recorded: &Recorded) {
        let last = self.last[place.index()];
        let number = u32::try_from(self.claims.len()).unwrap_or(NONE);
        match self.claims.get_mut(last as usize) {
            Some(claim) if claim.owner.package == package => {
                complete(&mut claim.owner.recorded, recorded);
            }
            known => {
                let next = known.map_or(number, |last| std::mem::replace(&mut last.next, number));
                let owner = Owner { package, recorded: recorded.clone() };
                self.claims.push(Claim { owner, next });
                self.last[place.index()] = number;
            }
        }
    }

    /// The owners of a place, so far.
    pub(super) fn of(&self, place: Place) -> impl Iterator<Item = &Owner> {
        let last = self.last[place.index()];
        let first = self.claims.get(last as usize).map(|claim| claim.next);
        let numbers = std::iter::successors(first, move |&number| {
            // The one behind the last is the first again.
            (number != last).then(|| self.claims[number as usize].next)
        });
        numbers.map(|number| &self.claims[number as usize].owner)
    }

    /// Takes the owners of a place.
    pub(super) fn take(&mut self, place: Place) -> Box<[Owner]> {
        let last = self.last[place.index()];
        let Some(claim) = self.claims.get(last as usize) else { return Box::default() };
        let mut number = claim.next;
        if number == last {
            return Box::new([self.take_claim(number)]);
        }
        let mut owners = vec![self.take_claim(number)];
        while number != last {
            number = self.claims[number as usize].next;
            owners.push(self.take_claim(number));
        }
        owners.into()
    }

    fn take_claim(&mut self, number: u32) -> Owner {
        let Owner { package, recorded } = &mut self.claims[number as usize].owner;
        Owner { package: *package, recorded: std::mem::take(recorded) }
    }
}

/// Two records of one path say more together: dpkg's `.list` has the name, its `.md5sums` the digest.
pub(super) fn complete(recorded: &mut Recorded, other: &Recorded) {
    recorded.digest = recorded.digest.take().or_else(|| other.digest.clone());
    recorded.mode = recorded.mode.or(other.mode);
    recorded.config |= other.config;
    recorded.ghost |= other.ghost;
}

/// Finds where claimed paths lead. Claims come directory by directory, so directories are remembered.
pub(super) struct Resolver<'t, 'p> {
    tree: &'t Tree<'t>,
    directories: Map<&'p [u8], Option<Reached>>,
    /// The directory of the claim before.
    latest: (&'p [u8], Option<Reached>),
    /// Directories that claims lie in, and whose last name is a link.
    linked: Vec<Linked<'p>>,
}

/// A directory as claims call it: a link that leads to it.
pub(super) struct Linked<'p> {
    pub(super) path: &'p [u8],
    pub(super) link: Place,
    pub(super) directory: Place,
}

impl<'t, 'p> Resolver<'t, 'p> {
    pub(super) fn new(tree: &'t Tree<'t>) -> Resolver<'t, 'p> {
        let latest = (&b"/"[..], Some(Reached::ROOT));
        Resolver { tree, directories: Map::default(), latest, linked: Vec::new() }
    }

    /// The links that claims led through, and were the last name of the directories that they lie in.
    pub(super) fn into_linked(self) -> Vec<Linked<'p>> {
        self.linked
    }

    /// Where a path is once the links of its directories are followed, its last name excepted.
    pub(super) fn resolve(&mut self, path: &'p Path) -> Option<Place> {
        let (directory, name) = split(path)?;
        if self.latest.0 != directory {
            self.latest = (directory, self.directory(directory));
        }
        self.tree.child(self.latest.1?.place, name)
    }

    fn directory(&mut self, path: &'p [u8]) -> Option<Reached> {
        if let Some(known) = self.directories.get(path) {
            return *known;
        }
        // The directory that it lies in was most likely claimed before.
        let slash = path.iter().rposition(|&byte| byte == b'/').unwrap_or(0);
        let reached = match self.directories.get(&path[..slash]) {
            Some(parent) => parent.and_then(|parent| self.tree.reach(parent, &path[slash..])),
            None => self.tree.reach(Reached::ROOT, path),
        };
        self.directories.insert(path, reached);
        self.linked.extend(reached.and_then(|reached| self.linked(path, reached.place)));
        reached
    }

    fn linked(&self, path: &'p [u8], directory: Place) -> Option<Linked<'p>> {
        // Most directories are called what they are.
        if self.tree.path(directory).as_bytes() == path {
            return None;
        }
        let link = self.tree.resolve(&Path::new(path)).filter(|&place| self.tree.is_link(place))?;
        Some(Linked { path, link, directory })
    }
}
