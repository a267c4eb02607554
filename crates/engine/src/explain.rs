//! Finds out what two images' facts do not say of one path: what each layer did to it, and digests in the algorithms of
//! package databases. It concludes nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use compare::{Digests, Past, Stage, Subject};
use md5::{Digest as _, Md5};
use model::{LayerFacts, Name, Path};
use sha1::Sha1;

use crate::contents::{Files, contents};
use crate::facts::{self, Had, Need};
use crate::find::find;
use crate::{Error, Options, Pair, Watch, both};

/// Two images, and the past of one path in both.
#[derive(Debug)]
pub struct Explained {
    /// The images.
    pub pair: Pair,
    /// The path that is meant, and its past in the old image and in the new one; none where neither has it.
    pub pasts: Option<(Path, [Past; 2])>,
}

/// Finds and reads two images as [`crate::pair`] does, and looks into the past of `path`.
pub fn explained(
    [old, new]: [&Name; 2],
    path: &Path,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Explained, Error> {
    let (old, new) = (find(old, options, watch)?, find(new, options, watch)?);
    let had = facts::have([old, new], Need::Layers, options, watch)?;
    let layers = had.each_ref().map(Had::layer_facts);
    let pair = both(had, Need::Layers, options, watch)?;
    let facts = [&pair.old.side.facts, &pair.new.side.facts];
    let pasts = compare::meant(path, facts).map(|path| {
        let [old, new] = &layers;
        let old = past(&pair.old, old, &path, options, watch);
        let new = past(&pair.new, new, &path, options, watch);
        (path, [old, new])
    });
    Ok(Explained { pair, pasts })
}

fn past(
    subject: &Subject,
    layers: &[Arc<LayerFacts>],
    path: &Path,
    options: &Options,
    watch: &Watch<'_>,
) -> Past {
    let stages = analysis::stages(layers, path);
    let stages = stages.into_iter().map(|(layer, file)| Stage { layer, file }).collect();
    let mut past = Past { stages, ..Past::default() };
    let file = subject.side.facts.file(path);
    let has_to_be_read = file.is_some_and(|file| {
        file.owners.iter().any(|owner| compare::needs_reading(&owner.recorded, &file.entry))
    });
    if has_to_be_read {
        match digests(subject, std::slice::from_ref(path), options, watch) {
            Ok(mut digests) => past.digests = digests.remove(path),
            Err(error) => past.unread = Some(model::told(&error)),
        }
    }
    past
}

/// Reads files of an image again, and gives their digests. Files that are larger than [`contents`] reads are left out.
pub fn digests(
    subject: &Subject,
    paths: &[Path],
    options: &Options,
    watch: &Watch<'_>,
) -> Result<BTreeMap<Path, Digests>, Error> {
    let mut digests = BTreeMap::new();
    contents(Files { subject, paths }, options, watch, &mut |path, bytes| {
        digests.insert(path.clone(), digests_of(bytes));
    })?;
    Ok(digests)
}

/// The digests of one content.
pub(crate) fn digests_of(bytes: &[u8]) -> Digests {
    Digests { md5: Md5::digest(bytes).into(), sha1: Sha1::digest(bytes).into() }
}
