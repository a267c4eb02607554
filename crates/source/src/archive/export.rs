//! An archive that an engine sends when it is asked to export an image: a stream that cannot go back, but can be asked
//! for again. Nothing of it is ever written to a disk.
//!
//! Which member is which layer stands in `manifest.json`, and engines send that last. But Docker (since version 25,
//! where it does not keep layers packed) and Podman call a layer by its diff-id, so that it is known by its name when it
//! comes by. Where names do not tell, the engine is asked a second time: twice through a local socket costs less than a
//! copy of the whole image on a disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use model::Digest;

use super::contents::Contents;
use super::docker::lines;
use super::file::{INFLATED, Stream};
use super::members::{Kind, Members, Trouble};
use crate::documents::{Config, Document};
use crate::image::Visit;
use crate::layout::{blob_path, no_blob};
use crate::resolve::damaged;
use crate::{Access, Blobs, Error, Layer, looks};

/// Asks the engine for the archive.
pub(crate) type Ask = Box<dyn Fn() -> Result<Box<dyn Read + Send>, Error> + Send + Sync>;

/// The layers of one image, in an archive to be asked for.
pub(crate) struct Export {
    /// What messages call the image.
    pub(crate) name: String,
    /// Its layers, each with the diff-id that it is known by.
    pub(crate) layers: Vec<Layer>,
    /// Bytes of a document at the most.
    pub(crate) limit: u64,
    /// How to ask.
    pub(crate) ask: Ask,
}

/// Which layers stand in which member.
type Plan = BTreeMap<String, Vec<usize>>;

impl Blobs for Export {
    fn access(&self) -> Access {
        Access::InOrder
    }

    fn open(&self, index: usize, _: &Layer) -> Result<Box<dyn Read + Send>, Error> {
        let wanted = BTreeSet::from([index]);
        let mut plan = self.named();
        for _ in 0..2 {
            let mut round = self.round()?;
            if round.next(&plan, &wanted).map_err(|trouble| self.error(trouble))?.is_some() {
                return Ok(Box::new(round.part));
            }
            plan = self.listed(&round.contents)?;
        }
        Err(no_blob(&self.name, index, &self.layers[index]))
    }

    fn each(&self, wanted: &[usize], visit: &mut Visit<'_>) -> Result<(), Error> {
        let mut missing: BTreeSet<usize> = wanted.iter().copied().collect();
        let mut plan = self.named();
        let mut is_listed = false;
        // Equal layers may share a member, of which each round can give one.
        while let Some(&first) = missing.first() {
            let before = missing.len();
            let mut round = self.round()?;
            while let Some(index) =
                round.next(&plan, &missing).map_err(|trouble| self.error(trouble))?
            {
                missing.remove(&index);
                if visit(index, &mut round.part).is_break() || missing.is_empty() {
                    return Ok(());
                }
            }
            if is_listed && missing.len() == before {
                return Err(no_blob(&self.name, first, &self.layers[first]));
            }
            plan = self.listed(&round.contents)?;
            is_listed = true;
        }
        Ok(())
    }
}

impl Export {
    /// Asks for the archive once more.
    fn round(&self) -> Result<Round, Error> {
        let input = Stream { input: (self.ask)()?, left: INFLATED };
        let part = Part { members: Members::new(input), left: 0 };
        Ok(Round { part, contents: Contents::default(), limit: self.limit })
    }

    /// The members that would tell by their names which layer they are.
    fn named(&self) -> Plan {
        let mut plan = Plan::new();
        for (index, diff_id) in self.diff_ids().enumerate() {
            let Some(diff_id) = diff_id else { continue };
            for name in [blob_path(diff_id), format!("{}.tar", diff_id.hex())] {
                plan.entry(name).or_default().push(index);
            }
        }
        plan
    }

    /// The members that an archive's documents say are the layers, by their place in the image.
    fn listed(&self, contents: &Contents) -> Result<Plan, Error> {
        let damaged = |reason: &str| damaged(&self.name, reason);
        let Some(names) = self.names(contents)? else {
            return Err(damaged("what the engine exports is not the image that it told of"));
        };
        let mut plan = Plan::new();
        for (index, name) in names.iter().enumerate() {
            let found = contents.find(name).map_err(|reason| damaged(&reason))?;
            let Some((member, _)) = found else {
                return Err(no_blob(&self.name, index, &self.layers[index]));
            };
            plan.entry(member.to_owned()).or_default().push(index);
        }
        Ok(plan)
    }

    /// What the archive calls the layers, the lowest first: as `manifest.json` has them, or a manifest of the OCI layout.
    fn names(&self, contents: &Contents) -> Result<Option<Vec<String>>, Error> {
        if let Some(bytes) = contents.document("manifest.json") {
            for line in lines(bytes, &format!("the export of {}", self.name))? {
                let layers = line.layers.unwrap_or_default();
                if layers.len() == self.layers.len() && self.is_config(contents, &line.config) {
                    return Ok(Some(layers));
                }
            }
        }
        for bytes in contents.documents() {
            let Ok(Document::Manifest(manifest)) = Document::parse(bytes) else { continue };
            if manifest.layers.len() == self.layers.len()
                && self.is_config(contents, &blob_path(&manifest.config.digest))
            {
                let layers = manifest.layers.iter();
                return Ok(Some(layers.map(|layer| blob_path(&layer.digest)).collect()));
            }
        }
        Ok(None)
    }

    /// Whether the member of this name is a configuration with the very diff-ids that are wanted.
    fn is_config(&self, contents: &Contents, name: &str) -> bool {
        let config = contents.document(name).and_then(|bytes| Config::parse(bytes).ok());
        config.is_some_and(|config| config.diff_ids().iter().map(Some).eq(self.diff_ids()))
    }

    fn diff_ids(&self) -> impl Iterator<Item = Option<&Digest>> {
        self.layers.iter().map(|layer| layer.diff_id.as_ref())
    }

    fn error(&self, trouble: Trouble) -> Error {
        let what = format!("the export of {}", self.name);
        match trouble {
            Trouble::Io(error) => match error.downcast::<Error>() {
                Ok(told) => told,
                Err(source) => Error::Io { doing: "read", object: what, source },
            },
            Trouble::Broken(reason) => damaged(&what, &reason),
            Trouble::Limit(reason) => {
                Error::Limit { what: format!("could not read {what}: {reason}") }
            }
            Trouble::NotTar(start) => Error::Corrupt {
                what: format!("{what} is no tar archive: it is {}", looks::like(&start)),
                hint: "is it a container engine that answers there?".into(),
            },
        }
    }
}

/// One archive, as far as it has come.
struct Round {
    part: Part,
    contents: Contents,
    limit: u64,
}

impl Round {
    /// Walks on to a member that `plan` has for a layer that is still `missing`; none at the archive's end.
    fn next(&mut self, plan: &Plan, missing: &BTreeSet<usize>) -> Result<Option<usize>, Trouble> {
        let members = &mut self.part.members;
        while let Some(member) = members.next()? {
            let layers = plan.get(&member.name).filter(|_| member.kind == Kind::File);
            let wanted = layers.into_iter().flatten().find(|index| missing.contains(index));
            if let Some(&index) = wanted {
                self.part.left = member.size;
                self.contents.name(member);
                return Ok(Some(index));
            }
            self.contents.note(member, members, self.limit)?;
        }
        Ok(None)
    }
}

/// The content of the member that the stream stands at.
struct Part {
    members: Members<Stream>,
    left: u64,
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.members.read(&mut self.left, buffer)
    }
}
