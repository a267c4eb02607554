//! Which instruction made which layer, as far as the history tells.

use compare::Side;

/// The instruction of each layer, the lowest first, without secrets in it; none where the history has not one line for each.
pub(crate) fn instructions(side: &Side) -> Vec<Option<String>> {
    let Some(lines) = compare::lines(side) else { return vec![None; side.image.layers.len()] };
    let line = |place: usize| {
        let text = side.settings.history.get(place).and_then(compare::instruction)?;
        Some(risk::redact_setting(None, &text).into_owned())
    };
    lines.into_iter().map(line).collect()
}
