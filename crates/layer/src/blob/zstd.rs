//! zstd: any number of frames, some of which may be there to be skipped. It never takes a window larger than our limit.

use zstd::stream::raw::{DParameter, Decoder as RawDecoder, InBuffer, Operation as _, OutBuffer};

use super::inflate::Decoder;
use super::stored::{Stop, Stored};
use crate::Error;
use crate::limits::ZSTD_WINDOW_LOG;

/// What the library says of a frame that wants a larger window than it may have.
const TOO_LARGE: &str = "Frame requires too much memory for decoding";

/// The decoder of a whole blob.
pub(super) struct Zstd {
    decoder: RawDecoder<'static>,
    /// Whether a frame was begun and not ended.
    inside: bool,
    /// Inflated bytes so far.
    count: u64,
}

impl Zstd {
    pub(super) fn new() -> Result<Zstd, Stop> {
        let mut decoder = RawDecoder::new().map_err(Error::Io)?;
        decoder.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG)).map_err(Error::Io)?;
        Ok(Zstd { decoder, inside: false, count: 0 })
    }

    fn broken(&self, reason: impl Into<String>) -> Stop {
        Error::Inflate { compression: "zstd", bytes: self.count, reason: reason.into() }.into()
    }
}

impl Decoder for Zstd {
    fn fill(&mut self, stored: &mut Stored<'_>, space: &mut [u8]) -> Result<usize, Stop> {
        let mut output = OutBuffer::around(space);
        while output.pos() < output.capacity() {
            let before = output.pos();
            let bytes = stored.fill()?;
            // The end of the bytes is the end of the stream, unless the decoder still holds back some of its output.
            let at_end = bytes.is_empty();
            if at_end && !self.inside {
                break;
            }
            let mut input = InBuffer::around(bytes);
            let hint = self.decoder.run(&mut input, &mut output);
            let read = input.pos();
            let hint = hint.map_err(|error| match error.to_string() {
                reason if reason == TOO_LARGE => {
                    let what = "bytes in the window of a zstd frame";
                    Error::Limit { what, limit: 1 << ZSTD_WINDOW_LOG }.into()
                }
                reason => self.broken(reason),
            })?;
            stored.consume(read);
            let written = output.pos() - before;
            self.count += written as u64;
            self.inside = hint != 0;
            if at_end && self.inside && written == 0 {
                return Err(self.broken("it is cut short"));
            }
        }
        Ok(output.pos())
    }
}
