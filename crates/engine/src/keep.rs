//! Keeps images that were analyzed, and tells what is kept beside them: other names, ancestors.

use std::collections::BTreeSet;

use compare::{Ancestor, Subject};
use model::{Description, Time};
use store::{Found, KeptImage, Store};

use crate::find::Place;
use crate::stack::{self, Stacked};
use crate::{Event, Options, Said, Watch};

/// Keeps an image, and that it was seen under the names that it was reached by. What is known of it already is added.
pub(crate) fn keep(
    stacked: Stacked,
    said: Option<&Said>,
    options: &Options,
    watch: &Watch<'_>,
) -> Subject {
    let kept = options.keeping().map(|keep| remember(&keep.store, &stacked, said, options.now));
    if let Some(Err(error)) = &kept {
        watch(Event::Warning(format!("the image is not kept: {}", model::told(error))));
    }
    let Stacked { meant, subject, .. } = stacked;
    match (kept, meant.place) {
        (Some(Ok(known)), _) => known.of(subject),
        (_, Place::Kept(..)) => subject,
        (_, Place::Source(_)) => {
            let said = said.cloned().unwrap_or_default();
            Known { names: meant.seen, analyzed: options.now, said }.of(subject)
        }
    }
}

/// What is known of an image beside its bytes.
struct Known {
    names: Vec<String>,
    analyzed: Time,
    said: Said,
}

impl Known {
    fn of(self, subject: Subject) -> Subject {
        let Known { names, analyzed, said: Said { kind, dockerfile } } = self;
        Subject { current: names.clone(), names, analyzed, kind, dockerfile, ..subject }
    }
}

fn remember(
    store: &Store,
    stacked: &Stacked,
    said: Option<&Said>,
    now: Time,
) -> Result<Known, store::Error> {
    let Stacked { meant, subject, .. } = stacked;
    if let Place::Kept(image, names) = &meant.place {
        let said = said.cloned().unwrap_or_else(|| said_of(image));
        if said != said_of(image) {
            let Said { kind, dockerfile } = said.clone();
            store.keep_image(&KeptImage { kind, dockerfile, ..(**image).clone() }, &[], now)?;
        }
        return Ok(Known { names: names.clone(), analyzed: image.analyzed, said });
    }
    // What somebody else said of it, and when he read it, does not become ours.
    let before = known(store, subject)?.map(|(image, _)| image).filter(|image| !image.imported);
    let old = before.as_ref().filter(|_| !stacked.is_fresh);
    let analyzed = old.map_or(now, |image| image.analyzed);
    let said = said.cloned().or_else(|| before.as_ref().map(said_of)).unwrap_or_default();
    // Where a layer is not kept, the image would promise more than there is.
    if stacked.is_kept {
        store.keep_image(&described(subject, &meant.origin, analyzed, &said), &meant.seen, now)?;
    }
    let names = known(store, subject)?.map_or_else(|| meant.seen.clone(), |(_, names)| names);
    Ok(Known { names, analyzed, said })
}

/// The image as it is kept. Its reference says where it can be had again, not what it is called.
fn described(subject: &Subject, reference: &str, analyzed: Time, said: &Said) -> KeptImage {
    let side = &subject.side;
    KeptImage {
        // Whatever was stacked has an ID.
        id: subject.id.clone().unwrap_or_else(|| stack::stand_in(&side.image.layers)),
        description: Description { reference: reference.into(), ..side.image.clone() },
        settings: side.settings.clone(),
        notices: side.notices.clone(),
        kind: said.kind,
        dockerfile: said.dockerfile.clone(),
        distro: side.facts.distro.clone(),
        analyzed,
        imported: false,
    }
}

fn said_of(image: &KeptImage) -> Said {
    Said { kind: image.kind, dockerfile: image.dockerfile.clone() }
}

/// What is kept of this image already.
fn known(
    store: &Store,
    subject: &Subject,
) -> Result<Option<(KeptImage, Vec<String>)>, store::Error> {
    let digest = subject.side.image.digest.as_ref().or(subject.id.as_ref());
    let Some(digest) = digest else { return Ok(None) };
    match store.find(&digest.to_string())? {
        Found::One(image, names) => Ok(Some((*image, names))),
        Found::Nothing | Found::Several(_) => Ok(None),
    }
}

/// Those of an image's names that nothing else was seen under since.
pub(crate) fn current(subject: &Subject, store: &Store) -> Result<Vec<String>, store::Error> {
    let mut current = Vec::new();
    for name in &subject.names {
        let latest = store.history(name)?.into_iter().next();
        if latest.is_none_or(|latest| Some(&latest.id) == subject.id.as_ref()) {
            current.push(name.clone());
        }
    }
    Ok(current)
}

/// The kept images whose layers are the lowest of this one's, the one with the fewest first.
pub(crate) fn ancestors(subject: &Subject, store: &Store) -> Result<Vec<Ancestor>, store::Error> {
    let contents = |image: &Description| -> Vec<_> {
        image.layers.iter().map(|layer| layer.diff_id.clone()).collect()
    };
    let own = contents(&subject.side.image);
    // Every image would be built on one without layers.
    let Some(lowest) = own.first() else { return Ok(Vec::new()) };
    let mut ancestors = Vec::new();
    for (image, names) in store.images_on(lowest)? {
        let layers = contents(&image.description);
        if layers.len() < own.len() && own.starts_with(&layers) {
            ancestors.push((layers.len(), image.id.clone(), names, image.kind));
        }
    }
    ancestors.sort_unstable();
    let mut seen = BTreeSet::new();
    ancestors.retain(|(_, id, ..)| seen.insert(id.clone()));
    let ancestor = |(layers, id, names, kind)| Ancestor { id, names, kind, layers };
    Ok(ancestors.into_iter().map(ancestor).collect())
}
