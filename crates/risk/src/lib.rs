//! What rules say of files and settings: secrets that should not be there, and what is set less safely than it could be.
//!
//! A [`Rule`] is a value: an id, what it means, how much it matters, and how it is met. [`in_file`] looks through a file's
//! content, [`in_setting`] through one setting of a configuration, [`of_file`] judges what a file is, and [`redact()`] takes
//! secrets out of a text that somebody is about to read. What is found never has the secret in it: a [`model::Hit`] says where
//! it stands, how long it is, and for what machines made at random a mark that tells it from others. Nothing here does I/O.

mod check;
mod entry;
mod mark;
mod names;
mod redact;
mod rule;
mod runs;
mod search;
mod setting;
mod table;

pub use entry::{of_file, of_user};
pub use names::{MOST_BYTES, is_worth_reading};
pub use redact::{redact, redact_setting, redact_words};
pub use rule::{Kind, Rule, Severity};
pub use search::{MOST_HITS, in_file, revision};
pub use setting::in_setting;
pub use table::{all, rule};

#[cfg(test)]
mod tests;
