//! Verifies an image: finds and reads it, and reads again those files whose databases recorded other digests than facts
//! have. What is not as it was recorded, `compare` knows.

use std::collections::BTreeMap;

use compare::{Digests, Installed, Subject, Verification};
use md5::{Digest as _, Md5};
use model::{FileKind, Name, Path};
use sha1::Sha1;

use crate::explain::digests;
use crate::facts;
use crate::find::find;
use crate::{Error, Event, Options, Texts, Watch, keep, local};

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
    // Where only what layers come to is asked for, they come without their facts. Texts belong to layers.
    let [had] = facts::have([find(name, options, watch)?], Texts::Wanted, options, watch)?;
    watch(Event::Stacking);
    let layers: Vec<_> = had.layers.iter().map(|read| read.facts.clone()).collect();
    let subject = keep::keep(had.stack(Texts::Wanted, options, watch)?, None, options, watch);
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
            let of = Digests { md5: Md5::digest(target).into(), sha1: Sha1::digest(target).into() };
            digests.insert(place.clone(), of);
        }
    }
    Ok(ToVerify { subject: local::as_typed(subject, name, options), claims, digests })
}
