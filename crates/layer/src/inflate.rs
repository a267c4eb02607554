//! Inflates bytes that are in memory already, such as a text that is kept packed. It never gives more than it is told to.

use std::io::Read;

use flate2::bufread::{DeflateDecoder, MultiGzDecoder};

use crate::limits::ZSTD_WINDOW_LOG;

/// What came out of packed bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inflated {
    /// The bytes, as far as they came.
    pub bytes: Vec<u8>,
    /// Why there may be more; none where these are all.
    pub rest: Option<Rest>,
}

/// Why what came out is not all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rest {
    /// As many bytes came as were allowed, and there are more.
    Beyond,
    /// The stream is broken here: what the decoder says.
    Broken(String),
}

/// Inflates gzip of one or more members, or zstd, and gives `limit` bytes at the most. What is neither is given as it is.
///
/// ```
/// let plain = layer::inflate(b"not packed", 3);
/// assert_eq!((&plain.bytes[..], plain.rest), (&b"not"[..], Some(layer::Rest::Beyond)));
/// ```
pub fn inflate(bytes: &[u8], limit: usize) -> Inflated {
    if bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return inflate_zstd(bytes, limit);
    }
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        let rest = (bytes.len() > limit).then_some(Rest::Beyond);
        return Inflated { bytes: bytes[..bytes.len().min(limit)].to_vec(), rest };
    }
    take(MultiGzDecoder::new(bytes), limit)
}

/// Inflates bare deflate, as zip archives have it, and gives `limit` bytes at the most.
pub fn inflate_bare(bytes: &[u8], limit: usize) -> Inflated {
    take(DeflateDecoder::new(bytes), limit)
}

fn inflate_zstd(bytes: &[u8], limit: usize) -> Inflated {
    let decoder = zstd::stream::read::Decoder::with_buffer(bytes);
    let bounded = decoder.and_then(|mut decoder| {
        decoder.window_log_max(ZSTD_WINDOW_LOG)?;
        Ok(decoder)
    });
    match bounded {
        Ok(decoder) => take(decoder, limit),
        Err(error) => Inflated { bytes: Vec::new(), rest: Some(Rest::Broken(error.to_string())) },
    }
}

fn take(decoder: impl Read, limit: usize) -> Inflated {
    let one_more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut inflated = Inflated::default();
    match decoder.take(one_more).read_to_end(&mut inflated.bytes) {
        Ok(_) if inflated.bytes.len() <= limit => {}
        Ok(_) => inflated.rest = Some(Rest::Beyond),
        Err(error) => inflated.rest = Some(Rest::Broken(error.to_string())),
    }
    inflated.bytes.truncate(limit);
    inflated
}

#[cfg(test)]
mod tests {
    use testkit::{Compression, compress};

    use super::*;

    fn check(bytes: &[u8], limit: usize, expect: &str) {
        let inflated = inflate(bytes, limit);
        let rest = match inflated.rest {
            None => "all",
            Some(Rest::Beyond) => "more",
            Some(Rest::Broken(_)) => "broken",
        };
        assert_eq!(format!("{} {rest}", String::from_utf8_lossy(&inflated.bytes)), expect);
    }

    #[test]
    fn it_gives_as_much_as_is_there_and_allowed() {
        let packed = compress(b"changes", Compression::Gzip);
        check(&packed, 100, "changes all");
        check(&packed, 7, "changes all");
        check(&packed, 6, "change more");
        check(&[&packed[..], &packed].concat(), 100, "changeschanges all");
        check(b"changes", 7, "changes all");
        check(b"", 7, " all");
    }

    #[test]
    fn zstd_is_inflated_too() {
        let packed = compress(b"changes", Compression::Zstd);
        check(&packed, 7, "changes all");
        check(&packed, 6, "change more");
        check(&packed[..8], 100, " broken");
    }

    #[test]
    fn what_is_broken_gives_what_came_before() {
        let packed = compress(b"changes", Compression::Gzip);
        check(&packed[..packed.len() - 4], 100, "changes broken");
        check(&[&packed[..], b"noise"].concat(), 100, "changes broken");
        check(&packed[..5], 100, " broken");
    }
}
