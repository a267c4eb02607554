//! What each layer of an analyzed image does: facts of its layers are had again, from what is kept where they are.

use std::sync::Arc;

use compare::Subject;
use model::{LayerFacts, LayerTally};

use crate::contents::kept;
use crate::facts::have;
use crate::find::{Meant, Place};
use crate::{Error, Options, Texts, Watch};

/// The figures of each layer of an image, the lowest first.
pub fn tallies(
    subject: &Subject,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Vec<LayerTally>, Error> {
    let kept = kept(subject, options);
    let reference = subject.side.image.reference.clone();
    let meant = Meant {
        reference,
        origin: kept.description.reference.clone(),
        place: Place::Kept(Box::new(kept), subject.names.clone()),
        seen: Vec::new(),
        expected: subject.id.clone(),
    };
    // Where only what layers come to is asked for, they come without their facts. Texts belong to layers.
    let [had] = have([meant], Texts::Wanted, options, watch)?;
    let layers: Vec<Arc<LayerFacts>> = had.layers.iter().map(|read| read.facts.clone()).collect();
    Ok(analysis::tally(&layers, &subject.side.facts))
}
