//! What each layer of an analyzed image does: facts of its layers are had again, from what is kept where they are.

use compare::Subject;
use model::LayerTally;

use crate::contents::kept;
use crate::facts::{Need, have};
use crate::find::{Meant, Place};
use crate::{Error, Options, Watch};

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
    let [had] = have([meant], Need::Layers, options, watch)?;
    Ok(analysis::tally(&had.layer_facts(), &subject.side.facts))
}
