//! Kept analyses as one file: written here, read elsewhere. What a file says is believed for its own images alone.
//!
//! `docs/kept-facts.md` describes the format.

mod export;
mod import;

/// What a file begins with; behind it stand the version of the format and a line feed.
const BEGINNING: &[u8] = b"pentimento kept facts ";

/// The version of the format. No other is read.
const VERSION: u32 = 2;

/// Bytes of one part of a file at the most.
const MOST_BYTES: u64 = 1 << 30;

/// Images that one file has at the most, layers of each, and sightings of each.
const MOST_IMAGES: usize = 10_000;
const MOST_LAYERS: usize = 4_096;
const MOST_SIGHTINGS: usize = 1_000;
