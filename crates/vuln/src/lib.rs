//! Advisories: read from what others publish, kept as one kind of database, and matched with the packages of an image.
//!
//! Whatever is imported becomes the same before anything is asked of it. A reader of a format (Grype's schemas 6 and 5,
//! OSV, secdb) turns it into the [`record`]s of this room and hands them to a writer, one after the other; the writer makes
//! our own database of them, in a file that nobody knows of until it is whole. So matching knows one shape, what users
//! have is only ever read, and memory does not grow with what is imported.
//!
//! In reading order:
//!
//! - [`record`]: an [`Advisory`], and what is [`Affected`] by it: a [`Subject`], a [`Release`], [`Range`]s, [`Qualifier`]s.
//! - `Writer` takes records and makes a database; `Database` is one that is open, and answers what there is about a name.
//! - `import` finds out what a file, a folder or an address is, and reads it; a `Shelf` is a folder of kept databases.
//! - `find(facts, database, options)` gives [`model::Findings`]. It asks the database by name and decides by pure functions:
//!   which release a distribution is, which names to look up, whether a range holds a version, what speaks against a hit.
//! - [`Program`] asks Grype or Trivy instead, where one is installed, and takes its answer for the findings.
//! - [`vex`] statements and users' [`rules`] come last, as [`Suppressions`]: they mark findings as suppressed and never take one away.
//!
//! An unreadable record is counted and told ([`model::Gap::Unreadable`]); it never fails an import, and never a match.

mod cpe;
mod database;
mod difference;
mod error;
mod event;
mod feed;
mod fetch;
mod find;
mod grype;
mod import;
mod mirror;
mod namespace;
pub mod osv;
mod percent;
mod program;
pub mod record;
pub mod rules;
mod score;
pub mod secdb;
mod shelf;
mod suppressions;
mod unpack;
pub mod vex;
mod writer;

pub use database::{Counts, Database};
pub use difference::{DataChange, DataChangeKind, difference};
pub use error::Error;
pub use event::{Event, Watch, unwatched};
pub use fetch::PUBLIC;
pub use find::{MOST_HOURS, Options, find};
pub use program::Program;
pub use record::{
    Advisory, Affected, Exclusion, Override, Product, Qualifier, Range, Rating, Release, Said,
    Status, Subject, Verdict,
};
pub use shelf::{KeptDatabase, KeptStatements, Shelf};
pub use suppressions::{Listed, Suppressions};
pub use writer::{AdvisoryNumber, Writer};
