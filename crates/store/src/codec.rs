//! How facts, texts and images are written down, and read again without being trusted.
//!
//! Everything odd about bytes is an [`Odd`]: nothing here panics, and nothing is allocated by a length that is only
//! claimed. Nothing here touches a file. `docs/kept-facts.md` describes the encoding.

mod claims;
mod columns;
mod entries;
mod evidence;
mod facts;
mod fetched;
mod frame;
mod image;
mod index;
mod paths;
mod reread;
mod runs;
mod stack;
mod table;
mod texts;
mod wire;

#[cfg(test)]
mod arbitrary;
#[cfg(test)]
mod tests;

use crate::address::{Address, Part};

pub(crate) use facts::{facts, read_facts};
pub(crate) use fetched::{fetched, read_fetched};
pub(crate) use frame::{key_of, open, reseal};
pub(crate) use image::{image, read_image};
pub(crate) use index::{Exported, Seen, index, read_index};
pub use reread::reread;
pub(crate) use stack::{Sealed, read_stack, stack};
pub(crate) use texts::{read_texts, texts};
pub(crate) use wire::Odd;

/// The version of everything that is written here. Whatever has another one is not read.
pub(crate) const VERSION: u16 = 5;

/// Bytes of a part once unpacked: a layer of four million entries with names as long as they may be has fewer.
const MOST_UNPACKED: usize = 512 << 20;

/// Bytes of all paths of a layer's facts together, as they are once read.
const MOST_PATHS: usize = 1 << 30;

/// Entries of a layer, and things that one list of it has.
const MOST_THINGS: usize = 8_000_000;

/// Images that one exported file has at the most, and sightings of each.
pub(crate) const MOST_IMAGES: usize = 10_000;
pub(crate) const MOST_SIGHTINGS: usize = 1_000;

/// Layers of an image: `source` reads none that has more.
const MOST_LAYERS: usize = 4_096;

/// Reads a blob of a layer whole, and says what it is.
pub(crate) fn check(bytes: &[u8]) -> Result<Address, Odd> {
    let key = key_of(bytes)?;
    let address = Address::parse(key).ok_or(Odd("it is no blob of a layer"))?;
    match address.part {
        Part::Facts => read_facts(key, bytes).map(drop)?,
        Part::Texts => read_texts(key, bytes).map(drop)?,
        // Its parts are numbers of things that other blobs have.
        Part::Stack => open(key, bytes).map(drop)?,
    }
    Ok(address)
}
