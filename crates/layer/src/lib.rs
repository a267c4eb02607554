//! Compressed bytes in, entries out: the one room that hostile bytes enter.
//!
//! [`read`] verifies a blob's digest and size, inflates it (tar, gzip, zstd: the bytes decide, not the media type)
//! and hands its [`Entries`] to a visitor while it does so. Nothing is written to disk, and memory grows neither with
//! the size of a layer nor of a file. [`inflate()`] does the same to a text that is in memory. [`Limits`] bound everything that a hostile archive could let grow.

mod blob;
mod entries;
mod error;
mod inflate;
mod limits;

pub use blob::{Compression, Expect, Seen, read};
pub use entries::{Entries, Entry, Kind};
pub use error::Error;
pub use inflate::{Inflated, Rest, inflate, inflate_bare};
pub use limits::Limits;
