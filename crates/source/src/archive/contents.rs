//! What an archive has under which names, and the small documents that are kept of it. It opens nothing itself.

use std::collections::BTreeMap;
use std::path::Path;

use super::members::{Input, Kind, Member, Members, Trouble};

/// Links from one member to another at the most.
const HOPS: usize = 16;

/// Bytes of documents that are kept in memory.
pub(super) const KEPT: u64 = 64 << 20;

/// Where the content of a member stands, counted in inflated bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) offset: u64,
    pub(super) size: u64,
}

/// A name in the archive.
enum Spot {
    File(Place),
    Link(String),
}

/// The names of an archive that has been walked, and the documents that were kept.
#[derive(Default)]
pub(super) struct Contents {
    spots: BTreeMap<String, Spot>,
    /// Documents by their place, where getting them again would mean reading all before them.
    kept: BTreeMap<Place, Vec<u8>>,
    bytes: u64,
}

impl Contents {
    /// Walks to the archive's end, and keeps documents of no more than `limit` bytes each.
    pub(super) fn walk(
        &mut self,
        mut members: Members<impl Input>,
        limit: u64,
    ) -> Result<(), Trouble> {
        while let Some(member) = members.next()? {
            self.note(member, &mut members, limit)?;
        }
        Ok(())
    }

    /// Notes the member that `members` stand at, and keeps its content if it is a document of no more than `limit` bytes.
    pub(super) fn note(
        &mut self,
        member: Member,
        members: &mut Members<impl Input>,
        limit: u64,
    ) -> Result<(), Trouble> {
        let Member { ref name, ref kind, offset, size } = member;
        let may_be_kept = size <= limit && self.bytes + size <= KEPT;
        if *kind == Kind::File && may_be_kept && is_document(name) {
            let content = members.content(size)?;
            if content.first().is_some_and(|byte| b"{[ \t\r\nn".contains(byte)) {
                self.bytes += size;
                self.kept.insert(Place { offset, size }, content);
            }
        }
        self.name(member);
        Ok(())
    }

    /// Notes a member by its name alone.
    pub(super) fn name(&mut self, member: Member) {
        let Member { name, kind, offset, size } = member;
        let spot = match kind {
            Kind::Link(target) => Spot::Link(target),
            Kind::File => Spot::File(Place { offset, size }),
            Kind::Other => return,
        };
        // Where a name comes twice, the later member holds, as when unpacking.
        self.spots.insert(name, spot);
    }

    /// The names that it has, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.spots.keys().map(String::as_str)
    }

    /// The member that this name leads to, links followed; none where there is none. The error is a clause about "it".
    pub(super) fn find<'a>(&'a self, name: &'a str) -> Result<Option<(&'a str, Place)>, String> {
        let mut at = name.trim_start_matches("./");
        for _ in 0..HOPS {
            match self.spots.get(at) {
                Some(Spot::Link(target)) => at = target,
                Some(Spot::File(place)) => return Ok(Some((at, *place))),
                None => return Ok(None),
            }
        }
        Err(format!(
            "its member {} is a link that leads nowhere in {HOPS} steps",
            model::visible(name.as_bytes())
        ))
    }

    /// The document at `place`, where it was kept.
    pub(super) fn kept(&self, place: Place) -> Option<&[u8]> {
        self.kept.get(&place).map(Vec::as_slice)
    }

    /// The document of this name, where it is there and was kept.
    pub(super) fn document(&self, name: &str) -> Option<&[u8]> {
        let (_, place) = self.find(name).ok()??;
        self.kept(place)
    }

    /// All documents that were kept, in the order of the archive.
    pub(super) fn documents(&self) -> impl Iterator<Item = &[u8]> {
        self.kept.values().map(Vec::as_slice)
    }
}

/// Whether a member of this name may be one of the documents of an image.
fn is_document(name: &str) -> bool {
    let is_json = Path::new(name).extension().is_some_and(|extension| extension == "json");
    is_json
        || name == "repositories"
        || name == "oci-layout"
        || name.starts_with("blobs/")
        || name.starts_with("sha256:")
}
