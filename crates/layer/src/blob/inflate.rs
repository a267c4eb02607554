//! The reading thread: finds out how a blob is packed, and unpacks it. It never looks at what comes out.

use model::ErrorKind;

use super::Compression;
use super::chunk::Message;
use super::gzip::Gzip;
use super::stored::{Stop, Stored};
use super::zstd::Zstd;
use crate::Error;

/// What turns stored bytes into inflated ones.
pub(super) trait Decoder {
    /// Fills `space` as far as there are bytes to come; how far. Nothing at the end only.
    fn fill(&mut self, stored: &mut Stored<'_>, space: &mut [u8]) -> Result<usize, Stop>;
}

/// Sends all that comes out of `stored`, and all that goes in.
pub(super) fn inflate(mut stored: Stored<'_>) {
    if let Err(Stop::Error(error)) = run(&mut stored) {
        // If nobody listens any more, nobody wants to know.
        let _ = stored.send(Message::Failed(error));
    }
}

fn run(stored: &mut Stored<'_>) -> Result<(), Stop> {
    let compression = sniff(stored.fill()?);
    let unpacked = match compression {
        Compression::None => stored.pass_on(),
        Compression::Gzip => unpack(stored, Gzip::new()),
        Compression::Zstd => Zstd::new().and_then(|zstd| unpack(stored, zstd)),
    };
    match unpacked {
        // Whether it is the right blob at all shows only at its end.
        Err(Stop::Error(error)) if error.kind() == ErrorKind::Corrupt => {
            stored.send(Message::Failed(error))?;
        }
        unpacked => unpacked?,
    }
    stored.drain()?;
    stored.send(Message::End(compression))
}

/// Says how a blob is packed that begins like this. The media type is not asked: it lies too often.
fn sniff(start: &[u8]) -> Compression {
    match start {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        // A frame, or one that is to be skipped.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
        _ => Compression::None,
    }
}

fn unpack(stored: &mut Stored<'_>, mut decoder: impl Decoder) -> Result<(), Stop> {
    let mut inflated: u64 = 0;
    loop {
        let mut chunk = stored.chunk();
        let length = decoder.fill(stored, chunk.space())?;
        if length == 0 {
            return Ok(());
        }
        chunk.set_length(length);
        inflated += length as u64;
        if inflated > stored.limits.inflated {
            let limit = stored.limits.inflated;
            return Err(Error::Limit { what: "inflated bytes", limit }.into());
        }
        stored.limits.hold_ratio_down(stored.count, inflated)?;
        stored.send(Message::Inflated(chunk, stored.count))?;
    }
}
