//! What the room does as seen from its doors. Every archive is built here, byte by byte, or comes from the corpus.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod corpus;
mod dialects;
mod limits;
mod listing;
mod marks;
mod sparse;
mod tar;
mod transport;
