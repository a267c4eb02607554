//! Images of the corpus, read and stacked. It compares nothing.

use std::sync::Arc;

use analysis::{scan, squash};
use layer::{Error, Expect, Limits};
use model::{ImageFacts, LayerFacts};

/// The facts of an image without an index; none where there is no corpus.
pub(crate) fn image(repository: &str, tag: &str) -> Option<ImageFacts> {
    Some(squashed(testkit::corpus_layers(&format!("images/{repository}"), tag)?))
}

/// The facts of layers, oldest first.
pub(crate) fn squashed(layers: impl IntoIterator<Item = Vec<u8>>) -> ImageFacts {
    let layers: Vec<Arc<LayerFacts>> =
        layers.into_iter().map(|layer| Arc::new(facts(&layer))).collect();
    squash(&layers)
}

fn facts(layer: &[u8]) -> LayerFacts {
    let limits = Limits::default();
    layer::read::<_, Error>(layer, &Expect::default(), &limits, scan).unwrap().0.facts
}
