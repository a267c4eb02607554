//! Which instruction made which layer, as far as the history tells.

use compare::Side;

/// The instruction of each layer, the lowest first; none where the history has not one line for each.
pub(crate) fn instructions(side: &Side) -> Vec<Option<&str>> {
    let layers = side.image.layers.len();
    let lines = side.settings.history.iter().filter(|line| !line.empty_layer);
    let lines: Vec<Option<&str>> = lines.map(|line| line.created_by.as_deref()).collect();
    if lines.len() == layers { lines } else { vec![None; layers] }
}
