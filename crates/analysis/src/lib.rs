//! From entries to facts: one pass over a layer, then stacking.
//!
//! [`scan()`] walks a layer once, hashes every regular file and hands those that a reader wants to it. [`squash()`] stacks
//! layers, oldest first: what a container would see, with the packages and owners that the surviving files speak of.
//! [`Changelogs`] finds in an image's texts what they say of a package, and takes it apart.
//! [`content`] tells what the bytes of one file say, for eyes.
//! Readers are values in [`ecosystem`]; they see bytes and nothing else.

mod budget;
mod changelog;
pub mod content;
pub mod ecosystem;
mod executable;
#[cfg(test)]
mod golden;
mod scan;
mod squash;
mod tally;
#[cfg(test)]
mod transcript;

pub use changelog::{Changelogs, MOST_COMMITS, changelog_files};
pub use ecosystem::revision;
pub use scan::scan;
pub use squash::{Claimed, claims, squash, stages, texts};
pub use tally::tally;
