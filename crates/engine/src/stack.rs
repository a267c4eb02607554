//! From layers to an image that questions can be asked of. Nothing here reads or keeps.

use std::sync::Arc;

use compare::{Side, Subject};
use model::{Description, Digest, ImageFacts, LayerDescription, Notice, Sha256, Text};
use sha2::Digest as _;
use source::Image;
use store::KeptImage;

use crate::facts::{Had, Need};
use crate::find::{Meant, Place, Why};
use crate::layers::{self, How, Read};
use crate::{Error, Options, Watch, stacks};

/// An image whose layers have been stacked.
pub(crate) struct Stacked {
    /// The image as it was found.
    pub(crate) meant: Meant,
    /// What it is.
    pub(crate) subject: Subject,
    /// Whether any of its layers was read now, and not kept before.
    pub(crate) is_fresh: bool,
    /// Whether its layers are kept now.
    pub(crate) is_kept: bool,
}

impl Had {
    /// Stacks the layers. The image that comes of it is the one that was meant, or it is an error.
    pub(crate) fn stack(
        self,
        need: Need,
        options: &Options,
        watch: &Watch<'_>,
    ) -> Result<Stacked, Error> {
        let layer_facts = self.layer_facts();
        let Had { meant, layers, image } = self;
        let facts = image.unwrap_or_else(|| {
            let facts = analysis::squash(&layer_facts);
            // Where more than that is needed, nobody has looked whether it is kept already.
            if need == Need::Stack || layers.iter().any(|layer| layer.how != How::Kept) {
                stacks::keep(&meant, &layers, &facts, options, watch);
            }
            facts
        });
        let subject = described(&meant, &layers, facts, need);
        match &meant.expected {
            Some(expected) if subject.id.as_ref() != Some(expected) => Err(Error::Lost {
                name: meant.reference.clone(),
                id: expected.clone(),
                why: Why::Other(subject.side.image.reference),
            }),
            _ => Ok(Stacked {
                is_fresh: layers.iter().any(|layer| layer.how != How::Kept),
                is_kept: layers.iter().all(|layer| layer.unkept().is_none()),
                meant,
                subject,
            }),
        }
    }
}

/// What comes of an image whose layers come to `facts`.
fn described(meant: &Meant, read: &[Arc<Read>], facts: ImageFacts, need: Need) -> Subject {
    let texts = match need {
        Need::Texts => {
            let texts: Vec<Arc<Vec<Text>>> = read.iter().map(|read| read.texts.clone()).collect();
            analysis::texts(&facts, &texts)
        }
        Need::Stack | Need::Layers => Vec::new(),
    };
    let subject = match &meant.place {
        Place::Kept(image, names) => remembered(image, names),
        Place::Source(image) => {
            let described = image.layers.iter().zip(read);
            let layers = described.map(|(layer, read)| read.description(&layer.media_type));
            let side = documents(image, layers.collect(), broken_promises(image, read));
            let id = image.config_digest.clone().unwrap_or_else(|| stand_in(&side.image.layers));
            Subject { id: Some(id), side, ..Subject::default() }
        }
    };
    let image = Description { reference: meant.reference.clone(), ..subject.side.image };
    Subject { side: Side { image, facts, ..subject.side }, texts, ..subject }
}

/// What the documents alone say of an image: enough where its digest says that it is the same as another.
pub(crate) fn unread(meant: &Meant) -> Subject {
    let subject = match &meant.place {
        Place::Kept(image, names) => remembered(image, names),
        Place::Source(image) => {
            let layers = image.layers.iter().filter_map(layers::promised).collect();
            let side = documents(image, layers, image.notices.clone());
            Subject { id: image.config_digest.clone(), side, ..Subject::default() }
        }
    };
    let image = Description { reference: meant.reference.clone(), ..subject.side.image };
    // Neither of the two is looked into: what one of them is known to be would look like a difference.
    let side = Side { image, facts: ImageFacts::default(), ..subject.side };
    Subject { side, ..subject }
}

/// A kept image without its facts, called as it was found.
pub(crate) fn outlined(reference: String, image: &KeptImage, names: &[String]) -> Subject {
    let subject = remembered(image, names);
    let image = Description { reference, ..subject.side.image };
    Subject { side: Side { image, ..subject.side }, ..subject }
}

/// All of a kept image but its facts.
pub(crate) fn remembered(image: &KeptImage, names: &[String]) -> Subject {
    let facts = ImageFacts { distro: image.distro.clone(), ..ImageFacts::default() };
    let imported = image.imported.then(|| {
        Notice::general(
            "was imported: somebody else read what is told of it, and nothing proves that",
        )
    });
    let side = Side {
        facts,
        image: image.description.clone(),
        settings: image.settings.clone(),
        notices: image.notices.iter().cloned().chain(imported).collect(),
        ..Side::default()
    };
    Subject {
        side,
        id: Some(image.id.clone()),
        names: names.to_vec(),
        // Whoever has the store at hand knows better.
        current: names.to_vec(),
        kind: image.kind,
        dockerfile: image.dockerfile.clone(),
        analyzed: image.analyzed,
        ..Subject::default()
    }
}

/// All that the documents say.
fn documents(image: &Image, layers: Vec<LayerDescription>, notices: Vec<Notice>) -> Side {
    Side {
        image: Description {
            reference: image.reference.clone(),
            digest: image.digest.clone(),
            config_digest: image.config_digest.clone(),
            index_digest: image.index_digest.clone(),
            platform: image.platform.clone(),
            created: image.created.clone(),
            layers,
        },
        settings: image.settings.clone(),
        notices,
        ..Side::default()
    }
}

/// The notices of the documents, and one for each layer that is not what the configuration promises.
fn broken_promises(image: &Image, read: &[Arc<Read>]) -> Vec<Notice> {
    let mut notices = image.notices.clone();
    for (number, (layer, read)) in (1..).zip(image.layers.iter().zip(read)) {
        if let Some(promised) = layer.diff_id.as_ref().filter(|&id| *id != read.diff_id) {
            notices.push(Notice::general(format!(
                "layer {number} holds {} and not {promised}, as the configuration promises: container engines refuse such an image",
                read.diff_id
            )));
        }
    }
    notices
}

/// The ID of an image without a configuration: the SHA-256 of its layers' diff-ids, the lowest first, a line each.
pub(crate) fn stand_in(layers: &[LayerDescription]) -> Digest {
    let lines: String = layers.iter().map(|layer| format!("{}\n", layer.diff_id)).collect();
    Digest::Sha256(Sha256(sha2::Sha256::digest(lines).into()))
}
