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
