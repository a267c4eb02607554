//! Verifies an image: finds and reads it, and reads again those files whose databases recorded other digests than facts
//! have. What is not as it was recorded, `compare` knows.

use std::collections::BTreeMap;

use compare::{Digests, Installed, Subject, Verification};
use model::{FileKind, Name, Path};

use crate::explain::{digests, digests_of};
use crate::facts::{self, Need};
use crate::find::find;
use crate::{Error, Event, Options, Watch, keep, local};

/// An image, and all that it is verified by.
#[derive(Debug)]
pub struct ToVerify {
    /// The image.
    pub subject: Subject,
    /// What packages claim.
    pub claims: Vec<Installed>,
    /// Digests of files that were read again, and of the texts of links.
    pub digests: BTreeMap<Path, Digests>,
}

impl ToVerify {
    /// What is not as it was recorded.
    pub fn verify(&self) -> Verification<'_> {
        compare::verify(&self.subject.side, &self.claims, &self.digests)
    }
}

/// Finds and reads an image, and what it is verified by.
pub fn verified(name: &Name, options: &Options, watch: &Watch<'_>) -> Result<ToVerify, Error> {
    let [had] = facts::have([find(name, options, watch)?], Need::Layers, options, watch)?;
    watch(Event::Stacking);
    let layers = had.layer_facts();
    let subject = keep::keep(had.stack(Need::Layers, options, watch)?, None, options, watch);
    let claims = analysis::claims(&layers).into_iter().map(|claimed| {
        let analysis::Claimed { package, path, place, recorded } = claimed;
        Installed { package, path, place, recorded }
    });
    let claims: Vec<Installed> = claims.collect();
    let wanted = compare::to_read(&subject.side, &claims);
    let mut digests = digests(&subject, &wanted, options, watch)?;
    // apk records digests of the texts of links.
    for claim in claims.iter().filter(|claim| claim.recorded.digest.is_some()) {
        let file = claim.place.as_ref().and_then(|place| subject.side.facts.file(place));
        if let Some(FileKind::Symlink { target }) = file.map(|file| &file.entry.kind)
            && let Some(place) = &claim.place
        {
            digests.insert(place.clone(), digests_of(target));
        }
    }
    Ok(ToVerify { subject: local::as_typed(subject, name, options), claims, digests })
}
