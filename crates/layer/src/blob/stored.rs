//! The stored bytes of a blob, on the reading thread's side. Each is also sent to the calling thread, which hashes it.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender};

use super::chunk::{Chunk, Message};
use crate::{Error, Limits};

/// Why nothing more can be read or inflated.
pub(super) enum Stop {
    /// This is wrong.
    Error(Error),
    /// Nobody listens any more.
    NobodyListens,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Error(error)
    }
}

/// The rest of a blob, and the channels to whoever wants to see it.
pub(super) struct Stored<'a> {
    blob: &'a mut (dyn Read + Send),
    pub(super) limits: &'a Limits,
    /// How much may still be read.
    left: u64,
    /// Whether reaching that is an error of its own; else it shows as a wrong size.
    is_limit: bool,
    /// How much was read.
    pub(super) count: u64,
    current: Chunk,
    position: usize,
    messages: SyncSender<Message>,
    recycled: Receiver<Chunk>,
}

impl<'a> Stored<'a> {
    pub(super) fn new(
        blob: &'a mut (dyn Read + Send),
        size: Option<u64>,
        limits: &'a Limits,
        messages: SyncSender<Message>,
        recycled: Receiver<Chunk>,
    ) -> Stored<'a> {
        let most = size.unwrap_or(limits.inflated).saturating_add(1);
        let (left, is_limit) = (most, size.is_none());
        let current = Chunk::default();
        Stored { blob, limits, left, is_limit, count: 0, current, position: 0, messages, recycled }
    }

    /// Bytes that were not consumed yet; more are read if there are none. Empty at the end only.
    pub(super) fn fill(&mut self) -> Result<&[u8], Stop> {
        if self.position == self.current.bytes().len() {
            self.send_current()?;
            self.current = self.read_chunk()?;
            self.position = 0;
        }
        Ok(&self.current.bytes()[self.position..])
    }

    /// Passes over bytes that `fill` showed.
    pub(super) fn consume(&mut self, length: usize) {
        self.position = self.current.bytes().len().min(self.position + length);
    }

    /// The next byte; none at the end.
    pub(super) fn byte(&mut self) -> Result<Option<u8>, Stop> {
        let byte = self.fill()?.first().copied();
        self.consume(usize::from(byte.is_some()));
        Ok(byte)
    }

    /// Passes everything on as it is; nothing may have been consumed before.
    pub(super) fn pass_on(&mut self) -> Result<(), Stop> {
        while !self.fill()?.is_empty() {
            let chunk = std::mem::take(&mut self.current);
            self.send(Message::Plain(chunk))?;
        }
        Ok(())
    }

    /// Reads on to the end, so that everything is sent.
    pub(super) fn drain(&mut self) -> Result<(), Stop> {
        loop {
            let length = self.fill()?.len();
            if length == 0 {
                return Ok(());
            }
            self.consume(length);
        }
    }

    /// A buffer to write into.
    pub(super) fn chunk(&self) -> Chunk {
        self.recycled.try_recv().unwrap_or_else(|_| Chunk::new())
    }

    pub(super) fn send(&self, message: Message) -> Result<(), Stop> {
        self.messages.send(message).map_err(|_| Stop::NobodyListens)
    }

    fn send_current(&mut self) -> Result<(), Stop> {
        let chunk = std::mem::take(&mut self.current);
        if chunk.bytes().is_empty() { Ok(()) } else { self.send(Message::Stored(chunk)) }
    }

    /// Reads until a buffer is full or the end is reached.
    fn read_chunk(&mut self) -> Result<Chunk, Stop> {
        let mut chunk = self.chunk();
        let space = chunk.space();
        let most = usize::try_from(self.left).map_or(space.len(), |left| left.min(space.len()));
        let mut length = 0;
        while length < most {
            match self.blob.read(&mut space[length..most]) {
                Ok(0) => break,
                Ok(count) => length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::Io(error).into()),
            }
        }
        self.left -= length as u64;
        self.count += length as u64;
        if self.left == 0 && self.is_limit {
            let limit = self.limits.inflated;
            return Err(Error::Limit { what: "stored bytes", limit }.into());
        }
        chunk.set_length(length);
        Ok(chunk)
    }
}
