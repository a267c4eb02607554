//! The inflated bytes of a blob, on the calling thread's side; what comes by is hashed. It never copies them.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender};

use model::Digest;

use super::chunk::{Chunk, Message};
use super::hash::Hasher;
use super::{Compression, Expect, Seen};
use crate::Error;

/// What the reading thread sends.
pub(super) struct Feed {
    messages: Receiver<Message>,
    returned: Sender<Chunk>,
    current: Chunk,
    position: usize,
    state: State,
    failure: Option<Error>,
    blob: Hasher,
    /// The digest of what comes out, unless a promise of it is believed. Not kept where that is what goes in, and the
    /// digest of that is a SHA-256, too.
    diff: Diff,
    stored: u64,
    inflated: u64,
    /// Stored bytes that what was shown so far came out of. Counted by the reading thread, which is ahead of `stored`.
    spent: Rc<Cell<u64>>,
}

/// The digest of what comes out.
enum Diff {
    Promised(Digest),
    Measured(Hasher),
}

impl Diff {
    fn new(expect: &Expect) -> Diff {
        match (&expect.digest, &expect.diff_id) {
            (Some(_), Some(promised)) => Diff::Promised(promised.clone()),
            _ => Diff::Measured(Hasher::like(None)),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        if let Diff::Measured(hasher) = self {
            hasher.update(bytes);
        }
    }

    fn finish(self) -> Digest {
        match self {
            Diff::Promised(promised) => promised,
            Diff::Measured(hasher) => hasher.finish(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// More inflated bytes may come.
    Flowing,
    /// Only stored bytes may come.
    Failed,
    /// Everything has come.
    Ended(Compression),
    /// The reading thread is gone, and not everything has come.
    CutOff,
}

impl Feed {
    pub(super) fn new(
        messages: Receiver<Message>,
        returned: Sender<Chunk>,
        expect: &Expect,
    ) -> Feed {
        Feed {
            messages,
            returned,
            current: Chunk::default(),
            position: 0,
            state: State::Flowing,
            failure: None,
            blob: Hasher::like(expect.digest.as_ref()),
            diff: Diff::new(expect),
            stored: 0,
            inflated: 0,
            spent: Rc::default(),
        }
    }

    /// How many stored bytes it took for what was shown so far; it goes on counting.
    pub(super) fn spent(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.spent)
    }

    /// Whether inflating came to a bad end as far as that is known yet.
    pub(super) fn has_failed(&self) -> bool {
        self.failure.is_some() || self.state == State::CutOff
    }

    /// Reads on to the end, and says what the blob is, or what is wrong with it first of all.
    pub(super) fn finish(mut self, expect: &Expect) -> Result<Seen, Error> {
        while matches!(self.state, State::Flowing | State::Failed) {
            self.receive();
        }
        let State::Ended(compression) = self.state else {
            return Err(self.failure.unwrap_or_else(|| Error::Io(cut_off())));
        };
        if let Some(expected) = expect.size.filter(|&expected| expected != self.stored) {
            return Err(Error::Size { expected, actual: self.stored });
        }
        let is_diff = compression == Compression::None && self.blob.is_sha256();
        let digest = self.blob.finish();
        if let Some(expected) = expect.digest.clone().filter(|expected| *expected != digest) {
            return Err(Error::Digest { expected, actual: digest, bytes: self.stored });
        }
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let diff_id = if is_diff { digest.clone() } else { self.diff.finish() };
        let (size, inflated) = (self.stored, self.inflated);
        Ok(Seen { digest, diff_id, size, inflated, compression })
    }

    /// Takes the next message.
    fn receive(&mut self) {
        match self.messages.recv() {
            Ok(Message::Stored(chunk)) => {
                self.blob.update(chunk.bytes());
                self.stored += chunk.bytes().len() as u64;
                self.give_back(chunk);
            }
            Ok(Message::Inflated(chunk, stored)) => {
                self.spent.set(stored);
                self.diff.update(chunk.bytes());
                self.take(chunk);
            }
            Ok(Message::Plain(chunk)) => {
                self.blob.update(chunk.bytes());
                self.stored += chunk.bytes().len() as u64;
                self.spent.set(self.stored);
                if !self.blob.is_sha256() {
                    self.diff.update(chunk.bytes());
                }
                self.take(chunk);
            }
            Ok(Message::Failed(error)) => {
                self.state = State::Failed;
                self.failure = Some(error);
            }
            Ok(Message::End(compression)) => self.state = State::Ended(compression),
            Err(_) => self.state = State::CutOff,
        }
    }

    fn take(&mut self, chunk: Chunk) {
        self.inflated += chunk.bytes().len() as u64;
        let spent = std::mem::replace(&mut self.current, chunk);
        self.give_back(spent);
        self.position = 0;
    }

    fn give_back(&self, chunk: Chunk) {
        // The first one is none; and if the other thread has ended, it needs no buffers any more.
        if chunk.has_space() {
            let _ = self.returned.send(chunk);
        }
    }
}

impl BufRead for Feed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.position == self.current.bytes().len() && self.state == State::Flowing {
            self.receive();
        }
        if self.position < self.current.bytes().len() || matches!(self.state, State::Ended(_)) {
            return Ok(&self.current.bytes()[self.position..]);
        }
        // Whoever reads gets an error, but which one is `finish`'s to say.
        Err(cut_off())
    }

    fn consume(&mut self, length: usize) {
        self.position = self.current.bytes().len().min(self.position + length);
    }
}

impl Read for Feed {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(target)?;
        self.consume(length);
        Ok(length)
    }
}

fn cut_off() -> io::Error {
    io::Error::other("what comes before it broke off")
}
