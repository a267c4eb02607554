//! Reads any content as if it had been sealed here: a fuzzer never guesses a digest. Nothing is kept of it.

use std::fmt::Debug;

use super::wire::{Odd, Read};
use super::{
    facts, fetched, frame, image, read_facts, read_fetched, read_image, read_index, read_stack,
    read_texts, texts,
};
use crate::KeptLayer;

const KEY: &str = "key";

/// Reads what a frame may hold as facts, texts, an image, what was fetched, a stack and an index, and what was read once more after it was written.
/// An error says what did not come out the same. Meant for fuzzing alone.
pub fn reread(content: &[u8], raw: &[u8]) -> Result<(), String> {
    let Ok(bytes) = frame::seal(KEY, content, raw) else { return Ok(()) };
    let again = |layer: &KeptLayer| {
        let (size, diff_id) = (layer.size, layer.diff_id.clone());
        facts(KEY, &KeptLayer { size, diff_id, facts: &layer.facts })
    };
    same(&bytes, read_facts, again)?;
    same(&bytes, read_texts, |read| texts(KEY, read))?;
    same(&bytes, read_image, |read| image(KEY, read))?;
    same(&bytes, read_fetched, |read| fetched(KEY, read))?;
    // Its files have digests that no facts have, but for those that have none.
    if let Ok(stack) = read_stack(KEY, Vec::new(), &bytes) {
        let _ = (stack.image.files.len(), stack.image.files.are_whole());
    }
    let _ = frame::seal("index", content, raw).and_then(|bytes| read_index(&bytes));
    Ok(())
}

fn same<T: PartialEq + Debug>(
    bytes: &[u8],
    read: impl Fn(&str, &[u8]) -> Read<T>,
    write: impl Fn(&T) -> Read<Vec<u8>>,
) -> Result<(), String> {
    let Ok(value) = read(KEY, bytes) else { return Ok(()) };
    match write(&value).and_then(|bytes| read(KEY, &bytes)) {
        Ok(again) if again == value => Ok(()),
        Ok(again) => Err(format!("{value:?} became {again:?}")),
        Err(Odd(why)) => Err(format!("{value:?} cannot be read again: {why}")),
    }
}
