//! Stacks layers.

use model::{ImageFacts, LayerFacts};

/// Stacks layers, oldest first. A fact lasts as long as the file it hangs on.
pub fn squash(layers: &[std::sync::Arc<LayerFacts>]) -> ImageFacts {
    let _ = layers;
    ImageFacts::default()
}
