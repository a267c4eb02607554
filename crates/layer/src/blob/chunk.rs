//! What the two threads hand each other: buffers with bytes in them. They are used again and again.

use super::Compression;
use crate::Error;

/// Messages that may wait for the calling thread.
pub(super) const IN_FLIGHT: usize = 8;

/// The size of a buffer. Smaller ones cost wake-ups, larger ones the processor's cache.
const CAPACITY: usize = 256 << 10;

/// A buffer and how far it is filled. The default has no space and costs nothing.
#[derive(Default)]
pub(super) struct Chunk {
    buffer: Vec<u8>,
    length: usize,
}

/// What the reading thread says, in the order of the blob.
pub(super) enum Message {
    /// Bytes as they are stored.
    Stored(Chunk),
    /// Bytes that came out of them, and how many had been read until then.
    Inflated(Chunk, u64),
    /// Bytes that are stored as they are.
    Plain(Chunk),
    /// Nothing can be inflated from here on; stored bytes may follow.
    Failed(Error),
    /// All bytes were read, or as many as were wanted.
    End(Compression),
}

impl Chunk {
    /// An empty buffer.
    pub(super) fn new() -> Chunk {
        Chunk { buffer: vec![0; CAPACITY], length: 0 }
    }

    /// The bytes in it.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    /// Whether it is a buffer at all.
    pub(super) fn has_space(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// Its whole space, to be filled and then measured with `set_length`.
    pub(super) fn space(&mut self) -> &mut [u8] {
        &mut self.buffer
    }

    /// Says how far it is filled.
    pub(super) fn set_length(&mut self, length: usize) {
        self.length = length.min(self.buffer.len());
    }
}
