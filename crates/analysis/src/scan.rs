//! The one pass over a layer.

use layer::{Entries, Error};
use model::LayerFacts;

/// Walks a layer to its end.
pub fn scan(entries: &mut Entries<'_>) -> Result<LayerFacts, Error> {
    while entries.next_entry()?.is_some() {}
    Ok(LayerFacts::default())
}
