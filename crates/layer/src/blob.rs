//! Reads a blob: verifies its digest and size, inflates it and lets a visitor walk its entries meanwhile. It never keeps more of it
//! than a few buffers.
//!
//! Two threads share the work. A second one reads and inflates; through a bounded channel it hands the calling thread
//! both the stored and the inflated bytes, and that one hashes them and walks the entries. Inflating is the slow half
//! for gzip, hashing for zstd, and this split keeps the slow half alone on its core in both cases.

use std::io::Read;
use std::panic::resume_unwind;
use std::sync::mpsc::{channel, sync_channel};
use std::thread;

use model::{Digest, ErrorKind};

use crate::{Entries, Error, Limits};

mod chunk;
mod feed;
mod gzip;
mod hash;
mod inflate;
mod stored;
mod zstd;

use feed::Feed;
use inflate::inflate;
use stored::Stored;

/// What was promised of a blob.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expect {
    /// Its digest; none where only reading tells (a folder read as an archive).
    pub digest: Option<Digest>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// The diff-id that the configuration promises. Beside a digest, which proves the very same bytes, it is believed:
    /// hashing every inflated byte twice would cost a third of the time (docs/decisions/0005).
    pub diff_id: Option<Digest>,
}

/// How a blob's bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, of one or more members (eStargz too).
    Gzip,
    /// zstd, of one or more frames, skippable ones included (`zstd:chunked` too).
    Zstd,
}

/// What a blob turned out to be, once read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The blob's digest (SHA-256 unless another was promised).
    pub digest: Digest,
    /// The SHA-256 of the inflated bytes: the layer's diff-id. As promised where digest and diff-id were promised both
    /// and the blob is packed, else as read.
    pub diff_id: Digest,
    /// The blob's size in bytes.
    pub size: u64,
    /// The inflated size in bytes.
    pub inflated: u64,
    /// How it is packed.
    pub compression: Compression,
}

/// Reads `blob` to its end and gives its entries to `visit` on the way.
///
/// Inflating runs in a thread of its own, so that it overlaps with hashing and walking. What `visit` leaves unread is
/// read all the same: only a blob that was read whole can be verified. Nothing that `visit` returned is passed on
/// unless digest and size are what was promised.
///
/// Where several things are wrong, the one is told that explains the others: bytes that could not be had, then a wrong
/// size, a wrong digest, a broken stream, and last what `visit` says. So a broken archive, too, is read to its end to
/// learn whether it is the right blob at all; but nothing more is read once a limit is reached, or if `visit` fails for
/// reasons of its own. No more is ever read than the promised size and one byte.
///
/// `blob` is read in the second thread until `read` is called no more; a `blob` that can hang needs a time-out of its own.
pub fn read<T, E: From<Error>>(
    mut blob: impl Read + Send,
    expect: &Expect,
    limits: &Limits,
    visit: impl FnOnce(&mut Entries<'_>) -> Result<T, E>,
) -> Result<(T, Seen), E> {
    thread::scope(|scope| {
        // Both ends of both channels live in this closure or in the other thread: whichever stops first, for
        // whatever reason, the other one sees its channel closed and stops, too.
        let (messages, received) = sync_channel(chunk::IN_FLIGHT);
        let (returned, recycled) = channel();
        let stored = Stored::new(&mut blob, expect.size, limits, messages, recycled);
        let inflating = thread::Builder::new()
            .name("inflate".into())
            .spawn_scoped(scope, move || inflate(stored))
            .map_err(Error::Io)?;
        let result = walk(Feed::new(received, returned, expect), expect, limits, visit);
        match inflating.join() {
            Ok(()) => result,
            // The reader that we were given panicked.
            Err(panic) => resume_unwind(panic),
        }
    })
}

/// Lets `visit` walk, then reads on as far as there is a reason to, and says what is wrong first of all.
fn walk<T, E: From<Error>>(
    mut feed: Feed,
    expect: &Expect,
    limits: &Limits,
    visit: impl FnOnce(&mut Entries<'_>) -> Result<T, E>,
) -> Result<(T, Seen), E> {
    let spent = feed.spent();
    let mut entries = Entries::packed(&mut feed, limits, spent);
    let visited = visit(&mut entries);
    let broken = entries.broken();
    match visited {
        // An error of the visitor's own, or a limit, has nothing to do with what the rest of the blob is.
        Err(error) if broken != Some(ErrorKind::Corrupt) && !feed.has_failed() => Err(error),
        visited => {
            let seen = feed.finish(expect)?;
            Ok((visited?, seen))
        }
    }
}
